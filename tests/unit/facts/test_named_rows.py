"""One named row for each rule of visits and counting, through the whole of the aggregation."""

from collections.abc import Mapping, Sequence

import pytest

from pixeltrack.events.identity import event_key, site_key, visitor_key
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.ports import NewVisitor
from tests.fakes.aggregator_fixture import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    OTHER,
    SECOND,
    SITE,
    AggregatorFixture,
    event,
)
from tests.fakes.facts import FakeFactsTransaction
from tests.fakes.truth import TrueVisit

MIDNIGHT = NOON + 15 * HOUR  # of 2026-11-21 in Sao Paulo, the site's zone
MONTH = MIDNIGHT + 10 * DAY
YEAR = MONTH + 31 * DAY


def views(*ats: int) -> list[StoredEvent]:
    return [event(f"v{at}", at, path=f"/{n}") for n, at in enumerate(ats)]


def spans(fixture: AggregatorFixture) -> list[tuple[int, int]]:
    return sorted((v.start_at - NOON, v.last_at - NOON) for v in fixture.shown().visits)


def settled(*events: StoredEvent, at_once: int = 1) -> AggregatorFixture:
    """Take events in their order, each stored as it was received, some before each run."""
    fixture = AggregatorFixture()
    for number, e in enumerate(events):
        fixture.now = max(fixture.now, e.received_at)
        fixture.take(e)
        if number % at_once == 0:
            fixture.run()
    fixture.settle()
    assert fixture.shown() == fixture.truth()
    return fixture


def only_visit(fixture: AggregatorFixture) -> TrueVisit:
    (visit,) = fixture.shown().visits
    return visit


@pytest.mark.parametrize(
    "edge", [NOON, MIDNIGHT, MONTH, YEAR], ids=["hour", "midnight", "month", "year"]
)
def test_ten_minutes_apart_is_one_visit_across(edge: int) -> None:
    fixture = settled(*views(edge - 5 * MINUTE, edge + 5 * MINUTE))
    assert only_visit(fixture).last_at - only_visit(fixture).start_at == 10 * MINUTE


@pytest.mark.parametrize(
    ("gap", "visits"),
    [
        (29 * MINUTE + 59 * SECOND, 1),
        (30 * MINUTE, 2),
        (30 * MINUTE + SECOND, 2),
        (57 * MINUTE, 2),
    ],
)
def test_a_gap(gap: int, visits: int) -> None:
    assert len(settled(*views(NOON + MINUTE, NOON + MINUTE + gap)).shown().visits) == visits


def test_a_visit_is_cut_at_its_first_event_after_24_hours() -> None:
    fixture = settled(*views(*range(NOON, NOON + DAY + HOUR, 20 * MINUTE)))
    assert spans(fixture) == [(0, DAY - 20 * MINUTE), (DAY, DAY + 40 * MINUTE)]


def test_one_view_every_20_minutes_for_5_days() -> None:
    fixture = settled(*views(*range(NOON, NOON + 5 * DAY, 20 * MINUTE)), at_once=30)
    assert spans(fixture) == [(n * DAY, (n + 1) * DAY - 20 * MINUTE) for n in range(5)]


def test_a_late_event_joins_two_visits() -> None:
    early, late, between = views(NOON, NOON + 50 * MINUTE, NOON + 25 * MINUTE)
    between.received_at = NOON + 47 * HOUR
    fixture = settled(early, late, between)
    assert spans(fixture) == [(0, 50 * MINUTE)]


def test_a_late_event_before_all_others_opens_the_visit() -> None:
    later, first = views(NOON, NOON - 10 * MINUTE)
    first.received_at = NOON + HOUR
    fixture = settled(later, first)
    assert spans(fixture) == [(-10 * MINUTE, 0)]
    assert only_visit(fixture).entry == "/1"


def test_the_same_request_twice_is_one_event() -> None:
    one, again = event("e", NOON), event("e", NOON, received_at=NOON + SECOND)
    fixture = settled(one, again)
    assert only_visit(fixture).pageviews == 1
    assert fixture.facts.state.hits.keys() == fixture.shown().hits.keys()


def test_a_repeat_with_its_own_time_5_days_later_changes_nothing() -> None:
    fixture = settled(event("e", NOON), event("e", NOON, received_at=NOON + 5 * DAY))
    assert spans(fixture) == [(0, 0)]


