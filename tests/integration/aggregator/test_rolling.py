"""Rollups on a real PostgreSQL equal what plain Python counts over the same hits and visits."""

import random
from datetime import date
from typing import Any

import pytest

from pixeltrack.facts.days import DAY, day_of, edges, start_of
from pixeltrack.facts.dimensions import ATTRIBUTES, NONE, OTHER, TOTAL, Dimension
from pixeltrack.facts.rollups import CLOSED_AFTER_MS, roll_closed, unrolled_month
from tests.fakes.counted import Count
from tests.fakes.facts_database import DAY_MS, HOUR, MINUTE, FactsDatabase, hit, random_hits

PAGE = Dimension.PAGE.rollup
NOON = 1_761_998_400_000
"""2025-11-01, 12:00 UTC: the month before a month before, and DST ends in New York on the 2nd."""


def roll(facts_db: FactsDatabase, *, most_values: int = 500, now: int = NOON + 90 * DAY_MS) -> int:
    return roll_closed(facts_db.facts, lambda: now, lambda: False, most_values=most_values)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
def test_days_equal_a_count_by_hand(facts_db: FactsDatabase, zone: str) -> None:
    dice = random.Random(zone)
    site = facts_db.site(zone)
    hits = random_hits(facts_db, site, dice, 900, (NOON - 2 * DAY_MS, NOON + 2 * DAY_MS))
    visits = facts_db.plant(site, hits)
    facts_db.swept(NOON + 60 * DAY_MS)
    roll(facts_db)
    days = {day_of(h.at, zone) for h in hits}
    assert len(days) >= 4
    straddling = [v for v in visits if day_of(v.start_at, zone) != day_of(v.last_at, zone)]
    assert straddling
    count = Count(facts_db, hits, visits)
    for day in days:
        start, end = edges(day, day, zone)
        assert facts_db.rollups(site, "day", day) == count(start, end)


def test_a_day_closes_six_days_behind_the_last_sweep(facts_db: FactsDatabase) -> None:
    site = facts_db.site("America/New_York")
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    day = day_of(NOON, site.timezone)
    end = start_of(day + DAY, site.timezone)
    facts_db.plant(site, [hit(site, visitor, NOON, context=context)])
    facts_db.swept(end + CLOSED_AFTER_MS - 1)
    assert roll(facts_db) == 0
    facts_db.swept(end + CLOSED_AFTER_MS)
    assert roll(facts_db, now=77) == 1
    assert [p["rolled_at"] for p in facts_db.periods(site)] == [77]
    assert roll(facts_db) == 0


