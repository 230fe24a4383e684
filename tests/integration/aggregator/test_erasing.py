"""Erasures on a real PostgreSQL and MongoDB: what goes, what stays, and what dies between."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest
from fakes.erasure_world import ANNA, DAY, HOUR, IVAN, MINUTE, Dying, World, stub, view

from pixeltrack.events.identity import visitor_key
from pixeltrack.events.mongo.store import MongoRejectionStore
from pixeltrack.events.rejections import Reason, Rejection
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.erasing import QUIET_MS
from pixeltrack.jobs.ports import JobStatus
from pixeltrack.jobs.runner import resume_erasures


@pytest.fixture
def world(erasures: World) -> World:
    return erasures


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
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_HITS", 2)
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


def test_the_first_chunk_is_halved_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_HITS", 8)
    world.store(*(view(world.now - HOUR + n) for n in range(5)))
    world.aggregate()
    job = world.erase(IVAN)
    halved = "update jobs set position = position || '{\"halvings\": 2}' where id = %s returning id"
    world.rows(halved, job.id)
    world.now = world.clock()
    for left in (3, 1, 0):
        assert world.work(chunks=1) == 1
        assert world.hits() == left
    assert world.finish(job)["events"] == 5


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


@pytest.mark.parametrize("most_rows", [50_000, 2])
def test_a_site_goes_whole_and_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_ROWS", most_rows)
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
    monkeypatch.setattr("pixeltrack.events.mongo.erasures.MOST", 3)
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_DOCUMENTS", 5)
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
