import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.sites.sites import MemberSite, Role, SiteChanges, SiteSettings


class FakeSiteBook:
    """Sites by id with their members' roles; `is_away` makes the store refuse."""

    def __init__(self, *accounts: AccountId) -> None:
        self.accounts = set(accounts)
        self.sites: dict[SiteId, MemberSite] = {}
        self.members: dict[tuple[SiteId, AccountId], Role] = {}
        self.is_away = False

    def of(self, account: AccountId) -> Sequence[MemberSite]:
        self._ask()
        found = (self.find(account, site) for site in self.sites)
        return [site for site in found if site]

    def find(self, account: AccountId, site: SiteId) -> MemberSite | None:
        self._ask()
        role = self.members.get((site, account))
        return replace(self.sites[site], role=role) if role else None

    def add(
        self, account: AccountId, tracking_id: TrackingId, settings: SiteSettings
    ) -> MemberSite | None:
        self._ask()
        if account not in self.accounts:
            return None
        for known in self.sites.values():
            if known.tracking_id == tracking_id:
                return self.find(account, known.id)
        now = datetime.now(UTC)
        site = SiteId(str(uuid.uuid4()))
        self.sites[site] = MemberSite(site, tracking_id, Role.OWNER, settings, now, now)
        self.members[site, account] = Role.OWNER
        return self.find(account, site)

    def change(self, account: AccountId, site: SiteId, changes: SiteChanges) -> MemberSite | None:
        self._ask()
        if self.members.get((site, account)) is not Role.OWNER:
            return None
        known = self.sites[site]
        settings = replace(known.settings, **changes)
        self.sites[site] = replace(known, settings=settings, updated_at=datetime.now(UTC))
        return self.find(account, site)

    def remove(self, account: AccountId, site: SiteId) -> str | None:
        self._ask()
        if self.members.get((site, account)) is not Role.OWNER:
            return None
        del self.sites[site]
        self.members = {k: role for k, role in self.members.items() if k[0] != site}
        return str(uuid.uuid4())

    def _ask(self) -> None:
        if self.is_away:
            raise StoreUnavailable("away")
