"""An event on its way through the steps: the record it is read from, and when it happened.

The event time is by the browser's clock, corrected by what it showed as it sent the batch.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pixeltrack.events import wire
from pixeltrack.events.rejections import Dropped, Reason, Rejection
from pixeltrack.events.stored import ERASED, StoredEvent
from pixeltrack.events.urls import Address
from pixeltrack.events.wire import LIMITS, RawEvent
from pixeltrack.platform.consumer import Record
from pixeltrack.platform.instants import LAST_COUNTED_MS, parse_ms
from pixeltrack.sites.sites import Site

MOST_AHEAD_MS = 5 * 60 * 1000
MOST_BEHIND_MS = 48 * 60 * 60 * 1000
_MOST_SAMPLE_BYTES = 2048
_MOST_UNKNOWN_BYTES = 160
_MOST_DETAIL = 200
_MOST_VISITORS = 50
"""As many as a batch has events; of a record that names more nothing is shown."""

_VISITOR = re.compile(r"(?:user|visitor)[ _-]?(?:id)?s?|uid", re.IGNORECASE)
"""Names of members that may hold a visitor's id."""

_SITE = re.compile(r"site[ _-]?id", re.IGNORECASE)
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Draft:
    """A raw event and what the steps have made of it: `site` and `page` once they are known.

    `json` and `document` are the event as the message and the store hold it, once it is complete.
    """

    partition: int
    raw: RawEvent
    event: StoredEvent
    site: Site = field(init=False)
    page: Address = field(init=False)
    json: bytes = field(init=False)
    document: bytes = field(init=False)

    def rejection(self, dropped: Dropped) -> Rejection:
        """Return the draft as a rejection, with the event as its sender wrote it.

        Of one whose visitor was erased nothing is shown, of one of no known site its kind alone:
        anybody can send those, as many as they like.
        """
        wire = self.raw.event
        visitors: tuple[str, ...] = ()
        match dropped.reason:
            case Reason.ERASED:
                sample = ""
            case Reason.UNKNOWN_SITE:
                shown = {"siteId": wire.site_id, "eventType": wire.event_type}
                sample = _encode(shown)[:_MOST_UNKNOWN_BYTES].decode(errors="ignore")
            case _:
                sample = _sample(wire)
                named = _named(wire.payload, _VISITOR) if wire.payload else []
                known = [wire.user_id or "", self.event.visitor]
                visitors = tuple(dict.fromkeys(filter(None, [*known, *named[:_MOST_VISITORS]])))
        return Rejection(
            partition=self.partition,
            offset=self.event.offset,
            received_at=self.event.received_at,
            reason=dropped.reason,
            detail=dropped.detail[:_MOST_DETAIL],
            sample=sample,
            tracking_id=wire.site_id,
            visitors=visitors,
        )


def decode(record: Record) -> Draft | Dropped:
    """Read a record as a raw event; whatever is none is malformed.

    It was received when the broker took it, or, where the record does not say that, when the
    collector's clock says.
    """
    value = record.value
    if value is None:
        return Dropped(Reason.MALFORMED, "no value")
    try:
        read = wire.decode(value)
    except (ValueError, RecursionError) as error:
        return Dropped(Reason.MALFORMED, str(error))
    if fault := next(_faults(read, value), None):
        return Dropped(Reason.MALFORMED, fault)
    sent = read.event
    received_at = record.timestamp if record.is_brokers_time else read.received_at
    event = StoredEvent(
        id=sent.id or "",
        offset=record.offset,
        type=sent.event_type,
        at=received_at,
        received_at=received_at,
        visitor="",
        imported=read.is_imported,
    )
    return Draft(partition=record.partition, raw=read, event=event)


def undecoded(record: Record, dropped: Dropped) -> Rejection:
    """Return a record that could not be read as a rejection.

    Its instant is the broker's, since its own cannot be told. Of the record only a member
    `event` is shown: anything else may hold an address. What nobody could ask to be erased is not
    shown either: what names no site, or several, or too many visitors.
    """
    event = _event_member(record.value)
    sites, visitors = _named(event, _SITE), _named(event, _VISITOR)
    is_shown = len(sites) == 1 and len(visitors) <= _MOST_VISITORS
    return Rejection(
        partition=record.partition,
        offset=record.offset,
        received_at=record.timestamp,
        reason=dropped.reason,
        detail=dropped.detail[:_MOST_DETAIL],
        sample=_sample(event) if is_shown else "",
        tracking_id=sites[0] if len(sites) == 1 else "",
        visitors=tuple(visitors) if is_shown else (),
    )


@dataclass(frozen=True, slots=True)
class EventTime:
    """An instant in epoch milliseconds; `is_fixed` where the browser's could not be believed."""

    at: int
    is_fixed: bool = False


def event_time(
    timestamp: str | None,
    sent_at: int | None,
    received_at: int,
    *,
    is_imported: bool = False,
    stamped_at: int | None = None,
) -> EventTime | None:
    """Return when an event happened, or None where that is more than 48 h before its receipt.

    What is imported may be of any age since 1970.

    `at = timestamp + (received_at - sent_at)`; more than 5 minutes ahead of the receipt, or
    unreadable, it is the receipt itself. So it is where the collector had to stamp the event:
    `stamped_at` is what its clock showed.
    """
    if timestamp is None:
        return EventTime(received_at)
    try:
        at = parse_ms(timestamp)
    except ValueError:
        return EventTime(received_at, is_fixed=True)
    if sent_at is not None:
        at += received_at - sent_at
    elif at == stamped_at:
        at = received_at
    if at > received_at + MOST_AHEAD_MS:
        return EventTime(received_at, is_fixed=True)
    oldest = 0 if is_imported else received_at - MOST_BEHIND_MS
    return None if at < oldest else EventTime(at)


def _faults(read: RawEvent, value: bytes) -> Iterator[str]:
    if read.v != 1:
        yield "another version"
    if not 0 < read.received_at <= LAST_COUNTED_MS:
        yield "receivedAt is no instant"
    if not read.event.id:
        yield "event.id is missing"
    if read.event.event_type == ERASED:
        yield "event.eventType is what is left of erased events"
    if rb"\u0000" in value and _ESCAPED_NUL.search(value):
        yield "holds NUL"


def _event_member(value: bytes | None) -> Any:
    try:
        record: Any = msgspec.json.decode(value or b"null")
    except (ValueError, RecursionError):
        return None
    return record.get("event") if isinstance(record, dict) else None


def _named(value: Any, names: re.Pattern[str]) -> list[str]:
    """Return the different texts and numbers of members of such names, however deep they lie."""
    found: dict[str, None] = {}
    waiting = [(value, False)]
    while waiting:
        inner, is_named = waiting.pop()
        match inner:
            case dict():
                waiting += [(v, is_named or bool(names.fullmatch(k))) for k, v in inner.items()]
            case list():
                waiting += [(v, is_named) for v in inner]
            case str() | int() | float() if is_named and not isinstance(inner, bool):
                found[str(inner)] = None
    return [text for text in found if 0 < len(text) <= LIMITS["userId"][1]]


def _sample(event: Any) -> str:
    return _encode(event)[:_MOST_SAMPLE_BYTES].decode(errors="ignore")
