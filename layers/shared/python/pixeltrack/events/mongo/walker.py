"""Walks a collection through time in bands, each one query over a narrow span of instants.

A narrow span of an index is cheap on every server, while some read, and sort, all that a query
matches before they answer or honour its limit. So bands begin narrow and widen where little is
found, narrow where there is much, and one that took the server too long is cut and asked for
again. Whole instants only: what has the same instant is in one band.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from bson.datetime_ms import DatetimeMS
from pymongo.collection import Collection
from pymongo.errors import NetworkTimeout, OperationFailure

from pixeltrack.events.ports import FOREVER_MS
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.mongo import translated

FIRST_MS = 1_000
WIDEST_MS = 3_600_000
CUT_BY = 16
_TOO_LONG = (NetworkTimeout, OperationFailure)
_Document = dict[str, Any]

T = TypeVar("T")


class TooMuch(StoreUnavailable):
    """A band holds more than is to be read at once: it is cut as if it had taken too long."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How wide bands are: `first_ms` at first, doubled after less than `few`, up to `widest_ms`.

    After more than `many` they are halved, down to `narrowest_ms`. What is more than `most` goes
    into several bands, though it was read at once.
    """

    few: int
    many: int
    most: int | None = None
    first_ms: int = FIRST_MS
    narrowest_ms: int = FIRST_MS
    widest_ms: int = FOREVER_MS

    @classmethod
    def by_weight(cls, most: int, first_ms: int) -> "Pace":
        """Return the pace at which bands of about `most` are read, an hour at the widest."""
        return cls(max(most // 4, 1), most, most, first_ms, widest_ms=WIDEST_MS)

    def after(self, width_ms: int, found: int) -> int:
        """Return how wide the band after one with so much in it is."""
        if found < self.few:
            return min(width_ms * 2, max(self.widest_ms, width_ms))
        return max(width_ms // 2, self.narrowest) if found > self.many else width_ms

    @property
    def narrowest(self) -> int:
        """Return the width below which no band is cut."""
        return min(self.narrowest_ms, self.first_ms)


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """What is stored later than `after` and not later than `until`; the next is `next_ms` wide."""

    after: int
    until: int
    items: list[T]
    next_ms: int


@dataclass(frozen=True, slots=True)
class Walker(Generic[T]):
    """Walks with `find(after, until)`, which reads a band in the direction of the walk.

    `stored_at` is an item's instant, `weight` how much it counts. What lies after `now`, written
    by clocks that run ahead, makes up no more than one band, the newest.
    """

    find: Callable[[int, int], Iterable[T]]
    stored_at: Callable[[T], int]
    pace: Pace
    now: int
    weight: Callable[[T], int] = lambda _: 1

    def forwards(self, after: int, until: int) -> Iterator[Piece[T]]:
        """Walk from the oldest to the newest; raises `StoreUnavailable`."""
        width = self.pace.first_ms
        while after < until:
            edge = min(after + width, until, self.now) if after < self.now else until
            try:
                for piece in self._pieces(after, edge, width, is_newest_first=False):
                    yield piece
                    after, width = piece.until, piece.next_ms
            except StoreUnavailable as error:
                width = self._cut(edge - after, error)

    def backwards(self, after: int, until: int, stop: int | None = None) -> Iterator[Piece[T]]:
        """Walk from the newest to the oldest; raises `StoreUnavailable`.

        At `stop`, where something is known to be, a band ends and the next begins narrow.
        """
        width = self.pace.first_ms
        while after < until:
            newest = min(until, self.now)
            edge = max(newest - width, after)
            if stop is not None and edge < stop - self.pace.first_ms and stop <= until:
                edge, width, stop = max(stop - self.pace.first_ms, after), self.pace.first_ms, None
            try:
                for piece in self._pieces(edge, until, width, is_newest_first=True):
                    yield piece
                    until, width = piece.after, piece.next_ms
            except StoreUnavailable as error:
                width = self._cut(newest - edge, error)

    def _pieces(
        self, after: int, until: int, width: int, *, is_newest_first: bool
    ) -> Iterator[Piece[T]]:
        """Read a band, handing it out in parts that hold no more than enough."""
        pace, total, held = self.pace, 0, 0
        piece: Piece[T] = Piece(after, until, [], width)
        for item in self.find(after, until):
            last = self.stored_at(piece.items[-1]) if piece.items else None
            is_full = pace.most is not None and held >= pace.most
            if is_full and last is not None and last != self.stored_at(item):
                edge = last - 1 if is_newest_first else last
                rest = (after, edge) if is_newest_first else (edge, until)
                done = (edge, piece.until) if is_newest_first else (piece.after, edge)
                yield Piece(*done, piece.items, pace.after(width, total))
                piece, held = Piece(*rest, [], width), 0
            piece.items.append(item)
            held += self.weight(item)
            total += self.weight(item)
        yield replace(piece, next_ms=pace.after(width, total))

    def _cut(self, span: int, error: StoreUnavailable) -> int:
        """Return how wide to ask instead of a span that failed, if it was too wide."""
        is_too_wide = isinstance(error, TooMuch) or isinstance(error.__cause__, _TOO_LONG)
        if span <= self.pace.narrowest or not is_too_wide:
            raise error
        return max(span // CUT_BY, self.pace.narrowest)


FEW, MOST = 20, 100


def documents_backwards(
    collection: Collection[_Document],
    query: _Document,
    field: str,
    span: tuple[int, int],
    *,
    width_ms: int = FIRST_MS,
    fields: _Document | None = None,
    most: int = MOST,
) -> Iterator[Piece[_Document]]:
    """Walk documents from the newest to the oldest by `field`, a date, few at a time.

    What a band holds is counted first, by `_id` alone, so that none of a dense stretch after a
    quiet one is read for nothing. A span up to `FOREVER_MS` is the newest: it has one band,
    `width_ms` wide and with whatever clocks that run ahead wrote.
    """
    after, until = span
    now = until if until < FOREVER_MS else after + width_ms

    def find(after: int, until: int) -> Iterator[_Document]:
        asked = query | {field: {"$gt": DatetimeMS(after), "$lte": DatetimeMS(until)}}
        with translated():
            if min(until, now) - after > 1:
                ids = list(collection.find(asked, {"_id": 1}).limit(most + 1))
                if len(ids) > most:
                    raise TooMuch
            yield from collection.find(asked, fields).sort(field, -1)

    pace = Pace(FEW, most, most, first_ms=width_ms, narrowest_ms=1)
    return Walker(find, lambda document: int(document[field]), pace, now).backwards(after, until)
