import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.enrichment.drafts import EventTime, event_time
from pixeltrack.platform.instants import iso

NOW = 1_795_341_600_000
MINUTE = 60_000
HOUR = 60 * MINUTE


@pytest.mark.parametrize(
    ("name", "timestamp", "sent_at", "expected"),
    [
        ("none is the receipt", None, None, EventTime(NOW)),
        ("a right clock stays", iso(NOW - 1000), None, EventTime(NOW - 1000)),
        ("a right clock, sent now", iso(NOW - 1000), NOW, EventTime(NOW - 1000)),
        ("a slow clock", iso(NOW - HOUR), NOW - HOUR + 500, EventTime(NOW - 500)),
        ("a fast clock", iso(NOW + 9 * HOUR), NOW + 9 * HOUR + 200, EventTime(NOW - 200)),
        ("5 min ahead", iso(NOW + 5 * MINUTE), None, EventTime(NOW + 5 * MINUTE)),
        ("more than 5 min", iso(NOW + 5 * MINUTE + 1), None, EventTime(NOW, is_fixed=True)),
        ("48 h behind", iso(NOW - 48 * HOUR), None, EventTime(NOW - 48 * HOUR)),
        ("more than 48 h", iso(NOW - 48 * HOUR - 1), None, None),
        ("an old clock in a batch", "1970-01-01T00:00:00Z", 2000, EventTime(NOW - 2000)),
        ("another zone", "2026-11-22T13:00:00+03:00", None, EventTime(NOW)),
        ("no instant", "yesterday", NOW, EventTime(NOW, is_fixed=True)),
    ],
)
def test_event_time(
    name: str, timestamp: str | None, sent_at: int | None, expected: EventTime | None
) -> None:
    assert event_time(timestamp, sent_at, NOW) == expected, name


@pytest.mark.parametrize(
    ("name", "timestamp", "expected"),
    [
        ("ten years", "2016-11-22T10:00:00Z", EventTime(1_479_808_800_000)),
        ("the first instant", "1970-01-01T00:00:00Z", EventTime(0)),
        ("before it", "1969-12-31T23:59:59.999Z", None),
        ("the future", iso(NOW + HOUR), EventTime(NOW, is_fixed=True)),
    ],
)
def test_what_is_imported_may_be_of_any_age(
    name: str, timestamp: str, expected: EventTime | None
) -> None:
    assert event_time(timestamp, None, NOW, is_imported=True) == expected, name


@given(st.none() | st.text() | st.datetimes().map(str), st.none() | st.integers())
def test_it_is_always_near_the_receipt(timestamp: str | None, sent_at: int | None) -> None:
    time = event_time(timestamp, sent_at, NOW)
    assert time is None or NOW - 48 * HOUR <= time.at <= NOW + 5 * MINUTE
