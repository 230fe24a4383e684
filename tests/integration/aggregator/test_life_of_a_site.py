"""Months of a site: events, imports, other zones, rollups and sealing in any order; audited."""

import random
from itertools import pairwise
from uuid import uuid4

import pytest

from pixeltrack.facts.recutting import Rezoner
from pixeltrack.facts.sealing import seal_and_expire
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs
from tests.fakes.aggregator_fixture import HOUR, SITE, AggregatorFixture
from tests.fakes.audit_fixtures import audit_fixture, audited, random_event, settle
from tests.fakes.facts_database import DAY_MS, FactsDatabase

ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/New_York"]


class NothingExpires:
    """Deletes no bucket."""

    def expire(self, *_: object) -> int:
        return 0


def days_pass(facts_db: FactsDatabase, fixture: AggregatorFixture, dice: random.Random) -> None:
    fixture.now += dice.randrange(3, 16) * DAY_MS
    settle(facts_db, fixture)
    seal_and_expire(facts_db.facts, NothingExpires(), lambda: fixture.now, lambda: False)


def events_come(facts_db: FactsDatabase, fixture: AggregatorFixture, dice: random.Random) -> None:
    """Some of now, some of a history that is imported now."""
    for back in (0, dice.randrange(60) * DAY_MS):
        events = [random_event(dice, fixture.now - back) for _ in range(8)]
        for one in events:
            one.imported = one.imported or back > 0
            one.received_at = fixture.now
        fixture.take(*events)
    fixture.now += HOUR
    settle(facts_db, fixture)


def zone_changes(facts_db: FactsDatabase, fixture: AggregatorFixture, dice: random.Random) -> None:
    """The job for it is broken off after a few chunks more often than not."""
    facts_db.rows("update sites set timezone = %s where id = %s", dice.choice(ZONES), SITE)
    facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('rezone', %s, %s)"
        " on conflict do nothing",
        uuid4(),
        SITE,
    )
    chunks = iter([False] * dice.choice([1, 3, 100]))
    workers = {JobKind.REZONE: Rezoner(lambda: fixture.now)}
    run_jobs(facts_db.facts, workers, lambda: fixture.now, lambda: next(chunks, True))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_audit_finds_nothing(facts_db: FactsDatabase, seed: int) -> None:
    dice = random.Random(seed)
    fixture = audit_fixture(facts_db)
    sealed = 0
    for _ in range(12):
        step = dice.choice([days_pass, days_pass, events_come, zone_changes])
        step(facts_db, fixture, dice)
        wrong = audited(facts_db, fixture)["differences"]
        assert wrong == [], step.__name__
        days = facts_db.rows(
            "select p.* from periods p join fact_sites f on f.id = p.site"
            " where f.site_id = %s and p.span = 'day' order by p.start_at",
            SITE,
        )
        assert all(one["end_at"] <= other["start_at"] for one, other in pairwise(days))
        assert sum(day["sealed_at"] is not None for day in days) >= sealed, "sealed for ever"
        sealed = sum(day["sealed_at"] is not None for day in days)
