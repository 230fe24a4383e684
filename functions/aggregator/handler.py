"""Lambda entry point of the schedules that keep facts and rollups."""

import time
from collections.abc import Mapping
from typing import Any

from functions.aggregator import tasks, wiring
from pixeltrack.platform.errors import Busy
from pixeltrack.platform.logs import logger
from pixeltrack.platform.metrics import Metrics

SPARE_MS = 15_000
"""Time before the deadline in which no new turn begins."""

metrics = Metrics("aggregator")


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do the task that `event` names (`minute`, `daily`) and return what was done.

    Where another aggregator is at work, the answer says so, and it is all right.
    """
    task = tasks.read(event)
    began = time.perf_counter()
    log = logger("aggregator")

    def is_late() -> bool:
        return bool(context.get_remaining_time_in_millis() < SPARE_MS)

    try:
        done = tasks.run(task, wiring.aggregator(), is_late)
    except Busy:
        done = {"outcome": "busy"}
    except Exception:
        metrics.count("runs", task=task, outcome="failed")
        raise
    else:
        metrics.count("runs", task=task, outcome="done")
        for outcome, n in done.get("events", {}).items():
            metrics.count("events", n, outcome=outcome)
    finally:
        metrics.duration("run_ms", (time.perf_counter() - began) * 1000, task=task)
        metrics.flush()
    log.info("aggregated", request_id=context.aws_request_id, task=task, **done)
    return done
