"""HTTP API payload 2.0: the event made of a request, and the response made of a result.

Shape: "Working with AWS Lambda proxy integrations for HTTP APIs", payload format version 2.0.
"""

import base64
import binascii
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response
from starlette.types import Scope

from infra_cdk.local.emulator.invocation import ACCOUNT, Ending, Outcome
from infra_cdk.local.emulator.web import is_the_servers

API_ID = "local"
RETRY_AFTER_S = 5
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


_JSON = "application/json"
_TEXT = (b"content-type", b"text/plain;charset=utf-8")


class _Result(msgspec.Struct, rename="camel"):
    status_code: int | str
    headers: dict[str, str | int | float | bool] | None = None
    body: str | None = None
    cookies: list[str] | None = None
    is_base64_encoded: bool = False


_decode = msgspec.json.Decoder(_Result).decode


def gateway_message(status: int, text: str) -> Response:
    """Return a response of API Gateway's own; a 503 says when to try again."""
    again = {"retry-after": str(RETRY_AFTER_S)} if status == 503 else None
    return Response(msgspec.json.encode({"message": text}), status, again, media_type=_JSON)


def response(outcome: Outcome) -> Response:
    """Return an outcome as a response.

    A result with `statusCode` is used as it is; any other is the JSON body of a 200. A malformed
    result and a function error are 500; an environment that crashed, timed out or was not
    available is 503.
    """
    if outcome.ending is Ending.ERROR:
        return gateway_message(500, "Internal Server Error")
    if not outcome.is_done:
        return gateway_message(503, "Service Unavailable")
    try:
        return _response(_decode(outcome.payload))
    except msgspec.ValidationError:
        return _inferred(outcome.payload)
    except (ValueError, binascii.Error):
        return gateway_message(500, "Internal Server Error")


def _response(result: _Result) -> Response:
    status = int(result.status_code)
    if not 100 <= status <= 599:
        raise ValueError("no HTTP status")
    text = result.body or ""
    body = base64.b64decode(text) if result.is_base64_encoded else text.encode()
    headers = [
        (name.lower().encode("latin-1"), _header_text(value).encode("latin-1", "replace"))
        for name, value in (result.headers or {}).items()
        if name.lower() != "content-length" and not is_the_servers(name)
    ]
    if body and not any(name == b"content-type" for name, _ in headers):
        headers.append(_TEXT)
    headers += [(b"set-cookie", c.encode("latin-1", "replace")) for c in result.cookies or ()]
    if any(b"\r" in value or b"\n" in value for _, value in headers):
        raise ValueError("a header holds a line break")
    made = Response(body, status)
    made.raw_headers += headers  # a mapping would hold one `set-cookie` only
    return made


def _inferred(payload: bytes) -> Response:
    result = msgspec.json.decode(payload)
    if isinstance(result, dict) and "statusCode" in result:
        return gateway_message(500, "Internal Server Error")
    body = result.encode() if isinstance(result, str) else payload
    return Response(body, media_type=_JSON)


def _header_text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
