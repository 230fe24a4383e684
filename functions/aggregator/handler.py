"""Lambda entry point of the schedules that keep facts and rollups."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from functions.aggregator import wiring
from pixeltrack.facts.upkeep import Done, Task
from pixeltrack.platform.errors import Busy, Unavailable
from pixeltrack.platform.logs import logger
from pixeltrack.platform.metrics import Metrics

SPARE_MS = 15_000
"""Time before the deadline in which no new work begins."""

metrics = Metrics("aggregator")


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do the task that `event` names (`minute`, `daily`) and return what was done.

    Where another aggregator is at work, the result says so, without an error. Events that were
    merged are counted however the run ends.
    """
    task = Task(event.get("task", Task.MINUTE))
    began = time.perf_counter()
    done = Done()
    outcome = "failed"

    def is_late() -> bool:
        return bool(context.get_remaining_time_in_millis() < SPARE_MS)

    try:
        wiring.upkeep().run(task, is_late, done)
        outcome = "done"
        metrics.available()
    except Busy:
        outcome = "busy"
    except Unavailable as error:
        metrics.unavailable(error)
        raise
    finally:
        if outcome != "busy":
            metrics.count("runs", task=task, outcome=outcome)
        for name, n in done.merged.outcomes.items():
            metrics.count("events", n, outcome=name)
        if done.merged.conflicts:
            metrics.count("conflicts", done.merged.conflicts)
        metrics.duration("run_ms", (time.perf_counter() - began) * 1000, task=task)
        metrics.flush()
    answer: dict[str, Any] = {
        "outcome": outcome,
        "buckets": done.merged.buckets,
        "events": dict(done.merged.outcomes),
        "conflicts": done.merged.conflicts,
        "isSwept": done.is_swept,
        "periods": done.periods,
        "expired": asdict(done.expired),
        "jobChunks": done.job_chunks,
    }
    logger("aggregator").info("aggregated", request_id=context.aws_request_id, task=task, **answer)
    return answer
