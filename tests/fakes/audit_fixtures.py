"""Facts in tables for audits to compare, and an audit requested as a job."""

import random
from typing import Any
from uuid import uuid4

from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs
from tests.fakes.aggregator_fixture import (
    HOUR,
    MINUTE,
    NOON,
    OTHER,
    SECOND,
    SITE,
    ZONES,
    AggregatorFixture,
    event,
)
from tests.fakes.facts_database import FactsDatabase

DAYS = 12
FAST = 3
"""The half day of the fast visit, which is closed at the end."""


def audit_fixture(facts_db: FactsDatabase) -> AggregatorFixture:
    """Make twelve days of events of two sites, aggregated and rolled as far as days are closed.

    One visit is fast, its page views received in any order.
    """
    for number, (site, zone) in enumerate(ZONES.items()):
        facts_db.rows(
            "insert into sites (id, tracking_id, url, name, timezone, retention_days, created_at)"
            " values (%s, 'pt_' || repeat(%s, 32), 'https://example.com', 'Site', %s, 30,"
            " to_timestamp(%s)) on conflict do nothing",
            site,
            str(number),
            zone,
            NOON // SECOND,
        )
    fixture = AggregatorFixture(now=NOON)
    fixture.aggregation = Aggregation(fixture.stored, facts_db.facts, lambda: fixture.now)
    dice = random.Random(7)
    sent: list[StoredEvent] = []
    for half in range(DAYS * 2):
        fixture.now += 12 * HOUR
        fresh = [random_event(dice, fixture.now) for _ in range(12)]
        sent += fresh
        repeated = [again(one, dice.randrange(-5, 5)) for one in dice.sample(sent, 4)]
        fixture.take(*fresh, *repeated)
        fixture.take(random_event(dice, fixture.now), site=OTHER)
        if half == FAST:
            views = [event(f"f{n}", fixture.now - 5 * HOUR + n * SECOND // 2) for n in range(70)]
            dice.shuffle(views)
            for start in (0, 35):
                fixture.aggregation.catch_up(lambda: False)
                fixture.now += MINUTE
                fixture.take(*views[start : start + 35])
        if half % 8 == 0:
            fixture.aggregation.catch_up(lambda: False)
    fixture.now += HOUR
    settle(facts_db, fixture)
    return fixture


def random_event(dice: random.Random, now: int) -> StoredEvent:
    kind = dice.choice(["pageview", "pageview", "click", "signup", "engagement", "ping"])
    return event(
        f"e{dice.random()}",
        now - dice.randrange(11 * HOUR),
        type=kind,
        visitor=f"v{dice.randrange(6)}",
        path=f"/{dice.randrange(4)}",
        country=dice.choice(["DE", "FR", None]),
        payload='{"plan":"pro","n":3}' if kind == "signup" else None,
        bot="agent" if dice.random() < 0.1 else None,
        imported=dice.random() < 0.2,
    )


def again(one: StoredEvent, sooner: int) -> StoredEvent:
    """Make another copy of an event, received a little earlier or later."""
    return event(
        one.id,
        one.at,
        received_at=one.received_at + sooner,
        type=one.type,
        visitor=one.visitor,
        path=one.path,
        bot=one.bot,
        imported=one.imported,
    )


def settle(facts_db: FactsDatabase, fixture: AggregatorFixture) -> None:
    """Take in all that is stored, and roll what is closed."""
    fixture.aggregation.catch_up(lambda: False)
    fixture.aggregation.sweep(lambda: False)
    roll_closed(facts_db.facts, lambda: fixture.now, lambda: False)


def audited(
    facts_db: FactsDatabase, fixture: AggregatorFixture, site: str = SITE
) -> dict[str, Any]:
    """Ask for an audit and return its result."""
    job = facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('audit', %s, %s) returning id",
        uuid4(),
        site,
    )[0]["id"]
    workers = {JobKind.AUDIT: Auditor(fixture.stored)}
    run_jobs(facts_db.facts, workers, lambda: fixture.now, lambda: False)
    found = facts_db.rows("select * from jobs where id = %s", job)[0]
    assert (found["state"], found["error"], found["progress"]) == ("done", None, 1)
    result: dict[str, Any] = found["result"]
    return result
