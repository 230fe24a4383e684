"""Browsers that have logged in before: the token in their cookie, by which they are known again.

A token is for one account and the password it had, so another password makes it worthless. Its
name is that of the log-in that got it: a stolen log-in cannot make itself a second browser.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from pixeltrack.accounts.ports import Credentials
from pixeltrack.accounts.tokens import opaque_token

DEVICE_LIFETIME = timedelta(days=90)
"""How long a browser is known from its last log-in or renewal."""
_MOST_CHARACTERS = 200


def device_token(key: bytes, known: Credentials, name: str, now: datetime) -> str:
    """Return the token by which a browser is known to an account from now on."""
    until = str(int((now + DEVICE_LIFETIME).timestamp()))
    return f"{name}.{until}.{_signature(key, known, name, until)}"


def device_name(
    key: bytes, token: str | None, known: Credentials | None, now: datetime
) -> str | None:
    """Return the name of a browser that is known to the account; None for any other."""
    if token is None or known is None or len(token) > _MOST_CHARACTERS:
        return None
    name, _, rest = token.partition(".")
    until, _, signature = rest.partition(".")
    expected = _signature(key, known, name, until)
    if not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()):
        return None
    return name if int(until) > now.timestamp() else None


def _signature(key: bytes, known: Credentials, name: str, until: str) -> str:
    text = "\n".join((known.account.id, known.password_hash or "", name, until))
    return opaque_token(hmac.digest(key, text.encode(errors="replace"), hashlib.sha256))
