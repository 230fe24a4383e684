"""The routes of sites, as the OpenAPI document describes them."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.sites.configuration import Configuration
from functions.sites.models import ChangedSite, NewSite, SiteList, SiteView, Snippet
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.platform.identifiers import SiteId

SITES = "/api/v1/sites"
SITE = f"{SITES}/{{id}}"

UNKNOWN = {404: "No such site, or not the caller's."}
SiteParameter = Annotated[str, Path(description="The site's id.")]


def add(api: HttpApi, configuration: Callable[[], Configuration]) -> None:
    """Add the routes of sites to an API."""

    @api.route("GET", SITES, scope=Scope.SITES_READ, problems={}, summary="Sites", tags=["sites"])
    def list_sites(request: Request) -> SiteList:
        return configuration().all(request.caller.account)

    @api.route(
        "POST",
        SITES,
        scope=Scope.SITES_WRITE,
        status=201,
        problems={409: "The account owns as many sites as it may."},
        summary="Add a site",
        description="The caller becomes its owner. Fields not named here are ignored; "
        "`trackingId` is always given by the server.",
        tags=["sites"],
    )
    def add_site(request: Request, new: NewSite) -> SiteView:
        made = configuration().add(request.caller.account, new)
        request.add_header("Location", f"{SITES}/{made.id}")
        return made

    @api.route(
        "GET", SITE, scope=Scope.SITES_READ, problems=UNKNOWN, summary="A site", tags=["sites"]
    )
    def show_site(request: Request, id: SiteParameter) -> SiteView:  # noqa: A002 - the name in the path
        return configuration().one(request.caller.account, SiteId(id))

    @api.route(
        "PATCH",
        SITE,
        scope=Scope.SITES_WRITE,
        problems=UNKNOWN,
        summary="Change a site",
        description="What is left out stays; fields not named here are ignored, so a site may "
        "be sent back as it was read. Only its owner may. It takes effect on events within 30 "
        "seconds. Another time zone cuts the days of all reports anew, which takes a while.",
        tags=["sites"],
    )
    def change_site(request: Request, id: SiteParameter, changed: ChangedSite) -> SiteView:  # noqa: A002
        return configuration().change(request.caller.account, SiteId(id), changed)

    @api.route(
        "DELETE",
        SITE,
        scope=Scope.SITES_WRITE,
        status=204,
        problems=UNKNOWN,
        summary="Delete a site",
        description="Only its owner may. It is gone at once; `Location` leads to the job that then "
        "erases what is stored of it.",
        tags=["sites"],
    )
    def delete_site(request: Request, id: SiteParameter) -> None:  # noqa: A002
        job = configuration().remove(request.caller.account, SiteId(id))
        request.add_header("Location", f"/api/v1/jobs/{job}")

    @api.route(
        "GET",
        f"{SITE}/snippet",
        scope=Scope.SITES_READ,
        problems=UNKNOWN,
        summary="A site's snippet",
        description="The line to be put into the site's pages.",
        tags=["sites"],
    )
    def show_snippet(request: Request, id: SiteParameter) -> Snippet:  # noqa: A002
        return configuration().snippet(request.caller.account, SiteId(id))
