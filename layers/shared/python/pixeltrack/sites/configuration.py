"""What an account may do with its sites and their goals: members see them, owners change them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from pixeltrack.platform.errors import FieldError, NotFound, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.sites.access import owned, seen
from pixeltrack.sites.goals import MOST_GOALS, Goal, NewGoal
from pixeltrack.sites.ports import Goals, Sites
from pixeltrack.sites.sites import MemberSite, Role, SiteChanges, SiteSettings

MOST_SITES = 500
"""Number of sites that an account may own."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Sites of an account; `public_url` is the origin that the tracker is loaded from.

    Every method raises `NotFound` for a site that the account may not see.
    """

    sites: Sites
    public_url: str

    def all(self, account: AccountId) -> Sequence[MemberSite]:
        """Return the account's sites, oldest first."""
        return self.sites.of(account)

    def one(self, account: AccountId, site: SiteId) -> MemberSite:
        """Return one site."""
        return seen(self.sites, account, site)

    def add(self, account: AccountId, settings: SiteSettings) -> MemberSite:
        """Create a site. Raise `Refused` (409) where the account owns as many as it may.

        Two calls at the same moment may exceed that limit by one: it only prevents abuse.
        """
        owned = sum(site.role is Role.OWNER for site in self.sites.of(account))
        if owned >= MOST_SITES:
            raise Refused(409, FieldError("body", f"an account owns at most {MOST_SITES} sites"))
        made = self.sites.add(account, tracking_id(secrets.token_bytes(16)), settings)
        if made is None:  # the account was deleted, but its token has not expired
            raise Unauthenticated("invalid_token")
        return made

    def change(self, account: AccountId, site: SiteId, changes: SiteChanges) -> MemberSite:
        """Change a site. Raise `Forbidden` for a viewer."""
        owned(self.sites, account, site)
        after = self.sites.change(account, site, changes)
        if after is None:
            raise NotFound
        return after

    def remove(self, account: AccountId, site: SiteId) -> str:
        """Delete a site and return the id of the job that erases it. Raise `Forbidden`."""
        owned(self.sites, account, site)
        job = self.sites.remove(account, site)
        if job is None:
            raise NotFound
        return job

    def snippet(self, account: AccountId, site: SiteId) -> str:
        """Return the line of HTML that loads the tracker."""
        shown = escape(seen(self.sites, account, site).tracking_id)
        source = escape(f"{self.public_url}/tracker.js")
        return f'<script defer src="{source}" data-site="{shown}"></script>'


@dataclass(frozen=True, slots=True)
class SiteGoals:
    """Goals of sites; every method raises `NotFound` for a site that is not the account's."""

    sites: Sites
    goals: Goals

    def all(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Return a site's goals, oldest first."""
        seen(self.sites, account, site)
        return self.goals.of(account, site)

    def add(self, account: AccountId, site: SiteId, new: NewGoal) -> Goal:
        """Create a goal. Raise `Refused` (409) for one that exists already, or one too many."""
        owned(self.sites, account, site)
        if len(self.goals.of(account, site)) >= MOST_GOALS:
            raise Refused(409, FieldError("body", f"a site has at most {MOST_GOALS} goals"))
        made = self.goals.add(account, site, new)
        if made is None:
            raise Refused(409, FieldError("pattern", "is a goal of this site already"))
        return made

    def remove(self, account: AccountId, site: SiteId, goal: str) -> None:
        """Delete a goal. Raise `Forbidden` for a viewer, `NotFound` for one that does not exist."""
        owned(self.sites, account, site)
        if not self.goals.remove(account, site, goal):
            raise NotFound
