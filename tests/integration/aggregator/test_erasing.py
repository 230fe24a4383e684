"""Erasures on a real PostgreSQL and MongoDB: what goes, what stays, and what dies between."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg.rows import dict_row
from pymongo.database import Database as MongoDatabase

from functions.aggregator.aggregation import Aggregation
from functions.aggregator.auditing import Auditor
from functions.aggregator.erasing import QUIET_MS, Erasing
from functions.aggregator.jobs import run_jobs
from pixeltrack.adapters.mongo.buckets import MongoBuckets
from pixeltrack.adapters.mongo.client import connect
from pixeltrack.adapters.mongo.erasures import MongoErasures
from pixeltrack.adapters.mongo.events import MongoEventStore
from pixeltrack.adapters.mongo.indexes import ensure_indexes
from pixeltrack.adapters.mongo.rejections import MongoRejectionStore
from pixeltrack.adapters.postgres.configuration import PostgresSites
from pixeltrack.adapters.postgres.database import Database
from pixeltrack.adapters.postgres.facts import PostgresFacts
from pixeltrack.adapters.postgres.job_queue import resume_erasures
from pixeltrack.adapters.postgres.jobs import PostgresJobs
from pixeltrack.adapters.postgres.transactions import Transactions
from pixeltrack.domain.buckets import bucket_id
from pixeltrack.domain.drops import Reason
from pixeltrack.domain.errors import StoreUnavailable
from pixeltrack.domain.events import Bucket, Rejection, StoredEvent
from pixeltrack.domain.hits import visitor_key
from pixeltrack.domain.identifiers import AccountId, tracking_id
from pixeltrack.domain.jobs import JobKind
from pixeltrack.domain.sites import MemberSite, SiteSettings
from pixeltrack.site_ports import JobStatus

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
IVAN, ANNA = "user_ivan@mail.example", "user_anna"


class World:
    """Two sites of one account, an aggregator and whoever does the jobs; `now` is its clock."""

    def __init__(self, tables: str, mongo: MongoDatabase[dict[str, Any]], account: str) -> None:
        self.connection = psycopg.connect(tables, autocommit=True, row_factory=dict_row)
        self.database = Database(tables)
        self.transactions = Transactions(tables, statement_timeout_ms=5_000)
        self.mongo = mongo
        self.account = AccountId(account)
        self.now = self.clock()
        self.sites = PostgresSites(self.database)
        self.jobs = PostgresJobs(self.database)
        self.events = MongoEventStore(mongo)
        self.stored = MongoErasures(mongo)
        buckets, facts = MongoBuckets(mongo), PostgresFacts(self.transactions)
        self.aggregation = Aggregation(buckets, facts, lambda: self.now)
        self.offsets = count()
        self.site, self.other = self.add_site(b"1"), self.add_site(b"2")

    def close(self) -> None:
        self.connection.close()
        self.database.close()
        self.transactions.close()

    def clock(self) -> int:
        """Answer PostgreSQL's clock, by which tombstones are written."""
        return int(self.rows("select extract(epoch from clock_timestamp()) * 1000 as ms")[0]["ms"])

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return self.connection.execute(statement.encode(), values).fetchall()

    def add_site(self, seed: bytes) -> MemberSite:
        settings = SiteSettings("https://x.example", "Site")
        made = self.sites.add(self.account, tracking_id(seed * 16), settings)
        assert made
        older = "update sites set created_at = now() - interval '9 days' where id = %s returning id"
        self.rows(older, made.id)
        return made

    def store(
        self, *events: StoredEvent, site: MemberSite | None = None, stored_at: int = 0
    ) -> str:
        """Store one bucket, as the processor does; its events get their offsets here."""
        site = site or self.site
        for event in events:
            event.offset = next(self.offsets)
        name = bucket_id(0, site.id, events)
        at = stored_at or self.now
        owner = self.account
        self.events.add([Bucket(name, 0, site.id, owner, site.tracking_id, at, list(events))])
        return name

    def aggregate(self) -> dict[str, int]:
        return dict(self.aggregation.catch_up(lambda: False).outcomes)

    def erase(self, visitor: str) -> JobStatus:
        job = self.jobs.erase_visitor(self.account, self.site.id, visitor)
        assert job
        return job

    def work(self, stored: Any = None) -> None:
        """Do every chunk of the erasures that is due."""
        erasing = Erasing(stored or self.stored, MongoBuckets(self.mongo), lambda: self.now)
        workers = {
            JobKind.ERASE_VISITOR: erasing.erase_visitor,
            JobKind.ERASE_SITE: erasing.erase_site,
        }
        run_jobs(self.transactions, workers, lambda: self.now, lambda: False)

    def differences(self) -> list[Any]:
        """Audit the site and answer what the facts say otherwise than its buckets."""
        self.aggregation.sweep(lambda: False)
        job = self.jobs.audit(self.account, self.site.id)
        assert job
        auditor = Auditor(MongoBuckets(self.mongo))
        run_jobs(self.transactions, {JobKind.AUDIT: auditor}, lambda: self.now, lambda: False)
        found = self.jobs.find(self.account, job.id)
        assert found
        assert found.state == "done"
        assert found.result
        assert found.result["waiting"] == 0
        assert found.result["checked"]["hits"] == self.hits()
        differences: list[Any] = found.result["differences"]
        return differences

    def finish(self, job: JobStatus) -> dict[str, Any]:
        """Do a job to its end and answer its result."""
        self.now = self.clock()
        self.work()
        assert self.state(job) == "running"
        self.now += QUIET_MS + 1000
        self.work()
        found = self.jobs.find(self.account, job.id)
        assert found
        assert (found.state, found.progress) == ("done", 1)
        assert found.result is not None
        return found.result

    def state(self, job: JobStatus) -> str | None:
        found = self.jobs.find(self.account, job.id)
        return found and found.state

    def bucket(self, name: str) -> list[dict[str, Any]]:
        document = self.mongo["events"].find_one({"_id": name})
        assert document
        events: list[dict[str, Any]] = document["events"]
        return events

    def dump(self) -> str:
        """Write out everything that is stored, but for tombstones and jobs."""
        tables = ("hits", "visits", "visitors", "dictionary", "contexts", "rollups", "periods")
        found = [row for table in tables for row in self.rows(f"select t::text from {table} t")]  # noqa: S608
        documents = [*self.mongo["events"].find(), *self.mongo["rejected"].find()]
        return str((found, sorted(documents, key=lambda d: d["_id"])))

    def hits(self, site: MemberSite | None = None) -> int:
        statement = "select from hits h join fact_sites f on f.id = h.site where f.site_id = %s"
        return len(self.rows(statement, (site or self.site).id))


