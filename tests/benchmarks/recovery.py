"""Bad days, one after the other, under a light load: a row each, with the time until all is well.

`python -m tests.benchmarks.recovery`. Nothing is repaired by hand: what is killed is not started
again from here, what was suspended goes on, a disk that was filled gets its room back. Each event
is sent once and never repeated. Whatever was acknowledged must be stored, and reports must show
each stored event once.

The disks are file systems in memory, so their rows need root; without it they are left out.
"""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pymongo

from infra_cdk.local import installation, records
from infra_cdk.local.servers import memory, servers
from infra_cdk.local.stack import ROOT, Stack
from infra_cdk.local.supervisor import HOST, SUPERVISOR
from infra_cdk.local.tools import ledger
from infra_cdk.local.tools.history import wait_until_counted
from infra_cdk.local.tools.seed import Demo

NAME = "recovery"
EVERY_S = 0.05
SUSPENDED_S = 20.0
FULL_S = 20.0
NOTICED_WITHIN_S = 15.0
WELL_WITHIN_S = 240.0
QUIET_S = 3.0
DISKS = {"data": "900m", "logs": "32m"}
SERVERS = tuple(service.name for service in servers.SERVICES)
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


_serials = itertools.count()


@dataclass(slots=True)
class Load:
    """Sends an event after the other and notes what became of each: id, instant, acknowledged."""

    origin: str
    site: str
    sent: list[tuple[str, float, bool]] = field(default_factory=list)
    _ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Send until stopped; every try is another event."""
        with httpx.Client(headers={"user-agent": AGENT}, timeout=10) as client:
            while not self._ending.wait(EVERY_S):
                name, at = f"recovery-{os.getpid()}-{next(_serials)}", time.monotonic()
                self.sent.append((name, at, self._is_taken(client, name)))

    def stop(self) -> None:
        """Send no more."""
        self._ending.set()

    def _is_taken(self, client: httpx.Client, name: str) -> bool:
        event = {"id": name, "siteId": self.site, "eventType": "pageview", "url": f"/{name}"}
        try:
            return client.post(f"{self.origin}/track", json=event).status_code == 204
        except httpx.TransportError:
            return False


@dataclass(frozen=True, slots=True)
class Row:
    """What a fault cost: events by what became of them, and seconds since the fault."""

    fault: str
    acknowledged: int
    lost: int
    refused: int
    stored_though_refused: int
    taken_again_s: float
    well_again_s: float | None

    def __str__(self) -> str:
        """Return the row of the table."""
        well = "NEVER" if self.well_again_s is None else f"{self.well_again_s:8.1f}"
        return (
            f"{self.fault:<28} {self.acknowledged:>12} {self.lost:>5} {self.refused:>8} "
            f"{self.stored_though_refused:>7} {self.taken_again_s:>12.1f} {well:>10}"
        )


HEAD = (
    f"{'fault':<28} {'acknowledged':>12} {'lost':>5} {'refused':>8} {'of them':>7} "
    f"{'taken again':>12} {'all well':>10}\n"
    f"{'':<28} {'':>12} {'':>5} {'':>8} {'stored':>7} {'after s':>12} {'after s':>10}"
)

Fault = Callable[[Stack], None]


def killed(*names: str) -> Fault:
    """Kill processes at once."""

    def fault(stack: Stack) -> None:
        for record in [records.find(stack.run, name) for name in names]:
            if record is not None:
                os.kill(record.pid, signal.SIGKILL)

    return fault


def suspended(name: str) -> Fault:
    """Suspend a server with all its processes for some time."""

    def fault(stack: Stack) -> None:
        record = records.find(stack.run, name)
        assert record is not None
        family = list(memory.family(record.pid))
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in family:
                os.kill(pid, number)
            if number is signal.SIGSTOP:
                time.sleep(SUSPENDED_S)

    return fault


def filled(folder: str) -> Fault:
    """Fill a disk for some time."""

    def fault(stack: Stack) -> None:
        filler: Path = getattr(stack, folder) / "filler"
        try:
            with filler.open("wb", buffering=0) as file:
                while file.write(bytes(1 << 20)):
                    pass
        except OSError:
            time.sleep(FULL_S)
        finally:
            filler.unlink()

    return fault


def faults(has_disks: bool) -> Iterator[tuple[str, Fault]]:
    """Yield each bad day by name."""
    for name in (*SERVERS, HOST, SUPERVISOR):
        yield f"kill -9 {name}", killed(name)
    yield "kill -9 of all at once", killed(*SERVERS, HOST)
    for name in SERVERS:
        yield f"{name} suspended, {SUSPENDED_S:.0f} s", suspended(name)
    if has_disks:
        yield f"log folder full, {FULL_S:.0f} s", filled("logs")
        yield f"data folder full, {FULL_S:.0f} s", filled("data")


def endure(stack: Stack, demo: Demo, name: str, fault: Fault) -> Row:
    """Let a fault happen under load and wait until all is well again by itself."""
    load = Load(stack.origin, demo.tracking_id)
    sending = threading.Thread(target=load.run)
    sending.start()
    try:
        time.sleep(QUIET_S)
        began = time.monotonic()
        fault(stack)
        over = time.monotonic()
        _noticed(stack, over)
        well = _well(stack)
        time.sleep(QUIET_S)
    finally:
        load.stop()
        sending.join()
    if name.endswith(SUPERVISOR):
        installation.supervise(stack)  # what only the next `make up` starts
    refused = [at for _, at, taken in load.sent if not taken]
    taken_again = min(
        (at for _, at, t in load.sent if t and refused and at > refused[-1]), default=began
    )
    stored = _stored(stack) if well else set()
    acknowledged = {event for event, _, taken in load.sent if taken}
    return Row(
        name,
        len(acknowledged),
        len(acknowledged - stored),
        len(refused),
        sum(event in stored for event, _, taken in load.sent if not taken),
        taken_again - began,
        None if well is None else well - began,
    )


def _health(stack: Stack) -> dict[str, Any]:
    try:
        found: dict[str, Any] = httpx.get(f"{stack.origin}/health", timeout=5).json()
    except (httpx.TransportError, ValueError):
        return {"status": "away"}
    return found


def _noticed(stack: Stack, over: float) -> None:
    """Give health time to see what happened, which a fault without any effect never shows."""
    while time.monotonic() - over < NOTICED_WITHIN_S and _health(stack)["status"] == "ok":
        time.sleep(0.2)


def _well(stack: Stack) -> float | None:
    """Return when all was well and nothing waited, or None where that never came."""
    deadline = time.monotonic() + WELL_WITHIN_S
    while time.monotonic() < deadline:
        found = _health(stack)
        if found["status"] == "ok" and all(c["lag"] is not None for c in found["consumers"]):
            return time.monotonic()
        time.sleep(0.1)
    return None


def _stored(stack: Stack) -> set[str]:
    """Return the ids of all stored events, once nothing waits to be processed."""
    wait_until_counted(stack, lambda _: None, within_s=WELL_WITHIN_S)
    environ = stack.environ()
    with pymongo.MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        buckets = client[environ.get("MONGODB_DATABASE", "pixeltrack")].events.find({})
        return {event["id"] for bucket in buckets for event in bucket["events"]}


def _reported(stack: Stack, demo: Demo) -> int:
    answer = httpx.get(
        f"{stack.origin}/api/v1/reports/summary?period=7d",
        headers={"authorization": f"Bearer {demo.api_key}"},
        timeout=30,
    )
    return int(answer.raise_for_status().json()["metrics"]["pageviews"])


@contextmanager
def stack_of_its_own() -> Iterator[tuple[Stack, Demo, bool]]:
    """Lend a stack with a supervisor, as `make up` starts it, and whether its disks are small."""
    found = Stack.named(NAME).given.items()
    own = {variable: value for variable, value in found if variable not in _OTHERS}
    # All events come from one address.
    given = {"PIXELTRACK_USE_DOCKER": "false", "PIXELTRACK_EVENTS_A_MINUTE": "0"}
    stack = Stack(NAME, ROOT, {**own, **given})
    installation.reset(stack)
    mounted = [folder for folder, size in DISKS.items() if _mount(getattr(stack, folder), size)]
    try:
        installation.up(stack)
        yield stack, installation.furnish(stack), len(mounted) == len(DISKS)
    finally:
        installation.down(stack)
        for folder in mounted:
            subprocess.run(["umount", str(getattr(stack, folder))], check=True)
        shutil.rmtree(stack.data, ignore_errors=True)


_OTHERS = frozenset(service.variable for service in servers.SERVICES)


def _mount(folder: Path, size: str) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(wanted: str = "") -> bool:
    """Tell whether nothing was lost or counted twice, and all became well by itself.

    Only faults whose name holds `wanted` happen.
    """
    rows = []
    with stack_of_its_own() as (stack, demo, has_disks):
        print(HEAD, flush=True)
        for name, fault in faults(has_disks):
            if wanted in name:
                rows.append(endure(stack, demo, name, fault))
                print(rows[-1], flush=True)
        if not has_disks:
            print("full disks: left out, since nothing may be mounted here")
        is_whole = all(row.lost == 0 and row.well_again_s is not None for row in rows)
        stored, reported = len(_stored(stack)), _reported(stack, demo)
        found = ledger.read(stack.environ())
        print(ledger.table(found))
        print(f"{stored} events stored, {reported} reported")
    is_true = is_whole and not found.missing and stored == reported
    print("nothing was lost, and nothing needed a person" if is_true else "FAILED")
    return is_true


if __name__ == "__main__":
    sys.exit(0 if run(*sys.argv[1:2]) else 1)
