"""API keys: their format, the hash by which they are looked up, and what accounts do with them."""

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pixeltrack.accounts.ports import ApiKeys, KeyEntry
from pixeltrack.platform.errors import FieldError, NotFound, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId

_SHAPE = re.compile(r"ptk_[A-Za-z0-9_-]{43}")
_SHOWN = 12


class Scope(StrEnum):
    """What an API key may do."""

    EVENTS_READ = "events:read"
    REPORTS_READ = "reports:read"
    SITES_READ = "sites:read"
    SITES_WRITE = "sites:write"


def api_key(randomness: bytes) -> str:
    """Return a new API key: `ptk_` and 32 random bytes as 43 characters of base64url."""
    return "ptk_" + base64.urlsafe_b64encode(randomness).rstrip(b"=").decode()


def is_api_key(text: str) -> bool:
    """Tell whether the text has the shape of an API key."""
    return _SHAPE.fullmatch(text) is not None


def key_hash(key: str) -> bytes:
    """Return the SHA-256 of a key: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(key.encode()).digest()


def key_prefix(key: str) -> str:
    """Return the first characters of a key, by which its owner recognises it."""
    return key[:_SHOWN]


MOST_KEYS = 50
"""Number of live keys that an account may have."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key: its entry, and the key itself, which is shown only once."""

    entry: KeyEntry
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """What an account may do with its live API keys."""

    keys: ApiKeys

    def all(self, account: AccountId) -> Sequence[KeyEntry]:
        """Return the account's live keys, oldest first, with their prefixes."""
        return self.keys.of(account)

    def issue(self, account: AccountId, name: str, scopes: frozenset[str]) -> IssuedKey:
        """Create a key. Raise `Refused` (409) where the account has as many as it may."""
        if len(self.keys.of(account)) >= MOST_KEYS:
            raise Refused(409, FieldError("body", f"an account has at most {MOST_KEYS} live keys"))
        key = api_key(secrets.token_bytes(32))
        entry = self.keys.add(
            account, name=name, prefix=key_prefix(key), key_hash=key_hash(key), scopes=scopes
        )
        if entry is None:  # the account was deleted, but its token has not expired
            raise Unauthenticated("invalid_token")
        return IssuedKey(entry, key)

    def revoke(self, account: AccountId, key: str) -> None:
        """Revoke a key. Raise `NotFound` for one that is not the account's, or not live."""
        if not self.keys.revoke(account, key):
            raise NotFound
