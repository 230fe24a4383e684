"""Processor time by process, read from /proc, summed by what the process is for."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from infra_cdk.local import records
from infra_cdk.local.trial import Trial
from tests.benchmarks.setting import SERVERS

LOAD = "load"
"""Under this name this process is measured, which sends the load."""

_TICKS = os.sysconf("SC_CLK_TCK")

Listed = list[tuple[str, int]]
"""Processes by name and pid; each stands for its descendants too, unless they are listed."""


class Meter:
    """Reads the processor time that processes, and this one, use from now on.

    A descendant counts for its nearest ancestor that is listed, also one that has ended since.
    """

    def __init__(self, listed: Callable[[], Listed]) -> None:
        self._listed = listed
        self._began = self._read()

    def used(self) -> dict[str, float]:
        """Return processor seconds by name since the meter was made, the largest first."""
        used: dict[str, float] = {}
        for sign, times in ((1, self._read()), (-1, self._began)):
            for (name, _), seconds in times.items():
                used[name] = used.get(name, 0.0) + sign * seconds
        return dict(sorted(used.items(), key=lambda item: -item[1]))

    def _read(self) -> dict[tuple[str, int], float]:
        names = {os.getpid(): LOAD} | {pid: name for name, pid in self._listed()}
        found = dict(_processes())
        times = {}
        for pid, (_, seconds) in found.items():
            ancestor = pid
            while ancestor in found and ancestor not in names:
                ancestor = found[ancestor][0]
            if ancestor in names:
                times[names[ancestor], pid] = seconds
        return times


def of_trial(running: Trial) -> Listed:
    """Return the processes of a trial: functions, host and servers."""
    status = httpx.get(f"{running.local}/status.json").json()
    functions = [(p["group"], p["pid"]) for p in status["environments"] if p["pid"]]
    others = [*records.running(running.stack.run), *records.running(SERVERS.run)]
    return functions + [(record.name, record.pid) for record in others]


def _processes() -> Iterator[tuple[int, tuple[int, float]]]:
    """Yield each process's pid with its parent and its seconds (man proc_pid_stat).

    They are those of its own, and of its ended children whom it has waited for.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            yield int(process.name), (int(fields[1]), sum(map(int, fields[11:15])) / _TICKS)
