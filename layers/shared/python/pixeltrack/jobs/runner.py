"""The queue of jobs, and its runner: one chunk of each in turn until none is left or it is late.

Erasures and other jobs take turns, and within each of the two the accounts; of an account's jobs
that one is next that has waited longest. Turns are remembered from run to run.
"""

import json
import traceback
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from pixeltrack.jobs.jobs import MOST_HALVINGS, Job, JobKind, Step
from pixeltrack.platform.errors import Busy, StatementTooSlow, Unavailable
from pixeltrack.platform.logs import logger
from pixeltrack.platform.postgres import Transaction

MOST_TRIES = 5


class SqlTransaction(Protocol):
    """An open transaction under the aggregator's lock, whose statements `sql` runs."""

    @property
    def sql(self) -> Transaction:
        """Return the open transaction, for statements of modules that own other tables."""


T_co = TypeVar("T_co", bound=SqlTransaction, covariant=True)
T_contra = TypeVar("T_contra", bound=SqlTransaction, contravariant=True)
T = TypeVar("T", bound=SqlTransaction)


class Transactional(Protocol[T_co]):
    """What opens transactions under the aggregator's lock."""

    def transaction(self) -> AbstractContextManager[T_co]:
        """Open a transaction; raise `Busy` where another one is open, `StoreUnavailable`."""


class Worker(Protocol[T_contra]):
    """Does one bounded chunk of a job inside an open transaction.

    Its effects outside the transaction may happen twice, and must be idempotent.
    """

    def __call__(self, job: Job, transaction: T_contra, /) -> Step:
        """Do the next chunk."""


def run_jobs(
    facts: Transactional[T],
    workers: Mapping[JobKind, Worker[T]],
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
) -> int:
    """Run chunks of jobs and return the number of chunks; none begins once it `is_late`.

    Each chunk commits together with the job's row. If a store is away, the job stays as it was,
    for the next run. If a statement takes too long, the job's chunks are halved. If a chunk fails
    otherwise, or cannot be halved again, the failure is counted, and the fifth in a row ends the
    job. Raise `Busy`, and `Unavailable` where PostgreSQL itself is away.
    """
    passed_over: set[str] = set()
    chunks = 0
    while not is_late():
        job: Job | None = None
        try:
            with facts.transaction() as transaction:
                job = _next_job(transaction.sql, workers.keys(), now_ms(), passed_over)
                if job is None:
                    break
                step = workers[job.kind](job, transaction)
                _save_step(transaction.sql, job, step)
                _take_turn(transaction.sql, job)
        except Busy:
            raise
        except Exception as error:
            if job is None:
                raise
            if not _is_halved(facts, job, error):
                passed_over.add(job.id)
                _note_failure(facts, job, error)
        else:
            chunks += 1
    return chunks


def queue_audits(transaction: Transaction) -> int:
    """Queue an audit of every site that has none waiting; return how many were queued.

    Delete those that ended 30 days ago or earlier, and forget turns of more than a day ago.
    """
    transaction.rows("jobs/delete_old_audits")
    transaction.rows("jobs/forget_turns")
    return transaction.count("jobs/queue_audits")


def resume_erasures(transaction: Transaction) -> int:
    """Resume erasures that failed; return how many."""
    return transaction.count("jobs/resume_erasures")


def _next_job(
    sql: Transaction, kinds: Collection[JobKind], now_ms: int, passed_over: Collection[str]
) -> Job | None:
    rows = sql.rows(
        "jobs/next_job", kinds=list(kinds), now_ms=now_ms, passed_over=list(passed_over)
    )
    if not rows:
        return None
    row = rows[0]
    return Job(**{**row, "kind": JobKind(row["kind"]), "subject": row["subject"].bytes})


def _take_turn(sql: Transaction, job: Job) -> None:
    sql.count("jobs/take_turn", id=job.id)


def _save_step(sql: Transaction, job: Job, step: Step) -> None:
    sql.count(
        "jobs/save_step",
        id=job.id,
        position=json.dumps(step.position),
        progress=min(max(step.progress, 0.0), 1.0),
        result=None if step.result is None else json.dumps(step.result),
        not_before=step.not_before or 0,
    )


def _is_halved(facts: Transactional[T], job: Job, error: Exception) -> bool:
    """Halve the chunks of a job that took too long; return False if they are at their smallest."""
    halvings = job.position.get("halvings", 0) + 1
    if not isinstance(error, StatementTooSlow) or halvings > MOST_HALVINGS:
        return False
    _log(job, f"{error}; its chunks are halved for the {halvings}. time")
    with facts.transaction() as transaction:
        transaction.sql.count("jobs/halve_chunks", id=job.id, halvings=halvings)
        _take_turn(transaction.sql, job)
    return True


def _note_failure(facts: Transactional[T], job: Job, error: Exception) -> None:
    if isinstance(error, Unavailable) and not isinstance(error, StatementTooSlow):
        _log(job, str(error))
        return
    _log(job, "".join(traceback.format_tb(error.__traceback__)))
    fault = f"The work broke off {MOST_TRIES} times at the same place ({type(error).__name__})."
    with facts.transaction() as transaction:
        transaction.sql.count("jobs/count_failure", id=job.id, error=fault, most_tries=MOST_TRIES)
        transaction.sql.count("jobs/leave_failed", id=job.id)
        _take_turn(transaction.sql, job)


def _log(job: Job, reason: str) -> None:
    logger("aggregator").error("a job broke off", job=job.id, kind=job.kind, reason=reason)
