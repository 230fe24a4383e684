"""An access log replayed: what was acknowledged is stored once, whatever dies on the way."""

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pymongo
import pytest

from infra_cdk.local.tools import ledger
from infra_cdk.local.tools.replay import Replay
from infra_cdk.local.trial import Trial

SAMPLE = Path(__file__).parents[1] / "data" / "access-2015.log.gz"
WITHIN_S = 60.0


@pytest.fixture
def status(host: Trial) -> Callable[[], dict[str, Any]]:
    return lambda: httpx.get(f"{host.origin}/status.json").json()


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


def stored_ids(host: Trial) -> list[str]:
    with pymongo.MongoClient[dict[str, Any]](host.environ["MONGODB_URI"]) as client:
        events = client[host.environ["MONGODB_DATABASE"]]["events"]
        buckets = events.find({"site": host.demo.site_id}, {"events.id": 1})
        return [event["id"] for bucket in buckets for event in bucket["events"]]


def test_ten_thousand_lines_add_up(host: Trial, drained: Callable[[], None]) -> None:
    outcome = Replay(host.origin, host.demo.tracking_id).run(SAMPLE)
    assert (outcome.sent, len(outcome.accepted), outcome.refused) == (10_000, 10_000, [])

    drained()
    stored = stored_ids(host)
    assert set(outcome.accepted) <= set(stored)
    found = ledger.read(host.environ)
    assert found.missing == 0
    assert found.consumed == found.stored + found.dropped
    assert found.stored >= 10_000


@pytest.mark.timeout(300)
def test_killing_each_process_in_turn_loses_and_doubles_nothing(
    host: Trial, status: Callable[[], dict[str, Any]], drained: Callable[[], None]
) -> None:
    replay = Replay(host.origin, host.demo.tracking_id, rate=400)
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
    assert set(outcome.accepted) <= set(stored_ids(host))
    found = ledger.read(host.environ)
    assert found.missing == 0
    restarted = {p["pid"] for p in status()["environments"]}
    assert restarted.isdisjoint(victims)


def has_accepted(replay: Replay, goal: int) -> bool:
    return len(replay.outcome.accepted) >= goal
