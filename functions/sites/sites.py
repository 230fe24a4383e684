"""Sites as the API takes and shows them, without their owners, and their routes.

Unknown fields are ignored, so a site can be sent back as it was read: its ids and instants stay
what they are.
"""

from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, StringConstraints

from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import UNKNOWN_SITE
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, LINE, Shape, View, absent, spelled
from pixeltrack.events import urls
from pixeltrack.platform.hosts import shown_host
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import iso_at
from pixeltrack.sites import rules
from pixeltrack.sites.configuration import Configuration
from pixeltrack.sites.sites import (
    HostingExclusion,
    Identity,
    MemberSite,
    SiteChanges,
    SiteSettings,
    SiteStatus,
)

SITES = "/api/v1/sites"
SITE = f"{SITES}/{{id}}"

SiteParameter = Annotated[str, Path(description="The site's id.")]

Url = Annotated[
    str,
    Field(max_length=rules.MOST_URL, examples=["https://example.com"]),
    spelled(rules.site_url, "must be an absolute http or https address with a host"),
]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=rules.LEAST_NAME, max_length=rules.MOST_NAME
    ),
    LINE,
]
Timezone = Annotated[
    str,
    Field(max_length=64, examples=["Europe/Moscow"]),
    spelled(rules.timezone, "must be the name of an IANA time zone, as in Europe/Moscow"),
]
RetentionDays = Annotated[
    int, Field(strict=True, ge=rules.LEAST_RETENTION_DAYS, le=rules.MOST_RETENTION_DAYS)
]
PaceLimit = Annotated[
    int,
    Field(strict=True, ge=0, le=rules.MOST_PACE_LIMIT),
    spelled(rules.pace_limit, "must be 0, for no limit, or at least 10"),
]
Network = Annotated[
    str,
    Field(max_length=64, examples=["203.0.113.0/24"]),
    spelled(rules.network, "must be an IP address or a network in CIDR form"),
]
Domain = Annotated[
    str,
    Field(max_length=255, examples=["example.com"]),
    spelled(rules.domain, "must be a host name without scheme, port or path"),
]
Networks = Annotated[list[Network], Field(max_length=rules.MOST_LISTED)]
Domains = Annotated[list[Domain], Field(max_length=rules.MOST_LISTED)]

_URL = "Address of the site; relative addresses of events are resolved against it."
_NAME = "What its members call it."
_TIMEZONE = "IANA time zone in which its days begin."
_STATUS = "`active`, or `paused`: events that arrive are then dropped."
_RETENTION = "Days for which its numbers are kept."
_IDENTITY = (
    "How visitors are told apart: `storage` (an id kept by the tracker) or `cookieless` "
    "(a hash that changes daily)."
)
_EXCLUDED = "Addresses and networks whose events do not count."
_ALLOWED = "Hosts whose pages may send events, each with its subdomains; empty means any."
_HOSTING = (
    "Whose events from hosting providers' networks are left out as bots': `suspicious` (desktop "
    "browsers that tell neither screen nor language), `all` or `none`. What is stored keeps what "
    "was decided as it arrived."
)
_PACE = (
    "Page views within 60 seconds above which a visit counts as a bot's, reason `pace`, from its "
    "first event to its last: 10 to 600, or 0 for no limit."
)


class NewSite(Shape):
    """A site to be made."""

    url: Url = Field(description=_URL)
    name: Name = Field(description=_NAME)
    timezone: Timezone = Field(default="UTC", description=_TIMEZONE)
    status: SiteStatus = Field(default=SiteStatus.ACTIVE, description=_STATUS)
    retention_days: RetentionDays = Field(default=730, description=_RETENTION)
    identity: Identity = Field(default=Identity.STORAGE, description=_IDENTITY)
    excluded_ips: Networks = Field(default=[], description=_EXCLUDED)
    allowed_domains: Domains = Field(default=[], description=_ALLOWED)
    pace_limit: PaceLimit = Field(default=60, description=_PACE)
    exclude_hosting: HostingExclusion = Field(
        default=HostingExclusion.SUSPICIOUS, description=_HOSTING
    )

    def settings(self) -> SiteSettings:
        """Return the settings of the new site."""
        return SiteSettings(**_arrays_as_tuples(self.model_dump()))


