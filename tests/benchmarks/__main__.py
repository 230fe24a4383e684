"""`make bench`: what the pipeline takes in, stores and costs, measured in one run.

Everything runs on this machine, the load too, so the rates are what is left of its cores. CPU
figures are processor time of the named processes, read from /proc, and compare better than rates.
"""

import statistics
import subprocess
import sys

from infra_cdk.local.tools import ledger
from tests.benchmarks import aggregation, durability, peer, processor, reports
from tests.benchmarks.ingest import measure, show
from tests.benchmarks.setting import bench_stack

CONNECTIONS = (1, 8, 32)
BATCHES = (1, 10)
REPORTED = ((1_000_000, 20), (10_000_000, 8))


def main() -> int:
    """Bring a stack of its own up, measure, print, take it down; return 1 if a peer fails."""
    program = peer.given()
    print(f"collector import: {import_ms():.0f} ms (median of 9 fresh processes)", flush=True)
    with bench_stack() as running:
        rate = processor.events_per_core_second(running)
        print(f"processor: {rate:,.0f} events a second a core", flush=True)
        aggregation.measure(running.environ)
        for events, requests in REPORTED:
            reports.measure(running.environ["DATABASE_URL"], events, requests)
        print(
            "conns batch   acked/s  stored/s   p50 ms   p99 ms  collector ms  all s/1,000"
            "  ack→stored p50, p99 ms   cores used by"
        )
        for batch in BATCHES:
            for connections in CONNECTIONS:
                show(measure(running, connections, batch))
        print(ledger.table(ledger.read(running.environ)))
    durability.compare()
    return peer.run(program)


def import_ms() -> float:
    """Return the median time a fresh process takes to import the collector, interpreter apart."""
    code = (
        "import time; began = time.perf_counter(); import functions.collector.handler; "
        "print((time.perf_counter() - began) * 1000)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(10)
    ]
    return statistics.median(runs[1:])


if __name__ == "__main__":
    sys.exit(main())
