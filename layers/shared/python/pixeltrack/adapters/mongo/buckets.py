"""Reading collection `events` bucket by bucket, in the order in which they were stored."""

from collections.abc import Iterator, Sequence
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from pixeltrack.adapters.mongo import documents
from pixeltrack.adapters.mongo.client import translated
from pixeltrack.adapters.mongo.events import COLLECTION, wall_ms
from pixeltrack.domain.events import Bucket

FIRST_BAND_MS = 1_000
WIDEST_BAND_MS = 30_000
LONGEST_SWEEP_MS = 3 * 86_400_000
FEW_BUCKETS, MANY_BUCKETS = 50, 200
_A_FETCH = 100
_FOREVER_MS = 253_402_300_799_999


class MongoBuckets:
    """The buckets of a MongoDB database; instants are epoch milliseconds."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._events = database[COLLECTION]

    def between(self, after: int, until: int, site: str | None = None) -> Iterator[Bucket]:
        """Read the buckets stored after one instant and not after another, oldest first."""
        query = _span(after, until, site)
        with translated():
            for document in self._events.find(query).sort("storedAt", 1).batch_size(_A_FETCH):
                yield documents.read_bucket(document)

    def names(self, after: int, until: int | None = None) -> list[tuple[str, int]]:
        """Answer `_id` and `storedAt` of the buckets stored after one instant and not another.

        They are read in bands of `storedAt`: some servers read whatever a query matches before
        they answer it, and answer nothing else meanwhile.
        """
        last = wall_ms() if until is None else until
        # What is longer than a sweep looks back is the first of an installation.
        widest = WIDEST_BAND_MS if last - after <= LONGEST_SWEEP_MS else last - after
        found: list[tuple[str, int]] = []
        width = FIRST_BAND_MS
        while after < last:
            upper = min(after + width, last)
            band = self._names(after, upper)
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

    def first(self, site: str) -> int | None:
        """Answer when a site's first bucket was stored, None where there is none."""
        with translated():
            query = self._events.find({"site": site}, {"storedAt": 1}).sort("storedAt", 1).limit(1)
            return next((int(document["storedAt"]) for document in query), None)


def _span(after: int, until: int, site: str | None) -> dict[str, Any]:
    span = {"$gt": DatetimeMS(after), "$lte": DatetimeMS(until)}
    return {"storedAt": span} if site is None else {"site": site, "storedAt": span}
