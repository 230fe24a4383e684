"""Who sent a request: the client's address and country, as far as its peers are trusted."""

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pixeltrack.platform.settings import Ingest

EDGE_PROOF = "x-pixeltrack-edge"
"""Header by which the CDN proves that a request came through it."""

MOST_REMEMBERED = 256
"""Peers of which it is remembered whether they are trusted."""

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Client:
    """The client's address, and its country where a trusted CDN supplied it."""

    ip: str
    country: str | None = None


class Clients:
    """Finds the client behind the peers that the settings trust."""

    def __init__(self, ingest: Ingest) -> None:
        self._ingest = ingest
        self._trusted: list[_Network] = [
            ipaddress.ip_network(text, strict=False) for text in ingest.trusted_proxies
        ]
        self._remembered = lru_cache(MOST_REMEMBERED)(self._is_trusted)

    def identify(self, peer: str, headers: Mapping[str, str]) -> Client:
        """Return the client of a request whose TCP peer is `peer`; headers in lower case."""
        if self._is_from_edge(headers):
            address = _without_port(headers.get(self._ingest.edge_address_header, ""))
            country = headers.get(self._ingest.edge_country_header, "").upper()
            is_code = len(country) == 2 and country.isascii() and country.isalpha()
            return Client(address or peer, country if is_code else None)
        return Client(self._behind_proxies(peer, headers.get("x-forwarded-for", "")))

    def _is_from_edge(self, headers: Mapping[str, str]) -> bool:
        secret = self._ingest.edge_secret
        proof = headers.get(EDGE_PROOF, "")
        return bool(secret) and hmac.compare_digest(proof.encode(), secret.encode())

    def _behind_proxies(self, peer: str, forwarded_for: str) -> str:
        """Walk `X-Forwarded-For` from the right, as far as each hop is trusted."""
        address = peer
        for hop in reversed(forwarded_for.split(",")):
            if not self._remembered(address):
                break
            nearer = _without_port(hop.strip())
            if nearer is None:
                break
            address = nearer
        return address

    def _is_trusted(self, address: str) -> bool:
        if not self._trusted:
            return False
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._trusted)


def _without_port(text: str) -> str | None:
    """Return the address of `ip`, `ip:port` or `[ip]:port`; None where it is not an address."""
    candidates = (text, text.rpartition(":")[0], text.rpartition(":")[0].strip("[]"))
    for candidate in candidates:
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return None
