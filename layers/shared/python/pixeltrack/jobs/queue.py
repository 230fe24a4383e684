"""The queue of jobs in PostgreSQL, as whoever does them sees it."""

from collections.abc import Collection

from psycopg.types.json import Jsonb

from pixeltrack.jobs.jobs import Job, JobKind, Step
from pixeltrack.platform.postgres import Transaction


def next_job(
    transaction: Transaction, kinds: Collection[JobKind], now_ms: int, passed_over: Collection[str]
) -> Job | None:
    """Return the unfinished job of these kinds that has waited longest, but for some by id."""
    rows = transaction.rows(
        "jobs/next_job", kinds=list(kinds), now_ms=now_ms, passed_over=list(passed_over)
    )
    if not rows:
        return None
    row = rows[0]
    return Job(**{**row, "kind": JobKind(row["kind"]), "subject": row["subject"].bytes})


def save_step(transaction: Transaction, job: Job, step: Step) -> None:
    """Write how far a job is, or what it came to."""
    transaction.count(
        "jobs/save_step",
        id=job.id,
        position=Jsonb(step.position),
        progress=min(max(step.progress, 0.0), 1.0),
        result=None if step.result is None else Jsonb(step.result),
        not_before=step.not_before or 0,
    )


def count_failure(transaction: Transaction, job: Job, error: str, most_tries: int) -> None:
    """Count a chunk that failed; the last of `most_tries` ends the job with that error."""
    transaction.count("jobs/count_failure", id=job.id, error=error, most_tries=most_tries)


def queue_audits(transaction: Transaction) -> int:
    """Queue an audit of every site that has none waiting; returns how many.

    Forgets those that ended 30 days ago.
    """
    transaction.rows("jobs/delete_old_audits")
    return transaction.count("jobs/queue_audits")


def resume_erasures(transaction: Transaction) -> int:
    """Take up erasures that failed; returns how many."""
    return transaction.count("jobs/resume_erasures")
