import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pixeltrack.accounts.ports import ApiKey, KeyEntry
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, SiteId


class FakeApiKeys:
    """Keys by account and hash, beside those that are `known`; `is_away` makes the store refuse.

    `may_issue` tells of an account and its log-in whether the store takes a key.
    """

    def __init__(
        self,
        known: Mapping[bytes, ApiKey] | None = None,
        *,
        accounts: Iterable[AccountId] = (),
        may_issue: Callable[[AccountId, str], bool] = lambda _account, _log_in: True,
    ) -> None:
        self.may_issue = may_issue
        self.known = dict(known or {})
        self.keys: dict[AccountId, dict[bytes, KeyEntry]] = {account: {} for account in accounts}
        self.is_away = False

    def find(self, key_hash: bytes) -> ApiKey | None:
        if self.is_away:
            raise StoreUnavailable("away")
        for account, mine in self.keys.items():
            if entry := mine.get(key_hash):
                return ApiKey(entry.id, account, entry.scopes)
        return self.known.get(key_hash)

    def of(self, account: AccountId) -> Sequence[KeyEntry]:
        return list(self.keys.get(account, {}).values())

    def add(
        self,
        account: AccountId,
        log_in: str,
        *,
        name: str,
        prefix: str,
        key_hash: bytes,
        scopes: frozenset[str],
    ) -> KeyEntry | None:
        if account not in self.keys or not self.may_issue(account, log_in):
            return None
        entry = KeyEntry(str(uuid.uuid4()), name, prefix, scopes, datetime.now(UTC))
        return self.keys[account].setdefault(key_hash, entry)

    def revoke(self, account: AccountId, key: str) -> bool:
        mine = self.keys.get(account, {})
        found = [known for known, entry in mine.items() if entry.id == key]
        for known in found:
            del mine[known]
        return bool(found)

    def revoke_all(self, account: AccountId) -> None:
        self.keys[account] = {}


class FakeMemberships:
    """Sites by member, oldest first; `is_away` makes the store refuse."""

    def __init__(self, sites: Mapping[AccountId, Sequence[SiteId]]) -> None:
        self.sites = sites
        self.is_away = False

    def sites_of(self, account: AccountId) -> Sequence[SiteId]:
        if self.is_away:
            raise StoreUnavailable("away")
        return self.sites.get(account, ())
