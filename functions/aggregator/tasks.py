"""What the schedules ask for, and the order in which each does it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pixeltrack.events.mongo.expiry import MongoExpiry
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.merging import Merged
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import Expired, seal_and_expire
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import Worker, queue_audits, resume_erasures, run_jobs
from pixeltrack.platform.postgres import Transactions

UPKEEP_MS = 25_000
"""Time for rollups and jobs in one run: what was stored meanwhile waits for the next."""


class Task(StrEnum):
    """What one call does."""

    MINUTE = "minute"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Aggregator:
    """Everything that the tasks are made of; `now_ms` is the clock in epoch milliseconds."""

    aggregation: Aggregation
    facts: PostgresFacts
    transactions: Transactions
    expiry: MongoExpiry
    workers: Mapping[JobKind, Worker[Any]]
    now_ms: Callable[[], int]


def read(event: Mapping[str, Any]) -> Task:
    """Return the task that an event names; raises `ValueError` where there is none of that name."""
    return Task(event.get("task", Task.MINUTE))


def run(task: Task, aggregator: Aggregator, is_late: Callable[[], bool]) -> dict[str, Any]:
    """Do a task and return what was done; raises `Busy`, `Unavailable`."""
    aggregation = aggregator.aggregation
    merged = aggregation.catch_up(is_late)
    swept = True
    if task is Task.DAILY or aggregation.is_sweep_due():
        swept = _add(merged, aggregation.sweep(is_late))
    until = aggregator.now_ms() + UPKEEP_MS

    def is_over() -> bool:
        return is_late() or aggregator.now_ms() >= until

    rolled = roll_closed(aggregator.facts, aggregator.now_ms, is_over)
    expired = Expired()
    if task is Task.DAILY and swept:
        expired = seal_and_expire(aggregator.facts, aggregator.expiry, aggregator.now_ms, is_late)
        with aggregator.facts.transaction() as transaction:
            queue_audits(transaction.sql)
            resume_erasures(transaction.sql)
    chunks = run_jobs(aggregator.facts, aggregator.workers, aggregator.now_ms, is_over)
    return {
        "outcome": "done",
        "buckets": merged.buckets,
        "events": dict(merged.outcomes),
        "isSwept": swept,
        "periods": rolled,
        "expired": asdict(expired),
        "jobChunks": chunks,
    }


def _add(merged: Merged, swept: Merged | None) -> bool:
    if swept is not None:
        merged.add(swept)
    return swept is not None
