"""The tokens of accounts: their lifetimes, and how opaque ones are made, stored and succeeded.

A log-in is a family of refresh tokens of which only the newest is valid. A token that is used is
replaced by its successor, which is derived from it by HMAC: so the same old token, sent by two
tabs at once, yields the same new one, and no token is stored. If it is used again later, it has
been stolen, from its owner or by whoever used it first, and the family ends.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=30)
"""How long a log-in lasts from its last use."""
REFRESH_GRACE = timedelta(seconds=10)
"""How long a used refresh token still gets its successor."""
INVITATION_LIFETIME = timedelta(days=7)


class Purpose(StrEnum):
    """What a one-time token is for."""

    CONFIRM = "confirm"
    RESET = "reset"

    @property
    def lifetime(self) -> timedelta:
        """Return how long a one-time token of this purpose can be used."""
        return timedelta(days=3) if self is Purpose.CONFIRM else timedelta(hours=1)


def opaque_token(randomness: bytes) -> str:
    """Return 32 random bytes as 43 characters of base64url."""
    return base64.urlsafe_b64encode(randomness).rstrip(b"=").decode()


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of a token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def successor(key: bytes, token: str) -> str:
    """Return the refresh token that follows `token`; it cannot be computed without `key`."""
    return opaque_token(hmac.digest(key, token.encode(errors="replace"), hashlib.sha256))


def is_replay(rotated_at: datetime | None, now: datetime) -> bool:
    """Tell whether a refresh token, first used at `rotated_at` or never, is used too late."""
    return rotated_at is not None and now - rotated_at > REFRESH_GRACE


def derived_key(secret: str, purpose: str) -> bytes:
    """Return a separate key for a purpose, so that one secret never serves two."""
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
