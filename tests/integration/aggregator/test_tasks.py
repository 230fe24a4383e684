"""The schedules' tasks over real databases: a minute's run, a day's, and what each leaves."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from functions.aggregator import handler as module
from functions.aggregator import wiring
from pixeltrack.events.mongo.store import MongoEventStore, ensure_indexes
from pixeltrack.facts import upkeep as upkeep_module
from pixeltrack.facts.upkeep import Task, Upkeep
from pixeltrack.platform import settings
from pixeltrack.platform.errors import Busy, ClockDiffers
from pixeltrack.platform.mongo import connect
from tests.fakes.aggregator_fixture import HOUR, MINUTE, NOON, SECOND, bucket, event
from tests.fakes.events import FakeFirstCopies
from tests.fakes.facts_database import DAY_MS, FactsDatabase


class Context:
    aws_request_id = "r1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class Clock:
    """Stands until it is moved; epoch milliseconds."""

    now = NOON

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(wiring, "ServerClock", lambda *_: clock)
    return clock


@pytest.fixture
def stored(environ: Mapping[str, str], mongo_database: str) -> Iterator[Any]:
    database = connect(environ["MONGODB_URI"], mongo_database)
    ensure_indexes(database)
    database["events"].delete_many({})
    yield database
    database.client.close()


@pytest.fixture
def upkeep(
    stored: Any, tables: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Upkeep]:
    """The upkeep as it is wired in production."""
    monkeypatch.setattr(wiring, "connect", lambda *_: stored)
    made = wiring.build(settings.Mongo("", ""), settings.Postgres(tables))
    assert made.now_ms is clock
    yield made
    made.facts.close()


@pytest.fixture
def run(upkeep: Upkeep, monkeypatch: pytest.MonkeyPatch) -> Callable[[Task], dict[str, Any]]:
    """Call the handler as a schedule does."""
    monkeypatch.setattr(wiring, "upkeep", lambda: upkeep)
    return lambda task: module.handler({"task": task}, Context())


def test_from_a_bucket_to_a_sealed_day(
    run: Callable[[Task], dict[str, Any]], clock: Clock, stored: Any, facts_db: FactsDatabase
) -> None:
    site = facts_db.site("UTC", retention_days=30)
    facts_db.rows("update sites set created_at = to_timestamp(%s)", NOON // SECOND)
    account = facts_db.rows(
        "insert into accounts (email) values ('owner@pixeltrack.test') returning id"
    )[0]["id"]
    facts_db.rows(
        "insert into site_members (site_id, account_id, role) values (%s, %s, 'owner')",
        site.id,
        account,
    )
    views = [event(str(n), NOON + n * MINUTE, offset=n) for n in range(3)]
    MongoEventStore(stored).add([bucket(views, NOON + HOUR, site=site.id)])
    clock.now = NOON + 2 * HOUR
    done = run(Task.MINUTE)
    assert (done["buckets"], done["events"], done["periods"]) == (1, {"hit": 3, "repeat": 0}, 0)

    clock.now = NOON + 10 * DAY_MS
    done = run(Task.DAILY)
    assert (done["buckets"], done["periods"]) == (0, 1)
    [audit] = facts_db.rows("select * from jobs")
    assert (audit["kind"], audit["account_id"], audit["state"]) == ("audit", account, "done")
    assert audit["result"]["count"] == 0
    assert audit["result"]["checked"]["hits"] == 3

    clock.now = NOON + 50 * DAY_MS
    done = run(Task.DAILY)
    assert done["expired"] == {"days": 1, "hits": 3, "buckets": 0}
    clock.now += 4 * DAY_MS
    done = run(Task.DAILY)
    assert done["expired"] == {"days": 0, "hits": 0, "buckets": 1}
    assert stored["events"].count_documents({}) == 0
    assert [p["sealed_at"] is not None for p in facts_db.periods(site)] == [True]
    [*_, last] = facts_db.rows("select result from jobs order by created_at")
    assert last["result"]["count"] == 0


@pytest.mark.parametrize("ahead", [30 * MINUTE, 2 * HOUR, 3_650 * DAY_MS])
def test_what_a_clock_that_ran_ahead_stored_is_counted_and_leaves_the_top_of_the_feed(
    run: Callable[[Task], dict[str, Any]],
    clock: Clock,
    stored: Any,
    facts_db: FactsDatabase,
    ahead: int,
) -> None:
    site = facts_db.site("UTC", retention_days=30)
    facts_db.rows("update sites set created_at = to_timestamp(%s)", NOON // SECOND)
    store = MongoEventStore(stored, clock)
    clock.now = NOON + HOUR
    wrong = [event(f"wrong-{n}", clock.now, offset=n) for n in range(3)]
    store.add([bucket(wrong, clock.now + ahead, site=site.id)])
    clock.now += MINUTE
    assert run(Task.MINUTE)["events"]["hit"] == 3
    clock.now += MINUTE
    store.add([bucket([event("right", clock.now, offset=9)], clock.now, site=site.id)])
    page = store.latest([site.id], before=None, limit=10, firsts=FakeFirstCopies())
    assert page.events[0][1].id == "right"
    assert len(page.events) == 4
    assert run(Task.MINUTE)["events"]["hit"] == 1
    [progress] = facts_db.rows("select watermark, swept_at from aggregation")
    assert max(progress.values()) == clock.now


@pytest.mark.parametrize("ahead_s", [1_800, -7_200, 315_360_000])
def test_a_clock_that_differs_is_refused_before_anything_is_done(
    stored: Any,
    facts_db: FactsDatabase,
    tables: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    ahead_s: int,
) -> None:
    """What an aggregator ten years ahead would do cannot be undone: it seals every day."""
    site = facts_db.site("UTC", retention_days=30)
    now = time.time_ns() // 1_000_000
    MongoEventStore(stored).add([bucket([event("a", now - HOUR)], now - HOUR, site=site.id)])
    monkeypatch.setattr(wiring, "connect", lambda *_: stored)
    upkeep = wiring.build(settings.Mongo("", ""), settings.Postgres(tables))
    monkeypatch.setattr(wiring, "upkeep", lambda: upkeep)
    time_ns = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: time_ns() + ahead_s * 1_000_000_000)
    with pytest.raises(ClockDiffers, match=f"{abs(ahead_s)} s"):
        module.handler({"task": Task.DAILY}, Context())
    assert facts_db.rows("select watermark, swept_at from aggregation") == [
        {"watermark": 0, "swept_at": 0}
    ]
    assert f'"clock_ahead_s":{ahead_s}' in capsys.readouterr().out
    monkeypatch.setattr(time, "time_ns", time_ns)
    assert module.handler({"task": Task.DAILY}, Context())["events"]["hit"] == 1
    upkeep.facts.close()


def test_what_was_merged_before_another_took_the_lock_is_told(
    run: Callable[[Task], dict[str, Any]],
    clock: Clock,
    stored: Any,
    facts_db: FactsDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(*_: object) -> int:
        raise Busy("another aggregator is at work")

    monkeypatch.setattr(upkeep_module, "roll_closed", busy)
    site = facts_db.site("UTC", retention_days=30)
    MongoEventStore(stored).add([bucket([event("a", NOON)], NOON + HOUR, site=site.id)])
    clock.now = NOON + 2 * HOUR
    done = run(Task.MINUTE)
    assert (done["outcome"], done["buckets"], done["isSwept"]) == ("busy", 1, True)
    assert done["events"] == {"hit": 1, "repeat": 0}


def test_what_a_sweep_finds_is_told(
    run: Callable[[Task], dict[str, Any]], clock: Clock, stored: Any, facts_db: FactsDatabase
) -> None:
    site = facts_db.site("UTC", retention_days=30)
    facts_db.rows("update sites set created_at = to_timestamp(%s)", NOON // SECOND)
    clock.now = NOON + 10 * HOUR
    assert run(Task.MINUTE)["buckets"] == 0
    late = bucket([event("late", NOON, offset=7)], clock.now - 2 * HOUR, site=site.id)
    MongoEventStore(stored).add([late])
    clock.now += HOUR
    done = run(Task.MINUTE)
    assert (done["isSwept"], done["buckets"]) == (True, 1)
    assert done["events"] == {"hit": 1, "repeat": 0}


def test_jobs_have_their_time_however_much_is_to_be_rolled_up(
    run: Callable[[Task], dict[str, Any]],
    clock: Clock,
    facts_db: FactsDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(_facts: object, _now_ms: object, is_late: Callable[[], bool]) -> int:
        periods = 0
        while not is_late():
            clock.now += SECOND
            periods += 1
        return periods

    monkeypatch.setattr(upkeep_module, "roll_closed", endless)
    site = facts_db.site("UTC", retention_days=30)
    facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('audit', gen_random_uuid(), %s)",
        site.id,
    )
    done = run(Task.MINUTE)
    assert done["jobChunks"] > 0
    assert done["periods"] * SECOND >= upkeep_module.ROLLUPS_AND_JOBS_MS
    assert facts_db.rows("select state from jobs") == [{"state": "done"}]
