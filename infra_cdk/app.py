"""The CDK app, which realises the topology page on AWS: `npx cdk synth`, `npx cdk deploy`."""

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra_cdk.constructs.profile import stage_of
from infra_cdk.stacks.functions import FunctionsStack
from infra_cdk.topology import TOPOLOGY, Topology


def build(app: App, topology: Topology = TOPOLOGY) -> FunctionsStack:
    """Add the stacks of a page to the app, with cdk-nag's checks."""
    stack = FunctionsStack(app, f"PixelTrack-{stage_of(app)}-Functions", topology=topology)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return stack


if __name__ == "__main__":
    main = App()
    build(main)
    main.synth()
