"""What use cases need from the stores of sites.

What an account may not see looks as if it did not exist.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.sites.goals import Goal, NewGoal
from pixeltrack.sites.sites import MemberSite, Site, SiteChanges, SiteSettings


class SiteDirectory(Protocol):
    """Sites by their public tracking ids, for the pipeline."""

    def find(self, tracking_ids: Collection[TrackingId]) -> Mapping[TrackingId, Site]:
        """Return the sites that exist; an unknown id is simply absent."""


class Memberships(Protocol):
    """Which account may see which sites."""

    def sites_of(self, account: AccountId) -> Sequence[SiteId]:
        """Return the sites that the account is a member of, oldest first."""


class Sites(Protocol):
    """Sites with all their settings, limited to the account's memberships.

    A site that does not exist, one the account is no member of, and a malformed id look alike.
    """

    def of(self, account: AccountId) -> Sequence[MemberSite]:
        """Return the sites that the account is a member of, oldest first."""

    def find(self, account: AccountId, site: SiteId) -> MemberSite | None:
        """Return one site, or None where the account is no member."""

    def add(
        self, account: AccountId, tracking_id: TrackingId, settings: SiteSettings
    ) -> MemberSite | None:
        """Create a site that the account owns; None where there is no such account.

        Repeated with the same tracking id it returns the same site.
        """

    def change(self, account: AccountId, site: SiteId, changes: SiteChanges) -> MemberSite | None:
        """Change some settings and return the site; None where the account is not its owner.

        A change of time zone creates a job, which cuts the site's days anew, and so does one of the
        pace limit, by which they are counted anew.
        """

    def remove(self, account: AccountId, site: SiteId) -> str | None:
        """Delete a site with a tombstone; return the id of the job that erases its data.

        None where the account is not its owner.
        """


class Goals(Protocol):
    """The goals of sites, limited to the account's memberships."""

    def of(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Return a site's goals, oldest first; none where the account is no member."""

    def add(self, account: AccountId, site: SiteId, new: NewGoal) -> Goal | None:
        """Create a goal; None where the site has it already, or the account is not the owner."""

    def remove(self, account: AccountId, site: SiteId, goal: str) -> bool:
        """Delete a goal; False where there is none, or the account is not the site's owner."""
