"""A consumer of the page as an event source mapping of a self-managed Kafka cluster."""

from aws_cdk import Fn
from aws_cdk import aws_iam as iam
from aws_cdk.aws_lambda import CfnEventSourceMapping, IFunction
from constructs import Construct

from infra_cdk.topology import Consumer

DEFAULT_WINDOW_MS = 500
"""Lambda's default wait for a batch; any other wait must be in whole seconds."""


class KafkaSource(Construct):
    """Passes batches of `topic` to the function.

    `servers` is a comma-separated list; `secret_arn` names a secret with `username` and
    `password` for SCRAM-SHA-512. Raise `ValueError` for a window that Lambda does not support.
    """

    def __init__(
        self,
        scope: Construct,
        consumer: Consumer,
        *,
        function: IFunction,
        topic: str,
        servers: str,
        secret_arn: str,
    ) -> None:
        super().__init__(scope, f"{consumer.function.capitalize()}Reads{consumer.topic}")
        read_secret = iam.PolicyStatement(
            actions=["secretsmanager:GetSecretValue"], resources=[secret_arn]
        )
        function.add_to_role_policy(read_secret)
        mapping = CfnEventSourceMapping(
            self,
            "Mapping",
            function_name=function.function_name,
            topics=[topic],
            batch_size=consumer.batch_size,
            maximum_batching_window_in_seconds=_window_s(consumer),
            # LATEST may lose what arrives while the mapping is created.
            starting_position="TRIM_HORIZON",
            self_managed_event_source=CfnEventSourceMapping.SelfManagedEventSourceProperty(
                endpoints=CfnEventSourceMapping.EndpointsProperty(
                    kafka_bootstrap_servers=Fn.split(",", servers)
                )
            ),
            self_managed_kafka_event_source_config=(
                CfnEventSourceMapping.SelfManagedKafkaEventSourceConfigProperty(
                    consumer_group_id=consumer.group_id(topic)
                )
            ),
            source_access_configurations=[
                CfnEventSourceMapping.SourceAccessConfigurationProperty(
                    type="SASL_SCRAM_512_AUTH", uri=secret_arn
                )
            ],
        )
        # The mapping is created only once its function may read the secret.
        if function.role is not None:
            mapping.node.add_dependency(function.role)


def _window_s(consumer: Consumer) -> int | None:
    if consumer.window_ms == DEFAULT_WINDOW_MS:
        return None
    seconds, rest = divmod(consumer.window_ms, 1000)
    if rest:
        raise ValueError(f"consumer {consumer.function}: window_ms is 500 or whole seconds on AWS")
    return seconds