@pytest.fixture(scope="module")
def mongo(environ: Any, mongo_database: str) -> Iterator[MongoDatabase[dict[str, Any]]]:
    database = connect(environ["MONGODB_URI"], mongo_database)
    ensure_indexes(database)
    yield database
    database.client.close()


@pytest.fixture
def world(tables: str, mongo: MongoDatabase[dict[str, Any]]) -> Iterator[World]:
    with psycopg.connect(tables, autocommit=True) as connection:
        connection.execute("truncate accounts, sites cascade")
        connection.execute(
            "truncate fact_sites, visitors, dictionary, contexts, hits, visits, periods, rollups,"
            " applied_buckets, tombstones, jobs, visitor_salts"
        )
        connection.execute("update aggregation set watermark = 0, swept_at = 0, generation = 0")
        made = connection.execute(
            "insert into accounts (email) values ('owner@pixeltrack.test') returning id::text"
        ).fetchone()
    for name in ("events", "rejected"):
        mongo[name].delete_many({})
    assert made
    world = World(tables, mongo, made[0])
    yield world
    world.close()


_ids = count()


def view(at: int, visitor: str = IVAN, path: str = "/", **more: Any) -> StoredEvent:
    return StoredEvent(
        id=f"e-{next(_ids)}",
        offset=-1,
        type="pageview",
        at=at,
        received_at=more.pop("received_at", at),
        visitor=visitor,
        path=path,
        **more,
    )


def stub(event: StoredEvent) -> dict[str, Any]:
    left = {"id": "", "type": "erased", "at": 0, "visitor": ""}
    return left | {"offset": event.offset, "receivedAt": event.received_at}


