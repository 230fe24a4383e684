"""A site: as the pipeline sees it, and with all its settings as its members see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId


class SiteStatus(StrEnum):
    """Whether a site's events are taken."""

    ACTIVE = "active"
    PAUSED = "paused"


class Identity(StrEnum):
    """How a site tells visitors apart: the tracker's stored id, or a daily salted hash."""

    STORAGE = "storage"
    COOKIELESS = "cookieless"


class HostingExclusion(StrEnum):
    """Whose events from hosting providers' networks count as bots'.

    `SUSPICIOUS` are desktop browsers that tell neither screen nor language, as no tracker's do.
    """

    SUSPICIOUS = "suspicious"
    ALL = "all"
    NONE = "none"


class Role(StrEnum):
    """What a member may do: an owner everything, a viewer only read."""

    OWNER = "owner"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True)
class Site:
    """What decides whether and how a site's events count.

    `url` is absolute, `timezone` an IANA name. `excluded_ips` are addresses or networks in CIDR
    form. `allowed_domains` are hosts whose pages may send events, each with its subdomains; empty
    means any.
    """

    id: SiteId
    tracking_id: TrackingId
    owner: AccountId
    url: str
    timezone: str = "UTC"
    status: SiteStatus = SiteStatus.ACTIVE
    identity: Identity = Identity.STORAGE
    excluded_ips: tuple[str, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    exclude_hosting: HostingExclusion = HostingExclusion.SUSPICIOUS


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What a site's owner decides; all values as normalised by `rules`.

    A visit with more than `pace_limit` page views within 60 seconds is a bot's; 0: none is.
    """

    url: str
    name: str
    timezone: str = "UTC"
    status: SiteStatus = SiteStatus.ACTIVE
    retention_days: int = 730
    identity: Identity = Identity.STORAGE
    excluded_ips: tuple[str, ...] = ()
    allowed_domains: tuple[str, ...] = ()
    exclude_hosting: HostingExclusion = HostingExclusion.SUSPICIOUS
    pace_limit: int = 60


class SiteChanges(TypedDict, total=False):
    """The settings to change; absent ones stay."""

    url: str
    name: str
    timezone: str
    status: SiteStatus
    retention_days: int
    identity: Identity
    excluded_ips: tuple[str, ...]
    allowed_domains: tuple[str, ...]
    exclude_hosting: HostingExclusion
    pace_limit: int


@dataclass(frozen=True, slots=True)
class MemberSite:
    """A site as one of its members sees it."""

    id: SiteId
    tracking_id: TrackingId
    role: Role
    settings: SiteSettings
    created_at: datetime
    updated_at: datetime
