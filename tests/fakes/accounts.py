from collections.abc import Mapping, Sequence

from pixeltrack.accounts.ports import ApiKey
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, SiteId


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
