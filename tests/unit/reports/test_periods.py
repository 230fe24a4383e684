from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.facts import days
from pixeltrack.platform.errors import Refused
from pixeltrack.platform.instants import LAST_COUNTED_MS, iso, parse_ms
from pixeltrack.reports.periods import Compare, Interval, Period, Range, compared, range_of

ZONES = [
    "UTC",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Europe/Moscow",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/New_York",
]
HOUR = 3_600_000
NOW = parse_ms("2026-11-25T10:20:00Z")  # a Wednesday


def asked(period: str, now: int = NOW, zone: str = "UTC", earliest: int | None = None) -> Range:
    return range_of(Period(period), now=now, timezone=zone, earliest=earliest)


def custom(first: str, last: str, now: int = NOW, zone: str = "UTC") -> Range:
    given = date.fromisoformat(first), date.fromisoformat(last)
    return range_of(Period.CUSTOM, now=now, timezone=zone, custom=given)


@pytest.mark.parametrize(
    ("period", "first", "last", "points"),
    [
        ("day", "2026-11-25", "2026-11-25", 11),
        ("yesterday", "2026-11-24", "2026-11-24", 24),
        ("week", "2026-11-23", "2026-11-25", 3),
        ("month", "2026-11-01", "2026-11-25", 25),
        ("year", "2026-01-01", "2026-11-25", 11),
        ("7d", "2026-11-19", "2026-11-25", 7),
        ("30d", "2026-10-27", "2026-11-25", 30),
        ("90d", "2026-08-28", "2026-11-25", 90),
        ("12mo", "2025-12-01", "2026-11-25", 12),
        ("all", "2026-11-25", "2026-11-25", 11),
    ],
)
def test_a_period_has_its_days(period: str, first: str, last: str, points: int) -> None:
    found = asked(period)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert len(found.edges) - 1 == points
    assert found.end == (
        NOW if period != "yesterday" else days.start_of(found.last, "UTC") + 24 * HOUR
    )


def test_all_begins_with_the_first_hit() -> None:
    found = asked("all", earliest=parse_ms("2015-05-17T22:00:00Z"), zone="Europe/Moscow")
    assert found.first == date(2015, 5, 18)
    assert found.interval is Interval.MONTH


@pytest.mark.parametrize(
    ("period", "compare", "first", "end"),
    [
        ("day", "previous", "2026-11-24", "2026-11-24T10:20:00.000Z"),
        ("yesterday", "previous", "2026-11-23", "2026-11-24T00:00:00.000Z"),
        ("week", "previous", "2026-11-16", "2026-11-18T10:20:00.000Z"),
        ("month", "previous", "2026-10-01", "2026-10-25T10:20:00.000Z"),
        ("year", "previous", "2025-01-01", "2025-11-25T10:20:00.000Z"),
        ("7d", "previous", "2026-11-12", "2026-11-18T10:20:00.000Z"),
        ("30d", "previous", "2026-09-27", "2026-10-26T10:20:00.000Z"),
        ("90d", "previous", "2026-05-30", "2026-08-27T10:20:00.000Z"),
        ("12mo", "previous", "2024-12-01", "2025-11-25T10:20:00.000Z"),
        ("day", "year", "2025-11-25", "2025-11-25T10:20:00.000Z"),
        ("30d", "year", "2025-10-27", "2025-11-25T10:20:00.000Z"),
    ],
)
def test_a_range_to_date_compares_with_the_same_part(
    period: str, compare: str, first: str, end: str
) -> None:
    then = compared(Period(period), Compare(compare), asked(period), now=NOW)
    assert then
    assert then.first.isoformat() == first
    assert iso(then.end) == end


@pytest.mark.parametrize(
    ("now", "period", "compare", "end"),
    [
        ("2026-03-28T12:00:00Z", "month", "previous", "2026-02-28T12:00:00.000Z"),
        ("2026-03-29T12:00:00Z", "month", "previous", "2026-03-01T00:00:00.000Z"),
        ("2026-03-31T12:00:00Z", "month", "previous", "2026-03-01T00:00:00.000Z"),
        ("2028-02-28T12:00:00Z", "year", "year", "2027-02-28T12:00:00.000Z"),
        ("2028-02-29T12:00:00Z", "year", "year", "2027-03-01T00:00:00.000Z"),
        ("2028-02-29T12:00:00Z", "day", "year", "2027-03-01T00:00:00.000Z"),
    ],
)
def test_a_day_without_counterpart_has_passed_as_a_whole(
    now: str, period: str, compare: str, end: str
) -> None:
    at = parse_ms(now)
    then = compared(Period(period), Compare(compare), asked(period, at), now=at)
    assert then
    assert iso(then.end) == end


