"""What the collector answers: an empty 204 or the pixel, or the reason as problem+json."""

import base64
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from pixeltrack.platform.errors import FieldError

Answer = dict[str, Any]

PIXEL = base64.b64encode(
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
).decode()
"""A transparent GIF of one pixel (GIF89a), in base64."""

RETRY_AFTER_S = 5


def headers_for(request_headers: Mapping[str, str], request_id: str) -> dict[str, str]:
    """Return the headers every answer carries; any site's page may send, with a beacon too."""
    headers = {"X-Request-Id": request_id, "Cache-Control": "no-store"}
    if origin := request_headers.get("origin"):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
        headers["Vary"] = "Origin"
    return headers


def accepted(headers: dict[str, str]) -> Answer:
    """Return that every event of the request is acknowledged."""
    return {"statusCode": 204, "headers": headers}


def preflight(headers: dict[str, str]) -> Answer:
    """Return the preflight that a JSON body causes."""
    allowed = {
        "Access-Control-Allow-Methods": "POST, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "86400",
    }
    return {"statusCode": 204, "headers": headers | allowed}


def problem(
    status: int, headers: dict[str, str], errors: Sequence[FieldError] = (), detail: str = ""
) -> Answer:
    """Return why nothing was taken, as RFC 9457 problem+json."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or "; ".join(f"{e.field} {e.message}" for e in errors),
        "requestId": headers["X-Request-Id"],
    }
    if errors:
        body["errors"] = [{"field": e.field, "message": e.message} for e in errors]
    retry = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return {
        "statusCode": status,
        "headers": headers | {"Content-Type": "application/problem+json"} | retry,
        "body": msgspec.json.encode(body).decode(),
    }


def as_pixel(answer: Answer) -> Answer:
    """Return the same with the pixel as body: an image is shown whatever became of the event."""
    status = 200 if answer["statusCode"] == 204 else answer["statusCode"]
    return {
        "statusCode": status,
        "headers": answer["headers"] | {"Content-Type": "image/gif"},
        "body": PIXEL,
        "isBase64Encoded": True,
    }