def test_a_repeat_without_its_own_time_5_days_later_changes_nothing() -> None:
    fixture = settled(event("e", NOON), event("e", NOON + 5 * DAY))
    assert spans(fixture) == [(0, 0)]


def test_the_copy_received_first_stands_though_it_came_last() -> None:
    second = event("e", NOON + MINUTE, path="/second")
    first = event("e", NOON, path="/first")
    fixture = settled(second, first)
    assert only_visit(fixture).entry == "/first"


def test_a_displaced_copy_takes_its_visitor_s_visit_with_it() -> None:
    wrong = event("e", NOON + MINUTE, visitor="ben")
    fixture = settled(wrong, event("e", NOON))
    assert only_visit(fixture).visitor == "ann"


@pytest.mark.parametrize("kind", ["ping", "engagement", "session_start"])
def test_alone_it_makes_no_visit(kind: str) -> None:
    assert settled(event("e", NOON, type=kind)).shown().visits == set()


def test_engagement_bridges_a_gap_and_lengthens_the_visit() -> None:
    fixture = settled(
        event("a", NOON),
        event("b", NOON + 25 * MINUTE, type="engagement"),
        event("c", NOON + 50 * MINUTE),
        event("d", NOON + 60 * MINUTE, type="engagement"),
    )
    assert spans(fixture) == [(0, 60 * MINUTE)]
    assert only_visit(fixture).pageviews == 2


def test_engagement_after_the_visit_joins_when_a_late_event_reaches_it() -> None:
    late = event("c", NOON + 25 * MINUTE, received_at=NOON + 2 * HOUR)
    fixture = settled(event("a", NOON), event("b", NOON + 40 * MINUTE, type="engagement"), late)
    assert spans(fixture) == [(0, 40 * MINUTE)]


def test_a_session_start_neither_opens_nor_lengthens_a_visit() -> None:
    fixture = settled(event("s", NOON, type="session_start"), event("a", NOON + SECOND))
    assert spans(fixture) == [(SECOND, SECOND)]


def test_a_bot_makes_no_visit_and_breaks_none() -> None:
    fixture = settled(event("a", NOON), event("b", NOON + MINUTE, bot="crawler", path="/bot"))
    assert only_visit(fixture).pageviews == 1
    assert len(fixture.shown().hits) == 2


def test_a_bounce_is_one_view_and_nothing_else() -> None:
    bounce = only_visit(settled(event("a", NOON)))
    click = only_visit(settled(event("a", NOON), event("b", NOON + SECOND, type="click")))
    assert (bounce.pageviews, bounce.events) == (1, 0)
    assert (click.pageviews, click.events, click.names) == (1, 1, frozenset({("click", 1)}))


def test_an_event_alone_makes_a_visit_without_pages() -> None:
    visit = only_visit(settled(event("a", NOON, type="signup")))
    assert (visit.pageviews, visit.entry, visit.exit) == (0, "", "")


def test_a_clock_error_counts_where_it_was_received() -> None:
    fixture = settled(event("a", NOON, clock_fixed=True), event("b", NOON + SECOND))
    assert spans(fixture) == [(0, SECOND)]


def test_the_same_visitor_of_an_import_is_another() -> None:
    fixture = settled(event("a", NOON), event("b", NOON + MINUTE, imported=True))
    assert len(fixture.shown().visits) == 2


def test_the_same_ids_on_another_site_are_others() -> None:
    fixture = AggregatorFixture()
    fixture.take(event("a", NOON))
    fixture.take(event("a", NOON), site=OTHER)
    fixture.settle()
    assert fixture.shown() == fixture.truth()
    assert {visit.site for visit in fixture.shown().visits} == {SITE, OTHER}


def test_an_erased_visitor_s_retry_is_left_out_and_a_later_visit_counts() -> None:
    fixture = AggregatorFixture()
    key = visitor_key(SITE, "ann", imported=False)
    fixture.facts.state.tombstones[key] = NOON + HOUR
    fixture.take(event("a", NOON, received_at=NOON + 2 * HOUR))
    fixture.take(event("b", NOON + 3 * HOUR, received_at=NOON + HOUR))
    fixture.take(event("c", NOON + 2 * HOUR))
    fixture.settle()
    assert fixture.shown() == fixture.truth({(SITE, "ann"): NOON + HOUR})
    assert spans(fixture) == [(2 * HOUR, 2 * HOUR)]


