"""Rewrites what MongoDB holds of whom and what was erased; done twice, it changes nothing more.

Collections are walked backwards through time, see `pixeltrack.events.mongo.walker`; where a walk
is, is kept between two calls by whoever erases.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from pixeltrack.events.erasure import Erasure, Rewritten, Span, remains
from pixeltrack.events.mongo import store, walker
from pixeltrack.events.mongo.feed import shown_as
from pixeltrack.events.mongo.walker import FIRST_MS, MOST, Piece
from pixeltrack.events.ports import FOREVER_MS
from pixeltrack.events.stored import StoredEvent
from pixeltrack.platform.mongo import translated

_Document = dict[str, Any]


class MongoErasures:
    """Rewrites collections `events` and `rejected`."""

    def __init__(self, database: Database[_Document]) -> None:
        self._events = database[store.COLLECTION]
        self._rejected = database[store.REJECTIONS]

    def newest(self, now: int) -> Span:
        """Return the span in which a walk begins, with what wrong clocks wrote in it."""
        return Span(now - FIRST_MS, FOREVER_MS)

    def rewrite_buckets(self, erasure: Erasure, span: Span, down_to: int) -> Rewritten:
        """Leave the remains of erased events in the site's buckets stored in a span.

        The walk ends once it is below `down_to`.
        """
        piece = _read(self._events, {"site": erasure.site}, "storedAt", span)
        events = [_events(bucket) for bucket in piece.items]
        changed: Counter[bytes] = Counter()
        updates = []
        for bucket, read in zip(piece.items, events, strict=True):
            taken = [erasure.takes(event) for event in read]
            if whose := set(taken) - {None}:
                changed.update(key for key in whose if key is not None)
                updates.append(_without(bucket, read, taken))
        _write(self._events, updates)
        spared = tuple(
            bucket["_id"]
            for bucket, read in zip(piece.items, events, strict=True)
            if any(map(erasure.spares, read))
        )
        return Rewritten(len(piece.items), changed, _before(piece, down_to), spared)

    def rewrite_rejections(self, erasure: Erasure, span: Span, down_to: int) -> Rewritten:
        """Empty the samples of rejections stored in a span that show who was erased.

        Those written before rejections bore a tracking id are looked through as well.
        """
        query = {"trackingId": {"$in": [erasure.tracking_id, None]}}
        piece = _read(self._rejected, query, "at", span)
        changed: Counter[bytes] = Counter()
        updates = []
        for one in piece.items:
            received_at, site = int(one["receivedAt"]), one.get("trackingId")
            key = erasure.takes_sample(one["sample"], received_at, one.get("visitors"), site)
            if key is not None:
                changed[key] += 1
                emptied = {"$set": {"sample": "", "detail": "", "visitors": []}}
                updates.append(UpdateOne({"_id": one["_id"]}, emptied))
        _write(self._rejected, updates)
        return Rewritten(len(piece.items), changed, _before(piece, down_to))


def _read(
    collection: Collection[_Document], query: _Document, field: str, span: Span
) -> Piece[_Document]:
    """Read a span, or as much of its newer end as is not too much."""
    is_newest = span.until == FOREVER_MS
    width = FIRST_MS if is_newest else span.until - span.after
    return next(
        walker.documents_backwards(
            collection, query, field, (span.after, span.until), width_ms=width, most=MOST
        )
    )


def _write(collection: Collection[_Document], updates: Sequence[UpdateOne]) -> None:
    if updates:
        with translated():
            collection.bulk_write(updates, ordered=False)


def _before(piece: Piece[_Document], down_to: int) -> Span | None:
    """Return the span before."""
    return None if piece.after < down_to else Span(piece.after - piece.next_ms, piece.after)


def _without(
    bucket: _Document, events: Sequence[StoredEvent], taken: Sequence[bytes | None]
) -> UpdateOne:
    kept = [
        document if whose is None else store.event_document(remains(event))
        for document, event, whose in zip(bucket["events"], events, taken, strict=True)
    ]
    stay = [event for event, whose in zip(events, taken, strict=True) if whose is None]
    return UpdateOne({"_id": bucket["_id"]}, {"$set": {"events": kept, "shown": shown_as(stay)}})


def _events(bucket: _Document) -> list[StoredEvent]:
    return msgspec.convert(bucket["events"], list[StoredEvent])
