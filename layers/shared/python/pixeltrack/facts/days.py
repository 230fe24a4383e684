"""Calendar days of a zone as intervals of instants, correct for every IANA zone and DST change.

A day begins at the first instant whose local date is that day or a later one, and ends where the
next begins. So days have no gaps and no overlaps, a day that a zone skipped (Apia, 30 December
2011) is empty, and an hour that is repeated around midnight belongs to the later day.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
_DAY_MS = 86_400_000
_FURTHEST_MS = 2 * _DAY_MS


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return an IANA zone; raise `ValueError` if there is none of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}") from error


@lru_cache(maxsize=65_536)
def start_of(day: date, timezone: str) -> int:
    """Return the instant at which a day begins, in epoch milliseconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone(timezone))
    at = round(midnight.timestamp()) * 1000
    if _local_date(at - 1, timezone) < day <= _local_date(at, timezone):
        return at
    return _first(day, timezone, at - _FURTHEST_MS, at + _FURTHEST_MS)


def day_of(at: int, timezone: str) -> date:
    """Return the day that contains an instant, given in epoch milliseconds."""
    day = _local_date(at, timezone)
    return day + DAY if at >= start_of(day + DAY, timezone) else day


def edges(first: date, last: date, timezone: str) -> list[int]:
    """Return the start of each day from `first` to `last`, and the end of `last`."""
    count = (last - first).days + 2
    return [start_of(first + timedelta(days=n), timezone) for n in range(count)]


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the following month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _local_date(at: int, timezone: str) -> date:
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(zone(timezone)).date()


def _first(day: date, timezone: str, low: int, high: int) -> int:
    """Find the first instant of a day or later by bisection, to the second."""
    while high - low > 1000:
        middle = (low + high) // 2000 * 1000
        if _local_date(middle, timezone) < day:
            low = middle
        else:
            high = middle
    return high
