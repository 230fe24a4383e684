"""What it costs that every acknowledged event is on disk: the same load with and without.

By itself: `python -m tests.benchmarks.durability`.
"""

import statistics

from infra_cdk.local.tools import durability
from infra_cdk.local.trial import Trial
from tests.benchmarks.ingest import Row, measure
from tests.benchmarks.setting import SERVERS, bench_stack

LOADS = ((1, 1), (8, 1), (8, 10))
"""Connections, and events of a request."""

ROUNDS = 5
SECONDS = 3.0


def compare() -> None:
    """Measure both in turns, so that what else the machine does falls on both alike, and print."""
    with (
        bench_stack() as process,
        bench_stack(f"{SERVERS.name}-power", PIXELTRACK_DURABILITY="power") as power,
    ):
        if faults := list(durability.differences(power.environ)):
            raise RuntimeError("; ".join(faults))
        print("conns batch   power: acked/s   of process's   power: p50 ms   of process's")
        for connections, batch in LOADS:
            _show(*_in_turns(process, power, connections, batch))


def _in_turns(
    process: Trial, power: Trial, connections: int, batch: int
) -> tuple[list[Row], list[Row]]:
    pairs = [
        tuple(measure(each, connections, batch, SECONDS) for each in (process, power))
        for _ in range(ROUNDS)
    ]
    return [before for before, _ in pairs], [after for _, after in pairs]


def _show(process: list[Row], power: list[Row]) -> None:
    before, after = (statistics.median(row.acknowledged_s for row in r) for r in (process, power))
    waited, waits = (statistics.median(row.p50_ms for row in r) for r in (process, power))
    print(
        f"{power[0].connections:>5} {power[0].batch:>5} {after:>16,.0f} {after / before:>14.2f}"
        f" {waits:>15.1f} {waits / waited:>14.1f}",
        flush=True,
    )


if __name__ == "__main__":
    compare()
