import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import bson
import msgspec
import pytest
from bson.int64 import Int64
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from pixeltrack.events.erasure import remains
from pixeltrack.events.identity import copy_of, event_key
from pixeltrack.events.mongo import feed, store
from pixeltrack.events.mongo.store import COLLECTION, MongoEventStore, ensure_indexes
from pixeltrack.events.ports import EventStore, FirstCopies, Page, Position, Unstorable
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform import mongo
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.platform.ports import Added
from tests.fakes.events import FakeEventStore, FakeFirstCopies

NOW = 1_795_341_600_000
UNMERGED = FakeFirstCopies()
MERGED = FakeFirstCopies(merged=NOW + 99_999)
"""As if all were merged, and nothing of it counted."""

ONE, TWO = SiteId("site-one"), SiteId("site-two")


def event(name: str, offset: int, received_at: int = NOW, **fields: Any) -> StoredEvent:
    values: dict[str, Any] = {"type": "pageview", "at": received_at, "visitor": "v"} | fields
    return StoredEvent(id=name, offset=offset, received_at=received_at, **values)


def bucket(
    *events: StoredEvent, site: SiteId = ONE, stored_at: int = NOW, partition: int = 0
) -> Bucket:
    names = ",".join(f"{e.id}@{e.offset}" for e in events)
    name = f"{partition}:{site}:{stored_at}:{names}"
    return Bucket(name, partition, site, AccountId("a"), TrackingId("pt"), stored_at, list(events))


def walk(
    store: EventStore,
    sites: Sequence[SiteId],
    limit: int,
    event_type: str | None = None,
    firsts: FirstCopies | None = None,
) -> list[tuple[str, str]]:
    """Read the whole feed page by page."""
    found: list[tuple[str, str]] = []
    before: Position | None = None
    for _ in range(1000):
        page = store.latest(
            sites, before=before, limit=limit, event_type=event_type, firsts=firsts or UNMERGED
        )
        assert len(page.events) <= limit
        found += [(site, event.id) for site, event in page.events]
        if page.next is None:
            return found
        assert before is None or page.next < before
        before = page.next
    raise AssertionError("the walk has no end")


def names(store: EventStore, limit: int = 100, **arguments: Any) -> list[str]:
    page = store.latest([ONE, TWO], before=None, limit=limit, firsts=UNMERGED, **arguments)
    return [event.id for _, event in page.events]


def seen(store: EventStore, firsts: FirstCopies, limit: int) -> list[StoredEvent]:
    """Read the events of the whole feed of a site."""
    found: list[StoredEvent] = []
    before: Position | None = None
    while True:
        page = store.latest([ONE], before=before, limit=limit, firsts=firsts)
        found += [one for _, one in page.events]
        if page.next is None:
            return found
        before = page.next


def first_copies(buckets: Sequence[Bucket], *, counted: bool = False) -> dict[bytes, bytes]:
    """Return the lowest copy of each event, or of those that facts know."""
    found: dict[bytes, bytes] = {}
    for b in buckets:
        for e in b.events:
            if not counted or e.type == "pageview":
                key = event_key(b.site, e.id)
                rank = copy_of(e.received_at, b.partition, e.offset, b.stored_at, b.id)
                found[key] = min(found.get(key, rank), rank)
    return found


def offset_of(copy: bytes) -> int:
    return int.from_bytes(copy[8:16])


