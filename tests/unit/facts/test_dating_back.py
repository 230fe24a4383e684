"""What a clock that ran ahead left behind is given an instant that is not later than now."""

import pytest

from pixeltrack.platform.clock import MOST_MS
from tests.fakes.aggregator_fixture import DAY, HOUR, MINUTE, NOON, SECOND, AggregatorFixture, event

AHEAD = [MOST_MS + 2 * MINUTE, 30 * MINUTE, 2 * HOUR, 3_650 * DAY]


@pytest.fixture
def fixture() -> AggregatorFixture:
    fixture = AggregatorFixture()
    for n in range(4):
        fixture.take(event(f"right-{n}", NOON + n * SECOND), stored_at=NOON + n * SECOND)
    fixture.now += MINUTE
    return fixture


def take_ahead(fixture: AggregatorFixture, ahead: int) -> None:
    """Store what a processor does whose clock runs ahead, some of it another copy."""
    for n in range(3):
        at = fixture.now - n * SECOND
        fixture.take(event(f"ahead-{n}", at), stored_at=fixture.now + ahead)
    fixture.take(event("right-1", NOON + HOUR), stored_at=fixture.now + ahead)


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_bucket_of_the_future_is_in_after_the_next_run(
    fixture: AggregatorFixture, ahead: int
) -> None:
    take_ahead(fixture, ahead)
    fixture.run()
    assert fixture.shown() == fixture.truth()
    assert len(fixture.facts.state.hits) == 7
    assert max(b.stored_at for b in fixture.stored.by_name.values()) == fixture.now
    assert fixture.facts.state.watermark == fixture.now


@pytest.mark.parametrize("ahead", AHEAD)
def test_one_that_a_sweep_took_in_already_is_dated_back_with_its_hits(
    fixture: AggregatorFixture, ahead: int
) -> None:
    fixture.run()
    take_ahead(fixture, ahead)
    fixture.sweep()
    assert fixture.shown() == fixture.truth()
    fixture.now += MINUTE
    fixture.run()
    assert fixture.shown() == fixture.truth()
    assert max(b.stored_at for b in fixture.stored.by_name.values()) == fixture.now
    fixture.settle()
    assert fixture.shown() == fixture.truth()


def test_dying_anywhere_loses_and_doubles_nothing(fixture: AggregatorFixture) -> None:
    fixture.run()
    take_ahead(fixture, HOUR)
    fixture.sweep()
    for dies_after in range(60):
        fixture.run(dies_after=dies_after)
        fixture.now += SECOND
    fixture.run()
    assert fixture.shown() == fixture.truth()


def test_a_bucket_that_is_hardly_ahead_waits_for_its_instant(fixture: AggregatorFixture) -> None:
    take_ahead(fixture, MOST_MS)
    fixture.run()
    assert len(fixture.facts.state.hits) == 4
    fixture.now += MOST_MS
    fixture.run()
    assert fixture.shown() == fixture.truth()
    assert len(fixture.facts.state.hits) == 7


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_watermark_of_the_future_is_taken_back(fixture: AggregatorFixture, ahead: int) -> None:
    right = fixture.now
    fixture.now += ahead
    fixture.run()
    fixture.sweep()
    assert fixture.facts.state.watermark == fixture.facts.state.swept_at == right + ahead
    fixture.now = right + MINUTE
    fixture.take(event("after", fixture.now))
    fixture.now += SECOND
    fixture.run()
    state = fixture.facts.state
    assert state.watermark == fixture.now
    assert state.swept_at <= fixture.now
    assert fixture.shown() == fixture.truth()


def test_nothing_is_done_where_all_is_right(fixture: AggregatorFixture) -> None:
    fixture.run()
    fixture.sweep()
    before = (fixture.facts.state.swept_at, dict(fixture.facts.state.applied))
    fixture.now += SECOND
    fixture.run()
    assert (fixture.facts.state.swept_at, fixture.facts.state.applied) == before
