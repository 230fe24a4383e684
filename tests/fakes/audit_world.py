"""A world over tables for audits to look at, and an audit asked for as a job."""

import random
from typing import Any
from uuid import uuid4

from fakes.planted import Ground
from fakes.worlds import HOUR, NOON, OTHER, SECOND, SITE, ZONES, World, event

from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs

DAYS = 12


def audited_world(ground: Ground) -> World:
    """Make twelve days of events of two sites, aggregated and rolled as far as days are closed."""
    for number, (site, zone) in enumerate(ZONES.items()):
        ground.rows(
            "insert into sites (id, tracking_id, url, name, timezone, retention_days, created_at)"
            " values (%s, 'pt_' || repeat(%s, 32), 'https://example.com', 'Site', %s, 30,"
            " to_timestamp(%s)) on conflict do nothing",
            site,
            str(number),
            zone,
            NOON // SECOND,
        )
    world = World(now=NOON)
    world.aggregation = Aggregation(world.stored, ground.facts, lambda: world.now)
    dice = random.Random(7)
    sent: list[StoredEvent] = []
    for half in range(DAYS * 2):
        world.now += 12 * HOUR
        fresh = [random_event(dice, world.now) for _ in range(12)]
        sent += fresh
        repeated = [again(one, dice.randrange(-5, 5)) for one in dice.sample(sent, 4)]
        world.take(*fresh, *repeated)
        world.take(random_event(dice, world.now), site=OTHER)
        if half % 8 == 0:
            world.aggregation.catch_up(lambda: False)
    world.now += HOUR
    settle(ground, world)
    return world


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


def settle(ground: Ground, world: World) -> None:
    """Take in all that is stored, and roll what is closed."""
    world.aggregation.catch_up(lambda: False)
    world.aggregation.sweep(lambda: False)
    roll_closed(ground.facts, lambda: world.now, lambda: False)


def audited(ground: Ground, world: World, site: str = SITE) -> dict[str, Any]:
    """Ask for an audit and return its result."""
    job = ground.rows(
        "insert into jobs (kind, account_id, site_id) values ('audit', %s, %s) returning id",
        uuid4(),
        site,
    )[0]["id"]
    workers = {JobKind.AUDIT: Auditor(world.stored)}
    run_jobs(ground.facts, workers, lambda: world.now, lambda: False)
    found = ground.rows("select * from jobs where id = %s", job)[0]
    assert (found["state"], found["error"], found["progress"]) == ("done", None, 1)
    result: dict[str, Any] = found["result"]
    return result
