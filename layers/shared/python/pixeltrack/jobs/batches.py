"""Jobs that one pass does together: one of them leads, the others follow it chunk by chunk.

A follower is not in the queue. It is finished with its leader; where the leader fails, it waits
again as if nobody had begun it.
"""

import json
from collections.abc import Sequence
from typing import Any

from pixeltrack.jobs.jobs import Job, JobKind
from pixeltrack.platform.postgres import Transaction


def followers(sql: Transaction, leader: Job) -> list[Job]:
    """Return the unfinished jobs that follow a job."""
    return _jobs(sql.rows("jobs/followers", leader=leader.id))


def waiting_alike(sql: Transaction, leader: Job, most: int) -> list[Job]:
    """Return at most so many other jobs of its kind and site that nobody has begun."""
    alike = {"kind": leader.kind, "site": leader.site}
    return _jobs(sql.rows("jobs/waiting_alike", leader=leader.id, most=most, **alike))


def follow(sql: Transaction, leader: Job, others: Sequence[Job]) -> None:
    """Let other jobs follow a job."""
    if others:
        sql.count("jobs/follow", leader=leader.id, ids=[job.id for job in others])


def save_followers(
    sql: Transaction,
    outcomes: Sequence[tuple[Job, dict[str, Any], dict[str, Any] | None]],
    progress: float,
) -> None:
    """Save the position of each follower, and its result where it is done."""
    if outcomes:
        sql.count(
            "jobs/save_followers",
            ids=[job.id for job, _, _ in outcomes],
            positions=[json.dumps(position) for _, position, _ in outcomes],
            results=[None if r is None else json.dumps(r) for _, _, r in outcomes],
            progress=progress,
        )


def _jobs(rows: Sequence[dict[str, Any]]) -> list[Job]:
    return [
        Job(**{**row, "kind": JobKind(row["kind"]), "subject": row["subject"].bytes})
        for row in rows
    ]
