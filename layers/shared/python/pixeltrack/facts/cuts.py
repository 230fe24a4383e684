"""How time is cut into days anew around sealed days, which stay as they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pixeltrack.facts.days import DAY, day_of, start_of

Span = tuple[int, int]
"""From an instant up to, not including, another; epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A day, or the part of it that lies on no sealed day; `is_whole` tells which."""

    day: date
    start_at: int
    end_at: int
    is_whole: bool


def pieces(first_at: int, last_at: int, timezone: str, sealed: Sequence[Span]) -> Iterator[Piece]:
    """Cut the days from that of `first_at` to that of `last_at` by a zone, without `sealed`.

    `sealed` are ordered spans that do not overlap.
    """
    day, last = day_of(first_at, timezone), day_of(last_at, timezone)
    place = 0
    while day <= last:
        start, end = start_of(day, timezone), start_of(day + DAY, timezone)
        while place < len(sealed) and sealed[place][1] <= start:
            place += 1
        for left in _without(start, end, sealed, place):
            yield Piece(day, *left, is_whole=left == (start, end))
        day += DAY


def _without(start: int, end: int, sealed: Sequence[Span], place: int) -> Iterator[Span]:
    """Return what remains of a span; sealed spans that may overlap it begin at index `place`."""
    while place < len(sealed) and sealed[place][0] < end:
        if start < sealed[place][0]:
            yield start, sealed[place][0]
        start = max(start, sealed[place][1])
        place += 1
    if start < end:
        yield start, end
