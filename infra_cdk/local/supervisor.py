"""Restarts servers and the host of a stack that died, in order, ever more slowly while they fail.

A stopped process leaves no record, one that died does: that alone is restarted. Servers come first,
each by itself; the host waits until all of them are up. A process that is alive is never touched,
even one that does not answer: whether it hangs, is suspended or only slow cannot be told from
outside, and killing a database that is busy with its recovery would make it begin again. The one
exception is a process whose log says that it cannot go on, though it does not end by itself.
"""

import argparse
import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

import msgspec

from infra_cdk.local import records
from infra_cdk.local.backoff import delay_s
from infra_cdk.local.servers import daemons
from infra_cdk.local.stack import Stack

SUPERVISOR = "supervisor"
HOST = "host"
_COMPANIONS = ("epmd", SUPERVISOR)
"""What has a record but is not restarted: RabbitMQ's port mapper comes back with RabbitMQ."""

POLL_S = 0.5
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 60.0
STABLE_S = 60.0
"""A process that ran this long starts its back-off anew."""
LOOP = 3
"""So many starts in a row that did not last are called a crash loop."""
FATAL = {"mongodb": b"WT_PANIC"}
"""What a log says when only another start helps. mongod ends then by itself, SecantusDB stays."""
FULL_MIB = 64
"""A disk with less room is named beside whatever else a process died of."""
_BOUND_EVERY_S = 5.0
_MOST_READ_BYTES = 1 << 20
_ORPHAN_AFTER_S = 10.0

log = logging.getLogger(__name__)


class History(msgspec.Struct):
    """What befell one process; instants are epoch seconds.

    `next_at` is None while it runs, `in_a_row` counts starts since it last ran for long.
    """

    name: str
    restarts: int = 0
    in_a_row: int = 0
    died_at: float | None = None
    reason: str = ""
    next_at: float | None = None

    @property
    def is_looping(self) -> bool:
        """Tell whether it keeps ending soon after each start."""
        return self.in_a_row >= LOOP


