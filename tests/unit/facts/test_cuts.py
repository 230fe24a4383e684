"""Days cut around sealed ones: no gap, no overlap, nothing of a sealed day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.facts.cuts import Piece, pieces
from pixeltrack.facts.days import DAY, day_of, start_of

HOUR = 3_600_000
FIRST = date(2025, 11, 1)
UTC = start_of(FIRST, "UTC")
ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")


def hours(*of: tuple[int, int]) -> list[tuple[int, int]]:
    return [(UTC + start * HOUR, UTC + end * HOUR) for start, end in of]


@pytest.mark.parametrize(
    ("why", "sealed", "left"),
    [
        ("nothing sealed", [], [(1, 0, 24, True), (2, 24, 48, True)]),
        ("a day sealed as it is", [(0, 24)], [(2, 24, 48, True)]),
        ("its beginning sealed", [(-5, 3)], [(1, 3, 24, False), (2, 24, 48, True)]),
        ("its end sealed", [(20, 24)], [(1, 0, 20, False), (2, 24, 48, True)]),
        ("its middle sealed", [(3, 4)], [(1, 0, 3, False), (1, 4, 24, False), (2, 24, 48, True)]),
        ("across two days", [(19, 43)], [(1, 0, 19, False), (2, 43, 48, False)]),
        ("one after another", [(-5, 19), (19, 43)], [(2, 43, 48, False)]),
        ("with a hole", [(-5, 19), (30, 54)], [(1, 19, 24, False), (2, 24, 30, False)]),
    ],
)
def test_days_without_what_is_sealed(
    why: str, sealed: list[tuple[int, int]], left: list[tuple[int, int, int, bool]]
) -> None:
    found = list(pieces(UTC, UTC + 47 * HOUR, "UTC", hours(*sealed)))
    expected = [
        Piece(date(2025, 11, day), *hours((start, end))[0], whole)
        for day, start, end, whole in left
    ]
    assert found == expected, why


def test_a_day_that_a_zone_left_out_has_no_piece() -> None:
    noon = start_of(date(2011, 12, 29), "Pacific/Apia")
    days = [p.day.day for p in pieces(noon, noon + 48 * HOUR, "Pacific/Apia", [])]
    assert days == [29, 31, 1]


@given(
    st.sampled_from(ZONES),
    st.lists(st.integers(-50, 350), min_size=2, max_size=14, unique=True),
    st.integers(0, 300),
)
def test_every_instant_lies_in_one_piece_or_is_sealed(
    zone: str, edges: list[int], length: int
) -> None:
    edges.sort()
    sealed = hours(*zip(edges[::2], edges[1::2], strict=False))
    last = UTC + length * HOUR
    found = list(pieces(UTC, last, zone, sealed))
    for piece in found:
        assert day_of(piece.start_at, zone) == piece.day == day_of(piece.end_at - 1, zone)
    spans = [(piece.start_at, piece.end_at) for piece in found] + sealed
    begin, end = start_of(day_of(UTC, zone), zone), start_of(day_of(last, zone) + DAY, zone)
    for at in range(begin, end, HOUR // 2):
        assert sum(start <= at < end for start, end in spans) == 1
    assert all(begin <= piece.start_at < piece.end_at <= end for piece in found)