def test_a_visitor_goes_and_nobody_else(world: World) -> None:
    now = world.now
    mine = [view(now - 3 * HOUR), view(now - 2 * HOUR, path="/ivan"), view(now - DAY)]
    hers = [view(now - 3 * HOUR + 1, ANNA), view(now - DAY, ANNA, "/her")]
    mixed = world.store(mine[0], hers[0], mine[1])
    world.store(hers[1], mine[2], stored_at=now - DAY)
    elsewhere = world.store(view(now - HOUR), site=world.other)
    world.aggregate()
    world.rows("update periods set rolled_at = 1 returning id")
    untouched = world.bucket(elsewhere)
    assert IVAN in world.dump()

    result = world.finish(world.erase(IVAN))

    assert result == {"events": 3, "visits": 3, "buckets": 2, "rejections": 0, "sealedDays": 0}
    assert world.bucket(mixed) == [stub(mine[0]), untouched_of(hers[0]), stub(mine[1])]
    assert world.bucket(elsewhere) == untouched
    assert (world.hits(), world.hits(world.other)) == (2, 1)
    assert len(world.rows("select from visits")) == 3
    assert world.differences() == []
    assert [row["value"] for row in world.rows("select value from visitors order by id")] == [
        ANNA,
        IVAN,
    ]
    rolled = world.rows(
        "select bool_or(rolled_at is not null) as rolled, s.site_id::text from periods p"
        " join fact_sites s on s.id = p.site group by s.site_id"
    )
    assert {row["site_id"]: row["rolled"] for row in rolled} == {
        world.site.id: False,
        world.other.id: True,
    }


def untouched_of(event: StoredEvent) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(event)
    return document


def test_nothing_stored_says_who_it_was(world: World) -> None:
    now = world.now
    store = MongoRejectionStore(world.mongo, lambda: world.now)
    sample = {"siteId": world.site.tracking_id, "eventType": "x", "userId": IVAN}
    samples = [json.dumps(sample | {"siteId": s}, separators=(",", ":")) for s in ("pt_", "")]
    samples[1] = json.dumps(sample, separators=(",", ":"))
    store.add(
        [
            Rejection(0, 900 + n, now - HOUR, Reason.BAD_URL, "", text)
            for n, text in enumerate(samples)
        ]
    )
    imported = view(now - 9 * DAY, imported=True, received_at=now - HOUR)
    told = view(now - HOUR, path=f"/{IVAN}", referrer=f"https://x.example/{IVAN}", city=IVAN)
    told.type, told.payload = "bought", json.dumps({"mail": IVAN, "plan": "large"})
    hers = view(now - HOUR, ANNA, city="Rome", country="IT")
    hers.type, hers.payload = "bought", json.dumps({"plan": "large"})
    world.store(told, imported, hers)
    world.aggregate()
    assert world.hits() == 3
    generation = world.rows("select generation from aggregation")
    result = world.finish(world.erase(IVAN))
    assert (result["events"], result["rejections"]) == (2, 1)
    words = {row["value"] for row in world.rows("select value from dictionary")}
    assert words >= {"/", "bought", "plan=large", "IT//Rome"}
    assert len(world.rows("select from contexts")) == 1
    assert world.rows("select generation from aggregation") != generation
    left = {d["offset"]: d["sample"] for d in world.mongo["rejected"].find()}
    assert left == {900: samples[0], 901: ""}
    world.mongo["rejected"].delete_many({"offset": 900})
    assert IVAN not in world.dump()
    assert IVAN not in str(world.rows("select j::text, t::text from jobs j, tombstones t"))


def test_asked_twice_nothing_more_happens(world: World) -> None:
    world.store(view(world.now - HOUR), view(world.now - HOUR, ANNA))
    world.aggregate()
    first = world.erase(IVAN)
    world.finish(first)
    before = world.dump()
    again = world.erase(IVAN)
    assert again.id != first.id
    nothing = {"events": 0, "visits": 0, "buckets": 0, "rejections": 0, "sealedDays": 0}
    assert world.finish(again) == nothing
    assert world.dump() == before


@pytest.mark.parametrize("is_second_round", [False, True])
def test_asked_again_meanwhile_what_came_since_goes_too(
    world: World, is_second_round: bool
) -> None:
    world.store(view(world.now - HOUR))
    world.aggregate()
    job = world.erase(IVAN)
    world.now = world.clock()
    world.work()
    assert world.hits() == 0
    if is_second_round:
        world.now += QUIET_MS + 1000
        world.work(Dying(world.stored, is_written=True))
    world.now = world.clock()
    world.store(view(world.now))
    world.aggregate()
    assert world.hits() == 1
    assert world.erase(IVAN).id == job.id
    assert world.finish(job)["events"] == 2
    assert world.hits() == 0
    assert IVAN not in world.dump()


