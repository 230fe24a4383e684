"""Limits on attempts, by account and by client address, in fixed windows.

What anybody may try for an account is counted by account and address together, so that nobody
uses up another's attempts. Over all addresses there is a higher limit, which does not bind a
browser that has logged in before: it has a limit of its own.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pixeltrack.platform.errors import Throttled

_QUARTER, _HOUR, _DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts of one subject within `window`; `advice` is for who exceeds it."""

    name: str
    most: int
    window: timedelta
    advice: str = ""

    def check(self, attempts: int, until: datetime, now: datetime) -> None:
        """Raise `Throttled` where `attempts`, this one included, exceed the limit until `until`."""
        if attempts > self.most:
            raise Throttled(max(1, -int((now - until).total_seconds() // 1)), self.advice)


_FORGOTTEN = "Choose a new password by mail, or log in from a browser that was logged in before."
_LOOK = "The links that were mailed within the last hour work: look into your mail."

PASSWORDS_OF_ACCOUNT_FROM_ADDRESS = Limit(
    "passwords of an account from an address", 10, _QUARTER, _FORGOTTEN
)
PASSWORDS_OF_ACCOUNT = Limit("passwords of an account", 100, _HOUR, _FORGOTTEN)
PASSWORDS_FROM_DEVICE = Limit("passwords from a known browser", 10, _QUARTER, _FORGOTTEN)
LOG_INS_FROM_ADDRESS = Limit("log-ins from an address", 100, _QUARTER)
REGISTRATIONS_FROM_ADDRESS = Limit("registrations from an address", 50, _HOUR)
REFRESHES_FROM_ADDRESS = Limit("refreshes from an address", 600, _QUARTER)
LINKS_FROM_ADDRESS = Limit("links used from an address", 100, _QUARTER)
FORGOTTEN_FROM_ADDRESS = Limit("forgotten passwords from an address", 30, _HOUR)
FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS = Limit(
    "forgotten passwords of an account from an address", 5, _HOUR, _LOOK
)
FORGOTTEN_OF_ACCOUNT = Limit("forgotten passwords of an account", 15, _HOUR, _LOOK)
FORGOTTEN_FROM_DEVICE = Limit("forgotten passwords from a known browser", 5, _HOUR, _LOOK)
CONFIRMATIONS_OF_ACCOUNT_FROM_ADDRESS = Limit(
    "confirmation mails of an account from an address", 5, _HOUR, _LOOK
)
CONFIRMATIONS_TO_MAILBOX = Limit("confirmation mails to an address", 10, _HOUR, _LOOK)
INVITATIONS_OF_ACCOUNT = Limit("invitations by an account", 20, _HOUR)
INVITATIONS_REPEATED = Limit("invitations by an account to an address", 1, _HOUR)
INVITATIONS_TO_ADDRESS = Limit("invitations to an address", 3, _DAY)


def throttle_key(key: bytes, limit: Limit, *subject: str) -> bytes:
    """Return the key that attempts are counted under; without `key` it hides the subject.

    A subject may have several parts, none of which contains a line break.
    """
    text = "\n".join((limit.name, *subject))
    return hmac.digest(key, text.encode(errors="replace"), hashlib.sha256)


def address_subject(ip: str) -> str:
    """Return what counts as one client: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
