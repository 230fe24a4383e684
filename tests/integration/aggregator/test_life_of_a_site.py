"""Months of a site: events, imports, other zones, rollups and sealing in any order; audited."""

import random
from itertools import pairwise
from uuid import uuid4

import pytest
from fakes.audit_world import audited, audited_world, random_event, settle
from fakes.planted import DAY_MS, Ground
from fakes.worlds import HOUR, SITE, World

from pixeltrack.facts.recutting import Rezoner
from pixeltrack.facts.sealing import seal_and_expire
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs

ZONES = ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe", "America/New_York"]


class NothingExpires:
    """Deletes no bucket."""

    def expire(self, *_: object) -> int:
        return 0


def days_pass(ground: Ground, world: World, dice: random.Random) -> None:
    world.now += dice.randrange(3, 16) * DAY_MS
    settle(ground, world)
    seal_and_expire(ground.facts, NothingExpires(), lambda: world.now, lambda: False)


def events_come(ground: Ground, world: World, dice: random.Random) -> None:
    """Some of now, some of a history that is imported now."""
    for back in (0, dice.randrange(60) * DAY_MS):
        events = [random_event(dice, world.now - back) for _ in range(8)]
        for one in events:
            one.imported = one.imported or back > 0
            one.received_at = world.now
        world.take(*events)
    world.now += HOUR
    settle(ground, world)


def zone_changes(ground: Ground, world: World, dice: random.Random) -> None:
    """The job for it is broken off after a few chunks more often than not."""
    ground.rows("update sites set timezone = %s where id = %s", dice.choice(ZONES), SITE)
    ground.rows(
        "insert into jobs (kind, account_id, site_id) values ('rezone', %s, %s)"
        " on conflict do nothing",
        uuid4(),
        SITE,
    )
    chunks = iter([False] * dice.choice([1, 3, 100]))
    workers = {JobKind.REZONE: Rezoner(lambda: world.now)}
    run_jobs(ground.facts, workers, lambda: world.now, lambda: next(chunks, True))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_audit_finds_nothing(ground: Ground, seed: int) -> None:
    dice = random.Random(seed)
    world = audited_world(ground)
    sealed = 0
    for _ in range(12):
        step = dice.choice([days_pass, days_pass, events_come, zone_changes])
        step(ground, world, dice)
        wrong = audited(ground, world)["differences"]
        assert wrong == [], step.__name__
        days = ground.rows(
            "select p.* from periods p join fact_sites f on f.id = p.site"
            " where f.site_id = %s and p.span = 'day' order by p.start_at",
            SITE,
        )
        assert all(one["end_at"] <= other["start_at"] for one, other in pairwise(days))
        assert sum(day["sealed_at"] is not None for day in days) >= sealed, "sealed for ever"
        sealed = sum(day["sealed_at"] is not None for day in days)
