"""An access log replayed: what was acknowledged is stored once, whatever dies on the way."""

import os
import secrets
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pymongo
import pytest

from infra_cdk.local.tools import ledger
from infra_cdk.local.tools.log_files import LogFile
from infra_cdk.local.tools.replay import Replay
from infra_cdk.local.trial import Trial
from pixeltrack.platform.identifiers import tracking_id

SAMPLE = LogFile("sample", Path(__file__).parents[1] / "data" / "access-2015.log.gz")
WITHIN_S = 60.0


@pytest.fixture
def status(host: Trial) -> Callable[[], dict[str, Any]]:
    return lambda: httpx.get(f"{host.local}/status.json").json()


@pytest.fixture
def drained(status: Callable[[], dict[str, Any]]) -> Callable[[], None]:
    def is_drained() -> bool:
        return all(consumer["lag"] == 0 for consumer in status()["consumers"])

    return lambda: until(is_drained)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not condition():
        assert time.monotonic() < deadline, f"not within {WITHIN_S:.0f} s: {condition}"
        threading.Event().wait(0.05)


@dataclass(frozen=True)
class Site:
    id: str
    tracking_id: str


@pytest.fixture
def site(host: Trial) -> Site:
    """A site of the test's own: a client's lines of two replays in a minute would be a flood."""
    made = tracking_id(secrets.token_bytes(16))
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            """
            with site as (
                insert into sites (tracking_id, url, name)
                values (%s, 'https://example.com', 'Replayed')
                returning id
            )
            insert into site_members (site_id, account_id, role)
            select site.id, m.account_id, m.role
            from site
            join site_members m on m.site_id = %s
            returning site_id::text
            """,
            [made, host.demo.site_id],
        ).fetchone()
    assert row is not None
    return Site(row[0], made)


def stored_ids(host: Trial, site: Site) -> list[str]:
    with pymongo.MongoClient[dict[str, Any]](host.environ["MONGODB_URI"]) as client:
        events = client[host.environ["MONGODB_DATABASE"]]["events"]
        buckets = events.find({"site": site.id}, {"events.id": 1})
        return [event["id"] for bucket in buckets for event in bucket["events"]]


def test_ten_thousand_lines_add_up(host: Trial, site: Site, drained: Callable[[], None]) -> None:
    outcome = Replay(host.origin, site.tracking_id).run(SAMPLE)
    assert (outcome.sent, len(outcome.accepted), outcome.refused) == (10_000, 10_000, [])

    drained()
    stored = stored_ids(host, site)
    assert set(outcome.accepted) <= set(stored)
    found = ledger.read(host.environ)
    assert found.missing == 0
    assert found.consumed == found.stored + found.dropped
    assert found.stored >= 10_000


@pytest.mark.timeout(300)
def test_killing_each_process_in_turn_loses_and_doubles_nothing(
    host: Trial,
    site: Site,
    status: Callable[[], dict[str, Any]],
    drained: Callable[[], None],
) -> None:
    replay = Replay(host.origin, site.tracking_id, rate=400)
    sending = threading.Thread(target=replay.run, args=(SAMPLE,))
    sending.start()
    victims = [p["pid"] for p in status()["environments"] if p["pid"]]
    for pid in victims:
        until(partial(has_accepted, replay, len(replay.outcome.accepted) + 300))
        os.kill(pid, signal.SIGKILL)
    sending.join()
    drained()

    outcome = replay.outcome
    assert len(victims) >= 4
    assert outcome.refused == outcome.given_up == []
    assert len(outcome.accepted) == 10_000
    assert set(outcome.accepted) <= set(stored_ids(host, site))
    found = ledger.read(host.environ)
    assert found.missing == 0
    restarted = {p["pid"] for p in status()["environments"]}
    assert restarted.isdisjoint(victims)


def has_accepted(replay: Replay, goal: int) -> bool:
    return len(replay.outcome.accepted) >= goal
