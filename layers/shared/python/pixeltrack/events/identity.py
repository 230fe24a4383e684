"""Events, visitors and sites as digests, and the order of an event's copies."""

import hashlib

from pixeltrack.platform.identifiers import SiteId


def event_key(site: SiteId, event_id: str) -> bytes:
    """Identify an event by site and id (BLAKE2b, 128 bits)."""
    return digest("event", site, event_id)


def visitor_key(site: SiteId, visitor: str, *, imported: bool) -> bytes:
    """Identify a visitor of a site; an import's visitors have a namespace of their own."""
    return digest("import" if imported else "visitor", site, visitor)


def site_key(site: SiteId) -> bytes:
    """Identify a whole site among tombstones."""
    return digest("site", site)


def digest(*parts: str) -> bytes:
    """Hash texts, none of which holds NUL, to 128 bits (BLAKE2b)."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def copy_of(received_at: int, partition: int, offset: int, stored_at: int, bucket: str) -> bytes:
    """Order a copy of an event among all its copies, as 30 bytes that compare like the tuple.

    `receivedAt` (6 bytes), partition (2), offset (8), `storedAt` (6), and a digest of the
    bucket's `_id` (8); instants in epoch milliseconds, which fit until the year 10889.
    """
    return b"".join(
        (
            received_at.to_bytes(6),
            partition.to_bytes(2),
            offset.to_bytes(8),
            stored_at.to_bytes(6),
            hashlib.blake2b(bucket.encode(), digest_size=8).digest(),
        )
    )


def received_at(copy: bytes) -> int:
    """Read `receivedAt` out of a copy's order."""
    return int.from_bytes(copy[:6])


def stored_at(copy: bytes) -> int:
    """Read `storedAt` out of a copy's order."""
    return int.from_bytes(copy[16:22])