@pytest.mark.parametrize("received_after", [0, MINUTE, 3 * DAY])
def test_an_erased_site_s_events_are_left_out(received_after: int) -> None:
    fixture = AggregatorFixture()
    fixture.facts.state.tombstones[site_key(SITE)] = NOON
    fixture.take(event("a", NOON + received_after))
    fixture.take(event("a", NOON), site=OTHER)
    fixture.settle()
    assert fixture.shown() == fixture.truth({(SITE, ""): NOON})
    assert {visit.site for visit in fixture.shown().visits} == {OTHER}


def test_the_visitors_of_many_copies_are_asked_for_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Copies of whom was erased after a first copy came and before it was forgotten."""
    fixture = settled(*(event(f"e{n}", NOON, visitor=f"v{n}") for n in range(9)), at_once=9)
    calls: list[int] = []
    visitor_ids = FakeFactsTransaction.visitor_ids

    def counting(
        self: FakeFactsTransaction, visitors: Sequence[NewVisitor]
    ) -> Mapping[bytes, tuple[int, bool]]:
        calls.append(len(visitors))
        return visitor_ids(self, visitors)

    monkeypatch.setattr(FakeFactsTransaction, "visitor_ids", counting)
    erased = {(str(SITE), f"v{n}"): NOON for n in range(9)}
    for n in range(9):
        key = visitor_key(SITE, f"v{n}", imported=False)
        fixture.facts.state.tombstones[key] = NOON
    later = NOON + DAY
    fixture.now = later
    fixture.take(*(event(f"e{n}", later, visitor=f"v{n}") for n in range(9)))
    fixture.run()
    assert fixture.shown() == fixture.truth(erased)
    assert calls == [9, 9], "who is erased, and then the hits' visitors"


@pytest.mark.parametrize("behind", [0, 2 * MINUTE, 30 * MINUTE, 20 * HOUR])
def test_a_bucket_stored_late_by_a_suspended_writer_comes_in(behind: int) -> None:
    fixture = AggregatorFixture()
    fixture.run()
    fixture.take(event("a", NOON), stored_at=fixture.now - behind)
    fixture.settle()
    assert spans(fixture) == [(0, 0)]


def test_a_bucket_stored_by_a_clock_ahead_comes_in() -> None:
    fixture = AggregatorFixture()
    fixture.take(event("a", NOON), stored_at=fixture.now + 2 * DAY)
    fixture.settle()
    assert spans(fixture) == [(0, 0)]


def test_a_bucket_stored_while_a_run_was_on_comes_in_at_the_next_run() -> None:
    fixture = AggregatorFixture()
    fixture.run()
    fixture.take(event("a", NOON), stored_at=fixture.now - SECOND)
    fixture.now += MINUTE
    fixture.run()
    assert spans(fixture) == [(0, 0)]


def test_an_event_on_a_sealed_day_is_dropped_and_the_next_day_counts() -> None:
    fixture = settled(*views(MIDNIGHT - 10 * MINUTE, MIDNIGHT + 10 * MINUTE))
    before = dict(fixture.facts.state.hits)
    for (_, span, day), period in fixture.facts.state.periods.items():
        period.is_sealed = span == "day" and period.end_at == MIDNIGHT
        assert day.year == 2026
    fixture.take(event("sealed", MIDNIGHT - 5 * MINUTE))
    fixture.take(event("open", MIDNIGHT + 12 * MINUTE))
    fixture.settle()
    assert fixture.facts.state.hits.keys() == before.keys() | {_key("open")}
    assert spans(fixture) == [(MIDNIGHT - NOON - 10 * MINUTE, MIDNIGHT - NOON + 12 * MINUTE)]


def test_a_hit_on_a_sealed_day_is_not_displaced() -> None:
    fixture = settled(event("a", MIDNIGHT - MINUTE, received_at=MIDNIGHT))
    for period in fixture.facts.state.periods.values():
        period.is_sealed = True
    fixture.take(event("a", MIDNIGHT + 3 * DAY, received_at=MIDNIGHT - 1))
    fixture.settle()
    assert fixture.facts.state.hits[_key("a")].at == MIDNIGHT - MINUTE


def _key(name: str) -> bytes:
    return event_key(SITE, name)
