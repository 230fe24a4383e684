import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode


class Context:
    """A Lambda context whose time runs out `ms` after it was made."""

    aws_request_id = "invocation-1"

    def __init__(self, ms: float = 10_000) -> None:
        self._ends = time.monotonic() + ms / 1000

    def get_remaining_time_in_millis(self) -> int:
        return int((self._ends - time.monotonic()) * 1000)


def http_event(
    route: str,
    *,
    path: str | None = None,
    query: Mapping[str, str] | None = None,
    filters: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
    verdict: Mapping[str, str] | None = None,
    body: str | None = None,
    request_id: str = "request-1",
) -> dict[str, Any]:
    """Build an HTTP API request (payload 2.0) for a route key such as `GET /api/v1/events`."""
    method, _, template = route.partition(" ")
    path = path or template
    context: dict[str, Any] = {
        "requestId": request_id,
        "routeKey": route,
        "stage": "$default",
        "http": {"method": method, "path": path, "sourceIp": "203.0.113.9", "userAgent": "test"},
    }
    if verdict is not None:
        context["authorizer"] = {"lambda": dict(verdict)}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": urlencode([*(query or {}).items(), *(("filter", f) for f in filters)]),
        "headers": {k.lower(): v for k, v in (headers or {}).items()},
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if query or filters:
        event["queryStringParameters"] = dict(query or {})
    if filters:
        event["queryStringParameters"]["filter"] = ",".join(filters)
    if body is not None:
        event["body"] = body
    return event


def problem(response: Mapping[str, Any]) -> dict[str, Any]:
    """Read a problem out of a function's response."""
    assert response["headers"]["Content-Type"] == "application/problem+json"
    body = json.loads(response["body"])
    assert body["status"] == response["statusCode"]
    assert body["requestId"] == response["headers"]["X-Request-Id"]
    assert isinstance(body, dict)
    return body
