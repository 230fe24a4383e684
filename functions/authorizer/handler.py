"""Lambda entry point of the HTTP API's authorizer (payload 2.0, simple answers)."""

from functools import cache
from typing import Any

from functions.authorizer.verdicts import Verdicts
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.postgres import PostgresApiKeys
from pixeltrack.platform import settings
from pixeltrack.platform.deadline import DeadlineExceeded, deadline
from pixeltrack.platform.logs import logger
from pixeltrack.platform.postgres import Database


@cache
def wiring() -> Verdicts:
    """Build what production uses, on first use."""
    database = Database(settings.load(settings.Postgres).url)
    tokens = AccessTokens(settings.load(settings.Auth).jwt_keys)
    return Verdicts(PostgresApiKeys(database), tokens)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Let every caller through with a verdict; the API's runtime refuses in its own words.

    A refusal here could only become API Gateway's own 403, which is no problem+json.
    """
    try:
        with deadline(context.get_remaining_time_in_millis()):
            verdict = wiring().judge(event["headers"].get("authorization"))
    except DeadlineExceeded:
        verdict = {"kind": "unavailable"}
    if verdict["kind"] == "unavailable":
        request_id = event["requestContext"]["requestId"]
        logger("authorizer").warning("PostgreSQL did not answer", request_id=request_id)
    return {"isAuthorized": True, "context": verdict}
