"""Which client addresses a site leaves out of its numbers."""

from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

_MAPPED_BITS = 96


def parse(text: str) -> IPv4Address | IPv6Address | None:
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
    address = parse(ip)
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
