"""The same load on this product and on GoatCounter in turns, and what `kill -9` loses of each.

`GOATCOUNTER=path make bench`, or by itself: `GOATCOUNTER=path python -m tests.benchmarks.peer`.
GoatCounter closes each connection after its answer, so that its latencies hold a new one each time.
"""

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import statistics
import sys
from collections.abc import Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from infra_cdk.local import installation, records
from infra_cdk.local.servers import memory, servers
from infra_cdk.local.stack import Stack
from infra_cdk.local.supervisor import HOST
from infra_cdk.local.tools import ledger
from infra_cdk.local.trial import Trial
from tests.benchmarks import load
from tests.benchmarks.cpu import LOAD, Listed, Meter, of_trial
from tests.benchmarks.goatcounter import PeerFailed, goatcounter
from tests.benchmarks.ingest import VISITORS, drain
from tests.benchmarks.setting import SERVERS, bench_stack

CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SECONDS = 8.0
GONE_WITHIN_S = 20.0


class Side(Protocol):
    """One of the two that are compared."""

    name: str
    origin: str

    def visitors(self, count: int) -> load.Visitors:
        """Return a crowd, in the words of this side's tracker."""

    def processes(self) -> Listed:
        """Return the processes whose time counts."""

    def finish(self, taken: int) -> None:
        """Wait until so many more events are stored, or none will be any more."""

    def stored(self) -> int:
        """Return how many events are stored."""

    def crash(self) -> None:
        """Kill all processes at once by SIGKILL, and start them anew on what is on disk."""


class PixelTrack:
    """This product, on the bench's own servers."""

    name = "Pixel-Track"

    def __init__(self, running: Trial) -> None:
        self._running = running
        self.origin = running.origin

    def visitors(self, count: int) -> load.Visitors:
        """Return the crowd."""
        tracking_id = self._running.demo.tracking_id
        return load.Visitors(tracking_id, urlsplit(self.origin).netloc, count, 1)

    def processes(self) -> Listed:
        """Return functions, host and servers."""
        return of_trial(self._running)

    def finish(self, taken: int) -> None:  # noqa: ARG002 - the lag tells it
        """Wait until the processor has stored everything."""
        drain(self._running)

    def stored(self) -> int:
        """Return how many events are in MongoDB, each once."""
        return ledger.read(self._running.environ).events

    def crash(self) -> None:
        """Kill the host first, which would start functions anew, and bring all up again."""
        stack = self._running.stack
        leaders = [*records.running(stack.run), *records.running(SERVERS.run)]
        functions = [pid for _, pid in self.processes()]
        families = [memory.family(record.pid) for record in leaders]
        for pid in [*itertools.chain(*families), *functions]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for record in leaders:
            record.kill(GONE_WITHIN_S)
        for service in servers.SERVICES:
            servers.revive(SERVERS, service.name)
        installation.revive(stack, HOST)


class Row(NamedTuple):
    """One turn of one side, the medians of several, or the ratios of two sides."""

    taken_s: float
    p50_ms: float
    p99_ms: float
    cpu_s_per_1000: float

    def __str__(self) -> str:
        """Return the figures of a line of the table."""
        return (
            f"{self.taken_s:>9,.2f} {self.p50_ms:>8.2f} {self.p99_ms:>8.2f}"
            f" {self.cpu_s_per_1000:>12.3f}"
        )


def measure(side: Side, connections: int, seconds: float) -> Row:
    """Load a side, wait until all is stored, and count."""
    meter = Meter(side.processes)
    result = asyncio.run(load.run(side.origin, side.visitors(VISITORS), connections, seconds))
    taken = len(result.latencies_ms)
    if taken < 2:
        raise PeerFailed(f"{side.name} took {taken} requests and refused {result.refused}")
    side.finish(taken)
    cpu_s = sum(used for name, used in meter.used().items() if name != LOAD)
    if result.refused:
        print(f"{side.name} refused {result.refused:,} requests")
    cuts = statistics.quantiles(result.latencies_ms, n=100)
    return Row(taken / result.seconds, cuts[49], cuts[98], cpu_s * 1000 / taken)


def losses(side: Side, connections: int, seconds: float) -> tuple[int, int]:
    """Kill a side once it answered every request; return how many it took, and no longer has."""
    before = side.stored()
    result = asyncio.run(load.run(side.origin, side.visitors(VISITORS), connections, seconds))
    side.crash()
    taken = len(result.latencies_ms)
    side.finish(taken)
    return taken, taken - (side.stored() - before)


def compare(
    ours: Side,
    theirs: Side,
    loads: Sequence[int] = CONNECTIONS,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> None:
    """Measure both in turns, so that what else the machine does falls on both alike, and print."""
    print(f"conns {'':<18}   taken/s   p50 ms   p99 ms  all s/1,000")
    for connections in loads:
        turns = [
            [measure(side, connections, seconds) for side in (ours, theirs)] for _ in range(rounds)
        ]
        own, other = (
            Row(*map(statistics.median, zip(*rows, strict=True)))
            for rows in zip(*turns, strict=True)
        )
        ratios = Row(*(one / two for one, two in zip(own, other, strict=True)))
        for name, row in ((ours.name, own), (theirs.name, other), ("ratio", ratios)):
            print(f"{connections:>5} {name:<18} {row}", flush=True)
    for side in (ours, theirs):
        taken, lost = losses(side, loads[-1], seconds)
        print(f"kill -9 of {side.name}: {taken:,} acknowledged, {lost:,} of them lost", flush=True)


def given() -> str | None:
    """Return the program that GOATCOUNTER names, or None; exit where it names no program."""
    named = SERVERS.given.get("GOATCOUNTER")
    if named and not shutil.which(named):
        raise SystemExit(f"GOATCOUNTER={named}: there is no such program")
    return named or None


def run(program: str | None) -> int:
    """Compare with the GoatCounter that is given; return 1 where it does not run."""
    if program is None:
        print("peer: none given; GOATCOUNTER=path make bench measures GoatCounter beside")
        return 0
    stack = Stack(f"{SERVERS.name}-peer", SERVERS.root, SERVERS.given)
    try:
        with goatcounter(program, stack) as peer, bench_stack() as running:
            compare(PixelTrack(running), peer)
    except PeerFailed as error:
        print(f"GOATCOUNTER={program}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run(given()))
