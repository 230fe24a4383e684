"""The routes of long work at sites and of the jobs that do it."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.sites.job_models import JobView
from functions.sites.site_routes import SITE, UNKNOWN, SiteParameter
from functions.sites.work import Work
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.platform.identifiers import SiteId

JOBS = "/api/v1/jobs"

_Visitor = Annotated[str, Path(description="The visitor's id: `visitor` of an event.")]


def add(api: HttpApi, work: Callable[[], Work]) -> None:
    """Add the routes to an API."""

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
        id: Annotated[str, Path(description="The job's id.")],  # noqa: A002
    ) -> JobView:
        return work().one(request.caller.account, id)

    @api.route(
        "DELETE",
        f"{SITE}/visitors/{{userId}}",
        scope=Scope.SITES_WRITE,
        status=202,
        problems=UNKNOWN | {400: "That can be no visitor's id."},
        summary="Erase a visitor",
        description="Removes what is stored of a visitor up to now; who comes back later counts "
        "anew. Asked again, nothing more happens. Only the site's owner may.",
        tags=["jobs"],
    )
    def erase_visitor(request: Request, id: SiteParameter, userId: _Visitor) -> JobView:  # noqa: A002, N803
        return _accepted(request, work().erase_visitor(request.caller.account, SiteId(id), userId))

    @api.route(
        "POST",
        f"{SITE}/audits",
        scope=Scope.SITES_WRITE,
        status=202,
        problems=UNKNOWN,
        summary="Audit a site",
        description="Holds the site's numbers against its stored events and names each "
        "difference. Only its owner may.",
        tags=["jobs"],
    )
    def audit_site(request: Request, id: SiteParameter) -> JobView:  # noqa: A002
        return _accepted(request, work().audit(request.caller.account, SiteId(id)))


def _accepted(request: Request, job: JobView) -> JobView:
    request.add_header("Location", f"{JOBS}/{job.id}")
    return job
