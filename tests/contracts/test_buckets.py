from collections.abc import Iterator, Mapping

import pytest
from fakes.facts import FakeBuckets
from fakes.worlds import MINUTE, NOON, OTHER, SITE, UNKNOWN, bucket, event

from pixeltrack.adapters.mongo.buckets import MongoBuckets
from pixeltrack.adapters.mongo.client import connect
from pixeltrack.adapters.mongo.events import MongoEventStore
from pixeltrack.adapters.mongo.indexes import ensure_indexes
from pixeltrack.domain.events import Bucket
from pixeltrack.fact_ports import Buckets

DAY = 1440 * MINUTE
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

    def test_a_span_is_after_its_first_and_up_to_its_last(self, buckets: Buckets) -> None:
        found = list(buckets.between(NOON, NOON + 2 * MINUTE))
        assert found == [SECOND, THIRD]

    def test_buckets_come_back_whole(self, buckets: Buckets) -> None:
        assert list(buckets.between(NOON - 1, NOON)) == [FIRST]

    def test_a_site_s_own(self, buckets: Buckets) -> None:
        found = list(buckets.between(0, NOON + 2 * MINUTE, SITE))
        assert found == [FIRST, THIRD]

    def test_names(self, buckets: Buckets) -> None:
        assert sorted(buckets.names(NOON)) == sorted(
            [(SECOND.id, SECOND.stored_at), (THIRD.id, THIRD.stored_at)]
        )
        assert buckets.names(NOON, NOON + MINUTE) == [(SECOND.id, SECOND.stored_at)]

    def test_named_ones(self, buckets: Buckets) -> None:
        found = buckets.named([THIRD.id, "0:0-0:x:y", FIRST.id])
        assert sorted(found, key=lambda b: b.stored_at) == [FIRST, THIRD]

    def test_more_than_are_asked_for_at_once(self, buckets: Buckets) -> None:
        assert buckets.named([*map(str, range(250)), FIRST.id]) == [FIRST]

    def test_the_first_of_a_site(self, buckets: Buckets) -> None:
        assert buckets.first(SITE) == NOON
        assert buckets.first(OTHER) == NOON + MINUTE
        assert buckets.first(UNKNOWN) is None


class TestFakeBuckets(BucketsContract):
    @pytest.fixture
    def buckets(self) -> Buckets:
        return FakeBuckets([THIRD, FIRST, SECOND])


@pytest.mark.parametrize("now", [NOON - 1, NOON + MINUTE, NOON + 400 * DAY])
def test_names_are_found_whatever_the_clock_says(
    environ: Mapping[str, str], mongo_database: str, monkeypatch: pytest.MonkeyPatch, now: int
) -> None:
    monkeypatch.setattr("pixeltrack.adapters.mongo.buckets.wall_ms", lambda: now)
    stored = [NOON + n * n * n for n in range(0, 700, 7)]
    made = [bucket([event("a", at, offset=n)], at) for n, at in enumerate(stored)]
    database = connect(environ["MONGODB_URI"], f"{mongo_database}_{now}")
    MongoEventStore(database).add(made)
    buckets = MongoBuckets(database)
    for after in (-DAY, NOON - 1):
        assert sorted(buckets.names(after)) == sorted((b.id, b.stored_at) for b in made)
    assert [at for _, at in buckets.names(stored[3], stored[9])] == stored[4:10]
    database.client.drop_database(database)
    database.client.close()


class TestMongoBuckets(BucketsContract):
    @pytest.fixture
    def buckets(self, environ: Mapping[str, str], mongo_database: str) -> Iterator[Buckets]:
        database = connect(environ["MONGODB_URI"], mongo_database)
        ensure_indexes(database)
        MongoEventStore(database).add([THIRD, FIRST, SECOND])
        yield MongoBuckets(database)
        database.client.close()


def test_the_same_bucket_has_the_same_name() -> None:
    assert bucket([event("a", NOON, offset=1), FULL], NOON + 1).id == FIRST.id
    assert isinstance(FIRST, Bucket)
