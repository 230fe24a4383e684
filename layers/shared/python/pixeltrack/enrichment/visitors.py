"""Who a visitor is: the tracker's stored id, or a hash that nobody can follow past the day.

And which visitors' addresses a site leaves out, of which it takes no more for the minute, and what
is remembered of salts between batches.
"""

import hashlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from zoneinfo import ZoneInfo

from pixeltrack.enrichment.ports import Salts, SiteDay
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.sites.sites import Identity, Site

MOST_SALTS = 10_000
_SALT_DAYS = timedelta(days=2)
_MAPPED_BITS = 96

WINDOW_MS = 60_000
KEPT_MS = 10 * WINDOW_MS
"""How long before its newest an address's events are remembered: partitions come unequally late."""

MOST_REMEMBERED = 50_000
"""Admitted events after which a generation of memory ends; two generations are kept."""

Entry = tuple[int, int, int]
"""One record: its `receivedAt` (epoch ms), partition and offset."""

_NETWORK_BITS = 64


def stored_id(site: Site, user_id: str | None) -> str | None:
    """Return the id that the tracker keeps, where the site goes by it and there is one."""
    return user_id if user_id and site.identity is Identity.STORAGE else None


def hashed_id(salt: bytes, site: SiteId, ip: str, user_agent: str) -> str:
    """Hash address and agent under the site's salt of the day (keyed BLAKE2b, 96 bits, hex)."""
    text = f"{site}\n{ip}\n{user_agent}".encode(errors="replace")
    return hashlib.blake2b(text, key=salt[:64], digest_size=12).hexdigest()


def local_day(at_ms: int, timezone: str) -> date:
    """Return the calendar day of an instant in an IANA zone; an unknown zone counts as UTC."""
    return datetime.fromtimestamp(at_ms / 1000, _zone(timezone)).date()


@lru_cache(maxsize=1024)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


class CachedSalts:
    """Salts that are asked for once a process, all of a batch at once.

    Of too many the longest unused is forgotten; one that is used is never too old, since a day
    is asked for only while what was received on it is on its way.
    """

    def __init__(self, salts: Salts) -> None:
        self._salts = salts
        self._kept: OrderedDict[SiteDay, bytes] = OrderedDict()

    def salts(self, asked: Collection[SiteDay]) -> Mapping[SiteDay, bytes]:
        """Return the salts of sites and days."""
        missing = [key for key in asked if key not in self._kept]
        read = self._salts.salts(missing) if missing else {}
        found = {key: read[key] if key in read else self._kept[key] for key in asked}
        for key, salt in found.items():
            self._kept[key] = salt
            self._kept.move_to_end(key)
        self._forget(max((day for _, day in asked), default=date.min))
        return found

    def _forget(self, today: date) -> None:
        if today > date.min + _SALT_DAYS:
            for key in [key for key in self._kept if key[1] < today - _SALT_DAYS]:
                del self._kept[key]
        while len(self._kept) > MOST_SALTS:
            self._kept.popitem(last=False)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; an IPv4 one mapped into IPv6 is the IPv4 one; None where it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def is_excluded(ip: str, networks: tuple[str, ...]) -> bool:
    """Tell whether an address lies in one of these addresses or networks (CIDR)."""
    if not networks:
        return False
    address = parse_address(ip)
    return address is not None and any(address in network for network in _networks(networks))


@lru_cache(maxsize=1024)
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Read networks; a text that is none matches nothing."""
    found = []
    for text in texts:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            continue
        found.append(_unmapped(network))
    return tuple(found)


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < _MAPPED_BITS:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED_BITS))


class Floods:
    """Admits at most so many events a minute by site and client address, 0 for any number.

    Every minute by `receivedAt` counts, so a backlog is judged as it was received. A record that
    comes again gets the verdict that it had and is not counted twice: admitted ones are
    remembered, and a minute that was full stays full. An address that sends nothing while
    `MOST_REMEMBERED` events of others are admitted is forgotten. One process counts for itself.
    """

    def __init__(self, most_a_minute: int) -> None:
        self._most_a_minute = most_a_minute
        longest = most_a_minute * (KEPT_MS // WINDOW_MS + 1)
        self._most = max(MOST_REMEMBERED, 2 * longest)
        self._newer: dict[tuple[SiteId, str], list[Entry]] = {}
        self._older: dict[tuple[SiteId, str], list[Entry]] = {}
        self._size = 0

    @property
    def limit(self) -> str:
        """Return the limit in words."""
        return f"more than {self._most_a_minute} in a minute from one address"

    def admits(self, site: SiteId, ip: str, entry: Entry) -> bool:
        """Tell whether an event is within the limit, and count it if it is."""
        if not self._most_a_minute:
            return True
        admitted = self._admitted((site, network_of(ip)))
        place = bisect_left(admitted, entry)
        if place < len(admitted) and admitted[place] == entry:
            return True
        if len(admitted) >= self._most_a_minute and self._is_full(admitted, place, entry[0]):
            return False
        admitted.insert(place, entry)
        self._size += 1
        return True

    def _admitted(self, key: tuple[SiteId, str]) -> list[Entry]:
        """Return what is remembered of an address, in order of receipt."""
        if self._size >= self._most:
            self._older, self._newer, self._size = self._newer, {}, 0
        found = self._newer.get(key)
        if found is None:
            found = self._newer[key] = self._older.pop(key, [])
            if found:
                del found[: bisect_left(found, (found[-1][0] - KEPT_MS, 0, 0))]
                self._size += len(found)
        return found

    def _is_full(self, admitted: list[Entry], place: int, at: int) -> bool:
        """Tell whether an event at that place would be one too many in any minute."""
        most = self._most_a_minute
        for first in range(max(place - most, 0), min(place, len(admitted) - most) + 1):
            start, end = admitted[first][0], admitted[first + most - 1][0]
            if max(end, at) - min(start, at) < WINDOW_MS:
                return True
        return False


def network_of(ip: str) -> str:
    """Return what counts as one client: an IPv4 address, or the first 64 bits of an IPv6 one."""
    return _network_of(ip) if ":" in ip else ip


@lru_cache(maxsize=4096)
def _network_of(ip: str) -> str:
    address = parse_address(ip)
    if isinstance(address, IPv6Address):
        return f"{int(address) >> _NETWORK_BITS:x}::"
    return str(address or ip)