class ChangedSite(Shape):
    """What is to change of a site; what is left out stays."""

    url: Url = absent(_URL)
    name: Name = absent(_NAME)
    timezone: Timezone = absent(_TIMEZONE)
    status: SiteStatus = absent(_STATUS)
    retention_days: RetentionDays = absent(_RETENTION)
    identity: Identity = absent(_IDENTITY)
    excluded_ips: Networks = absent(_EXCLUDED)
    allowed_domains: Domains = absent(_ALLOWED)
    pace_limit: PaceLimit = absent(_PACE)
    exclude_hosting: HostingExclusion = absent(_HOSTING)

    def changes(self) -> SiteChanges:
        """Return the settings that were sent."""
        changes: SiteChanges = _arrays_as_tuples(self.model_dump(exclude_unset=True))
        return changes


def _arrays_as_tuples(values: dict[str, Any]) -> Any:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


class SiteView(View):
    """A site."""

    id: str = Field(description="The site's id: `siteId` in the API.")
    url: str = Field(description=_URL)
    name: str = Field(description=_NAME)
    tracking_id: str = Field(
        description="The public id in its snippet; it never changes.",
        pattern="^pt_[0-9a-f]{32}$",
    )
    timezone: str = Field(description=_TIMEZONE)
    status: SiteStatus = Field(description=_STATUS)
    retention_days: int = Field(description=_RETENTION)
    identity: Identity = Field(description=_IDENTITY)
    excluded_ips: list[str] = Field(description=_EXCLUDED)
    allowed_domains: list[str] = Field(description=_ALLOWED)
    pace_limit: int = Field(description=_PACE)
    exclude_hosting: HostingExclusion = Field(description=_HOSTING)
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)
    updated_at: str = Field(description="When it last changed, UTC.", json_schema_extra=INSTANT)


class SiteList(View):
    """Sites, oldest first."""

    sites: list[SiteView] = Field(description="All the caller's sites.")


class Snippet(View):
    """What goes into a site's pages."""

    html: str = Field(description="The line that loads the tracker.")


def site_view(site: MemberSite) -> SiteView:
    """Return a site as the API shows it."""
    settings = site.settings
    return SiteView(
        id=site.id,
        url=urls.shown(settings.url),
        name=settings.name,
        tracking_id=site.tracking_id,
        timezone=settings.timezone,
        status=settings.status,
        retention_days=settings.retention_days,
        identity=settings.identity,
        excluded_ips=list(settings.excluded_ips),
        allowed_domains=[shown_host(name) for name in settings.allowed_domains],
        pace_limit=settings.pace_limit,
        exclude_hosting=settings.exclude_hosting,
        created_at=iso_at(site.created_at),
        updated_at=iso_at(site.updated_at),
    )


def add(api: HttpApi, configuration: Callable[[], Configuration]) -> None:
    """Add the routes of sites to an API."""

    @api.route("GET", SITES, scope=Scope.SITES_READ, problems={}, summary="Sites", tags=["sites"])
    def list_sites(request: Request) -> SiteList:
        found = configuration().all(request.caller.account)
        return SiteList(sites=[site_view(site) for site in found])

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
        made = configuration().add(request.caller.account, new.settings())
        request.add_header("Location", f"{SITES}/{made.id}")
        return site_view(made)

    @api.route(
        "GET", SITE, scope=Scope.SITES_READ, problems=UNKNOWN_SITE, summary="A site", tags=["sites"]
    )
    def show_site(request: Request, id: SiteParameter) -> SiteView:  # noqa: A002 - the name in the path
        return site_view(configuration().one(request.caller.account, SiteId(id)))

    @api.route(
        "PATCH",
        SITE,
        scope=Scope.SITES_WRITE,
        problems=UNKNOWN_SITE,
        summary="Change a site",
        description="What is left out stays; fields not named here are ignored, so a site may "
        "be sent back as it was read. Only its owner may. It takes effect on events within 30 "
        "seconds. Another time zone cuts the days of all reports anew, which takes a while. "
        "Another `paceLimit` counts all days within the site's retention anew, in a minute or two.",
        tags=["sites"],
    )
    def change_site(request: Request, id: SiteParameter, changed: ChangedSite) -> SiteView:  # noqa: A002
        changes = changed.changes()
        return site_view(configuration().change(request.caller.account, SiteId(id), changes))

    @api.route(
        "DELETE",
        SITE,
        scope=Scope.SITES_WRITE,
        status=204,
        problems=UNKNOWN_SITE,
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
        problems=UNKNOWN_SITE,
        summary="A site's snippet",
        description="The line to be put into the site's pages.",
        tags=["sites"],
    )
    def show_snippet(request: Request, id: SiteParameter) -> Snippet:  # noqa: A002
        return Snippet(html=configuration().snippet(request.caller.account, SiteId(id)))
