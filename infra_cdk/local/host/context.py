"""The context object that Lambda hands to a handler."""

import time
from dataclasses import dataclass, field

ACCOUNT = "123456789012"
REGION = "us-east-1"


def function_arn(name: str) -> str:
    """Return the ARN of a function of this machine."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls through a mobile SDK: nobody."""

    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """Lambda's context; names are those of the Python runtime."""

    function_name: str
    aws_request_id: str
    memory_limit_in_mb: str
    log_stream_name: str
    deadline_ms: int
    function_version: str = "$LATEST"
    client_context: object | None = None
    identity: Identity = field(default_factory=Identity)

    @property
    def invoked_function_arn(self) -> str:
        """Return the function's ARN."""
        return function_arn(self.function_name)

    @property
    def log_group_name(self) -> str:
        """Return the log group's name."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Return how long until the environment is ended, never below 0."""
        return max(0, self.deadline_ms - int(time.time() * 1000))
