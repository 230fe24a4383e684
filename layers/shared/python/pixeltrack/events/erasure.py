"""Erasure: which stored events and samples it takes, and what it leaves of an event."""

import re
from dataclasses import dataclass

import msgspec

from pixeltrack.events.barriers import is_erased
from pixeltrack.events.identity import visitor_key
from pixeltrack.events.stored import ERASED, StoredEvent
from pixeltrack.platform.identifiers import SiteId, TrackingId

_TEXT = r'("(?:[^"\\]|\\.)*")'
_SITE = re.compile(rf'"siteId":{_TEXT}')
_VISITOR = re.compile(rf'"userId":{_TEXT}')


@dataclass(frozen=True, slots=True)
class Span:
    """A span of epoch milliseconds: later than `after`, not later than `until`."""

    after: int
    until: int


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a span came to: documents read and changed, and where to go on, None at the end.

    `spared` are the ids of buckets that hold later events of the visitor.
    """

    read: int
    changed: int
    next: Span | None
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of a site, or of one of its visitors by key, as of an instant (epoch ms).

    `visitor` is the key of the living visitor; the same id among imports goes with it. Of a site
    (None) everything goes, whenever it came.
    """

    site: SiteId
    tracking_id: TrackingId
    erased_at: int
    visitor: bytes | None = None

    def takes(self, event: StoredEvent) -> bool:
        """Tell whether an event of the site goes; what is left of one does not go again."""
        if event.type == ERASED:
            return False
        if self.visitor is None:
            return True
        is_before = is_erased(event.at, event.received_at, self.erased_at)
        return is_before and self._is_visitor(event.visitor)

    def spares(self, event: StoredEvent) -> bool:
        """Tell whether an event of the visitor stays: it happened, and was received, later."""
        return (
            self.visitor is not None and self._is_visitor(event.visitor) and not self.takes(event)
        )

    def takes_sample(self, sample: str, received_at: int) -> bool:
        """Tell whether the sample of a dropped event goes: JSON, perhaps cut at its end."""
        if shown_site(sample) != self.tracking_id:
            return False
        if self.visitor is None:
            return True
        visitor = _read(_VISITOR, sample)
        return visitor is not None and received_at <= self.erased_at and self._is_visitor(visitor)

    def _is_visitor(self, visitor: str) -> bool:
        return visitor_key(self.site, visitor, imported=False) == self.visitor


def shown_site(sample: str) -> str | None:
    """Return the tracking id that the sample of a dropped event shows."""
    return _read(_SITE, sample)


def remains(event: StoredEvent) -> StoredEvent:
    """Return what is left of an erased event: its place and its receipt, for the ledger."""
    return StoredEvent(
        id="", offset=event.offset, type=ERASED, at=0, received_at=event.received_at, visitor=""
    )


def _read(member: re.Pattern[str], sample: str) -> str | None:
    found = member.search(sample)
    try:
        return msgspec.json.decode(found[1], type=str) if found else None
    except ValueError:
        return None
