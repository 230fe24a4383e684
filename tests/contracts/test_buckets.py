import copy
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from typing import Any

import pytest
from pymongo.errors import NetworkTimeout

from pixeltrack.events.mongo.buckets import MongoBuckets
from pixeltrack.events.mongo.store import COLLECTION, MongoEventStore, ensure_indexes
from pixeltrack.events.ports import FOREVER_MS, Buckets
from pixeltrack.events.stored import Bucket
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.mongo import connect
from tests.fakes.aggregator_fixture import MINUTE, NOON, OTHER, SITE, bucket, event
from tests.fakes.facts import FakeBuckets

HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
FULL = event(
    "full", NOON, offset=9, clock_fixed=True, imported=True, title="Ü", payload='{"a":1}', bot="x"
)
FIRST = bucket([event("a", NOON, offset=1), FULL], NOON)
SECOND = bucket([event("b", NOON, offset=2)], NOON + MINUTE, site=OTHER)
THIRD = bucket([event("c", NOON, offset=3)], NOON + 2 * MINUTE, partition=3)


class BucketsContract:
    @pytest.fixture
    def buckets(self) -> Buckets:
        raise NotImplementedError

    def test_buckets_come_back_whole(self, buckets: Buckets) -> None:
        (band,) = buckets.walk(NOON - 1, NOON)
        assert band.buckets == [FIRST]

    @pytest.mark.parametrize("newest_first", [False, True])
    @pytest.mark.parametrize("most_events", [1, 2, 3, 20_000])
    @pytest.mark.parametrize("width_ms", [1, MINUTE - 1, MINUTE, 10 * HOUR])
    def test_bands_join_and_hold_all(
        self, buckets: Buckets, newest_first: bool, most_events: int, width_ms: int
    ) -> None:
        after, until = NOON - HOUR, NOON + HOUR
        bands = list(
            buckets.walk(
                after,
                until,
                newest_first=newest_first,
                width_ms=width_ms,
                most_events=most_events,
            )
        )
        in_order = bands[::-1] if newest_first else bands
        assert (in_order[0].after, in_order[-1].until) == (after, until)
        assert all(one.until == next_.after for one, next_ in pairwise(in_order))
        assert all(b.after < k.stored_at <= b.until for b in bands for k in b.buckets)
        found = [bucket for band in bands for bucket in band.buckets]
        assert found == ([THIRD, SECOND, FIRST] if newest_first else [FIRST, SECOND, THIRD])
        assert most_events > 2 or all(band.events <= 2 for band in bands)

    def test_a_walk_s_span_is_after_its_first_and_up_to_its_last(self, buckets: Buckets) -> None:
        found = [b for band in buckets.walk(NOON, NOON + 2 * MINUTE) for b in band.buckets]
        assert found == [SECOND, THIRD]
        assert list(buckets.walk(NOON, NOON)) == []

    @pytest.mark.parametrize(("site", "own"), [(SITE, [FIRST, THIRD]), (OTHER, [SECOND])])
    def test_a_walk_over_one_site_s_own(
        self, buckets: Buckets, site: SiteId, own: list[Bucket]
    ) -> None:
        walk = buckets.walk(NOON - DAY, NOON + HOUR, site=site)
        assert [b for band in walk for b in band.buckets] == own

    def test_names(self, buckets: Buckets) -> None:
        assert sorted(chain.from_iterable(buckets.names(NOON))) == sorted(
            [(SECOND.id, SECOND.stored_at), (THIRD.id, THIRD.stored_at)]
        )
        assert list(buckets.names(NOON, NOON + MINUTE)) == [[(SECOND.id, SECOND.stored_at)]]

    def test_named_ones(self, buckets: Buckets) -> None:
        found = buckets.named([THIRD.id, "0:0-0:x:y", FIRST.id])
        assert sorted(found, key=lambda b: b.stored_at) == [FIRST, THIRD]

    def test_those_that_say_later_are_dated_back(self, buckets: Buckets) -> None:
        buckets.date_back([FIRST.id, THIRD.id, "0:0-0:x:y"], NOON + MINUTE)
        found = dict(chain.from_iterable(buckets.names(NOON - DAY)))
        assert found == {FIRST.id: NOON, SECOND.id: NOON + MINUTE, THIRD.id: NOON + MINUTE}
        (third,) = buckets.named([THIRD.id])
        assert third.events == THIRD.events

    def test_a_walk_to_the_end_of_time_takes_what_lies_ahead_at_once(
        self, buckets: Buckets
    ) -> None:
        bands = list(buckets.walk(NOON - HOUR, FOREVER_MS))
        assert [b for band in bands for b in band.buckets] == [FIRST, SECOND, THIRD]
        assert bands[-1].until == FOREVER_MS
        assert len(bands) < 50

    def test_more_than_are_asked_for_at_once(self, buckets: Buckets) -> None:
        assert buckets.named([*map(str, range(250)), FIRST.id]) == [FIRST]


