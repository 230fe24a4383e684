"""API keys: their format, their scopes, and the hash by which they are looked up."""

import base64
import hashlib
import re
from enum import StrEnum

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