def test_a_later_copy_of_an_erased_event_stands_for_it(world: World) -> None:
    job = world.erase(IVAN)
    world.rows("delete from tombstones returning digest")
    at = world.now - HOUR
    first = view(at)
    later = msgspec.structs.replace(first, at=at + 1, received_at=at + 1, path="/later")
    world.store(first)
    world.store(later, view(at, ANNA))
    world.aggregate()
    bury(world, at)
    world.now = world.clock()
    world.work()
    assert world.state(job) == "done"
    assert {row["at"] for row in world.rows("select at from hits")} == {at, at + 1}
    assert world.differences() == []


def bury(world: World, at: int) -> None:
    """Let the visitor have been erased at an instant that the test chooses."""
    for imported in (False, True):
        key = UUID(bytes=visitor_key(world.site.id, IVAN, imported=imported))
        world.rows("insert into tombstones values (%s, %s) returning digest", key, at)


def test_hits_go_up_to_the_instant_by_either_clock_chunk_by_chunk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.aggregator.forgetting.MOST_HITS", 2)
    job = world.erase(IVAN)
    world.rows("delete from tombstones returning digest")
    at = world.now - HOUR
    gone = [view(at - n * MINUTE, path=f"/{n}") for n in range(3)]
    gone += [view(at + 5 * MINUTE, received_at=at), view(at - 1, received_at=at + 5 * MINUTE)]
    kept = [view(at + 1), view(at + 6 * MINUTE, received_at=at + 1)]
    world.store(*gone, *kept)
    world.aggregate()
    bury(world, at)
    world.now = world.clock()
    world.work()
    done = world.jobs.find(world.account, job.id)
    assert done
    assert done.result
    assert done.result["events"] == len(gone)
    left = world.rows("select at, visit_at from hits order by at")
    assert [row["at"] for row in left] == [event.at for event in kept]
    assert {row["visit_at"] for row in left} == {kept[0].at}
    visits = world.rows("select start_at, last_at, pageviews from visits")
    assert visits == [{"start_at": kept[0].at, "last_at": kept[1].at, "pageviews": 2}]


def test_a_retry_is_dropped_and_who_comes_back_counts_anew(world: World) -> None:
    old = view(world.now - HOUR)
    world.store(old)
    world.aggregate()
    world.finish(world.erase(IVAN))
    retry = msgspec.structs.replace(old, received_at=world.now + MINUTE)
    late = view(world.now - 2 * HOUR, received_at=world.now + MINUTE)
    world.now += 10 * MINUTE
    world.store(retry, late, view(world.now))
    outcomes = world.aggregate()
    assert (outcomes["erased"], outcomes["hit"]) == (2, 1)
    assert world.hits() == 1
    assert world.differences() == []


def test_what_the_processor_was_at_is_found_in_the_second_round(world: World) -> None:
    first = world.store(view(world.now - HOUR))
    job = world.erase(IVAN)
    world.now = world.clock()
    world.work()
    assert world.bucket(first)[0]["type"] == "erased"
    late = world.store(view(world.now - HOUR), stored_at=world.now - MINUTE)
    assert world.finish(job)["buckets"] == 2
    assert world.bucket(late)[0]["type"] == "erased"


@pytest.mark.parametrize("is_written", [False, True])
def test_a_crash_between_the_databases_costs_a_chunk(world: World, is_written: bool) -> None:
    names = [
        world.store(view(world.now - n * HOUR), stored_at=world.now - n * HOUR) for n in (1, 2)
    ]
    world.aggregate()
    job = world.erase(IVAN)
    world.now = world.clock()
    world.work(Dying(world.stored, is_written=is_written))
    assert world.hits() == 0
    assert world.state(job) == "running"
    assert world.finish(job)["events"] == 2
    assert [world.bucket(name)[0]["type"] for name in names] == ["erased"] * 2


def test_an_erasure_that_failed_is_taken_up_unless_asked_for_anew(world: World) -> None:
    fails = "update jobs set state = 'failed', finished_at = now(), tries = 5 where id = %s"
    first = world.erase(IVAN)
    world.rows(f"{fails} returning id", first.id)
    again, site = world.erase(IVAN), world.sites.remove(world.account, world.site.id)
    for job in (again.id, site):
        world.rows(f"{fails} returning id", job)
    for expected in (2, 0):
        with world.transactions.locked() as transaction:
            assert resume_erasures(transaction) == expected
    found = world.rows("select id::text, state, tries from jobs where finished_at is null")
    assert {row["id"] for row in found} == {again.id, site}
    assert {(row["state"], row["tries"]) for row in found} == {("queued", 0)}
    assert world.state(first) == "failed"


