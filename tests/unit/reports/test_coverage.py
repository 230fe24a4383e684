import random
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from pixeltrack.facts import days
from pixeltrack.platform.instants import parse_ms
from pixeltrack.reports.coverage import (
    UNUSED,
    Coverage,
    Span,
    closed_visits,
    from_facts,
    from_rollups,
    from_sealed,
    sealed_until,
)
from pixeltrack.reports.periods import Period, Range, as_one, range_of

ZONE = "Europe/Berlin"
NOW = parse_ms("2026-11-25T10:20:00Z")
FIRST = date(2026, 7, 15)
OPEN = days.start_of(date(2026, 9, 10), ZONE)


def spans(rolled_before: date, missing: set[date] | None = None) -> list[Span]:
    """Every day since the first and their months, all closed before a day with rollups."""
    found: list[Span] = []
    day = FIRST
    while day <= date(2026, 11, 25):
        if day not in (missing or set()):
            start, end = days.edges(day, day, ZONE)
            found.append(Span(len(found), False, start, end, day < rolled_before, False))
        day += timedelta(days=1)
    for month in (date(2026, n, 1) for n in range(7, 12)):
        next_month = days.next_month(month)
        start, end = days.start_of(month, ZONE), days.start_of(next_month, ZONE)
        found.append(Span(len(found), True, start, end, next_month <= rolled_before, False))
    return found


def reached(coverage: Coverage, known: list[Span]) -> list[tuple[int, int]]:
    """Return every stretch that is read, of facts or of rollups, in order."""
    edges = zip(coverage.edges[:-1], coverage.edges[1:], coverage.slots, strict=True)
    facts = [(start, end) for start, end, slot in edges if slot != UNUSED]
    by_id = {span.id: span for span in known}
    return sorted(facts + [(by_id[n].start, by_id[n].end) for n in coverage.spans])


def asked(period: str) -> Range:
    return range_of(Period(period), now=NOW, timezone=ZONE, earliest=days.start_of(FIRST, ZONE))


@pytest.mark.parametrize("period", [p for p in Period if p is not Period.CUSTOM])
@pytest.mark.parametrize(
    "rolled_before", [date(2026, 7, 1), date(2026, 10, 10), date(2026, 11, 19)]
)
def test_every_day_is_read_once(period: str, rolled_before: date) -> None:
    rng = random.Random(period)
    missing = {FIRST + timedelta(days=rng.randrange(100)) for _ in range(20)}
    known = spans(rolled_before, missing)
    for one in (asked(period), as_one(asked(period))):
        stretches = reached(from_rollups(one, known), known)
        assert all(before[1] <= after[0] for before, after in pairwise(stretches))
        for span in known:
            start, end = max(span.start, one.start), min(span.end, one.end)
            if not span.is_month and start < end:
                read = sum(max(0, min(b, end) - max(a, start)) for a, b in stretches)
                assert read == end - start


def test_points_hold_what_lies_in_them() -> None:
    known = spans(date(2026, 11, 19))
    one = asked("30d")
    found = from_rollups(one, known)
    by_id = {span.id: span for span in known}
    for number, slot in zip(found.spans, found.span_slots, strict=True):
        assert one.edges[slot] <= by_id[number].start < by_id[number].end <= one.edges[slot + 1]
    for edge, slot in zip(found.edges, found.slots, strict=False):
        assert one.edges[slot] <= edge < one.edges[slot + 1]


def test_whole_months_are_read_as_such() -> None:
    known = spans(date(2026, 11, 19))
    months = {span.id for span in known if span.is_month}
    assert len(months & set(from_rollups(asked("12mo"), known).spans)) == 4  # July began within
    assert not months & set(from_rollups(asked("90d"), known).spans)
    assert len(months & set(from_rollups(as_one(asked("90d")), known).spans)) == 2


def test_hours_are_read_from_facts() -> None:
    found = from_rollups(asked("yesterday"), spans(date(2026, 11, 25)))
    assert found.is_counted
    assert found.slots == tuple(range(24))


def test_facts_alone() -> None:
    known = spans(date(2026, 11, 19))
    found = from_facts(as_one(asked("90d")), known)
    assert found.is_counted
    assert found.slots == (0,)


def test_without_days_nothing_is_read() -> None:
    assert set(from_rollups(asked("30d"), []).slots) == {UNUSED}


def test_a_sealed_day_of_another_zone_counts_where_it_begins() -> None:
    start, end = days.edges(date(2026, 9, 1), date(2026, 9, 1), "America/New_York")
    known = [Span(1, False, start, end, True, True)]
    one = range_of(
        Period.CUSTOM, now=NOW, timezone=ZONE, custom=(date(2026, 9, 1), date(2026, 9, 3))
    )
    for is_aligned in (True, False):
        found = from_rollups(one, known, is_aligned=is_aligned)
        assert (found.spans, found.span_slots) == ((1,), (0,))
    assert sealed_until(one, known) == end
    assert from_facts(one, known).slots == (UNUSED,)


def test_rollups_of_another_zone_are_not_read() -> None:
    known = spans(date(2026, 11, 19))
    assert from_rollups(asked("90d"), known, is_aligned=False).is_counted


@pytest.mark.parametrize("period", ["90d", "12mo", "all"])
@pytest.mark.parametrize("is_aligned", [True, False])
def test_rollups_of_sealed_days_alone(period: str, *, is_aligned: bool) -> None:
    sealed_before = days.start_of(date(2026, 10, 10), ZONE)
    known = [
        replace(span, is_sealed=not span.is_month and span.end <= sealed_before)
        for span in spans(date(2026, 11, 19))
    ]
    one = as_one(asked(period))
    found = from_sealed(one, known, is_aligned=is_aligned)
    used = [span for span in known if span.id in found.spans]
    assert all(span.is_sealed or span.is_month for span in used)
    assert max(span.end for span in used) == sealed_before
    assert any(span.is_month for span in used) == is_aligned
    stretches = reached(found, known)
    assert all(before[1] <= after[0] for before, after in pairwise(stretches))
    first = max(one.start, known[0].start)
    assert sum(end - max(start, first) for start, end in stretches) == one.end - first


def test_a_month_with_an_open_day_is_read_by_days() -> None:
    known = [
        replace(span, is_sealed=not span.is_month and span.start != OPEN)
        for span in spans(date(2026, 11, 19))
    ]
    found = from_sealed(as_one(asked("all")), known)
    months = [span for span in known if span.is_month and span.id in found.spans]
    assert [span.end <= OPEN for span in months] == [True] * len(months) != []
    assert found.edges == (OPEN, days.start_of(date(2026, 9, 11), ZONE))


def test_only_closed_days_that_have_facts_count() -> None:
    known = [replace(span, visits=span.is_rolled * 10) for span in spans(date(2026, 11, 19))]
    assert closed_visits(asked("7d"), known) == 0
    assert closed_visits(asked("30d"), known) == 23 * 10  # from 27 October to 18 November
    for one in (asked("90d"), as_one(asked("90d"))):
        assert closed_visits(one, known) == 83 * 10
    known[-20] = replace(known[-20], is_sealed=True)
    assert closed_visits(asked("90d"), known) == 82 * 10
