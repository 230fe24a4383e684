from collections.abc import Mapping, Sequence

from pixeltrack.domain.errors import StoreUnavailable
from pixeltrack.domain.identifiers import AccountId, SiteId
from pixeltrack.ports import ApiKey


class FakeApiKeys:
    """Live keys by hash; `is_away` makes the store refuse."""

    def __init__(self, keys: Mapping[bytes, ApiKey]) -> None:
        self.keys = keys
        self.is_away = False

    def find(self, key_hash: bytes) -> ApiKey | None:
        if self.is_away:
            raise StoreUnavailable("away")
        return self.keys.get(key_hash)


class FakeMemberships:
    """Sites by member, oldest first; `is_away` makes the store refuse."""

    def __init__(self, sites: Mapping[AccountId, Sequence[SiteId]]) -> None:
        self.sites = sites
        self.is_away = False

    def sites_of(self, account: AccountId) -> Sequence[SiteId]:
        if self.is_away:
            raise StoreUnavailable("away")
        return self.sites.get(account, ())
