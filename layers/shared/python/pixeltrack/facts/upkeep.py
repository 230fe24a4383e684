"""The upkeep of facts: the tasks of the schedules, and the order of their steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.merging import Merged
from pixeltrack.facts.ports import BucketExpiry
from pixeltrack.facts.postgres import PostgresFacts, PostgresFactsTransaction
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import Expired, seal_and_expire
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import Worker, queue_audits, resume_erasures, run_jobs

ROLLUPS_AND_JOBS_MS = 25_000
"""Time for rollups and jobs in one run: what was stored meanwhile waits for the next.

Rollups have half of it while there are jobs, and jobs all that rollups leave.
"""


class Task(StrEnum):
    """What one run does."""

    MINUTE = "minute"
    DAILY = "daily"


@dataclass(slots=True)
class Done:
    """What a run has done so far: counts, and whether a sweep is due that is not done."""

    merged: Merged = field(default_factory=Merged)
    is_swept: bool = False
    periods: int = 0
    expired: Expired = field(default_factory=Expired)
    job_chunks: int = 0


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Everything that the tasks need; `now_ms` is the clock in epoch milliseconds."""

    aggregation: Aggregation
    facts: PostgresFacts
    expiry: BucketExpiry
    workers: Mapping[JobKind, Worker[PostgresFactsTransaction]]
    now_ms: Callable[[], int]

    def run(self, task: Task, is_late: Callable[[], bool], done: Done) -> None:
        """Do a task, and record in `done` what was done.

        Raise `Busy` where another aggregator is at work, and `Unavailable`; `done` holds what had
        been done by then.
        """
        self.aggregation.catch_up(is_late, done.merged)
        done.is_swept = True
        if task is Task.DAILY or self.aggregation.is_sweep_due():
            done.is_swept = self.aggregation.sweep(is_late, done.merged)
        began = self.now_ms()

        def is_over(after_ms: int = ROLLUPS_AND_JOBS_MS) -> bool:
            return is_late() or self.now_ms() - began >= after_ms

        done.periods = roll_closed(
            self.facts, self.now_ms, lambda: is_over(ROLLUPS_AND_JOBS_MS // 2)
        )
        if task is Task.DAILY and done.is_swept:
            seal_and_expire(self.facts, self.expiry, self.now_ms, is_late, done.expired)
            with self.facts.transaction() as transaction:
                queue_audits(transaction.sql)
                resume_erasures(transaction.sql)
        done.job_chunks = run_jobs(self.facts, self.workers, self.now_ms, is_over)
        done.periods += roll_closed(self.facts, self.now_ms, is_over)