class TestFakeBuckets(BucketsContract):
    @pytest.fixture
    def buckets(self) -> Buckets:
        return FakeBuckets(copy.deepcopy([THIRD, FIRST, SECOND]))


class Slow:
    """A collection that gives up what matches too much, and notes how wide it was asked."""

    def __init__(self, stored: range, copies: int = 1) -> None:
        self.stored, self.copies = stored, copies
        self.widths: list[int] = []
        self.failures = 0

    def find(self, query: Any, _: Any) -> list[dict[str, Any]]:
        after, until = (int(query["storedAt"][side]) for side in ("$gt", "$lte"))
        if until < NOON + 100 * DAY:
            self.widths.append(until - after)
        found = [{"_id": str(at), "storedAt": at} for at in self.stored if after < at <= until]
        if len(found) * self.copies > 1_000:
            self.failures += 1
            raise NetworkTimeout
        return found


def test_a_dense_stretch_after_a_quiet_year_is_read_in_pieces() -> None:
    dense = Slow(range(NOON, NOON + 600_000, 60))
    buckets = MongoBuckets({COLLECTION: dense}, lambda: NOON + HOUR)  # type: ignore[arg-type]
    found = list(chain.from_iterable(buckets.names(NOON - 365 * DAY)))
    assert [at for _, at in found] == list(dense.stored)
    assert max(dense.widths) == HOUR
    assert len(dense.widths) < 9_000
    assert 0 < dense.failures <= 5


def test_what_is_too_much_in_a_second_is_told() -> None:
    dense = Slow(range(NOON, NOON + 900), copies=2)
    buckets = MongoBuckets({COLLECTION: dense}, lambda: NOON + HOUR)  # type: ignore[arg-type]
    with pytest.raises(StoreUnavailable):
        list(buckets.names(NOON - 1))


@pytest.mark.parametrize("now", [NOON - 1, NOON + MINUTE, NOON + 20 * DAY])
def test_names_are_found_whatever_the_clock_says(
    environ: Mapping[str, str], mongo_database: str, now: int
) -> None:
    stored = [NOON + n * n * n for n in range(0, 700, 7)]
    made = [bucket([event("a", at, offset=n)], at) for n, at in enumerate(stored)]
    database = connect(environ["MONGODB_URI"], f"{mongo_database}_{now}")
    ensure_indexes(database)
    MongoEventStore(database).add(made)
    buckets = MongoBuckets(database, lambda: now)
    names = sorted((b.id, b.stored_at) for b in made)
    for after in (NOON - 4 * DAY, NOON - 1):
        assert sorted(chain.from_iterable(buckets.names(after))) == names
    some = chain.from_iterable(buckets.names(stored[3], stored[9]))
    assert [at for _, at in some] == stored[4:10]
    database.client.drop_database(database)
    database.client.close()


class TestMongoBuckets(BucketsContract):
    @pytest.fixture
    def buckets(self, environ: Mapping[str, str], mongo_database: str) -> Iterator[Buckets]:
        database = connect(environ["MONGODB_URI"], mongo_database)
        ensure_indexes(database)
        database[COLLECTION].delete_many({})
        MongoEventStore(database).add([THIRD, FIRST, SECOND])
        yield MongoBuckets(database, lambda: NOON + HOUR)
        database.client.close()


def test_the_same_bucket_has_the_same_name() -> None:
    assert bucket([event("a", NOON, offset=1), FULL], NOON + 1).id == FIRST.id
    assert isinstance(FIRST, Bucket)
