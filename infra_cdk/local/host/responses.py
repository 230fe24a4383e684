"""What an HTTP API makes of a function's result (payload 2.0, inferred answers included)."""

import base64
import binascii
from dataclasses import dataclass

import msgspec

from infra_cdk.local.host.outcomes import Ending, Outcome

_JSON = (b"content-type", b"application/json")
_TEXT = (b"content-type", b"text/plain;charset=utf-8")


@dataclass(frozen=True, slots=True)
class Response:
    """A response ready to send; header names in lower case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class _Result(msgspec.Struct, rename="camel"):
    status_code: int | str
    headers: dict[str, str | int | float | bool] | None = None
    body: str | None = None
    cookies: list[str] | None = None
    is_base64_encoded: bool = False


_decode = msgspec.json.Decoder(_Result).decode


def gateway_message(status: int, text: str) -> Response:
    """Build an answer of API Gateway's own."""
    return Response(status, [_JSON], msgspec.json.encode({"message": text}))


def response(outcome: Outcome) -> Response:
    """Turn an outcome into a response.

    A result with `statusCode` is taken as it says; any other is the JSON body of a 200. A
    malformed result and a function error are 500, an environment that crashed, ran out of time
    or was not to be had is 503.
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
        if name.lower() != "content-length"
    ]
    if body and not any(name == b"content-type" for name, _ in headers):
        headers.append(_TEXT)
    headers += [(b"set-cookie", c.encode("latin-1", "replace")) for c in result.cookies or ()]
    if any(b"\r" in value or b"\n" in value for _, value in headers):
        raise ValueError("a header holds a line break")
    return Response(status, headers, body)


def _inferred(payload: bytes) -> Response:
    result = msgspec.json.decode(payload)
    if isinstance(result, dict) and "statusCode" in result:
        return gateway_message(500, "Internal Server Error")
    body = result.encode() if isinstance(result, str) else payload
    return Response(200, [_JSON], body)


def _header_text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
