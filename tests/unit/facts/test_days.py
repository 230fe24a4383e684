from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.facts.days import DAY, day_of, edges, month_of, next_month, start_of, zone

HOUR_MS = 3_600_000
ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Asia/Kolkata", date(2026, 3, 29), 24),
        ("Europe/Moscow", date(2014, 10, 26), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("America/St_Johns", date(2010, 11, 7), 25),
        ("Pacific/Apia", date(2011, 12, 29), 24),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Pacific/Apia", date(2011, 12, 31), 24),
    ],
)
def test_how_long_a_day_is(timezone: str, day: date, hours: float) -> None:
    first, last = edges(day, day, timezone)
    assert (last - first) / HOUR_MS == hours


def test_a_day_begins_where_midnight_is_left_out() -> None:
    at = datetime(2018, 11, 4, 1, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert start_of(date(2018, 11, 4), "America/Sao_Paulo") == at.timestamp() * 1000


def test_an_hour_that_comes_twice_around_midnight_belongs_to_the_later_day() -> None:
    midnight = start_of(date(2010, 11, 7), "America/St_Johns")
    assert day_of(midnight + 30 * 60_000, "America/St_Johns") == date(2010, 11, 7)


def test_the_day_that_apia_left_out_holds_nothing() -> None:
    at = start_of(date(2011, 12, 30), "Pacific/Apia")
    assert day_of(at - 1, "Pacific/Apia") == date(2011, 12, 29)
    assert day_of(at, "Pacific/Apia") == date(2011, 12, 31)


@given(
    st.sampled_from(ZONES),
    st.integers(63_158_400_000, 2_114_380_800_000),  # from 1972 to 2036
)
def test_every_instant_lies_in_its_day(timezone: str, ms: int) -> None:
    day = day_of(ms, timezone)
    assert start_of(day, timezone) <= ms < start_of(day + DAY, timezone)
    local = datetime.fromtimestamp(ms / 1000, ZoneInfo(timezone)).date()
    assert abs(day - local) <= timedelta(days=1)


@given(st.sampled_from(ZONES), st.dates(date(1972, 1, 2), date(2037, 1, 1)))
def test_days_follow_one_another(timezone: str, day: date) -> None:
    starts = edges(day, day + DAY * 3, timezone)
    assert starts == sorted(starts)
    assert len(starts) == 5


def test_months() -> None:
    assert month_of(date(2026, 2, 28)) == date(2026, 2, 1)
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_what_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone(name)
