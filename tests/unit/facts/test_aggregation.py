"""How the walk through the buckets is cut into transactions, and what the sweep holds meanwhile."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager

import pytest
from fakes.facts import FakeFactsTransaction
from fakes.worlds import DAY, HOUR, MINUTE, NOON, SECOND, World, event

from pixeltrack.events.stored import Bucket
from pixeltrack.facts import aggregation
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.merging import Merged
from pixeltrack.platform.errors import Busy


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(aggregation, "MOST_EVENTS", 4)
    world = World()
    for second in range(20):
        for n in range(2):
            at = NOON + second * SECOND
            world.take(event(f"{second}-{n}", at, visitor=f"v{n}"), stored_at=at)
    world.now += MINUTE
    return world


def test_a_transaction_takes_about_so_many_events(world: World) -> None:
    calls = 0

    def is_late() -> bool:
        nonlocal calls
        calls += 1
        return len(world.facts.state.hits) >= 4

    world.aggregation.catch_up(is_late)
    assert 4 <= len(world.facts.state.hits) <= 6
    assert calls > 0


def test_buckets_of_one_instant_are_never_parted(world: World) -> None:
    watermarks = set()

    def note() -> bool:
        state = world.facts.state
        watermarks.add(state.watermark)
        assert len(state.hits) == 2 * sum(NOON + s * SECOND <= state.watermark for s in range(20))
        return False

    world.aggregation.catch_up(note)
    assert len(watermarks) > 5
    assert world.shown() == world.truth()


def test_what_it_was_too_late_for_comes_at_the_next_run(world: World) -> None:
    world.aggregation.catch_up(lambda: True)
    world.aggregation.catch_up(lambda: True)
    assert world.shown() != world.truth()
    world.run()
    assert world.shown() == world.truth()


def test_a_run_ends_at_the_clock_and_the_watermark_never_passes_it(world: World) -> None:
    world.take(event("ahead", NOON), stored_at=world.now + DAY)
    world.run()
    assert world.facts.state.watermark == world.now


def test_a_sweep_that_was_late_is_not_complete(world: World) -> None:
    world.run()
    world.take(event("old", NOON), stored_at=NOON - DAY + MINUTE)
    assert world.aggregation.sweep(lambda: True) is False
    assert world.facts.state.swept_at == 0
    world.sweep()
    assert world.facts.state.swept_at == world.now
    assert world.shown() == world.truth()


def test_a_sweep_looks_a_day_behind_the_last(world: World) -> None:
    world.settle()
    world.take(event("too far", NOON), stored_at=world.facts.state.swept_at - DAY - SECOND)
    world.take(event("near", NOON), stored_at=world.facts.state.swept_at - DAY + SECOND)
    world.now += MINUTE
    world.sweep()
    assert world.shown() != world.truth()
    assert len(world.facts.state.hits) == 41


def test_the_first_sweep_begins_a_day_before_the_oldest_site(world: World) -> None:
    world.facts.made_at = NOON - HOUR
    asked: list[int] = []
    names = world.stored.names

    def asking(after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        asked.append(after)
        return names(after, until)

    world.stored.names = asking  # type: ignore[method-assign]
    world.sweep()
    world.now += HOUR
    world.sweep()
    world.now += HOUR
    world.facts.known.clear()
    world.facts.state.swept_at = 0
    world.sweep()
    assert asked == [NOON - HOUR - DAY, NOON + MINUTE - DAY, world.now - DAY]


def test_a_sweep_is_due_an_hour_after_the_last(world: World) -> None:
    assert world.aggregation.is_sweep_due()
    world.sweep()
    world.now += aggregation.SWEEP_EVERY_MS - 1
    assert not world.aggregation.is_sweep_due()
    world.now += 1
    assert world.aggregation.is_sweep_due()


def test_a_sweep_leaves_what_has_yet_to_be_read(world: World) -> None:
    world.sweep()
    assert world.facts.state.hits == {}


def test_a_sweep_holds_few_names_and_lists_them_outside_the_lock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.facts.state.watermark = world.now
    monkeypatch.setattr(aggregation, "NAMES_A_QUERY", 4)
    names = world.stored.names
    found: list[int] = []

    def asking(after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        for band in names(after, until):
            assert not world.facts.is_open
            found.append(len(world.facts.state.applied))
            yield band

    monkeypatch.setattr(world.stored, "names", asking)
    world.sweep()
    assert world.shown() == world.truth()
    assert len(found) > 5
    assert found == sorted(found)
    assert found[-1] >= len(world.stored.by_name) - 8, "what was listed is merged as it comes"


def test_a_sweep_that_misses_nothing_takes_the_lock_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.run()
    opened = count_transactions(world, monkeypatch)
    world.sweep()
    assert len(opened) == 1, "to say that it is complete"


def test_buckets_are_read_outside_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    named = world.stored.named
    asked: list[int] = []

    def asking(names: Sequence[str]) -> list[Bucket]:
        assert not world.facts.is_open
        asked.append(len(names))
        return named(names)

    monkeypatch.setattr(world.stored, "named", asking)
    world.facts.state.watermark = NOON + 10 * SECOND
    world.run()
    assert asked == [22], "what was stored late before the watermark"
    world.take(event("late", NOON), stored_at=NOON - HOUR)
    world.sweep()
    assert asked == [22, 1]
    assert world.shown() == world.truth()


def test_a_run_passes_over_what_another_took_in_meanwhile(world: World) -> None:
    other = Aggregation(world.stored, world.facts, lambda: world.now)
    ran = False

    def is_late() -> bool:
        nonlocal ran
        if not ran:
            ran = True
            other.catch_up(lambda: len(world.facts.state.hits) >= 12)
        return False

    merged = world.aggregation.catch_up(is_late)
    assert ran
    assert 0 < merged.outcomes["hit"] < len(world.facts.state.hits) == 40
    assert world.facts.state.watermark == world.now
    assert world.shown() == world.truth()


def test_what_was_merged_before_another_came_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.facts.state.watermark = NOON - SECOND
    opened = count_transactions(world, monkeypatch, refuse_after=3)
    merged = Merged()
    with pytest.raises(Busy):
        world.aggregation.catch_up(lambda: False, merged)
    assert len(opened) == 4
    assert merged.outcomes["hit"] == len(world.facts.state.hits) > 0
    assert merged.buckets == len(world.facts.state.applied)


def test_what_was_swept_before_another_came_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aggregation, "BUCKETS_A_TRANSACTION", 5)
    world.facts.state.watermark = world.now
    opened = count_transactions(world, monkeypatch, refuse_after=2)
    merged = Merged()
    with pytest.raises(Busy):
        world.aggregation.sweep(lambda: False, merged)
    assert len(opened) == 3
    assert merged.buckets == len(world.facts.state.applied) == 10
    assert merged.outcomes["hit"] == len(world.facts.state.hits) == 10
    assert world.facts.state.swept_at == 0


def count_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch, refuse_after: int = 1_000
) -> list[int]:
    """Note every transaction that is asked for, and refuse those after some."""
    opened: list[int] = []
    transaction = world.facts.transaction

    def counting() -> AbstractContextManager[FakeFactsTransaction]:
        opened.append(1)
        if len(opened) > refuse_after:
            raise Busy("another transaction is open")
        return transaction()

    monkeypatch.setattr(world.facts, "transaction", counting)
    return opened