class EventStoreContract:
    """What every event store holds to."""

    @pytest.fixture
    def store(self) -> Iterator[EventStore]:
        raise AssertionError("each adapter gives its own")

    def test_nothing_is_an_empty_page(self, store: EventStore) -> None:
        page = store.latest([ONE], before=None, limit=10, firsts=UNMERGED)
        assert (list(page.events), page.next) == ([], None)
        assert list(store.latest([], before=None, limit=10, firsts=UNMERGED).events) == []
        assert store.add([]) == Added()

    def test_an_event_comes_back_as_it_was(self, store: EventStore) -> None:
        full = event("e", 2**40, clock_fixed=True, url="https://e.com/ж", payload='{"a.b":"$c"}')
        store.add([bucket(full)])
        assert list(store.latest([ONE], before=None, limit=1, firsts=UNMERGED).events) == [
            (ONE, full)
        ]

    def test_a_bucket_that_comes_again_is_a_repeat(self, store: EventStore) -> None:
        old, new = bucket(event("a", 1)), bucket(event("b", 2))
        assert store.add([old]) == Added()
        assert store.add([old, new]) == Added(repeats=1)
        assert sorted(names(store)) == ["a", "b"]

    def test_a_repeat_is_left_as_it_is(self, store: EventStore) -> None:
        first = bucket(event("a", 1, title="first"))
        second = bucket(event("a", 1, title="second"))
        store.add([first])
        store.add([second])
        assert (
            store.latest([ONE], before=None, limit=1, firsts=UNMERGED).events[0][1].title == "first"
        )

    def test_what_cannot_be_held_is_refused_alone(self, store: EventStore) -> None:
        bad = bucket(event("bad", 2**63))
        with pytest.raises(Unstorable, match="OverflowError"):
            store.encode(bad.events[0])
        assert store.encode(event("good", 2**63 - 1))
        assert store.add([bad, bucket(event("good", 1))]) == Added(refused=frozenset({bad.id}))
        assert names(store) == ["good"]

    def test_what_is_encoded_already_is_stored_alike(self, store: EventStore) -> None:
        held = bucket(event("a", 1, title="Ü", payload='{"a":1}'), event("b", 2))
        store.add([held], {held.id: [store.encode(one) for one in held.events]})
        page = store.latest([ONE], before=None, limit=5, firsts=UNMERGED)
        assert [one for _, one in page.events] == held.events[::-1]

    def test_the_order_is_stored_received_partition_offset(self, store: EventStore) -> None:
        store.add(
            [
                bucket(event("stored last", 1, NOW - 9), stored_at=NOW + 1),
                bucket(
                    event("received last", 1, NOW + 5), event("offset 7", 7), event("offset 3", 3)
                ),
                bucket(event("partition 1", 0), partition=1, site=TWO),
                bucket(event("stored first", 9, NOW + 99), stored_at=NOW - 1),
            ]
        )
        expected = "stored last,received last,partition 1,offset 7,offset 3,stored first"
        assert names(store) == expected.split(",")

    def test_other_sites_are_not_shown(self, store: EventStore) -> None:
        store.add([bucket(event("mine", 1)), bucket(event("theirs", 2), site=TWO)])
        assert walk(store, [ONE], 1) == [(ONE, "mine")]

    def test_an_id_is_a_sites_own(self, store: EventStore) -> None:
        store.add([bucket(event("same", 1)), bucket(event("same", 2), site=TWO)])
        assert sorted(walk(store, [ONE, TWO], 1)) == [(ONE, "same"), (TWO, "same")]

    def test_pings_are_not_shown(self, store: EventStore) -> None:
        store.add([bucket(event("p", 1, type="ping"), event("a", 2))])
        assert walk(store, [ONE], 1) == [(ONE, "a")]

    def test_imports_and_what_is_left_of_erased_events_are_not_shown(
        self, store: EventStore
    ) -> None:
        left = [remains(event(name, n)) for n, name in enumerate("abc")]
        store.add([bucket(*left, event("d", 3, imported=True), event("e", 4))])
        assert walk(store, [ONE], 1) == [(ONE, "e")]
        assert walk(store, [ONE], 1, "erased") == []
        assert walk(store, [ONE], 1, "pageview") == [(ONE, "e")]

    def test_a_type_can_be_asked_for(self, store: EventStore) -> None:
        store.add(
            [bucket(*(event(f"{n}", n, type="click" if n % 3 else "view") for n in range(9)))]
        )
        assert walk(store, [ONE], 2, "view") == [(ONE, "6"), (ONE, "3"), (ONE, "0")]
        assert walk(store, [ONE], 2, "nothing") == []
        assert walk(store, [ONE], 2, "ping") == []

    def test_a_repeat_is_shown_once_where_its_first_copy_stands(self, store: EventStore) -> None:
        store.add([bucket(event("a", 1), event("b", 2), event("a", 3))])
        store.add([bucket(event("a", 4), stored_at=NOW + 5)])
        assert names(store) == ["b", "a"]
        assert walk(store, [ONE], 1) == [(ONE, "b"), (ONE, "a")]

    def test_of_two_contents_the_first_received_is_shown(self, store: EventStore) -> None:
        """One that was stored first may have been received last."""
        store.add([bucket(event("a", 9, NOW - 1, title="second"), stored_at=NOW)])
        store.add([bucket(event("a", 1, NOW - 2, title="first"), partition=1, stored_at=NOW + 5)])
        store.add([bucket(event("a", 10, NOW + 6, title="third"), stored_at=NOW + 6)])
        for limit in (1, 5):
            page = store.latest([ONE], before=None, limit=limit, firsts=UNMERGED)
            assert [one.title for _, one in page.events] == ["first"]
        assert walk(store, [ONE], 1) == [(ONE, "a")]

    def test_a_type_asked_for_is_that_of_the_first_copy(self, store: EventStore) -> None:
        store.add([bucket(event("a", 1, type="click"))])
        store.add([bucket(event("a", 2, NOW + 9, type="view"), stored_at=NOW + 9)])
        assert walk(store, [ONE], 1, "view") == []
        assert walk(store, [ONE], 1, "click") == [(ONE, "a")]

    def test_gaps_of_any_length_are_crossed(self, store: EventStore) -> None:
        ages_s = [
            -86_400,
            0,
            1,
            2,
            59,
            60,
            61,
            3_600,
            3_601,
            86_400 * 3,
            86_400 * 400,
            1_795_341_599,
        ]
        buckets = [bucket(event(f"{s}", n), stored_at=NOW - s * 1000) for n, s in enumerate(ages_s)]
        store.add(buckets[2:])
        expected = [(ONE, f"{s}") for s in ages_s]
        for limit in (1, 5, 100):
            assert walk(store, [ONE], limit) == expected[2:]
        store.add(buckets[:2])
        for limit in (1, 5, 100):
            assert walk(store, [ONE], limit) == expected

    def test_a_busy_time_is_read_whole(self, store: EventStore) -> None:
        store.add([bucket(event(f"{n}", n), stored_at=NOW - n * 37) for n in range(120)])
        for limit in (7, 1000):
            assert walk(store, [ONE], limit) == [(ONE, f"{n}") for n in range(120)]

    def test_a_page_that_is_just_full_is_the_last(self, store: EventStore) -> None:
        store.add([bucket(event("a", 1), event("b", 2))])
        page = store.latest([ONE], before=None, limit=2, firsts=UNMERGED)
        assert (len(page.events), page.next) == (2, None)

    def test_what_is_stored_during_a_walk_changes_nothing(self, store: EventStore) -> None:
        store.add([bucket(*(event(f"{n}", n) for n in range(5)))])
        first = store.latest([ONE], before=None, limit=2, firsts=UNMERGED)
        store.add([bucket(event("0", 0), event("new", 9), stored_at=NOW + 5)])
        rest = store.latest([ONE], before=first.next, limit=10, firsts=UNMERGED)
        assert [e.id for _, e in first.events] + [e.id for _, e in rest.events] == list("43210")

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("limit", [1, 3, 100])
    def test_a_walk_shows_each_event_once(self, store: EventStore, seed: int, limit: int) -> None:
        rng = random.Random(seed)
        events = [event(f"{rng.randrange(40)}", n, NOW + rng.randrange(3)) for n in range(60)]
        buckets = []
        for _ in range(25):
            some = rng.sample(events, rng.randint(1, 6))
            site, partition = rng.choice([(ONE, 0), (ONE, 1), (TWO, 2)])
            stored_at = NOW + rng.randrange(6)
            buckets.append(bucket(*some, site=site, stored_at=stored_at, partition=partition))
        store.add(buckets)
        expected = {(b.site, e.id) for b in buckets for e in b.events}
        found = walk(store, [ONE, TWO], limit)
        assert len(found) == len(set(found))
        assert set(found) == expected
        assert found == walk(store, [ONE, TWO], 1000)


