"""The hit: a counted event or engagement, as compact as facts are kept, and which copy it is."""

import hashlib
from enum import IntEnum

import msgspec

from pixeltrack.domain.events import ERASED, PING, StoredEvent
from pixeltrack.domain.identifiers import SiteId

SESSION_START = "session_start"
PAGEVIEW = "pageview"
ENGAGEMENT = "engagement"
COPY_BYTES = 30
_UNCOUNTED = frozenset({PING, SESSION_START, ERASED})


class Kind(IntEnum):
    """What a hit counts as: a page view, another counted event, or engagement, which is not."""

    PAGEVIEW = 1
    EVENT = 2
    ENGAGEMENT = 3


class Hit(msgspec.Struct, gc=False):
    """One event of a site; ids are those of the site's dictionary, 0 where there is none.

    `site` is the site's number, `key` identifies the event, `copy` orders its copies (see
    `copy_of`). `name` is the event's name, of kind `EVENT` alone. `visit_at` is the start of its
    visit: None for a bot's, and for engagement that lies in none. Instants are epoch milliseconds.
    """

    key: bytes
    copy: bytes
    at: int
    kind: int
    site: int
    visitor: int
    page: int = 0
    name: int = 0
    context: int = 0
    bot: int = 0
    properties: tuple[int, ...] = ()
    visit_at: int | None = None

    @property
    def order(self) -> tuple[int, bytes, bytes]:
        """Answer where the hit stands among its visitor's: by instant, then copy, then event."""
        return self.at, self.copy, self.key

    @property
    def is_counted(self) -> bool:
        """Tell whether it makes visits and visitors: not a bot's, not engagement."""
        return self.bot == 0 and self.kind != Kind.ENGAGEMENT


def kind_of(event: StoredEvent) -> Kind | None:
    """Answer what an event counts as; None for a ping, a session's start, an erased one."""
    if event.type in _UNCOUNTED:
        return None
    match event.type:
        case "pageview":
            return Kind.PAGEVIEW
        case "engagement":
            return Kind.ENGAGEMENT
        case _:
            return Kind.EVENT


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
