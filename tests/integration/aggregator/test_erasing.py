"""Erasures on a real PostgreSQL and MongoDB: what goes, what stays, and what dies between."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
import pytest

from pixeltrack.events.identity import event_key, visitor_key
from pixeltrack.events.mongo.store import MongoRejectionStore
from pixeltrack.events.rejections import Reason, Rejection
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.erasing import QUIET_MS
from pixeltrack.jobs.ports import JobStatus
from pixeltrack.jobs.runner import resume_erasures
from tests.fakes.erasure_fixture import (
    ANNA,
    DAY,
    HOUR,
    IVAN,
    MINUTE,
    Dying,
    ErasureFixture,
    stub,
    view,
)


@pytest.fixture
def fixture(erasures: ErasureFixture) -> ErasureFixture:
    return erasures


def test_a_visitor_goes_and_nobody_else(fixture: ErasureFixture) -> None:
    now = fixture.now
    mine = [view(now - 3 * HOUR), view(now - 2 * HOUR, path="/ivan"), view(now - DAY)]
    hers = [view(now - 3 * HOUR + 1, ANNA), view(now - DAY, ANNA, "/her")]
    mixed = fixture.store(mine[0], hers[0], mine[1])
    fixture.store(hers[1], mine[2], stored_at=now - DAY)
    elsewhere = fixture.store(view(now - HOUR), site=fixture.other)
    fixture.aggregate()
    fixture.rows("update periods set rolled_at = 1 returning id")
    untouched = fixture.bucket(elsewhere)
    assert IVAN in fixture.dump()

    result = fixture.finish(fixture.erase(IVAN))

    assert result == {"events": 3, "visits": 3, "buckets": 2, "rejections": 0, "sealedDays": 0}
    assert fixture.bucket(mixed) == [stub(mine[0]), untouched_of(hers[0]), stub(mine[1])]
    assert fixture.bucket(elsewhere) == untouched
    assert (fixture.hits(), fixture.hits(fixture.other)) == (2, 1)
    assert len(fixture.rows("select from visits")) == 3
    assert fixture.differences() == []
    assert [row["value"] for row in fixture.rows("select value from visitors order by id")] == [
        ANNA,
        IVAN,
    ]
    rolled = fixture.rows(
        "select bool_or(rolled_at is not null) as rolled, s.site_id::text from periods p"
        " join fact_sites s on s.id = p.site group by s.site_id"
    )
    assert {row["site_id"]: row["rolled"] for row in rolled} == {
        fixture.site.id: False,
        fixture.other.id: True,
    }


def untouched_of(event: StoredEvent) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(event)
    return document


def test_nothing_stored_says_who_it_was(fixture: ErasureFixture) -> None:
    now = fixture.now
    store = MongoRejectionStore(fixture.mongo, lambda: fixture.now)
    sample = {"siteId": fixture.site.tracking_id, "eventType": "x", "userId": IVAN}
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
    fixture.store(told, imported, hers)
    fixture.aggregate()
    assert fixture.hits() == 3
    generation = fixture.rows("select generation from aggregation")
    result = fixture.finish(fixture.erase(IVAN))
    assert (result["events"], result["rejections"]) == (2, 1)
    words = {row["value"] for row in fixture.rows("select value from dictionary")}
    assert words >= {"/", "bought", "plan=large", "IT//Rome"}
    assert len(fixture.rows("select from contexts")) == 1
    assert fixture.rows("select generation from aggregation") != generation
    left = {d["offset"]: d["sample"] for d in fixture.mongo["rejected"].find()}
    assert left == {900: samples[0], 901: ""}
    fixture.mongo["rejected"].delete_many({"offset": 900})
    assert IVAN not in fixture.dump()
    assert IVAN not in str(fixture.rows("select j::text, t::text from jobs j, tombstones t"))


def test_asked_twice_nothing_more_happens(fixture: ErasureFixture) -> None:
    fixture.store(view(fixture.now - HOUR), view(fixture.now - HOUR, ANNA))
    fixture.aggregate()
    first = fixture.erase(IVAN)
    fixture.finish(first)
    before = fixture.dump()
    again = fixture.erase(IVAN)
    assert again.id != first.id
    nothing = {"events": 0, "visits": 0, "buckets": 0, "rejections": 0, "sealedDays": 0}
    assert fixture.finish(again) == nothing
    assert fixture.dump() == before


@pytest.mark.parametrize("is_second_round", [False, True])
def test_asked_again_meanwhile_what_came_since_goes_too(
    fixture: ErasureFixture, is_second_round: bool
) -> None:
    fixture.store(view(fixture.now - HOUR))
    fixture.aggregate()
    job = fixture.erase(IVAN)
    fixture.now = fixture.clock()
    fixture.work()
    assert fixture.hits() == 0
    if is_second_round:
        fixture.now += QUIET_MS + 1000
        fixture.work(Dying(fixture.stored, is_written=True))
    fixture.now = fixture.clock()
    fixture.store(view(fixture.now))
    fixture.aggregate()
    assert fixture.hits() == 1
    assert fixture.erase(IVAN).id == job.id
    assert fixture.finish(job)["events"] == 2
    assert fixture.hits() == 0
    assert IVAN not in fixture.dump()


def test_a_later_copy_of_an_erased_event_stands_for_it(fixture: ErasureFixture) -> None:
    job = fixture.erase(IVAN)
    fixture.rows("delete from tombstones returning digest")
    at = fixture.now - HOUR
    first = view(at)
    later = msgspec.structs.replace(first, at=at + 1, received_at=at + 1, path="/later")
    fixture.store(first)
    fixture.store(later, view(at, ANNA))
    fixture.aggregate()
    set_tombstone(fixture, at)
    fixture.now = fixture.clock()
    fixture.work()
    assert fixture.state(job) == "done"
    assert {row["at"] for row in fixture.rows("select at from hits")} == {at, at + 1}
    assert fixture.differences() == []


def set_tombstone(fixture: ErasureFixture, at: int) -> None:
    """Let the visitor have been erased at an instant that the test chooses."""
    for imported in (False, True):
        key = UUID(bytes=visitor_key(fixture.site.id, IVAN, imported=imported))
        fixture.rows("insert into tombstones values (%s, %s) returning digest", key, at)


def test_hits_go_up_to_the_instant_by_either_clock_chunk_by_chunk(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_HITS", 2)
    job = fixture.erase(IVAN)
    fixture.rows("delete from tombstones returning digest")
    at = fixture.now - HOUR
    gone = [view(at - n * MINUTE, path=f"/{n}") for n in range(3)]
    gone += [view(at + 5 * MINUTE, received_at=at), view(at - 1, received_at=at + 5 * MINUTE)]
    kept = [view(at + 1), view(at + 6 * MINUTE, received_at=at + 1)]
    fixture.store(*gone, *kept)
    fixture.aggregate()
    set_tombstone(fixture, at)
    fixture.now = fixture.clock()
    fixture.work()
    done = fixture.jobs.find(fixture.account, job.id)
    assert done
    assert done.result
    assert done.result["events"] == len(gone)
    left = fixture.rows("select at, visit_at from hits order by at")
    assert [row["at"] for row in left] == [event.at for event in kept]
    assert {row["visit_at"] for row in left} == {kept[0].at}
    visits = fixture.rows("select start_at, last_at, pageviews from visits")
    assert visits == [{"start_at": kept[0].at, "last_at": kept[1].at, "pageviews": 2}]


def test_the_first_chunk_is_halved_too(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_HITS", 8)
    fixture.store(*(view(fixture.now - HOUR + n) for n in range(5)))
    fixture.aggregate()
    job = fixture.erase(IVAN)
    halved = "update jobs set position = position || '{\"halvings\": 2}' where id = %s returning id"
    fixture.rows(halved, job.id)
    fixture.now = fixture.clock()
    for left in (3, 1, 0):
        assert fixture.work(chunks=1) == 1
        assert fixture.hits() == left
    assert fixture.finish(job)["events"] == 5


def test_a_retry_is_dropped_and_who_comes_back_counts_anew(fixture: ErasureFixture) -> None:
    old = view(fixture.now - HOUR)
    fixture.store(old)
    fixture.aggregate()
    fixture.finish(fixture.erase(IVAN))
    retry = msgspec.structs.replace(old, received_at=fixture.now + MINUTE)
    late = view(fixture.now - 2 * HOUR, received_at=fixture.now + MINUTE)
    fixture.now += 10 * MINUTE
    fixture.store(retry, late, view(fixture.now))
    outcomes = fixture.aggregate()
    assert (outcomes["erased"], outcomes["hit"]) == (2, 1)
    assert fixture.hits() == 1
    assert fixture.differences() == []


def test_what_the_processor_was_at_is_found_in_the_second_round(fixture: ErasureFixture) -> None:
    first = fixture.store(view(fixture.now - HOUR))
    job = fixture.erase(IVAN)
    fixture.now = fixture.clock()
    fixture.work()
    assert fixture.bucket(first)[0]["type"] == "erased"
    late = fixture.store(view(fixture.now - HOUR), stored_at=fixture.now - MINUTE)
    assert fixture.finish(job)["buckets"] == 2
    assert fixture.bucket(late)[0]["type"] == "erased"


@pytest.mark.parametrize("is_written", [False, True])
def test_a_crash_between_the_databases_costs_a_chunk(
    fixture: ErasureFixture, is_written: bool
) -> None:
    names = [
        fixture.store(view(fixture.now - n * HOUR), stored_at=fixture.now - n * HOUR)
        for n in (1, 2)
    ]
    fixture.aggregate()
    job = fixture.erase(IVAN)
    fixture.now = fixture.clock()
    fixture.work(Dying(fixture.stored, is_written=is_written))
    assert fixture.hits() == 0
    assert fixture.state(job) == "running"
    assert fixture.finish(job)["events"] == 2
    assert [fixture.bucket(name)[0]["type"] for name in names] == ["erased"] * 2


def test_an_erasure_that_failed_is_taken_up_unless_asked_for_anew(fixture: ErasureFixture) -> None:
    fails = "update jobs set state = 'failed', finished_at = now(), tries = 5 where id = %s"
    first = fixture.erase(IVAN)
    fixture.rows(f"{fails} returning id", first.id)
    again, site = fixture.erase(IVAN), fixture.sites.remove(fixture.account, fixture.site.id)
    for job in (again.id, site):
        fixture.rows(f"{fails} returning id", job)
    for expected in (2, 0):
        with fixture.transactions.locked() as transaction:
            assert resume_erasures(transaction) == expected
    found = fixture.rows("select id::text, state, tries from jobs where finished_at is null")
    assert {row["id"] for row in found} == {again.id, site}
    assert {(row["state"], row["tries"]) for row in found} == {("queued", 0)}
    assert fixture.state(first) == "failed"


def test_a_visit_that_spans_a_sealed_day_goes_and_the_days_sums_stay(
    fixture: ErasureFixture,
) -> None:
    midnight = fixture.now // DAY * DAY
    fixture.store(view(midnight - 10 * MINUTE), view(midnight + 5 * MINUTE, path="/late"))
    fixture.aggregate()
    [number] = [row["id"] for row in fixture.rows("select id from fact_sites")]
    fixture.rows(
        "update periods set sealed_at = 1, rolled_at = 1"
        " where span = 'day' and end_at <= %s returning id",
        midnight,
    )
    result = fixture.finish(fixture.erase(IVAN))
    assert (result["events"], result["visits"], result["sealedDays"]) == (2, 1, 1)
    assert fixture.rows("select from hits") == fixture.rows("select from visits") == []
    days = fixture.rows(
        "select sealed_at, rolled_at from periods"
        " where site = %s and span = 'day' order by start_at",
        number,
    )
    assert [(day["sealed_at"], day["rolled_at"]) for day in days] == [(1, 1), (None, None)]


@pytest.mark.parametrize("most_rows", [50_000, 2])
def test_a_site_goes_whole_and_no_other(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch, most_rows: int
) -> None:
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_ROWS", most_rows)
    now = fixture.now
    names = [fixture.store(view(now - n * HOUR), view(now, ANNA)) for n in range(1, 4)]
    kept = fixture.store(view(now - HOUR), site=fixture.other)
    fixture.aggregate()
    fixture.rows(
        "insert into visitor_salts values (%s, now(), %s) returning day", fixture.site.id, b"x" * 32
    )
    generation = fixture.rows("select generation from aggregation")[0]["generation"]
    untouched = fixture.bucket(kept)
    job = fixture.sites.remove(fixture.account, fixture.site.id)
    found = fixture.jobs.find(fixture.account, job or "")
    assert found
    late = fixture.store(view(now + HOUR, "user_late"))
    result = fixture.finish(found)
    assert result == {"events": 6, "visits": 4, "buckets": 4, "rejections": 0, "sealedDays": 0}
    for name in (*names, late):
        assert {event["type"] for event in fixture.bucket(name)} == {"erased"}
    assert fixture.bucket(kept) == untouched
    assert [row["site_id"] for row in fixture.rows("select site_id::text from fact_sites")] == [
        fixture.other.id
    ]
    for table in ("hits", "visits", "visitors"):
        assert len(fixture.rows(f"select from {table}")) == 1, table
    assert fixture.rows("select from visitor_salts") == []
    sites = fixture.rows("select distinct site from periods union select site from dictionary")
    assert len(sites) == 1
    assert fixture.rows("select generation from aggregation")[0]["generation"] > generation
    fixture.store(view(fixture.now, "user_later"))
    outcomes = fixture.aggregate()
    assert (outcomes["unknown_site"], outcomes["hit"]) == (2, 0)
    assert ANNA not in fixture.dump()


def test_many_buckets_are_done_chunk_by_chunk(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixeltrack.events.mongo.erasures.MOST", 3)
    monkeypatch.setattr("pixeltrack.facts.erasing.MOST_DOCUMENTS", 5)
    stored_at = [fixture.now - DAY + n // 2 for n in range(20)] + [
        fixture.now - n * DAY for n in (2, 300)
    ]
    names = [fixture.store(view(at), stored_at=at) for at in stored_at]
    fixture.rows("update sites set created_at = now() - interval '2 days' returning id")
    job = fixture.erase(IVAN)
    seen = watched(fixture, job)
    fixture.now = fixture.clock()
    fixture.work(seen)
    assert {fixture.bucket(name)[0]["type"] for name in names} == {"erased"}
    assert len(set(seen.progress)) >= 3
    assert seen.progress == sorted(seen.progress)
    assert fixture.finish(job)["buckets"] == len(names)


def watched(fixture: ErasureFixture, job: JobStatus) -> Any:
    """MongoDB as it is, noting before each band how far the job says it is."""

    class Watched:
        def __init__(self) -> None:
            self.progress: list[float] = []

        def __getattr__(self, name: str) -> Callable[..., Any]:
            found = fixture.jobs.find(fixture.account, job.id)
            assert found
            self.progress.append(found.progress)
            method: Callable[..., Any] = getattr(fixture.stored, name)
            return method

    return Watched()


def test_conflicts_go_with_the_visitor_and_with_the_site(fixture: ErasureFixture) -> None:
    now = fixture.now
    mine, hers = view(now - 2 * HOUR), view(now - 2 * HOUR, ANNA)
    fixture.store(mine, hers)
    again = [
        msgspec.structs.replace(one, path="/other", received_at=one.received_at + MINUTE)
        for one in (mine, hers)
    ]
    fixture.store(*again)
    fixture.aggregate()
    assert len(fixture.rows("select from conflicts")) == 2
    fixture.finish(fixture.erase(IVAN))
    key = event_key(fixture.site.id, hers.id)
    assert fixture.rows("select event from conflicts") == [{"event": UUID(bytes=key)}]
    job = fixture.sites.remove(fixture.account, fixture.site.id)
    found = fixture.jobs.find(fixture.account, job or "")
    assert found
    fixture.finish(found)
    assert fixture.rows("select from conflicts") == []
