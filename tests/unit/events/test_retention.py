"""Which buckets are over: a named row per rule."""

import pytest

from pixeltrack.events.retention import DAY_MS, Day, Retention

NOW = 1_795_176_000_000
RETENTION = 30 * DAY_MS
FIRST = NOW - 60 * DAY_MS
"""Where day 0 begins; days are of the same length here."""


def at(day: float) -> int:
    return FIRST + int(day * DAY_MS)


def day(number: int, sealed_ago: float | None) -> Day:
    sealed_at = None if sealed_ago is None else NOW - int(sealed_ago * DAY_MS)
    return Day(at(number), at(number + 1), sealed_at)


DAYS = [day(0, 4), day(1, 3.99), day(2, None), day(4, 10)]
RETAINED = Retention(DAYS, RETENTION, NOW)


@pytest.mark.parametrize(
    ("why", "events", "is_over"),
    [
        ("its day is sealed for 4 days", [("pageview", at(0.5))], True),
        ("its day is sealed, but not for 4 days", [("pageview", at(1.5))], False),
        ("its day is open", [("pageview", at(2.5))], False),
        ("one of its days is open", [("pageview", at(0.5)), ("click", at(2))], False),
        ("both days are sealed for long", [("pageview", at(0)), ("click", at(4.5))], True),
        ("the last instant of a sealed day", [("pageview", at(1) - 1)], True),
        ("the first instant of the next day", [("pageview", at(1))], False),
        ("the last instant of an open day", [("pageview", at(3) - 1)], False),
        ("a day without hits, long past", [("session_start", at(3.5))], True),
        ("a day without hits, before all", [("session_start", at(-5))], True),
        (
            "a day without hits, at the very end of its time",
            [("session_start", NOW - RETENTION - 4 * DAY_MS)],
            True,
        ),
        (
            "a day without hits, within its time",
            [("session_start", NOW - RETENTION - 4 * DAY_MS + 1)],
            False,
        ),
        ("only pings", [("ping", at(2.5)), ("ping", NOW)], True),
        ("only what is left of erased events", [("erased", 0)], True),
        ("a ping beside an event of an open day", [("ping", at(2)), ("click", at(2))], False),
    ],
)
def test_a_bucket_is_over(why: str, events: list[tuple[str, int]], is_over: bool) -> None:
    assert RETAINED.is_over(events) is is_over, why


@pytest.mark.parametrize(
    ("retention_days", "ago_days"), [(30, 30), (4, 4), (1, 4), (0, 4)], ids=str
)
def test_no_bucket_is_looked_at_that_could_not_be_over(retention_days: int, ago_days: int) -> None:
    retention = Retention([], retention_days * DAY_MS, NOW)
    assert retention.stored_until == NOW - ago_days * DAY_MS


def test_everything_of_an_erased_site_is_over_after_four_days() -> None:
    erased = Retention([], 0, NOW)
    assert erased.is_over([("pageview", NOW - 4 * DAY_MS)])
    assert not erased.is_over([("pageview", NOW - 4 * DAY_MS + 1)])