def test_rollups_made_void_are_built_anew_and_the_months_too(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    [visitor, other] = facts_db.visitors(site, 2)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    first = [hit(site, visitor, NOON, context=context)]
    facts_db.plant(site, first)
    facts_db.swept(NOON + 60 * DAY_MS)
    assert roll(facts_db) == 2
    late = [hit(site, other, NOON + MINUTE, context=context)]
    facts_db.plant(site, late)
    for period in (*facts_db.periods(site), *facts_db.periods(site, "month")):
        assert period["rolled_at"] is None
    assert roll(facts_db) == 2
    for span, day in (("day", date(2025, 11, 1)), ("month", date(2025, 11, 1))):
        assert facts_db.rollups(site, span, day)[TOTAL, 0] == (2, 2, 0, 2, 0, 2)


def test_a_day_rolled_again_makes_its_month_void(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    facts_db.plant(site, [hit(site, visitor, NOON, context=context)])
    facts_db.swept(NOON + 60 * DAY_MS)
    roll(facts_db)
    facts_db.rows(
        "update periods set rolled_at = null where site = %s and span = 'day'", site.number
    )
    assert roll(facts_db) == 2


def test_a_month_is_the_union_of_its_days(facts_db: FactsDatabase) -> None:
    dice = random.Random(5)
    site = facts_db.site("America/New_York")
    begin, end = (
        start_of(date(2025, 10, 1), site.timezone),
        start_of(date(2025, 11, 3), site.timezone),
    )
    hits = random_hits(facts_db, site, dice, 1500, (begin, end))
    visits = facts_db.plant(site, hits)
    facts_db.swept(end + 40 * DAY_MS)
    roll(facts_db)
    count = Count(facts_db, hits, visits)
    for month, after in ((date(2025, 10, 1), date(2025, 11, 1)), (date(2025, 11, 1), None)):
        until = start_of(after, site.timezone) if after else end
        expected = count(start_of(month, site.timezone), until)
        assert facts_db.rollups(site, "month", month) == expected


def test_a_month_waits_for_its_end_and_for_all_its_days(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    days = [NOON, NOON + 25 * DAY_MS]
    facts_db.plant(site, [hit(site, visitor, at, context=context) for at in days])
    with facts_db.transactions.locked() as transaction:
        assert unrolled_month(transaction, NOON + 90 * DAY_MS) is None
    facts_db.swept(start_of(date(2025, 12, 1), "UTC") + CLOSED_AFTER_MS - 1)
    assert roll(facts_db) == 2
    assert [p["rolled_at"] for p in facts_db.periods(site, "month")] == [None]
    facts_db.swept(start_of(date(2025, 12, 1), "UTC") + CLOSED_AFTER_MS)
    assert roll(facts_db) == 1


def test_the_most_frequent_values_are_kept_and_the_rest_summed(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    visitors = facts_db.visitors(site, 8)
    # Ids fall as texts rise, so that a tie by text is no tie by id.
    pages = facts_db.values(site, Dimension.PAGE.kind, ["/z", "/d", "/c", "/B", "/a"])
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    views = {"/z": 3, "/d": 1, "/c": 1, "/B": 1, "/a": 1}
    hits = [
        hit(site, visitors[n], NOON + n * HOUR, page=page, context=context)
        for (_, count), page in zip(views.items(), pages, strict=True)
        for n in range(count)
    ]
    facts_db.plant(site, hits)
    facts_db.swept(NOON + 60 * DAY_MS)
    roll(facts_db, most_values=3)
    for span in ("day", "month"):
        rows = facts_db.rollups(site, span, date(2025, 11, 1))
        kept = {
            value: row
            for (dimension, value), row in rows.items()
            if dimension == Dimension.PAGE.rollup
        }
        assert set(kept) == {pages[0], pages[3], pages[4], OTHER}
        assert kept[pages[0]][:2] == (3, 3)
        assert kept[OTHER][:2] == (2, 2)
        assert kept[OTHER][-1] == 1


def test_no_value_comes_first_among_equals(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    [visitor] = facts_db.visitors(site, 1)
    [page] = facts_db.values(site, Dimension.PAGE.kind, ["/a"])
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    facts_db.plant(
        site,
        [
            hit(site, visitor, NOON, page=page, context=context),
            hit(site, visitor, NOON + 1, page=NONE, context=context),
        ],
    )
    facts_db.swept(NOON + 60 * DAY_MS)
    roll(facts_db, most_values=1)
    rows = facts_db.rollups(site, "day", date(2025, 11, 1))
    assert {value for dimension, value in rows if dimension == Dimension.PAGE.rollup} == {
        NONE,
        OTHER,
    }


def test_sketches_keep_their_error(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    visitors = facts_db.visitors(site, 20_000)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    hits = [
        hit(site, visitor, NOON + n % 1000, context=context, visit_at=NOON + n % 1000)
        for n, visitor in enumerate(visitors)
    ]
    facts_db.plant(site, hits)
    facts_db.swept(NOON + 60 * DAY_MS)
    roll(facts_db)
    for span in ("day", "month"):
        total = facts_db.rollups(site, span, date(2025, 11, 1))[TOTAL, 0]
        assert total[:2] == (20_000, 20_000)
        assert total[-1] == pytest.approx(20_000, rel=4 * 0.0081)
        assert total[-1] != 20_000, "a sketch, or this says nothing"


def test_no_more_days_are_rolled_when_it_is_late(facts_db: FactsDatabase) -> None:
    site = facts_db.site()
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    days = [NOON + n * DAY_MS for n in range(4)]
    facts_db.plant(site, [hit(site, visitor, at, context=context) for at in days])
    facts_db.swept(NOON + 60 * DAY_MS)
    late = iter([False, False, True])
    rolled = roll_closed(facts_db.facts, lambda: NOON, lambda: next(late))
    assert rolled == 2
    done: list[Any] = [p["rolled_at"] for p in facts_db.periods(site)]
    assert done == [NOON] * 2 + [None] * 2
