"""Jobs as accounts request them and look at them.

Every method may raise `Unavailable`. What an account may not see looks as if it did not exist.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from pixeltrack.jobs.jobs import JobKind
from pixeltrack.platform.identifiers import AccountId, SiteId


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as the account that requested it sees it; `progress` lies between 0 and 1."""

    id: str
    kind: JobKind
    site: SiteId
    state: JobState
    progress: float
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None


class Jobs(Protocol):
    """Jobs of accounts.

    While a job is not finished, requesting the same work again returns the same job.
    """

    def find(self, account: AccountId, job: str) -> JobStatus | None:
        """Return a job that the account requested, None where there is none."""

    def count_erasures(self, site: SiteId, *, besides: str) -> int:
        """Count the unfinished erasures of a site's visitors, without that of one visitor."""

    def erase_visitor(self, account: AccountId, site: SiteId, visitor: str) -> JobStatus | None:
        """Set a visitor's tombstones and request its erasure; None unless the account is owner."""

    def audit(self, account: AccountId, site: SiteId) -> JobStatus | None:
        """Request an audit; None where the account is not the site's owner."""
