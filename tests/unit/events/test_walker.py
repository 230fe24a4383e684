from collections.abc import Iterator
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import AutoReconnect, NetworkTimeout

from pixeltrack.events.mongo.walker import Pace, Piece, Walker
from pixeltrack.events.ports import FOREVER_MS
from pixeltrack.platform.errors import StoreUnavailable

NOW = 1_000_000_000
PACE = Pace(few=5, many=20, most=10, first_ms=1_000, narrowest_ms=100, widest_ms=60_000)


class Stored:
    """Instants, read in order; too wide a question takes too long, as `fault` says."""

    def __init__(
        self, stored: list[int], most: int = 10**9, fault: type[Exception] = NetworkTimeout
    ):
        self.stored, self.most, self.fault = sorted(stored), most, fault
        self.asked: list[tuple[int, int]] = []
        self.is_newest_first = False

    def find(self, after: int, until: int) -> Iterator[int]:
        self.asked.append((after, until))
        found = [at for at in self.stored if after < at <= until]
        for n, at in enumerate(found[::-1] if self.is_newest_first else found):
            if n == self.most:
                raise StoreUnavailable from self.fault()
            yield at

    def walker(self, pace: Pace = PACE, now: int = NOW) -> Walker[int]:
        return Walker(self.find, lambda at: at, pace, now)

    def walk(self, after: int, until: int, pace: Pace = PACE, **more: int) -> list[Piece[int]]:
        if self.is_newest_first:
            return list(self.walker(pace).backwards(after, until, **more))
        return list(self.walker(pace).forwards(after, until))


@given(
    st.lists(st.integers(NOW - 5_000, NOW + 5_000), max_size=80),
    st.booleans(),
    st.sampled_from([None, 1, 3, 10]),
    st.sampled_from([3, 10**9]),
    st.none() | st.integers(NOW - 5_000, NOW),
)
def test_pieces_join_and_hold_everything_once(
    stored: list[int], is_newest_first: bool, most: int | None, fails_at: int, stop: int | None
) -> None:
    stored = list(dict.fromkeys(stored)) if fails_at == 3 else stored
    store = Stored(stored, fails_at)
    store.is_newest_first = is_newest_first
    pace = Pace(2, 4, most, first_ms=100, narrowest_ms=1)
    store.stored = [at for at in store.stored if at <= NOW] if fails_at == 3 else store.stored
    more = {"stop": stop} if is_newest_first and stop is not None else {}
    pieces = store.walk(NOW - 6_000, NOW + 6_000, pace, **more)
    in_order = pieces[::-1] if is_newest_first else pieces
    assert (in_order[0].after, in_order[-1].until) == (NOW - 6_000, NOW + 6_000)
    assert all(one.until == after.after for one, after in pairwise(in_order))
    assert all(p.after < at <= p.until for p in pieces for at in p.items)
    found = [at for piece in pieces for at in piece.items]
    assert found == sorted(store.stored, reverse=is_newest_first)


def test_bands_widen_to_a_bound_where_nothing_is() -> None:
    store = Stored([])
    widths = [piece.until - piece.after for piece in store.walk(NOW - 600_000, NOW)]
    assert widths[:4] == [1_000, 2_000, 4_000, 8_000]
    assert max(widths) == 60_000


def test_a_band_ends_once_it_holds_enough_at_a_whole_instant() -> None:
    store = Stored([NOW - 500] * 25 + list(range(NOW - 400, NOW - 375)))
    pieces = store.walk(NOW - 1_000, NOW)
    assert [len(piece.items) for piece in pieces] == [25, 10, 10, 5]
    assert len(store.asked) == 1
    assert pieces[-1].next_ms == 500


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_what_takes_too_long_is_cut(is_newest_first: bool) -> None:
    store = Stored(list(range(NOW - 10_000, NOW, 60)), most=5)
    store.is_newest_first = is_newest_first
    pace = Pace(2, 4, None, first_ms=10_000, narrowest_ms=100)
    found = [at for piece in store.walk(NOW - 20_000, NOW, pace) for at in piece.items]
    assert sorted(found) == store.stored
    assert {until - after for after, until in store.asked} >= {10_000, 625}


@pytest.mark.parametrize("is_newest_first", [False, True])
def test_what_takes_too_long_however_narrow_is_raised(is_newest_first: bool) -> None:
    store = Stored([NOW - 50] * 9, most=5)
    store.is_newest_first = is_newest_first
    with pytest.raises(StoreUnavailable):
        store.walk(NOW - 20_000, NOW)
    assert min(until - after for after, until in store.asked) == 100


def test_a_store_that_is_away_is_raised_at_once() -> None:
    store = Stored([NOW - 50], most=0, fault=AutoReconnect)
    with pytest.raises(StoreUnavailable):
        store.walk(NOW - 1_000, NOW)
    assert len(store.asked) == 1


def test_what_clocks_that_run_ahead_wrote_is_one_band() -> None:
    store = Stored([NOW - 1, NOW + 10**9])
    assert store.walk(NOW - 10, FOREVER_MS)[-1].items == [NOW + 10**9]
    assert len(store.asked) == 2
    store.is_newest_first = True
    store.asked.clear()
    (first,) = islice(store.walker().backwards(0, FOREVER_MS), 1)
    assert (first.after, first.until) == (NOW - 1_000, FOREVER_MS)


def test_backwards_a_band_ends_where_something_is_known_to_be() -> None:
    store = Stored(list(range(NOW - 100_000, NOW - 50_000)))
    store.is_newest_first = True
    known = NOW - 50_001
    pieces = islice(store.walker().backwards(0, FOREVER_MS, known), 7)
    first = next(piece for piece in pieces if piece.items)
    assert first.until > known
    assert store.asked[-1][0] == known - 1_000
