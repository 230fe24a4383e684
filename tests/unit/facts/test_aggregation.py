"""How the walk through the buckets is cut into transactions, and what the sweep holds meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

import pytest

from pixeltrack.events.stored import Bucket
from pixeltrack.facts import aggregation
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.merging import Merged
from pixeltrack.platform.errors import Busy
from tests.fakes.aggregator_fixture import DAY, HOUR, MINUTE, NOON, SECOND, AggregatorFixture, event
from tests.fakes.facts import FakeFactsTransaction


@pytest.fixture
def fixture(monkeypatch: pytest.MonkeyPatch) -> AggregatorFixture:
    monkeypatch.setattr(aggregation, "MOST_EVENTS", 4)
    fixture = AggregatorFixture()
    for second in range(20):
        for n in range(2):
            at = NOON + second * SECOND
            fixture.take(event(f"{second}-{n}", at, visitor=f"v{n}"), stored_at=at)
    fixture.now += MINUTE
    return fixture


def test_a_transaction_takes_about_so_many_events(fixture: AggregatorFixture) -> None:
    calls = 0

    def is_late() -> bool:
        nonlocal calls
        calls += 1
        return len(fixture.facts.state.hits) >= 4

    fixture.aggregation.catch_up(is_late)
    assert 4 <= len(fixture.facts.state.hits) <= 6
    assert calls > 0


def test_buckets_of_one_instant_are_never_parted(fixture: AggregatorFixture) -> None:
    watermarks = set()

    def note() -> bool:
        state = fixture.facts.state
        watermarks.add(state.watermark)
        assert len(state.hits) == 2 * sum(NOON + s * SECOND <= state.watermark for s in range(20))
        return False

    fixture.aggregation.catch_up(note)
    assert len(watermarks) > 5
    assert fixture.shown() == fixture.truth()


def test_what_it_was_too_late_for_comes_at_the_next_run(fixture: AggregatorFixture) -> None:
    fixture.aggregation.catch_up(lambda: True)
    fixture.aggregation.catch_up(lambda: True)
    assert fixture.shown() != fixture.truth()
    fixture.run()
    assert fixture.shown() == fixture.truth()


def test_a_run_ends_at_the_clock_and_the_watermark_never_passes_it(
    fixture: AggregatorFixture,
) -> None:
    fixture.take(event("ahead", NOON), stored_at=fixture.now + DAY)
    fixture.run()
    assert fixture.facts.state.watermark == fixture.now


def test_a_sweep_that_was_late_is_not_complete(fixture: AggregatorFixture) -> None:
    fixture.run()
    fixture.take(event("old", NOON), stored_at=NOON - DAY + MINUTE)
    assert fixture.aggregation.sweep(lambda: True) is False
    assert fixture.facts.state.swept_at == 0
    fixture.sweep()
    assert fixture.facts.state.swept_at == fixture.now
    assert fixture.shown() == fixture.truth()


def test_a_sweep_looks_a_day_behind_the_last(fixture: AggregatorFixture) -> None:
    fixture.settle()
    fixture.take(event("too far", NOON), stored_at=fixture.facts.state.swept_at - DAY - SECOND)
    fixture.take(event("near", NOON), stored_at=fixture.facts.state.swept_at - DAY + SECOND)
    fixture.now += MINUTE
    fixture.sweep()
    assert fixture.shown() != fixture.truth()
    assert len(fixture.facts.state.hits) == 41


def test_the_first_sweep_begins_a_day_before_the_oldest_site(fixture: AggregatorFixture) -> None:
    fixture.facts.made_at = NOON - HOUR
    asked: list[int] = []
    names = fixture.stored.names

    def asking(after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        asked.append(after)
        return names(after, until)

    fixture.stored.names = asking  # type: ignore[method-assign]
    fixture.sweep()
    fixture.now += HOUR
    fixture.sweep()
    fixture.now += HOUR
    fixture.facts.known.clear()
    fixture.facts.state.swept_at = 0
    fixture.sweep()
    assert asked == [NOON - HOUR - DAY, NOON + MINUTE - DAY, fixture.now - DAY]


def test_a_sweep_is_due_an_hour_after_the_last(fixture: AggregatorFixture) -> None:
    assert fixture.aggregation.is_sweep_due()
    fixture.sweep()
    fixture.now += aggregation.SWEEP_EVERY_MS - 1
    assert not fixture.aggregation.is_sweep_due()
    fixture.now += 1
    assert fixture.aggregation.is_sweep_due()


def test_a_sweep_leaves_what_has_yet_to_be_read(fixture: AggregatorFixture) -> None:
    fixture.sweep()
    assert fixture.facts.state.hits == {}


def test_a_sweep_holds_few_names_and_lists_them_outside_the_lock(
    fixture: AggregatorFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture.facts.state.watermark = fixture.now
    monkeypatch.setattr(aggregation, "NAMES_A_QUERY", 4)
    names = fixture.stored.names
    found: list[int] = []

    def asking(after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        for band in names(after, until):
            assert not fixture.facts.is_open
            found.append(len(fixture.facts.state.applied))
            yield band

    monkeypatch.setattr(fixture.stored, "names", asking)
    fixture.sweep()
    assert fixture.shown() == fixture.truth()
    assert len(found) > 5
    assert found == sorted(found)
    assert found[-1] >= len(fixture.stored.by_name) - 8, "what was listed is merged as it comes"


def test_a_sweep_that_misses_nothing_takes_the_lock_once(
    fixture: AggregatorFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture.run()
    opened = count_transactions(fixture, monkeypatch)
    fixture.sweep()
    assert len(opened) == 1, "to say that it is complete"


def test_buckets_are_read_outside_the_lock(
    fixture: AggregatorFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = fixture.stored.named
    asked: list[int] = []

    def asking(names: Sequence[str]) -> list[Bucket]:
        assert not fixture.facts.is_open
        asked.append(len(names))
        return named(names)

    monkeypatch.setattr(fixture.stored, "named", asking)
    fixture.facts.state.watermark = NOON + 10 * SECOND
    fixture.run()
    assert asked == [22], "what was stored late before the watermark"
    fixture.take(event("late", NOON), stored_at=NOON - HOUR)
    fixture.sweep()
    assert asked == [22, 1]
    assert fixture.shown() == fixture.truth()


def test_a_run_passes_over_what_another_took_in_meanwhile(fixture: AggregatorFixture) -> None:
    other = Aggregation(fixture.stored, fixture.facts, lambda: fixture.now)
    ran = False

    def is_late() -> bool:
        nonlocal ran
        if not ran:
            ran = True
            other.catch_up(lambda: len(fixture.facts.state.hits) >= 12)
        return False

    merged = fixture.aggregation.catch_up(is_late)
    assert ran
    assert 0 < merged.outcomes["hit"] < len(fixture.facts.state.hits) == 40
    assert fixture.facts.state.watermark == fixture.now
    assert fixture.shown() == fixture.truth()


def test_what_was_merged_before_another_came_is_counted(
    fixture: AggregatorFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixture.facts.state.watermark = NOON - SECOND
    opened = count_transactions(fixture, monkeypatch, refuse_after=3)
    merged = Merged()
    with pytest.raises(Busy):
        fixture.aggregation.catch_up(lambda: False, merged)
    assert len(opened) == 4
    assert merged.outcomes["hit"] == len(fixture.facts.state.hits) > 0
    assert merged.buckets == len(fixture.facts.state.applied)


def test_what_was_swept_before_another_came_is_counted(
    fixture: AggregatorFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aggregation, "BUCKETS_A_TRANSACTION", 5)
    fixture.facts.state.watermark = fixture.now
    opened = count_transactions(fixture, monkeypatch, refuse_after=2)
    merged = Merged()
    with pytest.raises(Busy):
        fixture.aggregation.sweep(lambda: False, merged)
    assert len(opened) == 3
    assert merged.buckets == len(fixture.facts.state.applied) == 10
    assert merged.outcomes["hit"] == len(fixture.facts.state.hits) == 10
    assert fixture.facts.state.swept_at == 0


def count_transactions(
    fixture: AggregatorFixture, monkeypatch: pytest.MonkeyPatch, refuse_after: int = 1_000
) -> list[int]:
    """Note every transaction that is asked for, and refuse those after some."""
    opened: list[int] = []
    transaction = fixture.facts.transaction

    def counting() -> AbstractContextManager[FakeFactsTransaction]:
        opened.append(1)
        if len(opened) > refuse_after:
            raise Busy("another transaction is open")
        return transaction()

    monkeypatch.setattr(fixture.facts, "transaction", counting)
    return opened
