"""`make prove`: the sample log again and again, while a random function process is killed."""

import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import httpx

from infra_cdk.local import ledger
from infra_cdk.local.replay import Outcome, Replay
from infra_cdk.local.trial import Trial
from tests.benchmarks.__main__ import drain
from tests.benchmarks.setting import bench_stack

SAMPLE = Path(__file__).parents[1] / "data" / "access-2015.log.gz"
ROUNDS = 5
KILL_EVERY_S = (0.5, 2.0)


def main() -> int:
    """Answer 0 when every acknowledged event of every round was stored once."""
    chance = random.Random(7)
    accepted = 0
    with bench_stack() as running:
        for number in range(1, ROUNDS + 1):
            kills, outcome = maltreated_replay(running, chance)
            accepted += len(outcome.accepted)
            drain(running)
            found = ledger.read(running.environ)
            print(f"round {number}: {outcome}, {kills} processes killed", flush=True)
            print(ledger.table(found), flush=True)
            if found.missing or found.events != accepted:
                print(f"FAILED: {accepted} acknowledged, {found.events} stored")
                return 1
    print(f"{accepted} events acknowledged, {accepted} stored, none lost, none counted twice")
    return 0


def maltreated_replay(running: Trial, chance: random.Random) -> tuple[int, Outcome]:
    """Replay the sample, killing a random process now and then; answer how many were."""
    replay = Replay(running.origin, running.demo.tracking_id)
    sending = threading.Thread(target=replay.run, args=(SAMPLE,))
    sending.start()
    kills = 0
    while sending.is_alive():
        time.sleep(chance.uniform(*KILL_EVERY_S))
        processes = httpx.get(f"{running.origin}/status.json").json()["environments"]
        pids = [process["pid"] for process in processes if process["pid"]]
        if pids and sending.is_alive():
            os.kill(chance.choice(pids), signal.SIGKILL)
            kills += 1
    sending.join()
    return kills, replay.outcome


if __name__ == "__main__":
    sys.exit(main())
