"""The stack of everything that runs code: functions, HTTP API, event sources, schedules."""

from aws_cdk import CfnOutput, CfnParameter, Stack
from constructs import Construct

from infra_cdk.constructs.function import PageFunction
from infra_cdk.constructs.http_api import PageHttpApi
from infra_cdk.constructs.kafka_source import KafkaSource
from infra_cdk.constructs.layers import Layers
from infra_cdk.constructs.profile import profile_of, stage_of
from infra_cdk.constructs.schedule import PageSchedule
from infra_cdk.constructs.values import Values
from infra_cdk.topology import Topology, TopologyError

ON_AWS = {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_REPLICATION_FACTOR": "3"}
"""Settings whose default differs from that on one machine."""


class FunctionsStack(Stack):
    """Builds what the page declares; brokers and databases come from parameters and one secret.

    Raise `TopologyError` where the page declares what is not built on AWS yet.
    """

    def __init__(self, scope: Construct, id: str, *, topology: Topology) -> None:  # noqa: A002
        super().__init__(scope, id, description="Pixel-Track: functions and their HTTP API")
        refuse_unread(topology)
        stage, profile = stage_of(self), profile_of(self)
        layers = Layers(self, "Layers")
        values = Values(
            self,
            "Values",
            given={"PIXELTRACK_STAGE": stage},
            defaults=ON_AWS,
            secret_name=f"pixeltrack/{stage}",
        )
        functions = {
            function.name: PageFunction(
                self,
                function,
                environment=values.of(function),
                layers=layers.of(function),
                profile=profile,
            ).lambda_function
            for function in topology.functions
        }
        http = PageHttpApi(self, "Http", topology=topology, functions=functions, profile=profile)
        CfnOutput(self, "ApiUrl", value=http.api.api_endpoint)
        for schedule in topology.schedules:
            PageSchedule(self, schedule, function=functions[schedule.function])
        if topology.consumers:
            secret = CfnParameter(
                self,
                "KafkaConsumerLogin",
                description="ARN of a secret: `username` and `password` to read Kafka with.",
                min_length=1,
            )
            topics = {topic.name: values.by_name(topic.name_from) for topic in topology.topics}
            for consumer in topology.consumers:
                KafkaSource(
                    self,
                    consumer,
                    function=functions[consumer.function],
                    topic=topics[consumer.topic],
                    servers=values.by_name("KAFKA_BOOTSTRAP_SERVERS"),
                    secret_arn=secret.value_as_string,
                )


def refuse_unread(topology: Topology) -> None:
    """Raise `TopologyError` rather than deploy a page in part."""
    kinds = ("sockets", "queue_consumers", "invocations")
    unread = [kind for kind in kinds if getattr(topology, kind)]
    if unread:
        raise TopologyError(f"on AWS nothing is made yet of the page's {', '.join(unread)}")
