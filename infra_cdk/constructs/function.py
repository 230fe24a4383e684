"""A function of the page as a Lambda function with a log and a role of its own."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra_cdk.constructs.acknowledgement import acknowledge
from infra_cdk.constructs.assets import function_code
from infra_cdk.constructs.layers import ARCHITECTURE, RUNTIME
from infra_cdk.constructs.profile import Profile
from infra_cdk.topology import Function


class PageFunction(Construct):
    """One function of the page; triggers are attached to `lambda_function`."""

    def __init__(
        self,
        scope: Construct,
        function: Function,
        *,
        environment: Mapping[str, str],
        layers: Sequence[lambda_.ILayerVersion],
        profile: Profile,
    ) -> None:
        super().__init__(scope, function.name.capitalize())
        log = log_group(self, profile)
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log.grant_write(role)
        self.lambda_function = lambda_.Function(
            self,
            "Function",
            description=function.about,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=function.handler,
            code=function_code(function),
            layers=list(layers),
            memory_size=function.memory_mb,
            timeout=Duration.seconds(function.timeout_s),
            environment=dict(environment),
            role=role,
            log_group=log,
            logging_format=lambda_.LoggingFormat.JSON,
            # Functions log one line per request; Lambda's START and REPORT would triple that.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
        )
        acknowledge(
            self.lambda_function,
            "L1",
            "python3.13 is supported until 2029 and has wheels of every package.",
        )


def log_group(scope: Construct, profile: Profile) -> logs.LogGroup:
    """Create a log group with the profile's retention, deleted with the stack."""
    return logs.LogGroup(
        scope,
        "Log",
        retention=logs.RetentionDays[profile.log_retention],
        removal_policy=RemovalPolicy.DESTROY,
    )
