"""Rollups on a real PostgreSQL equal what plain Python counts over the same hits and visits."""

import random
from datetime import date
from typing import Any

import pytest
from fakes.counted import Count
from fakes.planted import DAY_MS, HOUR, MINUTE, Ground, hit, random_hits

from pixeltrack.facts.days import DAY, day_of, edges, start_of
from pixeltrack.facts.dimensions import NONE, OTHER, TOTAL, Dimension
from pixeltrack.facts.rollups import CLOSED_AFTER_MS, roll_closed, unrolled_month

PAGE = Dimension.PAGE.rollup
NOON = 1_761_998_400_000
"""2025-11-01, 12:00 UTC: the month before a month before, and DST ends in New York on the 2nd."""


def roll(ground: Ground, *, most_values: int = 500, now: int = NOON + 90 * DAY_MS) -> int:
    return roll_closed(ground.facts, lambda: now, lambda: False, most_values=most_values)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
def test_days_equal_a_count_by_hand(ground: Ground, zone: str) -> None:
    dice = random.Random(zone)
    site = ground.site(zone)
    hits = random_hits(ground, site, dice, 900, (NOON - 2 * DAY_MS, NOON + 2 * DAY_MS))
    visits = ground.plant(site, hits)
    ground.swept(NOON + 60 * DAY_MS)
    roll(ground)
    days = {day_of(h.at, zone) for h in hits}
    assert len(days) >= 4
    straddling = [v for v in visits if day_of(v.start_at, zone) != day_of(v.last_at, zone)]
    assert straddling
    count = Count(ground, hits, visits)
    for day in days:
        start, end = edges(day, day, zone)
        assert ground.rollups(site, "day", day) == count(start, end)


def test_a_day_closes_six_days_behind_the_last_sweep(ground: Ground) -> None:
    site = ground.site("America/New_York")
    [visitor] = ground.visitors(site, 1)
    [context] = ground.contexts(site, [(0,) * 16])
    day = day_of(NOON, site.timezone)
    end = start_of(day + DAY, site.timezone)
    ground.plant(site, [hit(site, visitor, NOON, context=context)])
    ground.swept(end + CLOSED_AFTER_MS - 1)
    assert roll(ground) == 0
    ground.swept(end + CLOSED_AFTER_MS)
    assert roll(ground, now=77) == 1
    assert [p["rolled_at"] for p in ground.periods(site)] == [77]
    assert roll(ground) == 0


def test_rollups_made_void_are_built_anew_and_the_months_too(ground: Ground) -> None:
    site = ground.site()
    [visitor, other] = ground.visitors(site, 2)
    [context] = ground.contexts(site, [(0,) * 16])
    first = [hit(site, visitor, NOON, context=context)]
    ground.plant(site, first)
    ground.swept(NOON + 60 * DAY_MS)
    assert roll(ground) == 2
    late = [hit(site, other, NOON + MINUTE, context=context)]
    ground.plant(site, late)
    for period in (*ground.periods(site), *ground.periods(site, "month")):
        assert period["rolled_at"] is None
    assert roll(ground) == 2
    for span, day in (("day", date(2025, 11, 1)), ("month", date(2025, 11, 1))):
        assert ground.rollups(site, span, day)[TOTAL, 0] == (2, 2, 0, 2, 0, 2)


def test_a_day_rolled_again_makes_its_month_void(ground: Ground) -> None:
    site = ground.site()
    [visitor] = ground.visitors(site, 1)
    [context] = ground.contexts(site, [(0,) * 16])
    ground.plant(site, [hit(site, visitor, NOON, context=context)])
    ground.swept(NOON + 60 * DAY_MS)
    roll(ground)
    ground.rows("update periods set rolled_at = null where site = %s and span = 'day'", site.number)
    assert roll(ground) == 2


def test_a_month_is_the_union_of_its_days(ground: Ground) -> None:
    dice = random.Random(5)
    site = ground.site("America/New_York")
    begin, end = (
        start_of(date(2025, 10, 1), site.timezone),
        start_of(date(2025, 11, 3), site.timezone),
    )
    hits = random_hits(ground, site, dice, 1500, (begin, end))
    visits = ground.plant(site, hits)
    ground.swept(end + 40 * DAY_MS)
    roll(ground)
    count = Count(ground, hits, visits)
    for month, after in ((date(2025, 10, 1), date(2025, 11, 1)), (date(2025, 11, 1), None)):
        until = start_of(after, site.timezone) if after else end
        expected = count(start_of(month, site.timezone), until)
        assert ground.rollups(site, "month", month) == expected


