"""The feed of a caller's newest events, never wider than the caller's memberships."""

from dataclasses import dataclass

from functions.reports import cursor
from functions.reports.models import EventPage, event_of
from pixeltrack.events.ports import EventStore
from pixeltrack.platform.errors import NotFound
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.sites.ports import Memberships


@dataclass(frozen=True, slots=True)
class Feed:
    """Reads events of the sites that an account is a member of."""

    events: EventStore
    memberships: Memberships

    def page(
        self,
        account: AccountId,
        *,
        site: str | None,
        limit: int,
        before: str | None,
        event_type: str | None,
    ) -> EventPage:
        """Return a page, newest first; raises `NotFound` for a site that is not the account's."""
        position = None if before is None else cursor.read(before)
        sites = self.memberships.sites_of(account)
        if site is not None:
            sites = [s for s in sites if s == site]
            if not sites:
                raise NotFound
        if not sites:
            return EventPage(events=[], next=None)
        page = self.events.latest(sites, before=position, limit=limit, event_type=event_type)
        return EventPage(
            events=[event_of(owner, event) for owner, event in page.events],
            next=None if page.next is None else cursor.write(page.next),
        )
