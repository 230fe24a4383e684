"""What runs and how far consumers are: status for this machine, metrics."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from infra_cdk.local.emulator.health import Health, Parts
from infra_cdk.local.emulator.logs import LogFile
from infra_cdk.local.emulator.metrics import Gauge, labels

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Status:
    """Reads the state of the pools and consumers of this host."""

    def __init__(self, parts: Parts, health: Health, logs: Mapping[str, LogFile]) -> None:
        self._pools = parts.pools
        self._streams = parts.streams
        self._queues = parts.queues
        self._health = health
        self._registry = parts.registry
        self._logs = logs
        self._began = time.time()

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON; bytes, seconds and epoch seconds."""
        return {
            "pid": os.getpid(),
            "uptimeS": round(time.time() - self._began, 1),
            "rssBytes": resident_bytes(os.getpid()),
            "health": self._health.details(),
            "linesDropped": sum(log.dropped for log in self._logs.values()),
            "environments": list(self._environments()),
            "consumers": list(self._consumers()),
        }

    def metrics(self) -> bytes:
        """Return the metrics of functions and host as Prometheus text."""
        return self._registry.text(self._gauges())

    def _environments(self) -> Iterator[dict[str, Any]]:
        for pool in self._pools.values():
            for slot in pool.slots:
                pid = slot.environment.pid if slot.environment else None
                yield {
                    "group": pool.group,
                    "number": slot.number,
                    "pid": pid,
                    "state": str(slot.state),
                    "restarts": slot.restarts,
                    "rssBytes": resident_bytes(pid) if pid else 0,
                    "since": round(slot.since, 3),
                }

    def _consumers(self) -> Iterator[dict[str, Any]]:
        for stream in self._streams:
            lags = stream.lags()
            known = [lag for lag in lags.values() if lag is not None]
            yield {
                "function": stream.consumer.function,
                "topic": stream.topic,
                "assigned": stream.is_assigned,
                "lag": sum(known) if lags and len(known) == len(lags) else None,
                "partitions": {str(number): lag for number, lag in sorted(lags.items())},
            }
        for queue in self._queues:
            yield {
                "function": queue.consumer.function,
                "queue": queue.queue,
                "assigned": queue.is_assigned,
            }

    def _gauges(self) -> Iterator[Gauge]:
        yield "pixeltrack_uptime_seconds", (), round(time.time() - self._began, 1)
        for group, log_file in self._logs.items():
            yield "pixeltrack_log_lines_dropped", labels(group=group), log_file.dropped
        for environment in self._environments():
            of = labels(group=environment["group"], number=str(environment["number"]))
            yield "pixeltrack_environment_restarts", of, environment["restarts"]
            yield "pixeltrack_environment_resident_bytes", of, environment["rssBytes"]
        for stream in self._streams:
            for number, lag in stream.lags().items():
                if lag is not None:
                    of = labels(
                        function=stream.consumer.function,
                        topic=stream.topic,
                        partition=str(number),
                    )
                    yield "pixeltrack_consumer_lag", of, lag


def resident_bytes(pid: int) -> int:
    """Return a process's resident memory in bytes, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0
