"""What an account may do with its API keys; each is shown in full once, as it is made."""

import secrets
from dataclasses import dataclass

from functions.sites.models import IssuedKey, KeyList, NewKey, key_view
from pixeltrack.accounts.keys import api_key, key_hash, key_prefix
from pixeltrack.accounts.ports import KeyRing
from pixeltrack.platform.errors import FieldError, NotFound, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId

MOST_KEYS = 50
"""Live keys that an account may have."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The live API keys of an account."""

    ring: KeyRing

    def all(self, account: AccountId) -> KeyList:
        """Return the account's live keys, oldest first, by their prefixes."""
        return KeyList(keys=[key_view(entry) for entry in self.ring.of(account)])

    def issue(self, account: AccountId, new: NewKey) -> IssuedKey:
        """Make a key; raises `Refused` (409) where the account has as many as it may."""
        if len(self.ring.of(account)) >= MOST_KEYS:
            raise Refused(409, FieldError("body", f"an account has at most {MOST_KEYS} live keys"))
        key = api_key(secrets.token_bytes(32))
        entry = self.ring.add(
            account,
            name=new.name,
            prefix=key_prefix(key),
            key_hash=key_hash(key),
            scopes=frozenset(new.scopes),
        )
        if entry is None:  # the account was deleted, its token is still fresh
            raise Unauthenticated("invalid_token")
        return IssuedKey(**key_view(entry).model_dump(), key=key)

    def revoke(self, account: AccountId, key: str) -> None:
        """End a key; raises `NotFound` for one that is not the account's, or not live."""
        if not self.ring.revoke(account, key):
            raise NotFound
