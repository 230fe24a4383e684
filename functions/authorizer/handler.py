"""Lambda entry point of the HTTP API's authorizer (payload 2.0, simple responses)."""

from typing import Any

from functions.authorizer import wiring
from pixeltrack.platform.deadline import DeadlineExceeded, deadline
from pixeltrack.platform.logs import logger


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Let every caller through with a verdict; the API's runtime words the refusal.

    A refusal here could only become API Gateway's own 403, which is no problem+json.
    """
    try:
        with deadline(context.get_remaining_time_in_millis()):
            verdict = wiring.verdicts().judge(event["headers"].get("authorization"))
    except DeadlineExceeded:
        verdict = {"kind": "unavailable"}
    if verdict["kind"] == "unavailable":
        request_id = event["requestContext"]["requestId"]
        logger("authorizer").warning("PostgreSQL did not answer", request_id=request_id)
    return {"isAuthorized": True, "context": verdict}