class Dying:
    """MongoDB that goes away in the middle of a chunk: before it writes, or after."""

    def __init__(self, stored: MongoErasures, *, is_written: bool) -> None:
        self._stored = stored
        self._is_written = is_written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stored, name)

    def rewrite_buckets(self, *rest: Any) -> Any:
        if self._is_written:
            self._stored.rewrite_buckets(*rest)
        raise StoreUnavailable("killed")


def test_a_visit_that_spans_a_sealed_day_goes_and_the_days_sums_stay(world: World) -> None:
    midnight = world.now // DAY * DAY
    world.store(view(midnight - 10 * MINUTE), view(midnight + 5 * MINUTE, path="/late"))
    world.aggregate()
    [number] = [row["id"] for row in world.rows("select id from fact_sites")]
    world.rows(
        "update periods set sealed_at = 1, rolled_at = 1"
        " where span = 'day' and end_at <= %s returning id",
        midnight,
    )
    result = world.finish(world.erase(IVAN))
    assert (result["events"], result["visits"], result["sealedDays"]) == (2, 1, 1)
    assert world.rows("select from hits") == world.rows("select from visits") == []
    days = world.rows(
        "select sealed_at, rolled_at from periods"
        " where site = %s and span = 'day' order by start_at",
        number,
    )
    assert [(day["sealed_at"], day["rolled_at"]) for day in days] == [(1, 1), (None, None)]


def test_a_site_goes_whole_and_no_other(world: World) -> None:
    now = world.now
    names = [world.store(view(now - n * HOUR), view(now, ANNA)) for n in range(1, 4)]
    kept = world.store(view(now - HOUR), site=world.other)
    world.aggregate()
    world.rows(
        "insert into visitor_salts values (%s, now(), %s) returning day", world.site.id, b"x" * 32
    )
    generation = world.rows("select generation from aggregation")[0]["generation"]
    untouched = world.bucket(kept)
    job = world.sites.remove(world.account, world.site.id)
    found = world.jobs.find(world.account, job or "")
    assert found
    late = world.store(view(now + HOUR, "user_late"))
    result = world.finish(found)
    assert result == {"events": 6, "visits": 4, "buckets": 4, "rejections": 0, "sealedDays": 0}
    for name in (*names, late):
        assert {event["type"] for event in world.bucket(name)} == {"erased"}
    assert world.bucket(kept) == untouched
    assert [row["site_id"] for row in world.rows("select site_id::text from fact_sites")] == [
        world.other.id
    ]
    for table in ("hits", "visits", "visitors"):
        assert len(world.rows(f"select from {table}")) == 1, table
    assert world.rows("select from visitor_salts") == []
    sites = world.rows("select distinct site from periods union select site from dictionary")
    assert len(sites) == 1
    assert world.rows("select generation from aggregation")[0]["generation"] > generation
    world.store(view(world.now, "user_later"))
    outcomes = world.aggregate()
    assert (outcomes["unknown_site"], outcomes["hit"]) == (2, 0)
    assert ANNA not in world.dump()


def test_many_buckets_are_done_chunk_by_chunk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixeltrack.adapters.mongo.erasures.MOST", 3)
    monkeypatch.setattr("functions.aggregator.erasing.MOST_DOCUMENTS", 5)
    stored_at = [world.now - DAY + n // 2 for n in range(20)] + [
        world.now - n * DAY for n in (2, 300)
    ]
    names = [world.store(view(at), stored_at=at) for at in stored_at]
    world.rows("update sites set created_at = now() - interval '2 days' returning id")
    job = world.erase(IVAN)
    seen = watched(world, job)
    world.now = world.clock()
    world.work(seen)
    assert {world.bucket(name)[0]["type"] for name in names} == {"erased"}
    assert len(set(seen.progress)) >= 3
    assert seen.progress == sorted(seen.progress)
    assert world.finish(job)["buckets"] == len(names)


def watched(world: World, job: JobStatus) -> Any:
    """MongoDB as it is, noting before each band how far the job says it is."""

    class Watched:
        def __init__(self) -> None:
            self.progress: list[float] = []

        def __getattr__(self, name: str) -> Callable[..., Any]:
            found = world.jobs.find(world.account, job.id)
            assert found
            self.progress.append(found.progress)
            method: Callable[..., Any] = getattr(world.stored, name)
            return method

    return Watched()
