"""The authority a request names in `Host`, read strictly (RFC 9110 §7.2, RFC 3986 §3.2)."""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

_HOST = re.compile(
    rb"(?P<name>\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9._-]{1,253})(?::(?P<port>\d{1,5}))?"
)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


class Authority(NamedTuple):
    """A name in lower case, an IPv6 address in brackets, and the port if one is named."""

    name: str
    port: int | None


@lru_cache(maxsize=256)
def authority(host: bytes) -> Authority | None:
    """Return what a `Host` names; None for anything but one name or address and a port.

    Left out, though URLs allow them: user information, zones, empty ports, percent escapes.
    A name that ends in a number is an IPv4 address to every browser, so it must be one in four
    decimals.
    """
    found = _HOST.fullmatch(host)
    if found is None:
        return None
    name, port = found["name"].decode().lower(), found["port"]
    if port is not None and not 0 < int(port) < 65_536:
        return None
    if not (_is_ipv6(name) if name.startswith("[") else _is_name(name)):
        return None
    return Authority(name, None if port is None else int(port))


def _is_ipv6(name: str) -> bool:
    try:
        ipaddress.IPv6Address(name[1:-1])
    except ValueError:
        return False
    return True


def _is_name(name: str) -> bool:
    labels = name.removesuffix(".").split(".")
    if not all(map(_LABEL.fullmatch, labels)):
        return False
    if not _NUMBER.fullmatch(labels[-1]):
        return True
    try:
        ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return True
