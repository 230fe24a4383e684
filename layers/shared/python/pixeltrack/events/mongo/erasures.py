"""Rewrites what MongoDB holds of whom and what was erased; done twice, it changes nothing more.

Collections are walked backwards through time in bands that widen where little is found: a narrow
range on an index is cheap on every server, while some sort all that a query matches before they
honour its limit.
"""

from dataclasses import dataclass
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from pixeltrack.events.erasure import Erasure, remains
from pixeltrack.events.mongo import documents, rejections, store
from pixeltrack.events.stored import StoredEvent
from pixeltrack.platform.mongo import translated

FIRST_BAND_MS = 1_000
FEW = 20
MOST = 100
"""Documents that one band may hold; more are halved, down to a millisecond."""

_FOREVER_MS = 253_402_300_799_999
_Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Band:
    """A span of epoch milliseconds: later than `after`, not later than `until`."""

    after: int
    until: int

    @classmethod
    def first(cls, now: int) -> "Band":
        """Return the band in which a walk begins: the newest, with what wrong clocks wrote."""
        return cls(now - FIRST_BAND_MS, _FOREVER_MS)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a band came to: documents read and changed, and where to go on, None at the end.

    `spared` are the `_id`s of buckets that hold later events of the visitor.
    """

    read: int
    changed: int
    next: Band | None
    spared: tuple[str, ...] = ()


class MongoErasures:
    """Rewrites collections `events` and `rejected`."""

    def __init__(self, database: Database[_Document]) -> None:
        self._events = database[store.COLLECTION]
        self._rejected = database[rejections.COLLECTION]

    def rewrite_buckets(self, erasure: Erasure, band: Band, down_to: int) -> Rewritten:
        """Leave the remains of erased events in the site's buckets stored in a band.

        The walk ends once it is below `down_to`.
        """
        with translated():
            found, band = _read(self._events, {"site": erasure.site}, "storedAt", band)
            updates = [update for bucket in found if (update := _bucket(erasure, bucket))]
            if updates:
                self._events.bulk_write(updates, ordered=False)
        spared = tuple(b["_id"] for b in found if any(map(erasure.spares, _events(b))))
        return Rewritten(len(found), len(updates), _before(band, len(found), down_to), spared)

    def rewrite_rejections(self, erasure: Erasure, band: Band, down_to: int) -> Rewritten:
        """Empty the samples of rejections stored in a band that show who was erased."""
        with translated():
            found, band = _read(self._rejected, {}, "at", band)
            updates = [update for document in found if (update := _rejection(erasure, document))]
            if updates:
                self._rejected.bulk_write(updates, ordered=False)
        return Rewritten(len(found), len(updates), _before(band, len(found), down_to))


def _read(
    collection: Collection[_Document], query: _Document, field: str, band: Band
) -> tuple[list[_Document], Band]:
    """Read a band, or as much of its newer end as is not too much."""
    while True:
        span = {"$gt": DatetimeMS(band.after), "$lte": DatetimeMS(band.until)}
        asked = query | {field: span}
        width = band.until - band.after
        if width == 1 or len(list(collection.find(asked, {"_id": 1}).limit(MOST + 1))) <= MOST:
            return list(collection.find(asked)), band
        band = Band(band.until - width // 2, band.until)


def _before(band: Band, found: int, down_to: int) -> Band | None:
    """Return the band before, wider where little was found."""
    if band.after < down_to:
        return None
    width = FIRST_BAND_MS if band.until == _FOREVER_MS else band.until - band.after
    return Band(band.after - (width * 2 if found < FEW else width), band.after)


def _bucket(erasure: Erasure, bucket: _Document) -> UpdateOne | None:
    kept = [
        documents.event_document(remains(event)) if erasure.takes(event) else document
        for document, event in zip(bucket["events"], _events(bucket), strict=True)
    ]
    if kept == bucket["events"]:
        return None
    return UpdateOne({"_id": bucket["_id"]}, {"$set": {"events": kept}})


def _events(bucket: _Document) -> list[StoredEvent]:
    return [documents.read_event(document) for document in bucket["events"]]


def _rejection(erasure: Erasure, document: _Document) -> UpdateOne | None:
    sample = document["sample"]
    if not sample or not erasure.takes_sample(sample, int(document["receivedAt"])):
        return None
    return UpdateOne({"_id": document["_id"]}, {"$set": {"sample": "", "detail": ""}})
