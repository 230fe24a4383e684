"""Jobs: work that takes longer than a request, done in bounded chunks, each of which commits."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pixeltrack.platform.identifiers import AccountId, SiteId


class JobKind(StrEnum):
    """What a job does."""

    ERASE_VISITOR = "erase_visitor"
    ERASE_SITE = "erase_site"
    REZONE = "rezone"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Job:
    """A job to be gone on with.

    `subject` are the 16 bytes that tell it from others of its kind and site, zeros where there
    is no more to tell. `position` is what the last chunk left (JSON), `{}` before the first.
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
    """What one chunk of a job came to.

    `progress` lies between 0 and 1. A `result` (JSON, shown to whoever asked) ends the job; until
    then it goes on at `position`, not before `not_before` (epoch ms) where there is one.
    """

    position: dict[str, Any]
    progress: float
    result: dict[str, Any] | None = None
    not_before: int | None = None
