"""The schedules' tasks over real databases: a minute's run, a day's, and what each leaves."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fakes.planted import DAY_MS, Ground
from fakes.worlds import HOUR, MINUTE, NOON, SECOND, bucket, event

from functions.aggregator import tasks, wiring
from functions.aggregator.tasks import Aggregator, Task
from pixeltrack.events.mongo.indexes import ensure_indexes
from pixeltrack.events.mongo.store import MongoEventStore
from pixeltrack.platform import settings
from pixeltrack.platform.mongo import connect


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
    yield database
    database.client.close()


@pytest.fixture
def aggregator(
    stored: Any, tables: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Aggregator]:
    """The aggregator as it is wired in production."""
    monkeypatch.setattr(wiring, "connect", lambda *_: stored)
    made = wiring.build(settings.Mongo("", ""), settings.Postgres(tables))
    assert made.now_ms is clock
    yield made
    made.transactions.close()


def run(aggregator: Aggregator, task: Task) -> dict[str, Any]:
    return tasks.run(task, aggregator, lambda: False)


def test_from_a_bucket_to_a_sealed_day(
    aggregator: Aggregator, clock: Clock, stored: Any, ground: Ground
) -> None:
    site = ground.site("UTC", retention_days=30)
    ground.rows("update sites set created_at = to_timestamp(%s)", NOON // SECOND)
    account = ground.rows(
        "insert into accounts (email) values ('owner@pixeltrack.test') returning id"
    )[0]["id"]
    ground.rows(
        "insert into site_members (site_id, account_id, role) values (%s, %s, 'owner')",
        site.id,
        account,
    )
    views = [event(str(n), NOON + n * MINUTE, offset=n) for n in range(3)]
    MongoEventStore(stored).add([bucket(views, NOON + HOUR, site=site.id)])
    clock.now = NOON + 2 * HOUR
    done = run(aggregator, Task.MINUTE)
    assert (done["buckets"], done["events"], done["periods"]) == (1, {"hit": 3, "repeat": 0}, 0)

    clock.now = NOON + 10 * DAY_MS
    done = run(aggregator, Task.DAILY)
    assert (done["buckets"], done["periods"]) == (0, 1)
    [audit] = ground.rows("select * from jobs")
    assert (audit["kind"], audit["account_id"], audit["state"]) == ("audit", account, "done")
    assert audit["result"]["count"] == 0
    assert audit["result"]["checked"]["hits"] == 3

    clock.now = NOON + 50 * DAY_MS
    done = run(aggregator, Task.DAILY)
    assert done["expired"] == {"days": 1, "hits": 3, "buckets": 0}
    clock.now += 4 * DAY_MS
    done = run(aggregator, Task.DAILY)
    assert done["expired"] == {"days": 0, "hits": 0, "buckets": 1}
    assert stored["events"].count_documents({}) == 0
    assert [p["sealed_at"] is not None for p in ground.periods(site)] == [True]
    [*_, last] = ground.rows("select result from jobs order by created_at")
    assert last["result"]["count"] == 0
