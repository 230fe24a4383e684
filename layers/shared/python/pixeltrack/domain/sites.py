"""A site as the pipeline sees it: what decides whether and how its events count."""

from dataclasses import dataclass
from enum import StrEnum

from pixeltrack.domain.identifiers import AccountId, SiteId, TrackingId


class SiteStatus(StrEnum):
    """Whether a site's events are taken."""

    ACTIVE = "active"
    PAUSED = "paused"


class Identity(StrEnum):
    """How a site tells visitors apart: the tracker's stored id, or a daily salted hash."""

    STORAGE = "storage"
    COOKIELESS = "cookieless"


@dataclass(frozen=True, slots=True)
class Site:
    """One site's settings; `url` is absolute, `timezone` an IANA name.

    `excluded_ips` are addresses or networks in CIDR form. `allowed_domains` are hosts whose
    pages may send events, each with its subdomains; empty means any.
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
