"""Reading collection `events` bucket by bucket, in the order in which they were stored."""

from collections.abc import Iterator, Sequence
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from pixeltrack.adapters.mongo import documents
from pixeltrack.adapters.mongo.client import translated
from pixeltrack.adapters.mongo.events import COLLECTION
from pixeltrack.domain.events import Bucket

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
        """Answer `_id` and `storedAt` of the buckets stored after one instant and not another."""
        query = _span(after, _FOREVER_MS if until is None else until, None)
        with translated():
            found = self._events.find(query, {"_id": 1, "storedAt": 1})
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
