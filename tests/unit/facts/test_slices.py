"""How the walk through the buckets is cut into turns."""

import pytest
from fakes.worlds import DAY, HOUR, MINUTE, NOON, SECOND, World, event

from pixeltrack.facts import aggregation


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(aggregation, "MANY_EVENTS", 4)
    monkeypatch.setattr(aggregation, "FEW_EVENTS", 2)
    world = World()
    for second in range(20):
        for n in range(2):
            at = NOON + second * SECOND
            world.take(event(f"{second}-{n}", at, visitor=f"v{n}"), stored_at=at)
    world.now += MINUTE
    return world


def test_a_turn_takes_about_so_many_events(world: World) -> None:
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
    assert world.aggregation.sweep(lambda: True) is None
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

    def asking(after: int, until: int | None = None) -> list[tuple[str, int]]:
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
