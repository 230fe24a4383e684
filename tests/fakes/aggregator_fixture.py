"""A small system for tests of the aggregator: sites, deliveries, buckets, a clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pixeltrack.events.erasure import Erasure
from pixeltrack.events.identity import received_at, visitor_key
from pixeltrack.events.stored import Bucket, Sized, StoredEvent, cut
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.encoding import DictionaryEncoder
from pixeltrack.facts.erasing import forget_hits
from pixeltrack.facts.merging import bucket_key, merge
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.sites.sites import Site
from tests.fakes.facts import FakeBuckets, FakeFacts
from tests.fakes.shown_facts import Shown, expected, in_memory
from tests.fakes.truth import described, true_events, true_visits

SITE = SiteId("00000000-0000-4000-8000-000000000001")
OTHER = SiteId("00000000-0000-4000-8000-000000000002")
UNKNOWN = SiteId("00000000-0000-4000-8000-00000000000f")
ZONES = {SITE: "America/Sao_Paulo", OTHER: "Asia/Kolkata"}
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
NOON = 1_795_176_000_000  # 2026-11-20T12:00:00Z


def event(id: str, at: int, **given: Any) -> StoredEvent:  # noqa: A002
    """Make a page view of visitor `ann`, received as it happened, unless said otherwise."""
    values: dict[str, Any] = {
        "type": "pageview",
        "received_at": at,
        "visitor": "ann",
        "path": "/",
        "offset": 0,
    }
    return StoredEvent(id=id, at=at, **{**values, **given})


def bucket(
    events: Sequence[StoredEvent], stored_at: int, *, site: SiteId = SITE, partition: int = 0
) -> Bucket:
    """Put events into one bucket."""
    owner = Site(site, TrackingId("pt_" + "0" * 32), AccountId("a"), "https://example.com")
    made = cut([Sized(partition, owner, e, 1) for e in events], stored_at)
    assert len(made) == 1
    return made[0]


@dataclass
class AggregatorFixture:
    """Buckets, facts and an aggregation over both, with a clock that stands until it is moved."""

    now: int = NOON
    stored: FakeBuckets = field(default_factory=FakeBuckets)
    facts: FakeFacts = field(default_factory=lambda: FakeFacts(ZONES, made_at=NOON))
    offset: int = 0

    def __post_init__(self) -> None:
        self.aggregation = Aggregation(self.stored, self.facts, lambda: self.now)

    def take(self, *events: StoredEvent, stored_at: int | None = None, site: SiteId = SITE) -> None:
        """Store events as one batch, with offsets of their own."""
        for e in events:
            self.offset += 1
            e.offset = self.offset
        self.stored.add(bucket(events, self.now if stored_at is None else stored_at, site=site))

    def run(self, dies_after: int | None = None) -> None:
        """Catch up; die at the n-th call where one is given."""
        self._tried(lambda: self.aggregation.catch_up(lambda: False), dies_after)

    def sweep(self, dies_after: int | None = None) -> None:
        """Sweep; die at the n-th call where one is given."""
        self._tried(lambda: self.aggregation.sweep(lambda: False), dies_after)

    def set_tombstone(self, site: SiteId, visitor: str) -> None:
        """Set a visitor's tombstones."""
        for imported in (False, True):
            key = visitor_key(site, visitor, imported=imported)
            self.facts.state.tombstones[key] = self.now

    def forget(self, erased: Mapping[tuple[str, str], int], dies_after: int | None = None) -> None:
        """Take erased visitors out of the facts; die at the n-th call where one is given."""
        self._tried(lambda: self._forget(erased), dies_after)

    def _forget(self, erased: Mapping[tuple[str, str], int]) -> None:
        for (site, value), erased_at in erased.items():
            with self.facts.transaction() as transaction:
                known = transaction.sites([SiteId(site)])[SiteId(site)]
                numbers = [
                    number
                    for number, visitor in self.facts.state.visitors.values()
                    if visitor.value == value and visitor.site == known.number
                ]
                gone = [
                    hit
                    for hit in transaction.hits_since([(number, -HOUR) for number in numbers])
                    if min(hit.at, received_at(hit.copy)) <= erased_at
                ]
                forget_hits(transaction, known, gone)
                erasure = Erasure(
                    SiteId(site),
                    TrackingId(""),
                    {visitor_key(SiteId(site), value, imported=False): erased_at},
                )
                spared = [
                    stored
                    for stored in self.stored.by_name.values()
                    if stored.site == site and any(map(erasure.spares, stored.events))
                ]
                # As the job does once it has rewritten buckets: later copies count again.
                for stored in spared:
                    transaction._state.applied.pop(bucket_key(stored.id), None)
                merge(transaction, DictionaryEncoder(), spared)

    def settle(self) -> None:
        """Let everything come in that is stored."""
        self.now += HOUR
        self.run()
        self.sweep()

    def shown(self) -> Shown:
        """Return the facts."""
        return in_memory(self.facts.state)

    def truth(self, erased: dict[tuple[str, str], int] | None = None) -> Shown:
        """Return what the reference makes of the buckets."""
        events = true_events(self.stored.by_name.values(), ZONES, erased or {})
        starts = true_visits(events)
        return expected(starts, described(starts))

    def _tried(self, work: Callable[[], object], dies_after: int | None) -> None:
        self.facts.dies_after = dies_after
        try:
            work()
        except StoreUnavailable:
            assert dies_after is not None
        finally:
            self.facts.dies_after = None
