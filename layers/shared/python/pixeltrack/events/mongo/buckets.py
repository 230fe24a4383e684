"""Reading collection `events` bucket by bucket, in the order in which they were stored."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo.database import Database
from pymongo.errors import NetworkTimeout, OperationFailure

from pixeltrack.events.mongo import documents
from pixeltrack.events.mongo.store import COLLECTION
from pixeltrack.events.stored import Bucket
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.mongo import translated

FIRST_BAND_MS = 1_000
WIDEST_BAND_MS = 30_000
WIDEST_FIRST_BAND_MS = 3_600_000
LONGEST_SWEEP_MS = 3 * 86_400_000
FEW_BUCKETS, MANY_BUCKETS = 50, 200
_A_FETCH = 100
_CUT_BY = 16
_TOO_LONG = (NetworkTimeout, OperationFailure)
_FOREVER_MS = 253_402_300_799_999


class MongoBuckets:
    """The buckets of a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(
        self, database: Database[dict[str, Any]], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._events = database[COLLECTION]
        self._now_ms = now_ms

    def between(self, after: int, until: int, site: str | None = None) -> Iterator[Bucket]:
        """Read the buckets stored after one instant and not after another, oldest first."""
        query = _span(after, until, site)
        with translated():
            for document in self._events.find(query).sort("storedAt", 1).batch_size(_A_FETCH):
                yield documents.read_bucket(document)

    def names(self, after: int, until: int | None = None) -> list[tuple[str, int]]:
        """Return `_id` and `storedAt` of the buckets stored after one instant and not another.

        They are read in bands of `storedAt`: some servers read whatever a query matches before
        they answer it, and return nothing else meanwhile. A band that takes too long is cut.
        """
        last = self._now_ms() if until is None else until
        # What is longer than a sweep looks back is the first of an installation.
        widest = WIDEST_BAND_MS if last - after <= LONGEST_SWEEP_MS else WIDEST_FIRST_BAND_MS
        found: list[tuple[str, int]] = []
        width = FIRST_BAND_MS
        while after < last:
            upper = min(after + width, last)
            try:
                band = self._names(after, upper)
            except StoreUnavailable as error:
                if width <= FIRST_BAND_MS or not isinstance(error.__cause__, _TOO_LONG):
                    raise
                width = max(width // _CUT_BY, FIRST_BAND_MS)
                continue
            found += band
            after = upper
            if len(band) > MANY_BUCKETS:
                width = max(width // 2, FIRST_BAND_MS)
            elif len(band) < FEW_BUCKETS:
                width = min(width * 2, widest)
        if until is None:  # those of a clock that runs ahead
            found += self._names(after, _FOREVER_MS)
        return found

    def _names(self, after: int, until: int) -> list[tuple[str, int]]:
        with translated():
            found = self._events.find(_span(after, until, None), {"_id": 1, "storedAt": 1})
            return [(document["_id"], int(document["storedAt"])) for document in found]

    def named(self, names: Sequence[str]) -> list[Bucket]:
        """Read the buckets of these `_id`s, those that there are."""
        with translated():
            return [
                documents.read_bucket(document)
                for start in range(0, len(names), _A_FETCH)
                for document in self._events.find(
                    {"_id": {"$in": list(names[start : start + _A_FETCH])}}
                )
            ]


def _span(after: int, until: int, site: str | None) -> dict[str, Any]:
    span = {"$gt": DatetimeMS(after), "$lte": DatetimeMS(until)}
    return {"storedAt": span} if site is None else {"site": site, "storedAt": span}
