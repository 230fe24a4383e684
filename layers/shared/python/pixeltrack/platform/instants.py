"""Instants: whole milliseconds since the epoch, UTC."""

import time
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def parse_ms(text: str) -> int:
    """Return an ISO 8601 text as milliseconds since the epoch; without an offset it is UTC.

    Raise `ValueError` where it is not an instant.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - _EPOCH) // _MILLISECOND


def iso(ms: int) -> str:
    """Return milliseconds since the epoch as ISO 8601 in UTC, as in `2026-11-22T10:00:00.000Z`."""
    at = _EPOCH + timedelta(milliseconds=ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_at(at: datetime) -> str:
    """Return an aware datetime in the format of `iso`."""
    return iso((at - _EPOCH) // _MILLISECOND)


def wall_ms() -> int:
    """Return the wall clock in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
