"""How the product is: `/health`, `/health/live`, `/health/ready`; read from memory, so at once.

`/health` is 503 exactly while no event can be acknowledged, and 200 with `degraded` while
something else is amiss. `/health/live` says that the process serves. `/health/ready` is 503 until
everything was up once, and then as `/health`. None names an address, a version or an error.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra_cdk.local.emulator.functions import Pool
from infra_cdk.local.emulator.kafka import KafkaPoller
from infra_cdk.local.emulator.metrics import Registry
from infra_cdk.local.emulator.probes import Disks, Watch
from infra_cdk.local.emulator.rabbitmq import QueuePoller
from infra_cdk.local.emulator.schedules import Schedules
from infra_cdk.local.emulator.troubles import troubles, with_wrong_clocks
from infra_cdk.local.emulator.web import NO_STORE, ExactRoute
from infra_cdk.topology import Need, Topology
from pixeltrack.platform.clock import is_off

BEHIND_S = 120
"""A consumer whose oldest record waits longer is amiss."""
BROKER = "Kafka"
MOST_ERROR = 200
"""So many characters of what a server's client said are shown."""
_ANSWER_AT_ONCE = {"retry-after": "5"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What makes up a running host."""

    pools: Mapping[str, Pool]
    streams: Sequence[KafkaPoller]
    queues: Sequence[QueuePoller]
    schedules: Schedules
    watches: Sequence[Watch]
    disks: Disks
    registry: Registry


def ingest(topology: Topology) -> Mapping[str, str]:
    """Return the functions that write to the broker what a request brings, with their groups."""
    routed = {route.function for route in topology.routes}
    return {
        f.name: f.group for f in topology.functions if f.name in routed and Need.KAFKA in f.needs
    }


class Health:
    """Judges the parts of a host; `takers` are functions that take events, with their groups."""

    def __init__(
        self, parts: Parts, takers: Mapping[str, str], *, now: Callable[[], float] = time.time
    ) -> None:
        self._parts = parts
        self._takers = takers
        self._now = now
        self._was_ready = False

    def routes(self) -> list[ExactRoute]:
        """Return the routes, for anybody."""
        return [
            ExactRoute("/health", self._health),
            ExactRoute("/health/live", self._live),
            ExactRoute("/health/ready", self._ready),
        ]

    async def _health(self, _request: Request) -> Response:
        return _answer(self.report(), is_well=not self.stops())

    async def _live(self, _request: Request) -> Response:
        return _answer({"status": "ok"}, is_well=True)

    async def _ready(self, _request: Request) -> Response:
        missing = self.missing()
        answer = {"status": "waiting" if missing else "ok", "waitingFor": missing}
        return _answer(answer, is_well=not missing)

    def missing(self) -> list[str]:
        """Name what keeps the host from being ready."""
        if self._was_ready:
            return self.stops()
        silent = (w.about for w in self._parts.watches if not w.has_answered or w.is_away)
        missing = [*self.waiting_for(), *silent, *self.stops()]
        self._was_ready = not missing
        return list(dict.fromkeys(missing))

    def waiting_for(self) -> list[str]:
        """Name what of the host itself is not up yet."""
        parts = self._parts
        return [
            *(f"environments of {p.group}" for p in parts.pools.values() if not p.is_ready),
            *(f"partitions of {s.topic}" for s in parts.streams if not s.is_assigned),
            *(f"queue {q.queue}" for q in parts.queues if not q.is_assigned),
        ]

    def stops(self) -> list[str]:
        """Say what keeps events from being acknowledged; empty: they are."""
        return list(self._stops()) if self._takers else []

    def _stops(self) -> Iterator[str]:
        parts = self._parts
        for watch in parts.watches:
            if watch.about == BROKER and watch.is_away:
                yield _silent(watch)
        if parts.disks.refuses:
            yield "the broker's disk is full: events are refused"
        with_wrong_clock = with_wrong_clocks(parts.registry)
        for function, group in sorted(self._takers.items()):
            if not parts.pools[group].up:
                yield f"no environment of {group} is up"
            if function in with_wrong_clock:
                yield f"the clock of {function} is wrong: events are refused"

    def amiss(self) -> list[str]:
        """Say whatever is amiss, what stops events first."""
        return list(dict.fromkeys([*self.stops(), *self._hinders()]))

    def _hinders(self) -> Iterator[str]:
        parts = self._parts
        yield from (_silent(watch) for watch in parts.watches if watch.is_away)
        for watch in parts.watches:
            if is_off(watch.ahead_ms):
                where = "ahead of" if watch.ahead_ms > 0 else "behind"
                off_s = abs(watch.ahead_ms) // 1000
                yield f"this machine's clock is {off_s} s {where} that of {watch.about}"
        yield from troubles(parts.registry)
        for disk in parts.disks.found:
            if disk.is_low:
                free, least = disk.free >> 20, disk.least >> 20
                yield f"the disk of {disk.purpose} has {free} MiB free, which is less than {least}"
        yield from (f"waits for {name}" for name in self.waiting_for())
        for stream in parts.streams:
            age = self._oldest_s(stream)
            if age is not None and age > BEHIND_S:
                yield f"{stream.consumer.function} is {age} s behind"
        for run in parts.schedules.runs():
            if run.failed:
                yield f"the last run of {run.name} failed"
            if run.is_late:
                yield f"{run.name} has not run for long"

    def report(self) -> dict[str, Any]:
        """Return how each part is, for anybody; times in seconds, sizes in bytes."""
        amiss = self.amiss()
        return {
            "status": "unavailable" if self.stops() else "degraded" if amiss else "ok",
            "amiss": amiss,
            "dependencies": {w.about: _state(w) for w in self._parts.watches},
            "clock": {
                w.about: {"aheadS": w.ahead_ms / 1000}
                for w in self._parts.watches
                if w.tells_time and w.has_answered
            },
            "disks": {d.purpose: {"freeBytes": d.free} for d in self._parts.disks.found},
            "functions": {
                p.group: {"up": p.up, "wanted": p.wanted} for p in self._parts.pools.values()
            },
            "consumers": list(self._consumers()),
            "schedules": {
                run.name: {"endedS": run.ended_s, "failed": run.failed}
                for run in self._parts.schedules.runs()
            },
        }

    def details(self) -> dict[str, Any]:
        """Return the same for this machine, with what servers said and where folders are."""
        return {
            **self.report(),
            "errors": {w.about: w.error[:MOST_ERROR] for w in self._parts.watches if w.error},
            "folders": {d.purpose: str(d.folder) for d in self._parts.disks.found},
        }

    def _consumers(self) -> Iterator[dict[str, Any]]:
        for stream in self._parts.streams:
            yield {
                "function": stream.consumer.function,
                "lag": stream.lag,
                "oldestS": self._oldest_s(stream),
            }

    def _oldest_s(self, stream: KafkaPoller) -> int | None:
        """Return how long the oldest record has waited that is not done."""
        if stream.oldest_ms is None:
            return None
        return max(0, round(self._now() - stream.oldest_ms / 1000))


def _silent(watch: Watch) -> str:
    return f"{watch.about} does not answer"


def _state(watch: Watch) -> dict[str, Any]:
    if watch.is_away:
        return {"status": "away", "silentS": round(watch.silent_s)}
    return {"status": "ok" if watch.has_answered else "unknown"}


def _answer(content: dict[str, Any], *, is_well: bool) -> Response:
    if is_well:
        return JSONResponse(content, 200, NO_STORE)
    return JSONResponse(content, 503, {**NO_STORE, **_ANSWER_AT_ONCE})
