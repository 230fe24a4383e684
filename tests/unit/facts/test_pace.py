"""The pace of a visit: the most page views within a minute, however and whenever they arrive."""

import random
from collections.abc import Sequence

import pytest

from pixeltrack.events.identity import visitor_key
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.merging import merge
from pixeltrack.facts.visits import UNMEASURED, Hit, Kind, Visit, needs_recent, visits_of
from pixeltrack.sites import rules
from tests.fakes.aggregator_fixture import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    SITE,
    AggregatorFixture,
    bucket,
    event,
)
from tests.fakes.truth import true_pace


def views(*ats: int, kind: Kind = Kind.PAGEVIEW, bot: int = 0) -> list[Hit]:
    return [
        Hit(
            key=at.to_bytes(8) + n.to_bytes(8),
            copy=n.to_bytes(30),
            at=at,
            kind=kind,
            site=1,
            visitor=1,
            bot=bot,
        )
        for n, at in enumerate(ats)
    ]


def paces(hits: Sequence[Hit]) -> list[int]:
    return [visit.pace for visit in visits_of(hits)]


def evenly(count: int, over: int, start: int = NOON) -> list[int]:
    """Instants from `start` to `start + over`, both included."""
    return [start + over * n // (count - 1) for n in range(count)]


@pytest.mark.parametrize(
    ("ats", "pace"),
    [
        (evenly(60, MINUTE - 1), 60),
        (evenly(61, MINUTE - 1), 61),
        (evenly(61, MINUTE), 60),
        ([NOON] * 2454, 2454),
        ([*evenly(30, SECOND), *evenly(31, SECOND, NOON + MINUTE - SECOND)], 61 - 1),
        ([*evenly(30, SECOND), *evenly(31, SECOND, NOON + MINUTE + SECOND)], 31),
        ([*evenly(40, SECOND), *evenly(40, SECOND, NOON + 10 * MINUTE)], 40),
        (evenly(10, 1), 0),
        (evenly(11, 1), 11),
        (evenly(500, 500 * 6 * SECOND), 0),
        ([NOON], 0),
    ],
)
def test_the_window_is_open_at_its_begin_and_closed_at_its_end(ats: list[int], pace: int) -> None:
    assert paces(views(*ats)) == [pace]
    assert true_pace(ats) == pace


def test_only_page_views_of_the_visit_count() -> None:
    hits = [
        *views(*evenly(50, SECOND)),
        *views(*evenly(50, SECOND, NOON + 2 * SECOND), kind=Kind.EVENT),
        *views(*evenly(50, SECOND, NOON + 4 * SECOND), kind=Kind.ENGAGEMENT),
        *views(*evenly(50, SECOND, NOON + 6 * SECOND), bot=7),
    ]
    assert paces(hits) == [50]


@pytest.mark.parametrize("gap", [30 * MINUTE - 1, 30 * MINUTE])
def test_each_visit_has_its_own(gap: int) -> None:
    first, then = evenly(40, SECOND), evenly(45, SECOND, NOON + SECOND + gap)
    assert paces(views(*first, *then)) == ([45] if gap < 30 * MINUTE else [40, 45])


def test_a_cut_after_24_hours_divides_the_window() -> None:
    slow = range(NOON, NOON + DAY - 10 * SECOND, 20 * MINUTE)
    around = evenly(81, 80 * SECOND, NOON + DAY - 40 * SECOND)
    assert paces(views(*slow, *around)) == [40, 41]


@pytest.mark.parametrize("parts", [1, 2, 7, 61])
@pytest.mark.parametrize("order", ["in order", "backwards", "at random"])
@pytest.mark.parametrize("step", [SECOND, 900])
def test_arrival_does_not_matter(parts: int, order: str, step: int) -> None:
    sent = [event(f"e{n}", NOON + n * step, received_at=NOON + HOUR) for n in range(61)]
    batches = [sent[n::parts] if order == "at random" else sent[n * 61 // parts :][: 61 // parts]
               for n in range(parts)]  # fmt: skip
    batches = batches[::-1] if order == "backwards" else batches
    if order == "at random":
        random.Random(parts).shuffle(batches)
    fixture = AggregatorFixture(now=NOON + HOUR)
    for batch in batches:
        fixture.take(*batch)
        fixture.run()
        fixture.take(*[again(one) for one in batch])
    fixture.take(*[again(one) for one in sent])
    fixture.settle()
    assert fixture.shown() == fixture.truth()
    assert [visit.pace for visit in fixture.shown().visits] == [60 if step == SECOND else 61]


def again(one: StoredEvent) -> StoredEvent:
    return event(one.id, one.at, received_at=one.received_at + SECOND)


def test_a_late_view_makes_a_visit_fast_and_an_erasure_makes_it_slow_again() -> None:
    fixture = AggregatorFixture(now=NOON + HOUR)
    fixture.take(*[event(f"e{n}", NOON + n * SECOND) for n in range(60)])
    fixture.run()
    fixture.now += HOUR
    fixture.take(event("late", NOON + 500, received_at=fixture.now))
    fixture.settle()
    assert [visit.pace for visit in fixture.shown().visits] == [61]
    erased_at = NOON + 30 * SECOND
    fixture.facts.state.tombstones[visitor_key(SITE, "ann", imported=False)] = erased_at
    fixture.forget({(str(SITE), "ann"): erased_at})
    assert fixture.shown() == fixture.truth({(SITE, "ann"): erased_at})
    assert [visit.pace for visit in fixture.shown().visits] == [29]


def test_a_pace_stays_while_the_visit_goes_on_slowly() -> None:
    fixture = AggregatorFixture(now=NOON + HOUR)
    for start, pause in ((NOON, SECOND), (NOON + 10 * MINUTE, 5 * SECOND)):
        fixture.take(*[event(f"{start}-{n}", start + n * pause) for n in range(20)])
        fixture.run()
    fixture.settle()
    assert fixture.shown() == fixture.truth()
    assert [visit.pace for visit in fixture.shown().visits] == [20]


def test_views_before_the_cut_after_24_hours_are_another_visit_s() -> None:
    fixture = AggregatorFixture(now=NOON + 2 * DAY)
    slow = [*range(NOON, NOON + DAY, 20 * MINUTE)]
    around = evenly(81, 80 * SECOND, NOON + DAY - 40 * SECOND)
    for ats in (slow, around[:60], around[60:]):
        fixture.take(*[event(f"e{at}", at) for at in ats])
        fixture.run()
    fixture.settle()
    assert fixture.shown() == fixture.truth()
    assert sorted(visit.pace for visit in fixture.shown().visits) == [40, 41]


class CountedReads:
    """Counts the hits that a merge reads of visitors that it knows already."""

    def __init__(self, fixture: AggregatorFixture) -> None:
        self.fixture = fixture

    def of(self, *events: StoredEvent) -> int:
        read = 0
        with self.fixture.facts.transaction() as transaction:
            hits_since = transaction.hits_since

            def counted(since: Sequence[tuple[int, int]]) -> list[Hit]:
                nonlocal read
                found = hits_since(since)
                read += len(found)
                return found

            transaction.hits_since = counted  # type: ignore[method-assign]
            merge(transaction, self.fixture.aggregation.encoder, [bucket(events, NOON + 2 * HOUR)])
        return read


@pytest.mark.parametrize(
    ("before", "pause", "then", "read"),
    [
        (9, SECOND, 1, 0),
        (10, SECOND, 1, 10),
        (100, SECOND, 1, 59),
        (100, 10 * SECOND, 1, 5),
        (100, 61 * SECOND, 1, 0),
    ],
)
def test_a_visit_that_goes_on_is_read_only_where_its_pace_may_rise(
    before: int, pause: int, then: int, read: int
) -> None:
    fixture = AggregatorFixture(now=NOON + HOUR)
    fixture.take(*[event(f"e{n}", NOON + n * pause) for n in range(before)])
    fixture.run()
    new = [event(f"f{n}", NOON + (before + n) * pause, offset=1000 + n) for n in range(then)]
    assert CountedReads(fixture).of(*new) == read


def test_a_visit_needs_no_recent_views_for_what_is_no_view() -> None:
    visit = Visit(1, 1, NOON, NOON, 100, 0, 0, 0, 0, (), (), 100)
    assert needs_recent(visit, views(NOON + 1, kind=Kind.EVENT)) is None
    assert needs_recent(visit, views(NOON + 1, bot=7)) is None
    assert needs_recent(visit, views(NOON + 1)) == NOON + 1 - MINUTE + 1


def test_no_limit_is_below_what_is_measured() -> None:
    assert UNMEASURED == rules.LEAST_PACE_LIMIT
