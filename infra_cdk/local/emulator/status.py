"""Whether everything is up, what runs, how far consumers are: health, status, metrics."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra_cdk.local.emulator.functions import Pool
from infra_cdk.local.emulator.kafka import KafkaPoller
from infra_cdk.local.emulator.metrics import Gauge, Registry, labels
from infra_cdk.local.emulator.rabbitmq import QueuePoller

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Status:
    """Reads the state of the pools and consumers of this host."""

    def __init__(
        self,
        pools: Mapping[str, Pool],
        streams: Sequence[KafkaPoller],
        queues: Sequence[QueuePoller],
        registry: Registry,
    ) -> None:
        self._pools = pools
        self._streams = streams
        self._queues = queues
        self._registry = registry
        self._began = time.time()

    def waiting_for(self) -> list[str]:
        """Name what is not up yet; empty when all is well."""
        return [
            *(f"environments of {p.group}" for p in self._pools.values() if not p.is_ready),
            *(f"partitions of {s.topic}" for s in self._streams if not s.is_assigned),
            *(f"queue {q.queue}" for q in self._queues if not q.is_assigned),
        ]

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON; bytes, seconds and epoch seconds."""
        return {
            "pid": os.getpid(),
            "uptimeS": round(time.time() - self._began, 1),
            "rssBytes": resident_bytes(os.getpid()),
            "waitingFor": self.waiting_for(),
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
