"""Jobs, the long-running work that an account may request for its sites, and their routes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field

from functions.sites.sites import SITE, SiteParameter
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import UNKNOWN_SITE
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, Shape, View
from pixeltrack.jobs.jobs import MOST_ERASURES, JobKind
from pixeltrack.jobs.ports import Jobs, JobState, JobStatus
from pixeltrack.platform.errors import FieldError, NotFound, Refused
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.platform.instants import iso_at
from pixeltrack.sites.access import owned
from pixeltrack.sites.ports import Sites

JOBS = "/api/v1/jobs"
MOST_VISITOR = 128
"""Longest visitor id on the wire."""

_VISITOR = "The visitor's id: `visitor` of an event."
_Job = Annotated[str, Path(description="The job's id.")]
_Visitor = Annotated[str, Path(description=_VISITOR)]
_ERASES = (
    "Removes what is stored of a visitor up to now; who comes back later counts anew. Asked again, "
    "nothing more happens. Those of a site that are asked for meanwhile are done together, at most "
    f"{MOST_ERASURES} of them. Only the site's owner may."
)
_ERASURE_PROBLEMS = UNKNOWN_SITE | {
    400: "That can be no visitor's id.",
    409: f"{MOST_ERASURES} erasures of the site are under way; ask again in a few minutes.",
}


@dataclass(frozen=True, slots=True)
class SiteJobs:
    """Jobs of an account; only a site's owner may request them.

    Every method raises `NotFound` for what the account may not see.
    """

    sites: Sites
    jobs: Jobs

    def one(self, account: AccountId, job: str) -> JobStatus:
        """Return a job that the account requested."""
        return _known(self.jobs.find(account, job))

    def erase_visitor(self, account: AccountId, site: SiteId, visitor: str) -> JobStatus:
        """Request that all data of a visitor be erased. Raise `Forbidden`, `Refused`."""
        if len(visitor) > MOST_VISITOR or "\0" in visitor:
            raise Refused(400, FieldError("userId", "is no id of a visitor"))
        owned(self.sites, account, site)
        if self.jobs.count_erasures(site, besides=visitor) >= MOST_ERASURES:
            message = f"{MOST_ERASURES} erasures are under way; ask again in a few minutes"
            raise Refused(409, FieldError("userId", message))
        return _known(self.jobs.erase_visitor(account, site, visitor))

    def audit(self, account: AccountId, site: SiteId) -> JobStatus:
        """Request that the site's figures be compared with its events. Raise `Forbidden`."""
        owned(self.sites, account, site)
        return _known(self.jobs.audit(account, site))


def _known(job: JobStatus | None) -> JobStatus:
    if job is None:
        raise NotFound
    return job


class NewErasure(Shape):
    """Whom to erase."""

    user_id: str = Field(
        min_length=1,
        max_length=MOST_VISITOR,
        description=f"{_VISITOR[:-1]}, exactly as it is there, blanks included.",
    )


class JobView(View):
    """Work that takes longer than a request."""

    id: str = Field(description="The job's id.")
    kind: JobKind = Field(description="What it does.")
    site_id: str = Field(description="The site it works on.")
    state: JobState = Field(description="How it stands.")
    progress: float = Field(description="How much of it is done.", ge=0, le=1)
    result: dict[str, Any] | None = Field(description="What it came to, once it is done.")
    error: str | None = Field(description="Why it failed, where it did.")
    created_at: str = Field(description="When it was asked for, UTC.", json_schema_extra=INSTANT)
    finished_at: str | None = Field(
        description="When it ended, UTC; null until then.", json_schema_extra=INSTANT
    )


def job_view(job: JobStatus) -> JobView:
    """Return a job as the API shows it."""
    return JobView(
        id=job.id,
        kind=job.kind,
        site_id=job.site,
        state=job.state,
        progress=round(job.progress, 4),
        result=job.result,
        error=job.error,
        created_at=iso_at(job.created_at),
        finished_at=iso_at(job.finished_at) if job.finished_at else None,
    )


def add(api: HttpApi, jobs: Callable[[], SiteJobs]) -> None:
    """Add the routes of jobs to an API."""

    @api.route(
        "GET",
        f"{JOBS}/{{id}}",
        scope=Scope.SITES_READ,
        problems={404: "No such job, or another account asked for it."},
        summary="A job",
        description="`result` of an erasure counts the `events` and `visits` removed from the "
        "numbers, the `buckets` of stored events and the `rejections` that were rewritten, and "
        "the site's `sealedDays`, of which only totals are left, and stay. Of an audit it lists "
        "differences.",
        tags=["jobs"],
    )
    def show_job(
        request: Request,
        id: _Job,  # noqa: A002
    ) -> JobView:
        return job_view(jobs().one(request.caller.account, id))

    @api.route(
        "DELETE",
        f"{SITE}/visitors/{{userId}}",
        scope=Scope.SITES_WRITE,
        status=202,
        problems=_ERASURE_PROBLEMS,
        summary="Erase a visitor by path",
        description=f"{_ERASES} For ids of letters, digits, blanks and `-._~@:+,` alone: others, "
        "and `.` and `..`, do not arrive as they are, so they go to `POST …/erasures`.",
        tags=["jobs"],
    )
    def erase_visitor(request: Request, id: SiteParameter, userId: _Visitor) -> JobView:  # noqa: A002, N803
        return _accepted(request, jobs().erase_visitor(request.caller.account, SiteId(id), userId))

    @api.route(
        "POST",
        f"{SITE}/erasures",
        scope=Scope.SITES_WRITE,
        status=202,
        problems=_ERASURE_PROBLEMS,
        summary="Erase a visitor",
        description=_ERASES,
        tags=["jobs"],
    )
    def request_erasure(request: Request, id: SiteParameter, wanted: NewErasure) -> JobView:  # noqa: A002
        account, visitor = request.caller.account, wanted.user_id
        return _accepted(request, jobs().erase_visitor(account, SiteId(id), visitor))

    @api.route(
        "POST",
        f"{SITE}/audits",
        scope=Scope.SITES_WRITE,
        status=202,
        problems=UNKNOWN_SITE,
        summary="Audit a site",
        description="Holds the site's numbers against its stored events and names each "
        "difference. Only its owner may.",
        tags=["jobs"],
    )
    def audit_site(request: Request, id: SiteParameter) -> JobView:  # noqa: A002
        return _accepted(request, jobs().audit(request.caller.account, SiteId(id)))


def _accepted(request: Request, job: JobStatus) -> JobView:
    request.add_header("Location", f"{JOBS}/{job.id}")
    return job_view(job)
