"""The ports of what a site has beside its settings: goals, jobs, and the traces of erasures.

As with the other ports, every method may raise `Unavailable`. What an account may not see looks
as if it were not there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from pixeltrack.domain.goals import Goal, NewGoal
from pixeltrack.domain.identifiers import AccountId, SiteId
from pixeltrack.domain.jobs import JobKind


class Goals(Protocol):
    """The goals of sites, never wider than the account's memberships."""

    def of(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Answer a site's goals, oldest first; none where the account is no member."""

    def add(self, account: AccountId, site: SiteId, new: NewGoal) -> Goal | None:
        """Make a goal; None where the site has it already, or the account is not the owner."""

    def remove(self, account: AccountId, site: SiteId, goal: str) -> bool:
        """Delete a goal; False where there is none, or the account is not the site's owner."""


class JobState(StrEnum):
    """How it stands with a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as whoever asked for it sees it; `progress` lies between 0 and 1."""

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
    """Jobs, as accounts ask for them.

    While one is not finished, asking for the same work again answers the same job.
    """

    def find(self, account: AccountId, job: str) -> JobStatus | None:
        """Answer a job that the account asked for."""

    def erase_visitor(self, account: AccountId, site: SiteId, visitor: str) -> JobStatus | None:
        """Bury a visitor and ask for its erasure; None where the account is not the owner."""

    def audit(self, account: AccountId, site: SiteId) -> JobStatus | None:
        """Ask for an audit; None where the account is not the site's owner."""


class Tombstones(Protocol):
    """Who and what was erased, by key: `hits.visitor_key` or `hits.site_key`."""

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        """Answer when each was erased (epoch ms), those that were."""