def test_a_month_waits_for_its_end_and_for_all_its_days(ground: Ground) -> None:
    site = ground.site()
    [visitor] = ground.visitors(site, 1)
    [context] = ground.contexts(site, [(0,) * 16])
    days = [NOON, NOON + 25 * DAY_MS]
    ground.plant(site, [hit(site, visitor, at, context=context) for at in days])
    with ground.transactions.locked() as transaction:
        assert unrolled_month(transaction, NOON + 90 * DAY_MS) is None
    ground.swept(start_of(date(2025, 12, 1), "UTC") + CLOSED_AFTER_MS - 1)
    assert roll(ground) == 2
    assert [p["rolled_at"] for p in ground.periods(site, "month")] == [None]
    ground.swept(start_of(date(2025, 12, 1), "UTC") + CLOSED_AFTER_MS)
    assert roll(ground) == 1


def test_the_most_frequent_values_are_kept_and_the_rest_summed(ground: Ground) -> None:
    site = ground.site()
    visitors = ground.visitors(site, 8)
    # Ids fall as texts rise, so that a tie by text is no tie by id.
    pages = ground.values(site, Dimension.PAGE.kind, ["/z", "/d", "/c", "/B", "/a"])
    [context] = ground.contexts(site, [(0,) * 16])
    views = {"/z": 3, "/d": 1, "/c": 1, "/B": 1, "/a": 1}
    hits = [
        hit(site, visitors[n], NOON + n * HOUR, page=page, context=context)
        for (_, count), page in zip(views.items(), pages, strict=True)
        for n in range(count)
    ]
    ground.plant(site, hits)
    ground.swept(NOON + 60 * DAY_MS)
    roll(ground, most_values=3)
    for span in ("day", "month"):
        rows = ground.rollups(site, span, date(2025, 11, 1))
        kept = {
            value: row
            for (dimension, value), row in rows.items()
            if dimension == Dimension.PAGE.rollup
        }
        assert set(kept) == {pages[0], pages[3], pages[4], OTHER}
        assert kept[pages[0]][:2] == (3, 3)
        assert kept[OTHER][:2] == (2, 2)
        assert kept[OTHER][-1] == 1


def test_no_value_comes_first_among_equals(ground: Ground) -> None:
    site = ground.site()
    [visitor] = ground.visitors(site, 1)
    [page] = ground.values(site, Dimension.PAGE.kind, ["/a"])
    [context] = ground.contexts(site, [(0,) * 16])
    ground.plant(
        site,
        [
            hit(site, visitor, NOON, page=page, context=context),
            hit(site, visitor, NOON + 1, page=NONE, context=context),
        ],
    )
    ground.swept(NOON + 60 * DAY_MS)
    roll(ground, most_values=1)
    rows = ground.rollups(site, "day", date(2025, 11, 1))
    assert {value for dimension, value in rows if dimension == Dimension.PAGE.rollup} == {
        NONE,
        OTHER,
    }


def test_sketches_keep_their_error(ground: Ground) -> None:
    site = ground.site()
    visitors = ground.visitors(site, 20_000)
    [context] = ground.contexts(site, [(0,) * 16])
    hits = [
        hit(site, visitor, NOON + n % 1000, context=context, visit_at=NOON + n % 1000)
        for n, visitor in enumerate(visitors)
    ]
    ground.plant(site, hits)
    ground.swept(NOON + 60 * DAY_MS)
    roll(ground)
    for span in ("day", "month"):
        total = ground.rollups(site, span, date(2025, 11, 1))[TOTAL, 0]
        assert total[:2] == (20_000, 20_000)
        assert total[-1] == pytest.approx(20_000, rel=4 * 0.0081)
        assert total[-1] != 20_000, "a sketch, or this says nothing"


def test_no_more_days_are_rolled_when_it_is_late(ground: Ground) -> None:
    site = ground.site()
    [visitor] = ground.visitors(site, 1)
    [context] = ground.contexts(site, [(0,) * 16])
    days = [NOON + n * DAY_MS for n in range(4)]
    ground.plant(site, [hit(site, visitor, at, context=context) for at in days])
    ground.swept(NOON + 60 * DAY_MS)
    late = iter([False, False, True])
    rolled = roll_closed(ground.facts, lambda: NOON, lambda: next(late))
    assert rolled == 2
    done: list[Any] = [p["rolled_at"] for p in ground.periods(site)]
    assert done == [NOON] * 2 + [None] * 2
