"""Erasure: which events and samples it takes, and what it leaves of a stored event.

A visitor's tombstone takes what happened, or was received, up to its instant. A site's takes all
of the site, whatever the instant: the id of a deleted site never comes back.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from pixeltrack.events.identity import visitor_key
from pixeltrack.events.stored import ERASED, StoredEvent
from pixeltrack.platform.identifiers import SiteId, TrackingId

_TEXT = r'("(?:[^"\\]|\\.)*")'
_SITE = re.compile(rf'"siteId":{_TEXT}')
_VISITOR = re.compile(rf'"userId":{_TEXT}')
_TOKEN = re.compile(rf"{_TEXT}(\s*:)?|(-?[0-9][0-9.eE+-]*)")
"""A text, which a colon makes the name of a member, or a number."""


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


WHOLE_SITE = b"site"
"""Stands for a visitor's key where all of a site is erased."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a span came to: documents read and changed, and where to go on, None at the end.

    `changed` counts documents by the key of the visitor who was erased in them. `spared` are the
    ids of buckets that hold later events of these visitors.
    """

    read: int
    changed: Mapping[bytes, int]
    next: Span | None
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of a site, or of some of its visitors, each as of an instant (epoch ms).

    `visitors` holds the instants by the keys of the living visitors; the same ids among imports
    go with them. Of a site (None) everything goes, whenever it came.
    """

    site: SiteId
    tracking_id: TrackingId
    visitors: Mapping[bytes, int] | None = None

    def takes(self, event: StoredEvent) -> bytes | None:
        """Return whose erasure an event of the site goes with, None where it stays.

        What is left of an erased event does not go again.
        """
        if event.type == ERASED:
            return None
        if self.visitors is None:
            return WHOLE_SITE
        key = self._key(event.visitor)
        erased_at = self.visitors.get(key)
        if erased_at is None or not is_erased(event.at, event.received_at, erased_at):
            return None
        return key

    def spares(self, event: StoredEvent) -> bool:
        """Tell whether an event of the visitors stays: it happened, and was received, later."""
        return (
            self.visitors is not None
            and self._key(event.visitor) in self.visitors
            and self.takes(event) is None
        )

    def takes_sample(
        self,
        sample: str,
        received_at: int,
        visitors: Sequence[str] | None = None,
        site: str | None = None,
    ) -> bytes | None:
        """Return whose erasure the sample of a dropped event goes with: JSON, perhaps cut.

        It goes with everybody whose id stands in it as a value, or among the `visitors` that were
        kept beside it. Of an older one, which has none (None), whatever was cut before it names a
        visitor goes with anybody's. `site` is its tracking id, else the sample says it.
        """
        if not sample or (site or shown_site(sample)) != self.tracking_id:
            return None
        if self.visitors is None:
            return WHOLE_SITE
        named = {*_values(sample), *(visitors or ())}
        keys = [self._key(visitor) for visitor in named]
        if visitors is None and _read(_VISITOR, sample) is None and not _is_whole(sample):
            keys = list(self.visitors)
        taken = (key for key in keys if received_at <= self.visitors.get(key, -1))
        return next(taken, None)

    def _key(self, visitor: str) -> bytes:
        return visitor_key(self.site, visitor, imported=False)


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
    return _text(found[1]) if found else None


def _text(written: str) -> str | None:
    try:
        return msgspec.json.decode(written, type=str)
    except ValueError:
        return None


def _values(sample: str) -> Iterator[str]:
    for text, colon, number in _TOKEN.findall(sample):
        value = number or _text(text)
        if value and not colon:
            yield value


def _is_whole(sample: str) -> bool:
    try:
        msgspec.json.decode(sample)
    except (ValueError, RecursionError):
        return False
    return True
