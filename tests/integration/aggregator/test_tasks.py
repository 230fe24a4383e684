"""The schedules' tasks over real databases: a minute's run, a day's, and what each leaves."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from functions.aggregator import handler as module
from functions.aggregator import wiring
from pixeltrack.events.mongo.store import MongoEventStore, ensure_indexes
from pixeltrack.facts import upkeep as upkeep_module
from pixeltrack.facts.upkeep import Task, Upkeep
from pixeltrack.platform import settings
from pixeltrack.platform.errors import Busy
from pixeltrack.platform.mongo import connect
from tests.fakes.aggregator_fixture import HOUR, MINUTE, NOON, SECOND, bucket, event
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
    monkeypatch.setattr(wiring, "now_ms", clock)
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
