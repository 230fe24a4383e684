"""The event on the wire: its shape, the gate that judges it, and the record of `raw_events`.

The gate judges size and shape alone. It reads a request into events that every later step can rely
on, or raises `Refused` naming the field, the event's index and the limit. What a site allows is the
processor's to judge.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from pixeltrack.platform.errors import FieldError, Refused
from pixeltrack.platform.instants import YEARS, parse_ms, whole_ms

IMPORT = "import"


class WireEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One event as a tracker sends it; unknown fields are ignored.

    `site_id` is the site's tracking id. `timestamp` is ISO 8601 by the browser's clock.
    `touch_points` is how many fingers the screen tells apart, 0 for one that is not touched.
    The gate has checked every limit and stamped `id` and `timestamp` where they were missing.
    """

    site_id: str
    event_type: str
    url: str
    id: str | None = None
    referrer: str | None = None
    title: str | None = None
    timestamp: str | None = None
    user_id: str | None = None
    screen: str | None = None
    language: str | None = None
    timezone: str | None = None
    touch_points: int | None = None
    payload: dict[str, Any] | None = None


class RawEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One acknowledged event. `received_at` and `sent_at` are milliseconds since the epoch.

    `country` is the edge's ISO 3166 code, present only when the edge is trusted; `sent_at` is
    the browser's clock as it sent the request. `origin` and `referer` are the headers of the same
    names, the latter without path and only where it says something else. `source` is `import` for
    history that was brought in, and absent else. This is the only place that ever holds `ip`.
    """

    v: int
    received_at: int
    ip: str
    event: WireEvent
    user_agent: str = ""
    origin: str = ""
    referer: str = ""
    country: str | None = None
    sent_at: int | None = None
    source: str | None = None

    @property
    def is_imported(self) -> bool:
        """Tell whether it is history: of any age, and its visitors apart from living ones."""
        return self.source == IMPORT


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(RawEvent)


def encode(raw: RawEvent) -> bytes:
    """Encode a record as the JSON value of a Kafka message."""
    return _encoder.encode(raw)


def decode(value: bytes) -> RawEvent:
    """Read a record back; raises `msgspec.DecodeError` or a `ValueError` where it is not one."""
    return _decoder.decode(value)


def partition_key(raw: RawEvent) -> bytes:
    """Key by site and visitor, so that one busy site spreads and a visitor stays in order."""
    event = raw.event
    visitor = event.user_id or f"{raw.ip}\n{raw.user_agent}"
    text = f"{event.site_id}\n{visitor}".encode()
    return hashlib.blake2b(text, digest_size=12).digest()


MOST_BYTES = 64 * 1024
MOST_EVENTS = 50
MOST_PAYLOAD_BYTES = 8 * 1024
MOST_PAYLOAD_KEYS = 64
MOST_PAYLOAD_DEPTH = 16
MOST_TOUCH_POINTS = 256
TITLE_CUT = 512
AGENT_CUT = 512
ELEMENT_TEXT_CUT = 100

LIMITS = {
    "siteId": ("site_id", 64),
    "eventType": ("event_type", 64),
    "url": ("url", 2048),
    "referrer": ("referrer", 2048),
    "userId": ("user_id", 128),
    "screen": ("screen", 32),
    "language": ("language", 64),
    "timezone": ("timezone", 64),
}
"""Most characters of each text field; `title` and `payload.elementText` are cut instead."""

_REQUIRED = ("siteId", "eventType", "url")
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>.*)`)?\Z", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")


class _Envelope(msgspec.Struct, rename="camel"):
    events: list[WireEvent] | msgspec.UnsetType = msgspec.UNSET
    sent_at: str | int | float | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The events of one request and the browser's clock as it sent them (epoch ms)."""

    events: list[WireEvent]
    sent_at: int | None


_envelope = msgspec.json.Decoder(_Envelope)
_single = msgspec.json.Decoder(WireEvent)
_payload = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.Encoder().encode


