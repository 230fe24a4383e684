"""What an account may do with its sites: members see them, owners change them."""

import secrets
from dataclasses import dataclass
from html import escape

from functions.sites.models import (
    ChangedSite,
    NewSite,
    SiteList,
    SiteView,
    Snippet,
    site_view,
)
from pixeltrack.platform.errors import FieldError, NotFound, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.sites.access import owned, seen
from pixeltrack.sites.ports import Sites
from pixeltrack.sites.sites import Role

MOST_SITES = 500
"""Sites that an account may own."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Sites of an account; `public_url` is the origin that the tracker is loaded from.

    Every method raises `NotFound` for a site that is not the account's to see.
    """

    sites: Sites
    public_url: str

    def all(self, account: AccountId) -> SiteList:
        """Return the account's sites, oldest first."""
        return SiteList(sites=[site_view(site) for site in self.sites.of(account)])

    def one(self, account: AccountId, site: SiteId) -> SiteView:
        """Return one site."""
        return site_view(seen(self.sites, account, site))

    def add(self, account: AccountId, new: NewSite) -> SiteView:
        """Make a site; raises `Refused` (409) where the account owns as many as it may.

        Two calls at the same moment may pass that bound by one: it keeps abuse out, no promise.
        """
        owned = sum(site.role is Role.OWNER for site in self.sites.of(account))
        if owned >= MOST_SITES:
            raise Refused(409, FieldError("body", f"an account owns at most {MOST_SITES} sites"))
        made = self.sites.add(account, tracking_id(secrets.token_bytes(16)), new.settings())
        if made is None:  # the account was deleted, its token is still fresh
            raise Unauthenticated("invalid_token")
        return site_view(made)

    def change(self, account: AccountId, site: SiteId, changed: ChangedSite) -> SiteView:
        """Change a site; raises `Forbidden` for a viewer."""
        owned(self.sites, account, site)
        after = self.sites.change(account, site, changed.changes())
        if after is None:
            raise NotFound
        return site_view(after)

    def remove(self, account: AccountId, site: SiteId) -> str:
        """Delete a site and return the id of the job that erases it; raises `Forbidden`."""
        owned(self.sites, account, site)
        job = self.sites.remove(account, site)
        if job is None:
            raise NotFound
        return job

    def snippet(self, account: AccountId, site: SiteId) -> Snippet:
        """Return the line that loads the tracker."""
        shown = escape(seen(self.sites, account, site).tracking_id)
        source = escape(f"{self.public_url}/tracker.js")
        return Snippet(html=f'<script defer src="{source}" data-site="{shown}"></script>')
