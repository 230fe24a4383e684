"""Processor time by process, read from /proc, summed by what the process is for."""

import os
from pathlib import Path

import httpx

from infra_cdk.local import records
from infra_cdk.local.trial import Trial
from tests.benchmarks.setting import SERVERS

_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Reads the processor time that a trial's processes, and this one, use from now on."""

    def __init__(self, running: Trial) -> None:
        self._running = running
        self._began = self._read()

    def used(self) -> dict[str, float]:
        """Return processor seconds by name since the meter was made, the largest first."""
        now = self._read()
        used: dict[str, float] = {}
        for (name, pid), seconds in now.items():
            used[name] = used.get(name, 0.0) + seconds - self._began.get((name, pid), 0.0)
        return dict(sorted(used.items(), key=lambda item: -item[1]))

    def _read(self) -> dict[tuple[str, int], float]:
        status = httpx.get(f"{self._running.local}/status.json").json()
        pids = [(p["group"], p["pid"]) for p in status["environments"] if p["pid"]]
        pids += [
            (record.name, record.pid)
            for record in [*records.running(self._running.stack.run), *records.running(SERVERS.run)]
        ]
        pids.append(("load", os.getpid()))
        return {(name, pid): seconds for name, pid in pids for seconds in _seconds(pid)}


def _seconds(pid: int) -> list[float]:
    """Return user and system time of a process (man proc_pid_stat), nothing where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return [(int(fields[11]) + int(fields[12])) / _TICKS]
