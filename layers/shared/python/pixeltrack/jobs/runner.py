"""Does jobs: a chunk of each in turn, until none is left or the time is up."""

import traceback
from collections.abc import Callable, Mapping

from pixeltrack.jobs import queue
from pixeltrack.jobs.jobs import Job, JobKind, Step
from pixeltrack.platform.errors import Busy, Unavailable
from pixeltrack.platform.logs import logger
from pixeltrack.platform.postgres import Transaction, Transactions

MOST_TRIES = 5

Worker = Callable[[Job, Transaction], Step]
"""Does one bounded chunk of a job inside an open transaction under the aggregator's lock.

What it does elsewhere than in the transaction may happen twice, and must not matter.
"""


def run_jobs(
    transactions: Transactions,
    workers: Mapping[JobKind, Worker],
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
) -> int:
    """Do chunks of jobs, the one that has waited longest first; returns how many were done.

    No chunk begins once it `is_late`, and each commits together with the job's row. One whose
    store is away leaves its job as it was, for the next run; one that fails otherwise is counted
    at its job, and the fifth such failure in a row ends that. Raises `Busy`, and `Unavailable`
    where PostgreSQL itself is away.
    """
    passed_over: set[str] = set()
    chunks = 0
    while not is_late():
        job: Job | None = None
        try:
            with transactions.locked() as transaction:
                job = queue.next_job(transaction, workers.keys(), now_ms(), passed_over)
                if job is None:
                    break
                step = workers[job.kind](job, transaction)
                queue.save_step(transaction, job, step)
        except Unavailable as error:
            if job is None:
                raise
            passed_over.add(job.id)
            _log(job, str(error))
        except Busy:
            raise
        except Exception as error:
            if job is None:
                raise
            passed_over.add(job.id)
            _log(job, "".join(traceback.format_tb(error.__traceback__)))
            _count(transactions, job, type(error).__name__)
        else:
            chunks += 1
    return chunks


def _count(transactions: Transactions, job: Job, fault: str) -> None:
    error = f"The work broke off {MOST_TRIES} times at the same place ({fault})."
    with transactions.locked() as transaction:
        queue.count_failure(transaction, job, error, MOST_TRIES)


def _log(job: Job, reason: str) -> None:
    logger("aggregator").error("a job broke off", job=job.id, kind=job.kind, reason=reason)
