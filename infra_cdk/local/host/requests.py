"""API Gateway's HTTP API payload 2.0, built from an ASGI request.

Shape: "Working with AWS Lambda proxy integrations for HTTP APIs", payload format version 2.0.
"""

import base64
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from infra_cdk.local.host.asgi import Scope
from infra_cdk.local.host.context import ACCOUNT

API_ID = "local"
_TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})
_clock: tuple[int, str] = (0, "")


def request_event(
    scope: Scope, body: bytes, route_key: str, path_parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Build the event. Absent parts (query, cookies, parameters, body) are left out, as in AWS."""
    headers, cookies = _headers(scope["headers"])
    now = time.time()
    host = headers.get("host", "")
    path = scope["path"]
    client = scope.get("client")
    query = scope["query_string"].decode("latin-1")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": scope["method"],
                "path": path,
                "protocol": f"HTTP/{scope['http_version']}",
                "sourceIp": client[0] if client else "",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": route_key,
            "stage": "$default",
            "time": _common_log_time(int(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = query_parameters(query)
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if body:
        text = _text(body, headers.get("content-type", ""))
        event["body"] = base64.b64encode(body).decode() if text is None else text
        event["isBase64Encoded"] = text is None
    return event


def query_parameters(query: str) -> dict[str, str]:
    """Decode a query; values of a repeated name are joined by commas."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _headers(pairs: list[tuple[bytes, bytes]]) -> tuple[dict[str, str], list[str]]:
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        elif name in headers:
            headers[name] += f",{value}"
        else:
            headers[name] = value
    return headers, cookies


def _text(body: bytes, content_type: str) -> str | None:
    """Return a text body as text; None: it travels as base64."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type.startswith("text/") and media_type not in _TEXT_TYPES:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _common_log_time(second: int) -> str:
    global _clock  # noqa: PLW0603 - formatted once a second, not once a request
    if _clock[0] != second:
        _clock = (second, time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(second)))
    return _clock[1]
