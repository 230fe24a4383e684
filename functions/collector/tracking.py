"""The collector's requests: what a browser may send, what becomes of it, what it is answered.

The answer is an empty 204 or the pixel, or the reason as problem+json.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from pixeltrack.api.client import Client
from pixeltrack.events import wire
from pixeltrack.platform.errors import FieldError, Refused
from pixeltrack.platform.identifiers import new_event_id
from pixeltrack.platform.instants import iso
from pixeltrack.platform.ports import Message, Stream

Answer = dict[str, Any]

PIXEL = base64.b64encode(
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
).decode()
"""A transparent GIF of one pixel (GIF89a), in base64."""

RETRY_AFTER_S = 5
MOST_ORIGIN = 300
"""Longest origin kept: a scheme, a host of 253 characters and a port fit."""

_TYPES = {"text/plain", "application/json"}
_MOST_BASE64 = wire.MOST_BYTES * 4 // 3 + 4


def read_body(event: Mapping[str, Any]) -> wire.Batch:
    """Read `POST /track`; raises `Refused` with 400, 413 or 415."""
    _check_type(event["headers"].get("content-type", ""))
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return wire.read(body.encode("utf-8", "surrogatepass"))
    if len(body) > _MOST_BASE64:
        raise Refused(413, FieldError("body", f"is larger than {wire.MOST_BYTES // 1024} KiB"))
    try:
        return wire.read(base64.b64decode(body, validate=True))
    except binascii.Error as error:
        raise Refused(400, FieldError("body", "is not base64")) from error


def read_query(event: Mapping[str, Any]) -> wire.Batch:
    """Read `GET /pixel.gif`; of a repeated field the last one counts."""
    query = event.get("rawQueryString") or ""
    if len(query) > wire.MOST_BYTES:
        raise Refused(413, FieldError("query", f"is larger than {wire.MOST_BYTES // 1024} KiB"))
    try:
        fields = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError as error:
        raise Refused(400, FieldError("query", "is not UTF-8")) from error
    except ValueError as error:
        raise Refused(400, FieldError("query", "has more than 100 fields")) from error
    return wire.read_query(dict(fields))


@lru_cache(64)
def _check_type(content_type: str) -> None:
    """Take the two types a tracker sends, in any spelling of UTF-8; none at all is plain text."""
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() not in _TYPES | {""}:
        message = "must be text/plain or application/json"
        raise Refused(415, FieldError("content-type", message))
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower().replace("-", "").replace("_", "")
        if name.strip().lower() == "charset" and charset != "utf8":
            raise Refused(415, FieldError("content-type", "must have charset UTF-8"))


class Collect:
    """Turns a request's events into records of `raw_events`.

    `now_ms` is the clock in epoch milliseconds, `randomness` returns that many random bytes.
    """

    def __init__(
        self, stream: Stream, *, now_ms: Callable[[], int], randomness: Callable[[int], bytes]
    ) -> None:
        self._stream = stream
        self._now_ms = now_ms
        self._randomness = randomness

    def __call__(
        self,
        batch: wire.Batch,
        client: Client,
        *,
        user_agent: str,
        origin: str,
        referer: str,
        request_id: str,
        within_ms: int | None = None,
    ) -> None:
        """Return once every event is acknowledged; raises `Unavailable` if any is not."""
        now = self._now_ms()
        browser_clock = now if batch.sent_at is None else batch.sent_at
        headers = {"requestId": request_id}
        referer = _origin_of(referer)
        if referer == origin:
            referer = ""
        messages = []
        for event in batch.events:
            if event.id is None:
                event.id = new_event_id(now, self._randomness(10))
            if event.timestamp is None:
                event.timestamp = iso(browser_clock)
            record = wire.RawEvent(
                v=1,
                received_at=now,
                ip=client.ip,
                user_agent=user_agent[: wire.AGENT_CUT],
                origin=origin[:MOST_ORIGIN],
                referer=referer[:MOST_ORIGIN],
                country=client.country,
                sent_at=batch.sent_at,
                event=event,
            )
            messages.append(Message(wire.encode(record), wire.partition_key(record), headers))
        self._stream.publish(messages, within_ms=within_ms)


def _origin_of(referer: str) -> str:
    """Return a referrer without its path, which says nothing that the event does not."""
    return "/".join(referer.split("/", 3)[:3])


def headers_for(request_headers: Mapping[str, str], request_id: str) -> dict[str, str]:
    """Return the headers every answer carries; any site's page may send, with a beacon too."""
    headers = {
        "X-Request-Id": request_id,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
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
