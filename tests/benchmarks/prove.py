"""`make prove`: bad days, and the sample log while function processes and servers are killed.

First each fault of `recovery` happens under a light load. Then the sample is replayed in rounds.
Each round kills function processes at random; one more kills each server in turn and starts it
anew. Whatever was acknowledged must be stored, once. Then generated traffic: 100,000 events while
processors and aggregators are killed, after which an audit must find no difference, and a million
in peace; each figure of reports must be true.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

import httpx

from infra_cdk.local import records
from infra_cdk.local.servers import servers
from infra_cdk.local.tools import ledger
from infra_cdk.local.tools.log_files import LogFile
from infra_cdk.local.tools.replay import Outcome, Replay
from infra_cdk.local.trial import Trial
from tests.benchmarks import history, recovery
from tests.benchmarks.ingest import drain
from tests.benchmarks.setting import SERVERS, bench_stack

SAMPLE = LogFile("sample", Path(__file__).parents[1] / "data" / "access-2015.log.gz")
ROUNDS = 5
KILL_EVERY_S = (0.5, 2.0)
GONE_WITHIN_S = 20


def main() -> int:
    """Return 0 when every acknowledged event of every round was stored once."""
    chance = random.Random(7)
    accepted = 0
    if not recovery.run():
        return 1
    # The days of the sample pass in seconds, so its busiest clients would be floods.
    with bench_stack(PIXELTRACK_EVENTS_A_MINUTE="0") as running:
        kill_any = partial(kill_function, running, chance)
        for number, kill in enumerate([kill_any] * ROUNDS + [ServerKiller()], 1):
            kills, outcome = maltreated_replay(running, kill, chance)
            accepted += len(outcome.accepted)
            drain(running)
            found = ledger.read(running.environ)
            print(f"round {number}: {outcome}; killed {', '.join(kills)}", flush=True)
            print(ledger.table(found), flush=True)
            if outcome.given_up or found.missing or found.events != accepted:
                print(f"FAILED: {accepted} acknowledged, {found.events} stored")
                return 1
        print(f"{accepted} events acknowledged, {accepted} stored, none lost, none counted twice")
        kill_work = partial(kill_function, running, chance, ("processor", "aggregator"))
        is_true = history.under_fire(running, kill_work, chance) and history.million(running)
    print("every figure is true" if is_true else "FAILED: a figure is not true")
    return 0 if is_true else 1


def maltreated_replay(
    running: Trial, kill: Callable[[], str | None], chance: random.Random
) -> tuple[list[str], Outcome]:
    """Replay the sample, killing processes now and then; return what was killed."""
    replay = Replay(running.origin, running.demo.tracking_id)
    sending = threading.Thread(target=replay.run, args=(SAMPLE,))
    sending.start()
    kills: list[str] = []
    while sending.is_alive():
        time.sleep(chance.uniform(*KILL_EVERY_S))
        if sending.is_alive() and (name := kill()):
            kills.append(name)
    sending.join()
    return kills, replay.outcome


def kill_function(
    running: Trial, chance: random.Random, groups: Collection[str] = ()
) -> str | None:
    """Kill a function process of a random group, one of these if there are; return its group."""
    environments = httpx.get(f"{running.local}/status.json").json()["environments"]
    alive = [(e["group"], e["pid"]) for e in environments if e["pid"]]
    alive = [(group, pid) for group, pid in alive if not groups or group in groups]
    if not alive:
        return None
    group = chance.choice(sorted({group for group, _ in alive}))
    pid = chance.choice([pid for of, pid in alive if of == group])
    os.kill(pid, signal.SIGKILL)
    return str(group)


class ServerKiller:
    """Kills each server once, and starts it anew where it was."""

    def __init__(self) -> None:
        self._left = ["kafka", "mongodb", "postgres"]

    def __call__(self) -> str | None:
        """Kill the next server and wait until it serves again; return its name."""
        if not self._left:
            return None
        name = self._left.pop()
        server = records.find(SERVERS.run, name)
        if server is None:
            return None
        server._signal(signal.SIGKILL, GONE_WITHIN_S)
        servers.up(SERVERS)
        return name


if __name__ == "__main__":
    sys.exit(main())
