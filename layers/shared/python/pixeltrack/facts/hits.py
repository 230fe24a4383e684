"""The hit: a counted event or engagement in its compact stored form, and which copy it is."""

from enum import IntEnum

import msgspec

from pixeltrack.events.stored import ERASED, PING, SESSION_START, StoredEvent

_UNCOUNTED = frozenset({PING, SESSION_START, ERASED})


class Kind(IntEnum):
    """What a hit counts as: a page view, another counted event, or engagement, which is not."""

    PAGEVIEW = 1
    EVENT = 2
    ENGAGEMENT = 3


class Hit(msgspec.Struct, gc=False):
    """One event of a site; ids are those of the site's dictionary, 0 where there is none.

    `site` is the site's number, `key` identifies the event, `copy` orders its copies (see
    `copy_of`). `name` is the event's name, set for kind `EVENT` only. `visit_at` is the start of
    its visit: None for a bot's hit, and for engagement outside any visit. Instants are epoch
    milliseconds.
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
        """Return the hit's sort key among its visitor's hits: by instant, then copy, then event."""
        return self.at, self.copy, self.key


def kind_of(event: StoredEvent) -> Kind | None:
    """Return what an event counts as; None for a ping, a session start or an erased event."""
    if event.type in _UNCOUNTED:
        return None
    match event.type:
        case "pageview":
            return Kind.PAGEVIEW
        case "engagement":
            return Kind.ENGAGEMENT
        case _:
            return Kind.EVENT
