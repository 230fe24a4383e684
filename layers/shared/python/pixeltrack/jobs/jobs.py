"""Jobs: work that takes longer than a request, done in bounded chunks, each of which commits.

A kind of work has a `Position`: its phases in order, where it is in the current one, and how
large its chunks are. It is stored as JSON between chunks; unknown members are ignored and missing
members have their defaults, so that a new version can resume what an older one left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

import msgspec

from pixeltrack.platform.identifiers import AccountId, SiteId

MOST_ERASURES = 500
"""Visitors of a site whose erasure may be unfinished at once: as many as one pass takes."""

MOST_HALVINGS = 10
"""How often a chunk that takes too long is halved before that counts as a failure."""


class JobKind(StrEnum):
    """What a job does."""

    ERASE_VISITOR = "erase_visitor"
    ERASE_SITE = "erase_site"
    REZONE = "rezone"
    RECOUNT = "recount"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is not finished.

    `subject` are the 16 bytes that distinguish it from others of its kind and site, zeros where
    there are none. `position` is what the last chunk left (JSON), `{}` before the first.
    """

    id: str
    kind: JobKind
    account: AccountId
    site: SiteId
    subject: bytes
    position: dict[str, Any]
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one chunk of a job.

    `progress` lies between 0 and 1. A `result` (JSON, shown to whoever asked) ends the job; until
    then it continues at `position`, not before `not_before` (epoch ms) where there is one.
    """

    position: dict[str, Any]
    progress: float
    result: dict[str, Any] | None = None
    not_before: int | None = None


class Position(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """Where a job is; each kind of job adds members of its own.

    `SHARES` names the phases in order, each with its share of the work. `halvings` says how often
    the chunks of this phase were halved because one took too long.
    """

    SHARES: ClassVar[Mapping[str, float]] = {}

    phase: str = ""
    halvings: int = 0

    @classmethod
    def of(cls, job: Job) -> Self:
        """Read a job's position from its JSON."""
        return msgspec.convert(job.position, cls)

    def at_most(self, rows: int) -> int:
        """Return the most rows a chunk may take: `rows`, halved `halvings` times."""
        return max(rows >> self.halvings, 1)

    def begin(self, phase: str) -> None:
        """Move to the start of a phase."""
        self.phase, self.halvings = phase, 0

    def next_phase(self) -> bool:
        """Move to the next phase; return whether there is one."""
        phases = list(self.SHARES)
        place = phases.index(self.phase) + 1
        if place < len(phases):
            self.begin(phases[place])
        return place < len(phases)

    @property
    def done_in_phase(self) -> float:
        """Return the fraction of the current phase that is done, between 0 and 1."""
        return 0.0

    @property
    def progress(self) -> float:
        """Return the fraction of the job that is done, between 0 and 1."""
        phases = list(self.SHARES)
        before = sum(self.SHARES[phase] for phase in phases[: phases.index(self.phase)])
        within = self.SHARES[self.phase] * min(max(self.done_in_phase, 0.0), 1.0)
        return (before + within) / sum(self.SHARES.values())

    def step(self, not_before: int | None = None) -> Step:
        """Return the outcome of a chunk that leaves the job at this position."""
        return Step(msgspec.to_builtins(self), self.progress, not_before=not_before)


def ended(result: dict[str, Any]) -> Step:
    """Return the outcome of a job's last chunk."""
    return Step({}, 1.0, result)
