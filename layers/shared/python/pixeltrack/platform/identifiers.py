"""The ids, each of its own type so that none is mistaken for another."""

import re
from typing import NewType

SiteId = NewType("SiteId", str)
"""A site's own id (UUID): what the API calls `siteId` and every query is scoped by."""

TrackingId = NewType("TrackingId", str)
"""The public id in a site's snippet, `pt_…`: what an event on the wire calls `siteId`."""

AccountId = NewType("AccountId", str)
"""An account's id (UUID)."""

EventId = NewType("EventId", str)
"""An event's id, made in the browser; with the site it identifies the event."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRACKING_ID = re.compile(r"pt_[0-9a-f]{32}")


def tracking_id(randomness: bytes) -> TrackingId:
    """Return 16 random bytes as a new tracking id."""
    return TrackingId(f"pt_{randomness.hex()}")


def is_tracking_id(text: str) -> bool:
    """Tell whether the text has the shape of a tracking id that this system issues."""
    return _TRACKING_ID.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Tell whether the text has the shape of the ids that PostgreSQL generates."""
    return _UUID.fullmatch(text) is not None


def new_event_id(now_ms: int, randomness: bytes) -> EventId:
    """Return a UUIDv7 (RFC 9562 §5.7) of an instant in milliseconds and ten random bytes."""
    value = (now_ms & (1 << 48) - 1) << 80 | int.from_bytes(randomness, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return EventId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")
