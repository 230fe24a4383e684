"""EventBridge schedules: calls functions at a rate or by cron (UTC), one call at a time each."""

import logging
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from infra_cdk.local.emulator.functions import Invoker
from infra_cdk.local.emulator.invocation import ACCOUNT, REGION
from infra_cdk.topology import Schedule, Topology

log = logging.getLogger(__name__)


_LATE_AFTER = 5
"""So many times its rate without a run, a schedule is late."""
_LEAST_LATE_S = 120


@dataclass(frozen=True, slots=True)
class Run:
    """How a schedule fares; `ended_s` is how many seconds ago it last ended well, None: never."""

    name: str
    ended_s: int | None
    failed: bool
    is_late: bool


class Schedules:
    """Runs the schedules of a topology on the current event loop."""

    def __init__(self, topology: Topology, functions: Invoker) -> None:
        self._functions = functions
        self._schedules = topology.schedules
        self._began_at = time.monotonic()
        self._ended_at: dict[str, float] = {}
        self._failed: set[str] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        for schedule in topology.schedules:
            self._scheduler.add_job(
                self._fire,
                trigger(schedule),
                args=(schedule,),
                id=schedule.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        """Begin to fire."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop firing."""
        self._scheduler.shutdown(wait=False)

    def runs(self) -> Iterator[Run]:
        """Tell how each schedule fares."""
        for schedule in self._schedules:
            ended_at = self._ended_at.get(schedule.name)
            since_s = time.monotonic() - (ended_at or self._began_at)
            patience_s = max(_LEAST_LATE_S, _LATE_AFTER * (schedule.rate_s or 0))
            yield Run(
                schedule.name,
                None if ended_at is None else round(since_s),
                failed=schedule.name in self._failed,
                is_late=schedule.cron is None and since_s > patience_s,
            )

    async def _fire(self, schedule: Schedule) -> None:
        event = msgspec.json.encode(schedule_event(schedule, datetime.now(UTC)))
        outcome = await self._functions.invoke(schedule.function, event)
        if outcome.is_done:
            self._ended_at[schedule.name] = time.monotonic()
            self._failed.discard(schedule.name)
        else:
            self._failed.add(schedule.name)
            log.warning("schedule %s failed: %s", schedule.name, outcome.error_text())


def schedule_event(schedule: Schedule, at: datetime) -> dict[str, Any]:
    """Return the schedule's own payload, or EventBridge Scheduler's where it has none."""
    if schedule.payload:
        return dict(schedule.payload)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": REGION,
        "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{schedule.name}"],
        "detail": "{}",
    }


def trigger(schedule: Schedule) -> BaseTrigger:
    """Return what tells when a schedule fires, in UTC, where no hour is skipped or comes twice."""
    if schedule.cron is not None:
        return CronTrigger.from_crontab(schedule.cron, timezone=UTC)
    return IntervalTrigger(seconds=schedule.rate_s or 60, timezone=UTC)
