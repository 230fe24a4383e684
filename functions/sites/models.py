"""Sites and keys as the API takes and shows them: camelCase JSON, the owner never shown.

Fields that are not known are ignored, so a site can be sent back as it was read: its ids and
instants stay what they are.
"""

from collections.abc import Callable
from typing import Annotated, Any, LiteralString

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from pixeltrack.accounts.keys import Scope
from pixeltrack.accounts.ports import KeyEntry
from pixeltrack.platform.instants import iso_at
from pixeltrack.platform.texts import is_line
from pixeltrack.sites import rules
from pixeltrack.sites.sites import Identity, MemberSite, SiteChanges, SiteSettings, SiteStatus

INSTANT: JsonDict = {"format": "date-time", "examples": ["2026-11-22T10:00:00.000Z"]}


def _spelled(rule: Callable[[str], str | None], wanted: LiteralString) -> AfterValidator:
    """Keep a rule's spelling of a text, or refuse the text by saying what is wanted."""

    def check(text: str) -> str:
        spelling = rule(text)
        if spelling is None:
            raise PydanticCustomError("unfit", wanted)
        return spelling

    return AfterValidator(check)


_LINE = _spelled(
    lambda text: text if is_line(text) else None, "must not contain control characters"
)
Url = Annotated[
    str,
    Field(max_length=rules.MOST_URL, examples=["https://example.com"]),
    _spelled(rules.site_url, "must be an absolute http or https address with a host"),
]
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=rules.LEAST_NAME, max_length=rules.MOST_NAME
    ),
    _LINE,
]
Timezone = Annotated[
    str,
    Field(max_length=64, examples=["Europe/Moscow"]),
    _spelled(rules.timezone, "must be the name of an IANA time zone, as in Europe/Moscow"),
]
RetentionDays = Annotated[
    int, Field(strict=True, ge=rules.LEAST_RETENTION_DAYS, le=rules.MOST_RETENTION_DAYS)
]
Network = Annotated[
    str,
    Field(max_length=64, examples=["203.0.113.0/24"]),
    _spelled(rules.network, "must be an IP address or a network in CIDR form"),
]
Domain = Annotated[
    str,
    Field(max_length=255, examples=["example.com"]),
    _spelled(rules.domain, "must be a host name without scheme, port or path"),
]
Networks = Annotated[list[Network], Field(max_length=rules.MOST_LISTED)]
Domains = Annotated[list[Domain], Field(max_length=rules.MOST_LISTED)]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=rules.MOST_NAME),
    _LINE,
]
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]

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


class Shape(BaseModel):
    """What the API takes and shows: camelCase, frozen."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


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

    def settings(self) -> SiteSettings:
        """Return the settings of the new site."""
        return SiteSettings(**_arrays_as_tuples(self.model_dump()))


def _absent(description: str) -> Any:
    """Declare a field that may be left out, but not be null."""
    return Field(default_factory=lambda: None, description=description)


class ChangedSite(Shape):
    """What is to change of a site; what is left out stays."""

    url: Url = _absent(_URL)
    name: Name = _absent(_NAME)
    timezone: Timezone = _absent(_TIMEZONE)
    status: SiteStatus = _absent(_STATUS)
    retention_days: RetentionDays = _absent(_RETENTION)
    identity: Identity = _absent(_IDENTITY)
    excluded_ips: Networks = _absent(_EXCLUDED)
    allowed_domains: Domains = _absent(_ALLOWED)

    def changes(self) -> SiteChanges:
        """Return the settings that were sent."""
        changes: SiteChanges = _arrays_as_tuples(self.model_dump(exclude_unset=True))
        return changes


def _arrays_as_tuples(values: dict[str, Any]) -> Any:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}


class SiteView(Shape):
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
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)
    updated_at: str = Field(description="When it last changed, UTC.", json_schema_extra=INSTANT)


class SiteList(Shape):
    """Sites, oldest first."""

    sites: list[SiteView] = Field(description="All the caller's sites.")


class Snippet(Shape):
    """What goes into a site's pages."""

    html: str = Field(description="The line that loads the tracker.")


class NewKey(Shape):
    """An API key to be made."""

    name: Label = Field(description="What its owner calls it.")
    scopes: Scopes = Field(description="What it may do.")


class KeyView(Shape):
    """An API key, without the key."""

    id: str = Field(description="The key's id, by which it is revoked.")
    name: str = Field(description="What its owner calls it.")
    prefix: str = Field(description="How the key begins.", examples=["ptk_Ab3dE6gH"])
    scopes: list[Scope] = Field(description="What it may do.")
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)


class IssuedKey(KeyView):
    """A new API key: the only answer that holds the key itself."""

    key: str = Field(description="The key; it is shown this once and stored only as a hash.")


class KeyList(Shape):
    """API keys, oldest first."""

    keys: list[KeyView] = Field(description="All live keys of the account.")


def site_view(site: MemberSite) -> SiteView:
    """Show a site."""
    settings = site.settings
    return SiteView(
        id=site.id,
        url=settings.url,
        name=settings.name,
        tracking_id=site.tracking_id,
        timezone=settings.timezone,
        status=settings.status,
        retention_days=settings.retention_days,
        identity=settings.identity,
        excluded_ips=list(settings.excluded_ips),
        allowed_domains=list(settings.allowed_domains),
        created_at=iso_at(site.created_at),
        updated_at=iso_at(site.updated_at),
    )


def key_view(entry: KeyEntry) -> KeyView:
    """Show a key of the list; a scope that is no longer known is left out."""
    return KeyView(
        id=entry.id,
        name=entry.name,
        prefix=entry.prefix,
        scopes=[scope for scope in Scope if scope in entry.scopes],
        created_at=iso_at(entry.created_at),
    )