class TestFakeEventStore(EventStoreContract):
    @pytest.fixture
    def store(self) -> FakeEventStore:
        return FakeEventStore()

    def test_an_absent_store_is_unavailable(self, store: FakeEventStore) -> None:
        store.is_away = True
        with pytest.raises(StoreUnavailable):
            store.add([bucket(event("a", 1))])


@pytest.fixture(scope="module")
def database(environ: Mapping[str, str], mongo_database: str) -> Iterator[Database[dict[str, Any]]]:
    database = mongo.connect(environ["MONGODB_URI"], mongo_database)
    ensure_indexes(database)
    ensure_indexes(database)
    yield database
    database.client.close()


class Asked(CommandListener):
    """Counts what reading takes: round trips, and the documents that they bring."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.round_trips = self.documents = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.round_trips += event.command_name in ("find", "getMore")

    def succeeded(self, event: CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        self.documents += len(cursor.get("firstBatch", cursor.get("nextBatch", ())))

    def failed(self, event: CommandFailedEvent) -> None:
        pass


class TestMongoEventStore(EventStoreContract):
    @pytest.fixture
    def asked(
        self, environ: Mapping[str, str], database: Database[dict[str, Any]]
    ) -> Iterator[tuple[Asked, MongoEventStore]]:
        """A store of which it is counted what it asks for."""
        asked = Asked()
        client: MongoClient[dict[str, Any]] = MongoClient(
            environ["MONGODB_URI"], event_listeners=[asked]
        )
        with client:
            counted = client.get_database(database.name, codec_options=database.codec_options)
            yield asked, MongoEventStore(counted, lambda: NOW + 60_000)

    @pytest.fixture
    def store(self, database: Database[dict[str, Any]]) -> MongoEventStore:
        database[COLLECTION].delete_many({})
        return MongoEventStore(database, lambda: NOW + 60_000)

    def test_the_document_is_as_promised(
        self, store: MongoEventStore, database: Database[dict[str, Any]]
    ) -> None:
        store.add([bucket(event("a", 1, referrer_host="x"))])
        document = database[COLLECTION].find_one({"site": ONE})
        assert document is not None
        assert int(document["storedAt"]) == NOW
        (stored,) = document.pop("events")
        assert list(stored) == [
            "id", "offset", "type", "at", "receivedAt", "visitor", "referrerHost",
        ]  # fmt: skip
        assert all(isinstance(stored[n], Int64) for n in ("offset", "at", "receivedAt"))
        assert sorted(document) == [
            "_id", "owner", "partition", "shown", "site", "storedAt", "trackingId",
        ]  # fmt: skip
        assert document["shown"] == ["", "pageview"]

    def test_the_indexes_are_there(self, database: Database[dict[str, Any]]) -> None:
        keys = [list(index["key"].items()) for index in database[COLLECTION].list_indexes()]
        assert [("site", 1), ("storedAt", 1)] in keys
        assert [("storedAt", 1)] in keys
        expiries = [i.get("expireAfterSeconds") for i in database["rejected"].list_indexes()]
        assert 30 * 86_400 in expiries

    def test_a_bucket_beyond_all_sizes_is_refused_alone(
        self, store: MongoEventStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mongo, "MOST_BYTES", 1_000)
        huge = bucket(event("huge", 1, payload="x" * 1_000))
        assert store.add([huge, bucket(event("a", 1))]).refused == {huge.id}
        assert names(store) == ["a"]

    @pytest.mark.parametrize("title", ["a\0b", "\ud800"])
    def test_a_fault_is_found_before_the_bucket_is(
        self, store: MongoEventStore, title: str
    ) -> None:
        odd = event("odd", 1, title=title)
        try:
            document = store.encode(odd)
        except Unstorable:
            assert store.add([bucket(odd)]).refused
        else:
            assert store.add([bucket(odd)]) == Added()
            assert bson.decode(document)["title"] == title

    def test_what_is_not_shown_is_passed_over(
        self,
        store: MongoEventStore,
        monkeypatch: pytest.MonkeyPatch,
        asked: tuple[Asked, MongoEventStore],
    ) -> None:
        """However much of it there is, the first page is full at once, of a type as well."""
        cost, reader = asked
        monkeypatch.setattr(feed, "MOST_SCANNED", 100)
        left = [
            bucket(*(event(f"{n}-{k}", k, **kind) for k in range(5)), stored_at=NOW + n)
            for n in range(100)
            for kind in ({"imported": True}, {"type": "ping"})
        ]
        clicks = [bucket(event(f"c{n}", n, type="click"), stored_at=NOW - n) for n in range(200)]
        pages = [bucket(event(f"p{n}", n), stored_at=NOW - 1_000 - n) for n in range(20)]
        store.add([*left, *clicks, *pages])
        for kind, first, last in (
            (None, "c0", "c9"),
            ("click", "c0", "c9"),
            ("pageview", "p0", "p9"),
        ):
            cost.clear()
            page = reader.latest([ONE], before=None, limit=10, event_type=kind, firsts=MERGED)
            shown = [one.id for _, one in page.events]
            assert (len(shown), shown[0], shown[-1]) == (10, first, last)
            assert page.next is not None
            assert cost.documents <= 30
            assert cost.round_trips <= 45

    def test_a_page_far_down_costs_what_the_first_does(
        self, store: MongoEventStore, asked: tuple[Asked, MongoEventStore]
    ) -> None:
        cost, reader = asked
        kinds = ("pageview", "session_start", "click")
        store.add(
            [
                bucket(event(f"{n}", n, NOW - 40 * n, type=kinds[n % 3]), stored_at=NOW - 40 * n)
                for n in range(3_000)
            ]
        )

        def page(before: Position | None, limit: int) -> Page:
            return reader.latest([ONE], before=before, limit=limit, firsts=MERGED)

        def cost_of(before: Position | None) -> tuple[int, int]:
            cost.clear()
            assert len(page(before, 10).events) == 10
            return cost.documents, cost.round_trips

        costs, before = [], None
        for _ in range(25):
            before = page(before, 100).next
            costs.append(cost_of(before))
        documents, round_trips = cost_of(None)
        assert max(cost[0] for cost in costs) <= documents + 2 * feed.NEAR_BUCKETS
        assert max(cost[1] for cost in costs) <= 2 * round_trips
        assert costs[-1] <= max(costs[:2])

    def test_repeats_on_a_page_are_made_up_for(self, store: MongoEventStore) -> None:
        again = [bucket(event(f"{n}", 90 + n), stored_at=NOW + 50 + n) for n in range(20)]
        store.add([*again, *(bucket(event(f"{n}", n), stored_at=NOW + n) for n in range(40))])
        page = store.latest([ONE], before=None, limit=10, firsts=UNMERGED)
        assert [one.offset for _, one in page.events] == list(range(39, 29, -1))

    def test_what_says_nothing_of_itself_is_read_within_a_bound(
        self,
        store: MongoEventStore,
        database: Database[dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Buckets from before there was `shown` are found, and may make a page short."""
        monkeypatch.setattr(feed, "MOST_SCANNED", 20)
        quiet = [
            bucket(*(event(f"{n}-{k}", k, type="ping") for k in range(10)), stored_at=NOW + n)
            for n in range(10)
        ]
        store.add([*quiet, bucket(event("last", 1), stored_at=NOW - 1)])
        database[COLLECTION].update_many({}, {"$unset": {"shown": ""}})
        store.add([bucket(event("newest", 1), stored_at=NOW + 99)])
        page = store.latest([ONE], before=None, limit=5, firsts=UNMERGED)
        assert [one.id for _, one in page.events] == ["newest"]
        assert page.next is not None
        assert walk(store, [ONE], 5) == [(ONE, "newest"), (ONE, "last")]

    @pytest.mark.parametrize("limit", [1, 2, 100])
    @pytest.mark.parametrize("seed", range(8))
    def test_a_walk_shows_each_event_once_whatever_is_merged(
        self, store: MongoEventStore, seed: int, limit: int
    ) -> None:
        """Facts know the first copies of counted events stored up to the watermark, not of pings.

        Everything else a walk reads itself, and what was merged after it began changes nothing.
        """
        rng = random.Random(seed)
        buckets = []
        for n in range(30):
            kind = rng.choice(["pageview", "session_start"])
            some = [
                event(
                    f"{kind}-{rng.randrange(9)}", 3 * n + k, NOW + n - rng.randrange(4), type=kind
                )
                for k in range(rng.randint(1, 3))
            ]
            buckets.append(bucket(*some, partition=n % 2, stored_at=NOW + n // 2))
        store.add(buckets)
        first = first_copies(buckets)
        merged = NOW + rng.randrange(-1, 16)
        known = first_copies([b for b in buckets if b.stored_at <= merged], counted=True)
        everything = FakeFirstCopies(first_copies(buckets, counted=True), NOW + 99)
        found: list[tuple[str, str]] = []
        before, firsts = None, FakeFirstCopies(known, merged)
        while True:
            page = store.latest([ONE], before=before, limit=limit, firsts=firsts)
            found += [(site, one.id) for site, one in page.events]
            for site, one in page.events:
                if one.type == "pageview":
                    key = event_key(site, one.id)
                    assert one.offset == offset_of(first[key])
            before = page.next
            if before is None:
                break
            firsts = everything if rng.random() < 0.5 else firsts
        assert sorted(found) == sorted({(b.site, e.id) for b in buckets for e in b.events})

    def test_what_facts_know_as_the_first_is_shown_however_old(
        self, store: MongoEventStore
    ) -> None:
        day = 86_400_000
        old = bucket(event("a", 1, NOW - day, title="first"), stored_at=NOW - day)
        new = bucket(event("a", 2, title="second"), event("b", 3))
        store.add([old, new])
        firsts = FakeFirstCopies(first_copies([old]), NOW - day)
        assert [one.id for one in seen(store, firsts, 1)] == ["b", "a"]
        assert [one.title for one in seen(store, firsts, 1)] == [None, "first"]

    def test_what_facts_do_not_know_is_looked_for_within_a_bound(
        self, store: MongoEventStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feed, "MOST_SCANNED", 20)
        many = [bucket(event(f"{n}", n), stored_at=NOW + n) for n in range(60)]
        again = [bucket(event(f"{n}", 90 + n), stored_at=NOW + 90 + n) for n in (0, 59)]
        store.add([*many, *again])
        page = store.latest([ONE], before=None, limit=5, firsts=UNMERGED)
        assert [one.offset for _, one in page.events] == [90, 59, 58, 57, 56]

    def test_reading_uses_no_collection_scan(self, database: Database[dict[str, Any]]) -> None:
        plan = database[COLLECTION].find({"site": ONE}).sort("storedAt", -1).explain()
        assert "COLLSCAN" not in str(plan)

    def test_an_absent_server_is_unavailable(self) -> None:
        away = mongo.connect("mongodb://127.0.0.1:9", "pixeltrack", within_ms=100)
        with away.client:
            store = MongoEventStore(away)
            with pytest.raises(StoreUnavailable):
                store.add([bucket(event("a", 1))])
            with pytest.raises(StoreUnavailable):
                store.latest([ONE], before=None, limit=1, firsts=UNMERGED)


def test_an_event_is_read_back_from_its_document() -> None:
    full = event("e", 1, utm_source="a", os_version="10")
    assert msgspec.convert(store.event_document(full), StoredEvent) == full