def test_a_finished_range_compares_with_as_many_days_before() -> None:
    then = compared(Period.CUSTOM, Compare.PREVIOUS, custom("2026-10-05", "2026-10-11"), now=NOW)
    assert then
    assert (then.first, then.last) == (date(2026, 9, 28), date(2026, 10, 4))
    assert then.end == days.start_of(date(2026, 10, 5), "UTC")


def test_nothing_lies_before_all() -> None:
    assert compared(Period.ALL, Compare.PREVIOUS, asked("all"), now=NOW) is None


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        ("2026-03-08", "America/New_York", 23),
        ("2026-11-01", "America/New_York", 25),
        ("2026-04-05", "Australia/Lord_Howe", 24.5),
        ("2026-10-04", "Australia/Lord_Howe", 23.5),
        ("2026-06-01", "Asia/Kolkata", 24),
        ("2018-11-04", "America/Sao_Paulo", 23),
        ("2014-10-26", "Europe/Moscow", 25),
    ],
)
def test_a_day_has_the_hours_it_had(day: str, zone: str, hours: float) -> None:
    found = custom(day, day, zone=zone)
    assert found.interval is Interval.HOUR
    assert (found.end - found.start) / HOUR == hours
    assert len(found.edges) - 1 == -(-hours // 1)


def test_a_day_that_was_left_out_is_empty() -> None:
    apia = custom("2011-12-30", "2011-12-30", zone="Pacific/Apia")
    assert apia.start == apia.end
    assert apia.edges == (apia.start,)
    around = custom("2011-12-29", "2011-12-31", zone="Pacific/Apia")
    assert len(around.edges) - 1 == 2


def test_a_range_that_has_not_begun_is_empty() -> None:
    future = custom("2027-01-01", "2027-02-01")
    assert future.start == future.end
    assert len(future.edges) == 1


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-02-02", "2026-02-01", "from"),
        ("2010-01-01", "2020-01-02", "from"),
        ("1969-12-31", "1970-01-02", "from"),
        ("2026-01-01", "9999-12-31", "to"),
    ],
)
def test_what_is_no_range_is_refused(first: str, last: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        custom(first, last)
    assert [error.field for error in refused.value.errors] == [field]


def test_ten_years_are_a_range() -> None:
    assert len(custom("2016-11-26", "2026-11-25").edges) - 1 == 121


@given(
    period=st.sampled_from([p for p in Period if p is not Period.CUSTOM]),
    at=st.datetimes(datetime(2011, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
    compare=st.sampled_from(Compare),
)
def test_points_fill_a_range_and_days_are_those_of_the_zone(
    period: Period, at: datetime, zone: str, compare: Compare
) -> None:
    now = parse_ms(at.isoformat())
    found = asked(period, now, zone)
    local = at.astimezone(ZoneInfo(zone)).date()
    assert found.first <= found.last <= local
    assert found.start <= found.end <= now or period is Period.YESTERDAY
    assert (found.edges[0], found.edges[-1]) == (found.start, found.end)
    assert all(a < b for a, b in pairwise(found.edges))
    assert days.day_of(found.start, zone) in {found.first, found.first + timedelta(days=1)}
    then = compared(period, compare, found, now=now)
    if then is not None:
        assert then.interval is found.interval
        assert then.end <= found.start or compare is Compare.YEAR
        assert all(a < b for a, b in pairwise(then.edges))


@given(
    st.sampled_from(list(Period)),
    st.dates() | st.sampled_from([date.min, date.max, date(1970, 1, 1), date(9000, 12, 31)]),
    st.integers(-5, 4_000),
    st.sampled_from(list(Compare)),
    st.sampled_from(["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Europe/London"]),
)
def test_whatever_days_are_asked_for_are_a_range_or_refused_by_name(
    period: Period, first: date, count: int, compare: Compare, zone: str
) -> None:
    ordinal = min(max(first.toordinal() + count, 1), date.max.toordinal())
    days_asked = (first, date.fromordinal(ordinal)) if period is Period.CUSTOM else None
    fields: set[str] = set()
    ranges: list[Range] = []
    try:
        current = range_of(
            period, now=NOW, timezone=zone, custom=days_asked, earliest=LAST_COUNTED_MS
        )
        ranges = [current, compared(period, compare, current, now=NOW) or current]
    except Refused as refused:
        fields = {error.field for error in refused.errors}
    assert bool(ranges) is not bool(fields)
    assert fields <= {"from", "to"}
    assert all(parse_ms(iso(r.start)) <= parse_ms(iso(r.end)) for r in ranges)
