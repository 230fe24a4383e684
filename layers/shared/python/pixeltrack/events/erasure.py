"""Erasure: which events and samples it takes, and what it leaves of a stored event.

A visitor's tombstone takes what happened, or was received, up to its instant. A site's takes all
of the site, whatever the instant: the id of a deleted site never comes back.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from pixeltrack.events.identity import visitor_key
from pixeltrack.events.stored import ERASED, StoredEvent
from pixeltrack.platform.identifiers import SiteId, TrackingId

_TEXT = r'("(?:[^"\\]|\\.)*")'
_SITE = re.compile(rf'"siteId":{_TEXT}')
_VISITOR = re.compile(rf'"userId":{_TEXT}')


def is_erased(at: int, received_at: int, erased_at: int) -> bool:
    """Tell whether a visitor's event goes with an erasure; instants are epoch ms."""
    return min(at, received_at) <= erased_at


@dataclass(frozen=True, slots=True)
class Barriers:
    """Tombstones by the key of visitor or site, and each site's sealed days, start and end.

    Sites of sealed days go by their number in the facts. Instants are epoch milliseconds.
    """

    tombstones: Mapping[bytes, int]
    sealed: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)

    def erases(self, site_key: bytes, visitor_key: bytes, at: int, received_at: int) -> bool:
        """Tell whether an event is one of an erased site, or of a visitor erased later."""
        if not self.tombstones:
            return False
        if site_key in self.tombstones:
            return True
        erased_at = self.tombstones.get(visitor_key)
        return erased_at is not None and is_erased(at, received_at, erased_at)

    def is_sealed(self, site_number: int, at: int) -> bool:
        """Tell whether an instant lies on a sealed day."""
        return any(start <= at < end for start, end in self.sealed.get(site_number, ()))


NO_BARRIERS = Barriers({})


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
