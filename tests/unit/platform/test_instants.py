from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pixeltrack.platform.instants import FIRST_MS, LAST_MS, iso, iso_at, ms_of, parse_ms, whole_ms

OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59))
NUMBERS = st.integers() | st.floats() | st.sampled_from([FIRST_MS, LAST_MS])


@given(st.integers(FIRST_MS, LAST_MS))
@example(FIRST_MS)
@example(LAST_MS)
@example(-1)
def test_every_instant_is_written_and_read_back(ms: int) -> None:
    assert parse_ms(iso(ms)) == ms


@given(st.text() | st.datetimes(timezones=OFFSETS.map(timezone)).map(datetime.isoformat))
@example("9999-12-31T23:59:59-14:00")
@example("9999-12-31T23:59:59.999999+00:00")
@example("9999-12-31T24:00:00")
@example("0001-01-01T00:00:00+14:00")
@example("0001-01-01")
@example("2026-W01-1")
@example("\ud800")
def test_what_is_read_can_be_written(text: str) -> None:
    try:
        ms = parse_ms(text)
    except ValueError:
        return
    assert parse_ms(iso(ms)) == ms


@given(NUMBERS)
@example(float("nan"))
@example(float("inf"))
@example(1e300)
@example(2**53)
@example(10**5_000)
@example(LAST_MS + 0.5)
def test_what_is_taken_as_milliseconds_can_be_written(number: float) -> None:
    try:
        ms = whole_ms(number)
    except ValueError:
        assert not FIRST_MS <= number <= LAST_MS
        return
    assert parse_ms(iso(ms)) == ms


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+14:00",
        "+010000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "1795341600000",
        "",
    ],
)
def test_an_instant_outside_the_calendar_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"years 1 to 9999|year 0|month|isoformat"):
        parse_ms(text)


def test_a_datetime_is_an_instant() -> None:
    at = datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=3)))
    assert iso_at(at) == iso(ms_of(at)) == "2026-11-22T10:00:00.000Z"
    assert ms_of(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1000
    with pytest.raises(ValueError, match="years 1 to 9999"):
        ms_of(datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))))
