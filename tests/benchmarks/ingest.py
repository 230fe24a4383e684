"""What the pipeline takes in under a load: rates, latencies, cost."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import httpx

from infra_cdk.local.trial import Trial
from tests.benchmarks import load
from tests.benchmarks.cpu import LOAD, Meter, of_trial
from tests.benchmarks.freshness import Freshness

VISITORS = 5_000
SECONDS = 8.0
DRAINED_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Row:
    """One measured load."""

    connections: int
    batch: int
    acknowledged_s: float
    stored_s: float
    p50_ms: float
    p99_ms: float
    collector_cpu_ms: float
    stored_after_p50_ms: float
    stored_after_p99_ms: float
    cpu_s_per_1000: float
    cpu: str
    refused: int


def measure(running: Trial, connections: int, batch: int, seconds: float = SECONDS) -> Row:
    """Load the stack, wait until all is stored, and count."""
    visitors = load.Visitors(
        running.demo.tracking_id, urlsplit(running.origin).netloc, VISITORS, batch
    )
    freshness, meter = Freshness(running), Meter(partial(of_trial, running))
    began = time.perf_counter()
    result = asyncio.run(load.run(running.origin, visitors, connections, seconds))
    events = len(result.latencies_ms) * batch
    drain(running)
    elapsed = time.perf_counter() - began
    used = meter.used()
    cuts = statistics.quantiles(result.latencies_ms, n=100)
    delays = statistics.quantiles(freshness.delays_ms(), n=100)
    return Row(
        connections=connections,
        batch=batch,
        acknowledged_s=events / result.seconds,
        stored_s=events / elapsed,
        p50_ms=cuts[49],
        p99_ms=cuts[98],
        collector_cpu_ms=used.get("collector", 0.0) * 1000 / events,
        stored_after_p50_ms=delays[49],
        stored_after_p99_ms=delays[98],
        cpu_s_per_1000=sum(s for name, s in used.items() if name != LOAD) * 1000 / events,
        cpu=", ".join(f"{name} {seconds / elapsed:.2f}" for name, seconds in used.items()),
        refused=result.refused,
    )


def drain(running: Trial) -> None:
    """Wait until the processor has committed everything that is in the topic."""
    deadline = time.monotonic() + DRAINED_WITHIN_S
    while time.monotonic() < deadline:
        consumers = httpx.get(f"{running.local}/status.json").json()["consumers"]
        if all(consumer["lag"] == 0 for consumer in consumers):
            return
        time.sleep(0.02)
    raise TimeoutError("the processor did not catch up")


def show(row: Row) -> None:
    """Print one row of the table."""
    print(
        f"{row.connections:>5} {row.batch:>5} {row.acknowledged_s:>9,.0f} {row.stored_s:>9,.0f}"
        f" {row.p50_ms:>8.1f} {row.p99_ms:>8.1f} {row.collector_cpu_ms:>13.2f}"
        f" {row.cpu_s_per_1000:>11.2f}"
        f" {row.stored_after_p50_ms:>12,.0f}, {row.stored_after_p99_ms:<10,.0f}  {row.cpu}"
        + (f"; {row.refused} refused" if row.refused else ""),
        flush=True,
    )
