"""The ports through which facts are stored; one contract class in the tests checks each.

Facts change in transactions, one at a time. Any method may raise `Unavailable`; then the
transaction is rolled back, and the same work may be repeated.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from pixeltrack.events.retention import Retention
from pixeltrack.facts.visits import Hit, Visit
from pixeltrack.platform.identifiers import SiteId


@dataclass(frozen=True, slots=True)
class Progress:
    """How far aggregation is; instants in epoch milliseconds.

    Every bucket stored by `watermark` is merged, but for late ones; `swept_at` is when the last
    complete sweep began. `generation` rises when ids are deleted: ids cached before must not be
    used again.
    """

    watermark: int
    swept_at: int
    generation: int


@dataclass(frozen=True, slots=True)
class FactSite:
    """A site's number in the facts, and the zone by which its periods are cut."""

    number: int
    timezone: str


@dataclass(frozen=True, slots=True)
class NewVisitor:
    """A visitor by its key (`hits.visitor_key`); `value` is the id that the tracker keeps."""

    key: bytes
    site: int
    value: str
    imported: bool


@dataclass(frozen=True, slots=True)
class NewValue:
    """An entry of a site's dictionary, by its key."""

    key: bytes
    site: int
    kind: int
    value: str


@dataclass(frozen=True, slots=True)
class NewContext:
    """A context by its key: sixteen dictionary ids in the order of `dimensions.ATTRIBUTES`."""

    key: bytes
    site: int
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tail:
    """When a visitor's latest hit is, and its last visit that began before a given instant."""

    latest_at: int
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Touched:
    """A day that changed, with its instants, and when an import changed it, if one did."""

    site: int
    day: date
    start_at: int
    end_at: int
    imported_at: int | None = None


Since = tuple[int, int]
"""A visitor, and the instant from which on its rows are read or replaced."""


class FactsTransaction(Protocol):
    """One transaction under the one lock; it takes effect as a whole or not at all."""

    def progress(self) -> Progress:
        """Return how far aggregation is."""

    def advance(self, watermark: int) -> None:
        """Record that every bucket stored by `watermark` is merged."""

    def swept(self, at: int) -> None:
        """Record that a sweep which began at `at` is complete."""

    def turn_back(self, now: int) -> None:
        """Take back a watermark, and a last sweep, that a clock which ran ahead set later than now.

        They become the instant of the last bucket that is known to be merged, 0 without any.
        """

    def sites(self, ids: Collection[SiteId]) -> Mapping[SiteId, FactSite]:
        """Return the sites that exist, assigning numbers to those that have none yet."""

    def tombstones(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        """Return when visitors or sites of these keys were erased; others are absent."""

    def sealed(self, sites: Mapping[int, tuple[int, int]]) -> Mapping[int, list[tuple[int, int]]]:
        """Return each site's sealed days, as start and end, that overlap its two instants."""

    def unapplied(self, buckets: Collection[bytes]) -> set[bytes]:
        """Return which of these bucket keys are not merged yet."""

    def apply(self, buckets: Sequence[tuple[bytes, int]]) -> None:
        """Record buckets, by key and `stored_at`, as merged."""

    def unapply(self, buckets: Collection[bytes]) -> None:
        """Record buckets, by key, as not merged; they may be merged again then."""

    def visitor_ids(self, visitors: Sequence[NewVisitor]) -> Mapping[bytes, tuple[int, bool]]:
        """Return each visitor's id, and whether the visitor is new."""

    def value_ids(self, values: Sequence[NewValue]) -> Mapping[bytes, int]:
        """Return the id of each value."""

    def context_ids(self, contexts: Sequence[NewContext]) -> Mapping[bytes, int]:
        """Return the id of each context."""

    def contexts(self, ids: Collection[int]) -> Mapping[int, tuple[int, ...]]:
        """Return the sixteen ids of each context."""

    def texts(self, ids: Collection[int]) -> Mapping[int, str]:
        """Return the text of each dictionary id."""

    def mark_conflicts(self, events: Collection[tuple[bytes, int, int]]) -> None:
        """Record events, by key, site and instant, whose copies say different things.

        One that is recorded already is left as it is.
        """

    def hits(self, keys: Collection[bytes]) -> list[Hit]:
        """Return the hits of these events; an event without a hit is left out."""

    def hits_since(self, since: Sequence[Since]) -> list[Hit]:
        """Return all hits of each visitor from an instant on."""

    def tails(self, before: Sequence[Since]) -> Mapping[int, Tail]:
        """Return each visitor's latest hit, and its last visit that began before an instant."""

    def visits_since(self, since: Sequence[Since]) -> list[Visit]:
        """Return all visits of each visitor that began at an instant or later."""

    def remove_hits(self, keys: Collection[bytes]) -> None:
        """Delete the hits of these events."""

    def add_hits(self, hits: Sequence[Hit]) -> None:
        """Insert hits; none of their events may have one."""

    def move_hits(self, hits: Sequence[Hit]) -> None:
        """Set the `visit_at` of existing hits."""

    def replace_visits(self, since: Sequence[Since], visits: Sequence[Visit]) -> None:
        """Replace all visits that each visitor began at an instant or later."""

    def touch(self, days: Sequence[Touched]) -> None:
        """Record days that have or lost hits: their rollups, and their months', become invalid.

        Sealed days do not change.
        """


class Facts(Protocol):
    """The facts of all sites.

    Reads outside a transaction do not wait for the lock, and may differ from reads inside one.
    """

    def progress(self) -> Progress:
        """Return how far aggregation is."""

    def first_site_at(self) -> int | None:
        """Return when the oldest site was created (epoch ms), None where there is none."""

    def unapplied(self, buckets: Collection[bytes]) -> set[bytes]:
        """Return which of these bucket keys are not merged yet."""

    def transaction(self) -> AbstractContextManager[FactsTransaction]:
        """Open a transaction; raise `Busy` where another one is open."""


class BucketExpiry(Protocol):
    """Deletes stored buckets that will never be needed again."""

    def expire(self, site: SiteId, retention: Retention, is_late: Callable[[], bool]) -> int:
        """Delete a site's expired buckets until it `is_late`; return how many were deleted."""
