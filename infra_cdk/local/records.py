"""Which processes of a stack are running: one record each, valid while its process is the same."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import msgspec

_POLL_S = 0.05

# The pid of a service in Docker: compose tells whether it is running.
IN_A_CONTAINER = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A started process, distinguished from a later one of the same pid by its start time in ticks.

    `values` are the settings under which it serves, `source` describes where it came from.
    """

    name: str
    pid: int
    started: int
    source: str
    values: dict[str, str]

    @classmethod
    def of(cls, name: str, pid: int, source: str, values: dict[str, str]) -> Self:
        """Describe a process that has just been started."""
        return cls(name, pid, _start_ticks(pid) or 0, source, values)

    @property
    def is_alive(self) -> bool:
        """Tell whether this very process is still running; an unreaped one is not."""
        if self.pid == IN_A_CONTAINER:
            return True
        _reap(self.pid)
        return _start_ticks(self.pid) == self.started

    def write(self, run: Path) -> None:
        """Write the record, replacing an older one atomically."""
        path = run / f"{self.name}.json"
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(msgspec.json.encode(self))
        fresh.replace(path)

    def end(self, run: Path, within_s: float = 20.0) -> bool:
        """Stop the process by SIGTERM, or SIGKILL after `within_s`; return whether SIGTERM did."""
        obeyed = True
        if self.pid != IN_A_CONTAINER:
            obeyed = self._signal(signal.SIGTERM, within_s)
            if not obeyed:
                self._signal(signal.SIGKILL, within_s)
        (run / f"{self.name}.json").unlink(missing_ok=True)
        return obeyed

    def kill(self, within_s: float = 5.0) -> None:
        """Kill the process and keep its record, as of one that died."""
        self._signal(signal.SIGKILL, within_s)

    def _signal(self, number: signal.Signals, within_s: float) -> bool:
        deadline = time.monotonic() + within_s
        if self.is_alive:
            os.kill(self.pid, number)
        while self.is_alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        return True


def find(run: Path, name: str) -> Record | None:
    """Return the record of a process that is running, or None."""
    record = last(run, name)
    return record if record and record.is_alive else None


def last(run: Path, name: str) -> Record | None:
    """Return the record of a process that is running or died; a stopped one leaves none."""
    try:
        return msgspec.json.decode((run / f"{name}.json").read_bytes(), type=Record)
    except (OSError, msgspec.DecodeError):
        return None


def end(run: Path, name: str) -> list[str]:
    """Stop a process and forget it, also one that died; return its name where it ran."""
    record = last(run, name)
    if record is None:
        return []
    was_alive = record.is_alive
    record.end(run)
    return [name] if was_alive else []


def running(run: Path) -> list[Record]:
    """Return the processes of a stack that are running, by name."""
    found = (find(run, path.stem) for path in sorted(run.glob("*.json")))
    return [record for record in found if record]


def values(run: Path) -> dict[str, str]:
    """Return the merged settings under which the running processes serve."""
    return {key: value for record in running(run) for key, value in record.values.items()}


def _start_ticks(pid: int) -> int | None:
    """Return a process's start time; None if it is gone or a zombie (man proc_pid_stat)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    after_command = stat.rpartition(")")[2].split()
    return None if after_command[0] in "ZX" else int(after_command[19])


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # another process's child: its parent or init reaps it
