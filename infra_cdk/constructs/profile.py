"""How large a deployment is: the profile of its stage in `cdk.json`."""

from typing import Any

import msgspec
from constructs import Construct


class Profile(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """A deployment's size: the request limit of each route, and a name of CDK's `RetentionDays`."""

    requests_per_second: int
    burst: int
    log_retention: str


def stage_of(scope: Construct) -> str:
    """Return the stage that is built: `dev`, or what `--context stage=…` says."""
    return str(scope.node.get_context("stage"))


def profile_of(scope: Construct) -> Profile:
    """Read the stage's profile; raise `ValueError` for an unknown stage or an invalid profile."""
    stages: dict[str, str] = scope.node.get_context("stages")
    profiles: dict[str, Any] = scope.node.get_context("profiles")
    stage = stage_of(scope)
    if stage not in stages:
        raise ValueError(f"stage {stage} is not in cdk.json, which has {', '.join(stages)}")
    # Numbers that cross jsii come back as floats.
    return msgspec.convert(profiles[stages[stage]], Profile, strict=False)
