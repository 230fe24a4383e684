"""Instants: whole milliseconds since the epoch, UTC, within what can be written and counted."""

import time
from datetime import UTC, datetime, timedelta

FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""The instants that ISO 8601 can write: the years 1 to 9999 in UTC."""

LAST_COUNTED_MS = 221_845_391_999_999
"""The end of the year 8999: all days and zones around an event must be within the calendar."""

YEARS = "within the years 1 to 9999"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def parse_ms(text: str) -> int:
    """Return an ISO 8601 text as milliseconds since the epoch; without an offset it is UTC.

    Raise `ValueError` where it is not an instant that `iso` can write.
    """
    at = datetime.fromisoformat(text)
    return ms_of(at if at.tzinfo else at.replace(tzinfo=UTC))


def ms_of(at: datetime) -> int:
    """Return an aware datetime as milliseconds since the epoch, or raise `ValueError`."""
    return whole_ms((at - _EPOCH) // _MILLISECOND)


def whole_ms(number: float) -> int:
    """Return a number of milliseconds since the epoch as a whole one.

    Raise `ValueError` where `iso` cannot write it.
    """
    if not FIRST_MS <= number <= LAST_MS:  # NaN is not either
        raise ValueError(f"is not {YEARS}")
    return int(number)


def iso(ms: int) -> str:
    """Return milliseconds since the epoch as ISO 8601 in UTC, as in `2026-11-22T10:00:00.000Z`."""
    at = _EPOCH + timedelta(milliseconds=ms)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def iso_at(at: datetime) -> str:
    """Return an aware datetime in the format of `iso`."""
    return iso(ms_of(at))


def wall_ms() -> int:
    """Return the wall clock in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