class Attempt(Protocol):
    """A start under way, as `subprocess.Popen`."""

    @property
    def stdout(self) -> IO[str] | None:
        """Return what it prints."""

    def poll(self) -> int | None:
        """Return its exit status, or None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def wait(self) -> int:
        """Wait for its end."""


@dataclass(slots=True)
class _Watched:
    """A process with its history; instants are those of the monotonic clock."""

    history: History
    attempt: Attempt | None = None
    due_at: float | None = None
    started_at: float | None = None
    read_to: int | None = None


class Supervisor:
    """Watches the records of a stack; `begin` starts the process of that name anew."""

    def __init__(
        self,
        stack: Stack,
        begin: Callable[[str], Attempt],
        *,
        now: Callable[[], float] = time.monotonic,
        epoch: Callable[[], float] = time.time,
    ) -> None:
        self._run = stack.run
        self._logs = stack.logs
        self._data = stack.data
        self._begin = begin
        self._now = now
        self._epoch = epoch
        self._watched: dict[str, _Watched] = {}
        self._shown = b""
        self._bounded_at = now()

    def look(self) -> None:
        """Look at each process once, and start those that are due."""
        for name in self._names():
            one = self._watched.setdefault(name, _Watched(History(name)))
            self._look_at(one, records.last(self._run, name))
        self._show()
        if self._now() - self._bounded_at > _BOUND_EVERY_S:
            self._bounded_at = self._now()
            for name in (*self._watched, *_COMPANIONS):
                daemons.bound(self._log_of(name))

    def stop(self) -> None:
        """End the starts that are under way; what they started stays, with its record."""
        attempts = [one.attempt for one in self._watched.values() if one.attempt]
        for attempt in attempts:
            attempt.terminate()
        for attempt in attempts:
            attempt.wait()

    def _names(self) -> list[str]:
        found = {path.stem for path in self._run.glob("*.json")} | set(self._watched)
        return sorted(found - {*_COMPANIONS}, key=lambda name: (name == HOST, name))

    def _look_at(self, one: _Watched, record: records.Record | None) -> None:
        if one.attempt is not None:
            status = one.attempt.poll()
            if status is None:
                return
            self._settle(one, status)
        if record is None:  # it was stopped on purpose
            one.due_at = one.started_at = None
            one.history.in_a_row = 0
        elif record.is_alive:
            one.due_at = None
            self._note_stability(one)
            self._end_if_broken(one, record)
        elif one.due_at is None:
            self._note_death(one)
        elif self._now() >= one.due_at and (one.history.name != HOST or self._servers_are_up()):
            self._start(one)

    def _servers_are_up(self) -> bool:
        return all(
            one.attempt is None and one.due_at is None
            for name, one in self._watched.items()
            if name != HOST
        )

    def _note_death(self, one: _Watched) -> None:
        history = one.history
        history.died_at = self._epoch()
        history.reason = self._reason(daemons.last_line(self._log_of(history.name)))
        self._put_off(one, "died")

    def _put_off(self, one: _Watched, how: str) -> None:
        wait_s = delay_s(one.history.in_a_row, FIRST_DELAY_S, LONGEST_DELAY_S)
        one.due_at = self._now() + wait_s
        one.started_at = None
        log.warning(
            "%s %s; next start in %.0f s: %s", one.history.name, how, wait_s, one.history.reason
        )

    def _start(self, one: _Watched) -> None:
        one.history.in_a_row += 1
        try:
            one.attempt = self._begin(one.history.name)
        except OSError as error:
            one.history.reason = str(error)
            self._put_off(one, "could not be started")

    def _settle(self, one: _Watched, status: int) -> None:
        """Take the end of a start; one that failed may have left a process that is not ready."""
        attempt, one.attempt = one.attempt, None
        said = attempt.stdout.read().strip() if attempt and attempt.stdout else ""
        if status:
            one.history.reason = self._reason(self._failure(one.history.name, said, status))
            self._put_off(one, "did not start")
        else:
            one.due_at = None
            one.history.restarts += 1
            log.info("%s was restarted", one.history.name)
        one.started_at = self._now()
        one.read_to = None

    def _note_stability(self, one: _Watched) -> None:
        since = one.started_at
        if one.history.in_a_row and (since is None or self._now() - since > STABLE_S):
            one.history.in_a_row = 0

    def _log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _failure(self, name: str, said: str, status: int) -> str:
        """Return in a line why a start failed: what it said, with the last line of the log."""
        first, *rest = said.splitlines() or [f"exit status {status}"]
        head, is_of_log, _ = first.partition(daemons.END_OF_LOG)
        if is_of_log:
            return f"{head.removeprefix('error: ')}; {daemons.last_line(self._log_of(name))}"
        return rest[-1] if rest else head.removeprefix("error: ")

    def _reason(self, said: str) -> str:
        """Add to what a process said the disk that is full, of which it may have died."""
        for folder in (self._data, self._logs):
            with contextlib.suppress(OSError):
                free_mib = shutil.disk_usage(folder).free >> 20
                if free_mib < FULL_MIB:
                    return f"{folder} has {free_mib} MiB free; {said}"
        return said

    def _end_if_broken(self, one: _Watched, record: records.Record) -> None:
        """Kill a process that says it cannot go on, in what its log got since the last look."""
        sign = FATAL.get(one.history.name)
        if sign is None:
            return
        try:
            with self._log_of(one.history.name).open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                begin = end if one.read_to is None else min(one.read_to, end)
                file.seek(max(begin, end - _MOST_READ_BYTES))
                is_broken = sign in file.read()
        except OSError:
            return
        one.read_to = end
        if is_broken:
            log.warning("%s cannot go on, and is killed", one.history.name)
            record.kill()

    def _show(self) -> None:
        """Write the histories down for `make status`; a disk that is full stops nothing."""
        for one in self._watched.values():
            in_s = None if one.due_at is None else max(0.0, one.due_at - self._now())
            one.history.next_at = None if in_s is None else round(self._epoch() + in_s)
        shown = msgspec.json.encode([one.history for one in self._watched.values()])
        if shown != self._shown:
            with contextlib.suppress(OSError):
                fresh = _file(self._run).with_suffix(".new")
                fresh.write_bytes(shown)
                fresh.replace(_file(self._run))
                self._shown = shown


def histories(run: Path) -> list[History]:
    """Return what the supervisor of a stack last wrote down; empty where it wrote nothing."""
    try:
        return msgspec.json.decode(_file(run).read_bytes(), type=list[History])
    except (OSError, msgspec.DecodeError):
        return []


def forget(run: Path) -> None:
    """Forget the histories of a stack that was stopped."""
    _file(run).unlink(missing_ok=True)


def _file(run: Path) -> Path:
    return run / "supervision"


def main() -> None:
    """Supervise the stack named on the command line until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", required=True)
    stack = Stack.named(parser.parse_args().stack)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def begin(name: str) -> Attempt:
        return subprocess.Popen(
            [sys.executable, "-m", "infra_cdk.local", "revive", "--stack", stack.name, name],
            cwd=stack.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )

    supervisor = Supervisor(stack, begin)
    for _ in _turns(stack.run, stopping):
        supervisor.look()
    supervisor.stop()


def _turns(run: Path, stopping: threading.Event) -> Iterator[None]:
    """Yield until asked to stop, or until the stack has another supervisor or none."""
    seen_at = time.monotonic()
    while not stopping.wait(POLL_S):
        record = records.last(run, SUPERVISOR)
        if record is not None and record.pid == os.getpid():
            seen_at = time.monotonic()
        elif time.monotonic() - seen_at > _ORPHAN_AFTER_S:
            log.warning("the stack has forgotten this supervisor, which ends")
            return
        yield


if __name__ == "__main__":
    main()
