"""Named periods of days that reports cover, what each compares with, and the points of its series.

A range consists of whole days of a zone. One that contains the present ends now (it is to date),
and then compares with the same elapsed part of the days before.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from pixeltrack.facts import days
from pixeltrack.facts.days import DAY
from pixeltrack.platform.errors import FieldError, Refused

MOST_DAYS = 3653
"""Longest custom range: ten years."""

MOST_POINTS_BY_DAY = 92
_HOUR_MS = 3_600_000
_FIRST_YEAR, _LAST_YEAR = 1970, 9000


class Period(StrEnum):
    """A range by name, spelled as in the API."""

    DAY = "day"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LAST_7_DAYS = "7d"
    LAST_30_DAYS = "30d"
    LAST_90_DAYS = "90d"
    LAST_12_MONTHS = "12mo"
    ALL = "all"
    CUSTOM = "custom"


class Compare(StrEnum):
    """What a range is compared with: nothing, the one before, the same dates a year before."""

    NONE = "none"
    PREVIOUS = "previous"
    YEAR = "year"


class Interval(StrEnum):
    """What one point of a series stands for."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Range:
    """The days from `first` to `last` of a zone, as far as they have passed.

    `start` and `end` are epoch milliseconds, equal where none of it has passed yet. Point n of
    the series lies between `edges[n]` and `edges[n + 1]`; the first and last edge are start and
    end.
    """

    first: date
    last: date
    timezone: str
    start: int
    end: int
    interval: Interval
    edges: tuple[int, ...]

    @property
    def day_count(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1


def range_of(
    period: Period,
    *,
    now: int,
    timezone: str,
    custom: tuple[date, date] | None = None,
    earliest: int | None = None,
) -> Range:
    """Return the range of a period at an instant.

    `custom` are the first and last day of that period, `earliest` is the site's first hit, None
    without any. Raise `Refused` naming `from` for days that form no range, or one that is too
    long.
    """
    today = days.day_of(now, timezone)
    if custom is not None:
        _check(*custom)
        return _range(*custom, timezone, now)
    first, last = today, today
    match period:
        case Period.YESTERDAY:
            first = last = today - DAY
        case Period.WEEK:
            first = today - timedelta(days=today.weekday())
        case Period.MONTH:
            first = today.replace(day=1)
        case Period.YEAR:
            first = today.replace(month=1, day=1)
        case Period.LAST_12_MONTHS:
            first = _months_before(today.replace(day=1), 11)
        case Period.ALL if earliest is not None:
            first = min(days.day_of(earliest, timezone), today)
        case Period.LAST_7_DAYS | Period.LAST_30_DAYS | Period.LAST_90_DAYS:
            first = today - timedelta(days=int(period[:-1]) - 1)
    return _range(first, last, timezone, now)


def compared(period: Period, compare: Compare, current: Range, *, now: int) -> Range | None:
    """Return the range to compare with, in points of the same interval; None for none.

    Nothing lies before the period `all`.
    """
    if compare is Compare.NONE or (compare is Compare.PREVIOUS and period is Period.ALL):
        return None
    back = _year_before if compare is Compare.YEAR else _before(period, current)
    first, last, zone = back(current.first), back(current.last), current.timezone
    end = days.start_of(last + DAY, zone)
    today = days.day_of(now, zone)
    if current.first <= today <= current.last:
        end = min(end, _same_part(now, today, back, zone))
    return _cut(first, last, zone, end, current.interval)


def with_interval(current: Range, interval: Interval) -> Range:
    """Return a range with points of another interval."""
    edges = _edges(current.first, current.last, current.timezone, current.end, interval)
    return replace(current, interval=interval, edges=edges)


def as_one(current: Range) -> Range:
    """Return a range of several days with a single point, for what has no series."""
    if current.interval is Interval.HOUR:
        return current
    edges = tuple(dict.fromkeys((current.start, current.end)))
    return replace(current, interval=Interval.MONTH, edges=edges)


def _check(first: date, last: date) -> None:
    for name, day in (("from", first), ("to", last)):
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise refused(name, f"must lie between the years {_FIRST_YEAR} and {_LAST_YEAR}")
    if first > last:
        raise refused("from", "must not be later than to")
    if (last - first).days >= MOST_DAYS:
        raise refused("from", "a range has at most ten years")


def _range(first: date, last: date, timezone: str, now: int) -> Range:
    interval = Interval.MONTH
    if first == last:
        interval = Interval.HOUR
    elif (last - first).days < MOST_POINTS_BY_DAY:
        interval = Interval.DAY
    return _cut(first, last, timezone, min(days.start_of(last + DAY, timezone), now), interval)


def _cut(first: date, last: date, timezone: str, end: int, interval: Interval) -> Range:
    start = days.start_of(first, timezone)
    end = max(start, end)
    edges = _edges(first, last, timezone, end, interval)
    return Range(first, last, timezone, start, end, interval, edges)


def _edges(first: date, last: date, timezone: str, end: int, interval: Interval) -> tuple[int, ...]:
    """Return the starts of all points, and the end; a day that a zone skipped is no point."""
    start = days.start_of(first, timezone)
    match interval:
        case Interval.HOUR:
            starts = list(range(start, end, _HOUR_MS))
        case Interval.DAY:
            starts = days.edges(first, last, timezone)
        case Interval.MONTH:
            starts = [start]
            month = days.next_month(first)
            while month <= last:
                starts.append(days.start_of(month, timezone))
                month = days.next_month(month)
    return (*sorted({at for at in starts if at < end}), end)


def _same_part(now: int, today: date, back: Callable[[date], date], timezone: str) -> int:
    """Return the end of the same part of today's counterpart as has passed of today.

    Where a shorter month has no counterpart, so that today shares that of the day before, that
    day counts as a whole.
    """
    then = back(today)
    day_end = days.start_of(then + DAY, timezone)
    if then == back(today - DAY):
        return day_end
    return min(day_end, days.start_of(then, timezone) + now - days.start_of(today, timezone))


def _before(period: Period, current: Range) -> Callable[[date], date]:
    match period:
        case Period.MONTH:
            return lambda day: _months_before(day, 1)
        case Period.YEAR | Period.LAST_12_MONTHS:
            return _year_before
        case Period.WEEK:
            return lambda day: day - timedelta(days=7)
        case _:
            return lambda day: day - timedelta(days=current.day_count)


def _year_before(day: date) -> date:
    return _months_before(day, 12)


def _months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def refused(parameter: str, message: str) -> Refused:
    """Return the refusal of one parameter."""
    return Refused(400, FieldError(parameter, message))
