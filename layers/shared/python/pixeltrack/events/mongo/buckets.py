"""Reading collection `events` bucket by bucket, in the order in which they were stored."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from pixeltrack.events.mongo.store import COLLECTION, read_bucket
from pixeltrack.events.mongo.walker import WIDEST_MS, Pace, Walker
from pixeltrack.events.ports import FIRST_WIDTH_MS, FOREVER_MS, MOST_EVENTS, Band
from pixeltrack.events.stored import Bucket
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.mongo import translated

WIDEST_BAND_MS = 30_000
LONGEST_SWEEP_MS = 3 * 86_400_000
FEW_BUCKETS, MANY_BUCKETS = 50, 200
_A_FETCH = 100


class MongoBuckets:
    """The buckets of a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(
        self, database: Database[dict[str, Any]], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._events = database[COLLECTION]
        self._now_ms = now_ms

    def walk(
        self,
        after: int,
        until: int,
        *,
        site: SiteId | None = None,
        newest_first: bool = False,
        width_ms: int = FIRST_WIDTH_MS,
        most_events: int = MOST_EVENTS,
    ) -> Iterator[Band]:
        """Read buckets in bands; see `pixeltrack.events.ports`."""

        def find(after: int, until: int) -> Iterator[Bucket]:
            order = -1 if newest_first else 1
            query = _span(after, until, site)
            with translated():
                found = self._events.find(query).sort("storedAt", order).batch_size(_A_FETCH)
                yield from map(read_bucket, found)

        pace = Pace.by_weight(most_events, width_ms)
        now = min(self._now_ms(), until)
        walker = Walker(find, lambda b: b.stored_at, pace, now, lambda b: len(b.events))
        walk = walker.backwards if newest_first else walker.forwards
        for piece in walk(after, until):
            yield Band(piece.after, piece.until, piece.items)

    def names(self, after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        """Yield `_id` and `storedAt` of the buckets stored after one instant and not another."""
        last = self._now_ms() if until is None else until
        # What is longer than a sweep looks back is the first of an installation.
        is_first = last - after > LONGEST_SWEEP_MS
        widest = WIDEST_MS if is_first else WIDEST_BAND_MS
        pace = Pace(FEW_BUCKETS, MANY_BUCKETS, widest_ms=widest)
        walker = Walker(self._names, lambda name: name[1], pace, last)
        for piece in walker.forwards(after, FOREVER_MS if until is None else until):
            if piece.items:
                yield piece.items

    def _names(self, after: int, until: int) -> list[tuple[str, int]]:
        with translated():
            found = self._events.find(_span(after, until, None), {"_id": 1, "storedAt": 1})
            return [(document["_id"], int(document["storedAt"])) for document in found]

    def named(self, names: Sequence[str]) -> list[Bucket]:
        """Read the buckets of these `_id`s, those that there are."""
        with translated():
            return [
                read_bucket(document)
                for start in range(0, len(names), _A_FETCH)
                for document in self._events.find(
                    {"_id": {"$in": list(names[start : start + _A_FETCH])}}
                )
            ]

    def date_back(self, names: Sequence[str], stored_at: int) -> None:
        """Give buckets of these `_id`s that say they were stored later this instant instead."""
        at = DatetimeMS(stored_at)
        with translated():
            self._events.update_many(
                {"_id": {"$in": list(names)}, "storedAt": {"$gt": at}}, {"$set": {"storedAt": at}}
            )


def _span(after: int, until: int, site: str | None) -> dict[str, Any]:
    span = {"$gt": DatetimeMS(after), "$lte": DatetimeMS(until)}
    return {"storedAt": span} if site is None else {"site": site, "storedAt": span}