def read(body: bytes) -> Batch:
    """Read the body of `POST /track`: one event, or `{"events": [1 to 50], "sentAt"?}`."""
    if len(body) > MOST_BYTES:
        raise Refused(413, FieldError("body", f"is larger than {MOST_BYTES // 1024} KiB"))
    try:
        envelope = _envelope.decode(body)
        if envelope.events is msgspec.UNSET:
            events, prefix = [_single.decode(body)], ""
        else:
            events, prefix = envelope.events, "events[{}]."
    except msgspec.ValidationError as error:
        raise Refused(400, _explained(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, FieldError("body", f"is not JSON in UTF-8: {error}")) from error
    except RecursionError as error:
        raise Refused(400, FieldError("body", "is nested too deeply")) from error
    if not 1 <= len(events) <= MOST_EVENTS:
        raise Refused(400, FieldError("events", f"must hold 1 to {MOST_EVENTS} events"))
    sent_at = _sent_at(envelope.sent_at)
    for index, event in enumerate(events):
        check(event, prefix.format(index))
    return Batch(events, sent_at)


def read_query(fields: Mapping[str, str]) -> Batch:
    """Read the query of `GET /pixel.gif`: one event's fields, `payload` as a JSON object."""
    names = {field.encode_name: field.name for field in msgspec.structs.fields(WireEvent)}
    values: dict[str, Any] = {n: fields[n] for n in names if n in fields}
    for name in _REQUIRED:
        if name not in values:
            raise Refused(400, FieldError(name, "is required"))
    try:
        if "payload" in values:
            values["payload"] = _payload.decode(values["payload"])
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refused(400, FieldError("payload", "must be a JSON object")) from error
    if "touchPoints" in values:
        values["touchPoints"] = _touch_points(values["touchPoints"])
    event = WireEvent(**{names[name]: value for name, value in values.items()})
    check(event)
    return Batch([event], _sent_at(fields.get("sentAt")))


def _touch_points(text: str) -> int:
    """Read a number of the query; one that is none is beyond the limits."""
    return int(text) if _NUMBER.match(text) else -1


def _explained(message: str) -> FieldError:
    """Turn msgspec's sentence into the field's path and what is wrong with it."""
    found = _PLACE.match(message)
    path = (found and found["path"]) or ""
    what = found["what"] if found else message
    if missing := _MISSING.search(what):
        path = f"{path}.{missing[1]}".lstrip(".")
        what = "is required"
    return FieldError(path or "body", what[0].lower() + what[1:])


def _sent_at(value: str | float | None) -> int | None:
    if value is None:
        return None
    try:
        return parse_ms(value) if isinstance(value, str) else whole_ms(value)
    except ValueError as error:
        message = f"must be ISO 8601 or milliseconds since 1970, {YEARS}"
        raise Refused(400, FieldError("sentAt", message)) from error


def check(event: WireEvent, prefix: str = "") -> None:
    """Hold one event to the limits; cut what may be cut.

    Raise `Refused` with the field, `prefix` before its name, and the limit.
    """
    for name, (attribute, limit) in LIMITS.items():
        text = getattr(event, attribute)
        if text is not None:
            _check_text(text, prefix + name, limit)
            if name in _REQUIRED and not text.strip():
                raise Refused(400, FieldError(prefix + name, "must not be empty"))
    _check_addresses(event, prefix)
    if event.id is not None and not _ID.match(event.id):
        message = "must be 1 to 64 characters of A-Z, a-z, 0-9, _ and -"
        raise Refused(400, FieldError(prefix + "id", message))
    if event.title is not None:
        _check_text(event.title, prefix + "title", MOST_BYTES)
        event.title = event.title[:TITLE_CUT]
    if event.timestamp is not None:
        _check_timestamp(event.timestamp, prefix + "timestamp")
    if event.touch_points is not None and not 0 <= event.touch_points <= MOST_TOUCH_POINTS:
        message = f"must be a whole number from 0 to {MOST_TOUCH_POINTS}"
        raise Refused(400, FieldError(prefix + "touchPoints", message))
    if event.payload is not None:
        _check_payload(event.payload, prefix + "payload")


def _check_addresses(event: WireEvent, prefix: str) -> None:
    for name, address in (("url", event.url), ("referrer", event.referrer)):
        if address is not None and "%00" in address:
            raise Refused(400, FieldError(prefix + name, "must not contain NUL (%00)"))


def _check_text(text: str, field: str, limit: int) -> None:
    if len(text) > limit:
        raise Refused(400, FieldError(field, f"is longer than {limit} characters"))
    if "\0" in text:
        raise Refused(400, FieldError(field, "must not contain NUL"))


def _check_timestamp(text: str, field: str) -> None:
    try:
        parse_ms(text)
    except ValueError as error:
        message = f"must be an instant in ISO 8601 {YEARS}, as in 2026-11-22T10:00:00.000Z"
        raise Refused(400, FieldError(field, message)) from error


def _check_payload(payload: dict[str, Any], field: str) -> None:
    if len(payload) > MOST_PAYLOAD_KEYS:
        raise Refused(400, FieldError(field, f"has more than {MOST_PAYLOAD_KEYS} keys"))
    element_text = payload.get("elementText")
    if isinstance(element_text, str):
        payload["elementText"] = element_text[:ELEMENT_TEXT_CUT]
    _check_value(payload, field, 1)
    if len(_encode(payload)) > MOST_PAYLOAD_BYTES:
        raise Refused(400, FieldError(field, f"is larger than {MOST_PAYLOAD_BYTES // 1024} KiB"))


def _check_value(value: Any, field: str, depth: int) -> None:
    if depth > MOST_PAYLOAD_DEPTH:
        raise Refused(400, FieldError(field, f"is nested deeper than {MOST_PAYLOAD_DEPTH} levels"))
    match value:
        case str():
            if "\0" in value:
                raise Refused(400, FieldError(field, "must not contain NUL"))
        case float():
            if not math.isfinite(value):
                raise Refused(400, FieldError(field, "holds a number that is not finite"))
        case dict():
            for key, item in value.items():
                _check_value(key, field, depth)
                _check_value(item, field, depth + 1)
        case list():
            for item in value:
                _check_value(item, field, depth + 1)
