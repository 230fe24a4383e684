"""Limits on attempts, by account and by client address, in fixed windows."""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from pixeltrack.platform.errors import Throttled

_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts of one subject within `window`."""

    name: str
    most: int
    window: timedelta

    def check(self, attempts: int, until: datetime, now: datetime) -> None:
        """Raise `Throttled` where `attempts`, this one included, exceed the limit until `until`."""
        if attempts > self.most:
            raise Throttled(max(1, -int((now - until).total_seconds() // 1)))


PASSWORDS_OF_ACCOUNT = Limit("passwords of an account", 10, _QUARTER)
LOG_INS_FROM_ADDRESS = Limit("log-ins from an address", 100, _QUARTER)
REGISTRATIONS_FROM_ADDRESS = Limit("registrations from an address", 50, _HOUR)
REFRESHES_FROM_ADDRESS = Limit("refreshes from an address", 600, _QUARTER)
LINKS_FROM_ADDRESS = Limit("links used from an address", 100, _QUARTER)
FORGOTTEN_FROM_ADDRESS = Limit("forgotten passwords from an address", 30, _HOUR)
FORGOTTEN_OF_ACCOUNT = Limit("forgotten passwords of an account", 5, _HOUR)
CONFIRMATIONS_OF_ACCOUNT = Limit("confirmation mails of an account", 5, _HOUR)
INVITATIONS_OF_ACCOUNT = Limit("invitations by an account", 20, _HOUR)


def throttle_key(key: bytes, limit: Limit, subject: str) -> bytes:
    """Return the key that attempts are counted under; without `key` it hides the subject."""
    text = f"{limit.name}\n{subject}"
    return hmac.digest(key, text.encode(errors="replace"), hashlib.sha256)


def address_subject(ip: str) -> str:
    """Return what counts as one client: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
