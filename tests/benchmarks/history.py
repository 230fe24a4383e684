"""The rounds of `make prove` that compare reports with the truth of generated traffic."""

import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from infra_cdk.local.tools import history, ledger
from infra_cdk.local.tools.audit import audit
from infra_cdk.local.tools.traffic import checking, generating
from infra_cdk.local.tools.traffic.generating import Plan
from infra_cdk.local.trial import Trial

KILLS = 20
KILL_EVERY_S = (0.3, 1.5)
AGGREGATE_EVERY_S = 0.1
MILLION = Plan(events=1_000_000, days=90, sites=4, seed=11, until=date(2026, 4, 10))


def under_fire(running: Trial, kill: Callable[[], str | None], chance: random.Random) -> bool:
    """Kill processors and aggregators at random while 100,000 events come in; compare all reports.

    Where the load is done before twenty are killed, another one starts.
    """
    kills: list[str] = []
    paths: list[Path] = []
    while len(kills) < KILLS:
        plan = Plan(100_000, 45, 3, len(paths) + 1, date(2026, 4, 10))
        loading = _Loading(running, plan)
        threading.Thread(target=_aggregate, args=(running, loading), daemon=True).start()
        while loading.is_alive():
            time.sleep(chance.uniform(*KILL_EVERY_S))
            if len(kills) < KILLS and loading.is_alive() and (name := kill()):
                kills.append(name)
        paths.append(loading.path())
    print(f"{len(paths) * 100_000:,} events; killed {len(kills)}: {', '.join(kills)}", flush=True)
    found = ledger.read(running.environ)
    print(ledger.table(found), flush=True)
    are_true = [_is_true(running, path) for path in paths]
    return not found.missing and all(are_true) and _is_equal(running)


def million(running: Trial) -> bool:
    """Compare the reports of a million events with their truth."""
    began = time.perf_counter()
    path = generating.run(running.stack, MILLION, _say_nothing)
    elapsed = time.perf_counter() - began
    rate = MILLION.events / elapsed
    print(f"1,000,000 events in reports after {elapsed:.0f} s, {rate:,.0f}/s", flush=True)
    return _is_true(running, path)


class _Loading(threading.Thread):
    """Generates a plan's traffic beside what else happens."""

    def __init__(self, running: Trial, plan: Plan) -> None:
        super().__init__(daemon=True)
        self._running, self._plan = running, plan
        self._path: Path | None = None
        self.start()

    def run(self) -> None:
        self._path = generating.run(self._running.stack, self._plan, _say_nothing)

    def path(self) -> Path:
        """Return the truth's file; raises `RuntimeError` where the load failed."""
        self.join()
        if self._path is None:
            raise RuntimeError("the load came to no end")
        return self._path


def _aggregate(running: Trial, loading: _Loading) -> None:
    """Keep the aggregator at work, so that it dies in the midst of it."""
    while loading.is_alive():
        history.aggregate(running.stack)
        time.sleep(AGGREGATE_EVERY_S)


def _is_true(running: Trial, path: Path) -> bool:
    truth: Mapping[str, Any] = json.loads(path.read_text())
    checked = checking.check(running.origin, running.demo.api_key, truth, _say_nothing)
    wrong = len(checked.differences)
    print(f"{checked.figures:,} figures of reports compared with the truth, {wrong} differ")
    print(
        "".join(f"  {difference}\n" for difference in checked.differences[:20]), end="", flush=True
    )
    return not wrong


def _is_equal(running: Trial) -> bool:
    """Audit every site: facts and rollups against the stored events."""
    differences = 0
    for site in audit(running.environ, None, _say_nothing):
        print(site, flush=True)
        differences += site.result["count"]
    return not differences


def _say_nothing(_: str) -> None:
    """Show no progress: the rounds tell their results."""
