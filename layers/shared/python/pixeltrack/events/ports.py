"""The ports: what use cases ask of the world, each held by one contract class in the tests.

Every method may raise `Unavailable` when the server behind it is away; nothing is half done then
that repeating the call would not mend.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pixeltrack.events.erasure import Erasure, Rewritten, Span
from pixeltrack.events.rejections import Rejection
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform.errors import PixelTrackError
from pixeltrack.platform.identifiers import SiteId, TrackingId
from pixeltrack.platform.instants import LAST_MS
from pixeltrack.platform.ports import Added


class Unstorable(PixelTrackError):
    """The store cannot hold an event; the text names the fault."""


class EventStore(Protocol):
    """The buckets of collection `events`."""

    def encode(self, event: StoredEvent) -> bytes:
        """Return an event as the store's bucket holds it; raises `Unstorable`."""

    def add(
        self, buckets: Sequence[Bucket], encoded: Mapping[str, Sequence[bytes]] | None = None
    ) -> Added:
        """Store buckets; one whose id is there already is a repeat and left as it is.

        `encoded` holds by bucket id what `encode` returned for its events. A bucket that the
        store will never take is named in the answer, the others are in.
        """

    def latest(
        self,
        sites: Sequence[SiteId],
        *,
        before: "Position | None",
        limit: int,
        event_type: str | None = None,
        firsts: "FirstCopies",
    ) -> "Page":
        """Return a page of events, newest first, each (site, id) once. See `Position`.

        Of an event's copies the first received is shown, as far as `firsts` know it or it was
        stored since. Imports and what is left of erased events are not shown, nor pings unless
        asked for.
        """


class FirstCopies(Protocol):
    """Which copy of each event counts: the first received of those that are merged."""

    def merged_until(self) -> int:
        """Return the instant (epoch ms) up to which everything stored is merged."""

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return by `identity.event_key` the `identity.copy_of` that counts, where one does."""


class RejectionStore(Protocol):
    """The dropped events of collection `rejected`."""

    def add(self, rejections: Sequence[Rejection]) -> Added:
        """Store rejections; one whose id is there already is a repeat and left as it is.

        One that the store will never take is named in the answer, the others are in.
        """


class DropCounts(Protocol):
    """How many events of a site were dropped, and why."""

    def dropped(self, site: TrackingId, since: int, until: int) -> Mapping[str, int]:
        """Return counts by reason of what was dropped from `since` on and before `until`.

        Instants are epoch milliseconds. No more than `MOST_DROPPED` events are counted.
        """


MOST_DROPPED = 10_000
"""Most dropped events that are counted for one answer."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where an event copy stands in the order of the feed; all instants in milliseconds.

    `start` is the newest `stored_at` of the feed's first page, `merged` up to when facts knew
    everything then: the pages of one walk share both.
    """

    stored_at: int
    received_at: int
    partition: int
    offset: int
    start: int = field(compare=False, default=0)
    merged: int = field(compare=False, default=0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the feed; `next` is where to go on, or None where nothing is older.

    A page may hold fewer events than asked for while `next` is set: one call reads a bounded
    number of buckets.
    """

    events: Sequence[tuple[SiteId, StoredEvent]]
    next: Position | None


FIRST_WIDTH_MS = 10_000
FOREVER_MS = LAST_MS
"""The end of the year 9999, the last instant that a store's clock may show."""

MOST_EVENTS = 20_000
"""Events after which a band ends, with the instant of the last."""


@dataclass(frozen=True, slots=True)
class Band:
    """Every bucket stored later than `after` and not later than `until`, perhaps none."""

    after: int
    until: int
    buckets: list[Bucket]

    @property
    def events(self) -> int:
        """Count the events in all buckets."""
        return sum(len(bucket.events) for bucket in self.buckets)


class Buckets(Protocol):
    """The stored buckets, to be read in the order in which they were stored.

    Instants are epoch milliseconds; a span is after its first and up to its last.
    """

    def walk(
        self,
        after: int,
        until: int,
        *,
        site: SiteId | None = None,
        newest_first: bool = False,
        width_ms: int = FIRST_WIDTH_MS,
        most_events: int = MOST_EVENTS,
    ) -> Iterator[Band]:
        """Read the buckets stored in a span, of one site or of all, band by band, in order.

        The bands join without a gap. The first is `width_ms` wide; they widen where little is
        found, up to an hour, and narrow where there is much or the store took too long. One ends
        once it holds `most_events`, at a whole instant; nothing else is held meanwhile.
        """

    def names(self, after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        """Yield `_id` and `storedAt` of the buckets stored in a span, band by band.

        Without an end (None) those too that a clock which runs ahead gave a later instant.
        """

    def named(self, names: Sequence[str]) -> list[Bucket]:
        """Read the buckets of these `_id`s, those that there are."""

    def date_back(self, names: Sequence[str], stored_at: int) -> None:
        """Give buckets of these `_id`s that say they were stored later this instant instead."""


class Tombstones(Protocol):
    """Who and what was erased, by key: `hits.visitor_key` or `hits.site_key`."""

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        """Return when each was erased (epoch ms), those that were."""


class ErasureStore(Protocol):
    """Rewrites what is stored of erased visitors and sites; done twice, it changes nothing more."""

    def newest(self, now: int) -> Span:
        """Return the span in which a walk begins, with what wrong clocks wrote in it."""

    def rewrite_buckets(self, erasure: Erasure, span: Span, down_to: int) -> Rewritten:
        """Leave the remains of erased events in the site's buckets stored in a span.

        The walk ends once it is below `down_to`.
        """

    def rewrite_rejections(self, erasure: Erasure, span: Span, down_to: int) -> Rewritten:
        """Empty the samples of the site's rejections stored in a span that show who was erased."""
