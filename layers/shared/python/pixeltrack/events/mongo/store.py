"""Collections `events` and `rejected`: what is written to them, and their indexes.

A bucket's document is in camel case, whole numbers have 64 bits, `storedAt` is a date. Buckets
are written once, and read back newest first as a feed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import bson
import msgspec
from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING
from pymongo.database import Database

from pixeltrack.events.erasure import shown_site
from pixeltrack.events.mongo.feed import Feed
from pixeltrack.events.ports import Page, Position, Unstorable
from pixeltrack.events.rejections import Rejection
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.mongo import insert, reread, translated
from pixeltrack.platform.ports import Added

COLLECTION = "events"
REJECTIONS = "rejected"
REJECTED_DAYS = 30
"""How long dropped events are kept for whoever asks why."""

MOST_SITES_REMEMBERED = 10_000
_MOST_CHARACTERS = 64
_NUMBERS = ("offset", "at", "receivedAt")


def ensure_indexes(database: Database[dict[str, Any]]) -> None:
    """Create what is missing; harmless twice. Raises `StoreUnavailable`."""
    with translated():
        database[COLLECTION].create_index([("site", ASCENDING), ("storedAt", ASCENDING)])
        database[COLLECTION].create_index([("storedAt", ASCENDING)])
        database[REJECTIONS].create_index([("trackingId", ASCENDING), ("at", ASCENDING)])
        database[REJECTIONS].create_index(
            [("at", ASCENDING)], expireAfterSeconds=REJECTED_DAYS * 86_400
        )


class MongoEventStore:
    """The event store on a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(
        self, database: Database[dict[str, Any]], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._events = database[COLLECTION]
        self._now_ms = now_ms
        self._newest: dict[SiteId, int] = {}

    def encode(self, event: StoredEvent) -> bytes:
        """Return an event as BSON; raises `Unstorable`."""
        return encode_event(event)

    def add(
        self, buckets: Sequence[Bucket], encoded: Mapping[str, Sequence[bytes]] | None = None
    ) -> Added:
        """Store buckets; one whose id is there already is a repeat and left as it is."""
        known = encoded or {}
        return insert(self._events, [bucket_document(b, known.get(b.id)) for b in buckets])

    def latest(
        self,
        sites: Sequence[SiteId],
        *,
        before: Position | None,
        limit: int,
        event_type: str | None = None,
    ) -> Page:
        """Return a page of events of these sites, newest first; see `pixeltrack.events.ports`."""
        if len(self._newest) > MOST_SITES_REMEMBERED:
            self._newest.clear()
        feed = Feed(self._events, sites, event_type, self._now_ms(), self._newest)
        with translated():
            return reread(lambda: feed.page(before, limit))


class MongoRejectionStore:
    """The rejection store on a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(self, database: Database[dict[str, Any]], now_ms: Callable[[], int]) -> None:
        self._rejected = database[REJECTIONS]
        self._now_ms = now_ms

    def add(self, rejections: Sequence[Rejection]) -> Added:
        """Store rejections; one whose id is there already is a repeat and left as it is."""
        at = DatetimeMS(self._now_ms())
        return insert(self._rejected, [_rejection(rejection, at) for rejection in rejections])


def _rejection(rejection: Rejection, at: DatetimeMS) -> dict[str, Any]:
    """Write a rejection; `at`, from which its 30 days count, is when it was first stored.

    `trackingId` is the site that its sample shows, by which erasures find it.
    """
    tracking_id = shown_site(rejection.sample) or rejection.tracking_id
    return {
        "_id": rejection.id,
        "partition": Int64(rejection.partition),
        "offset": Int64(rejection.offset),
        "receivedAt": Int64(rejection.received_at),
        "trackingId": tracking_id[:_MOST_CHARACTERS],
        "reason": rejection.reason.value,
        "detail": rejection.detail,
        "sample": rejection.sample,
        "at": at,
    }


def bucket_document(bucket: Bucket, encoded: Sequence[bytes] | None = None) -> dict[str, Any]:
    """Write a bucket as its document, around its events where they are `encoded` already."""
    events: list[Any] = (
        [event_document(event) for event in bucket.events]
        if encoded is None
        else [RawBSONDocument(event) for event in encoded]
    )
    return {
        "_id": bucket.id,
        "partition": Int64(bucket.partition),
        "site": bucket.site,
        "owner": bucket.owner,
        "trackingId": bucket.tracking_id,
        "storedAt": DatetimeMS(bucket.stored_at),
        "events": events,
    }


def event_document(event: StoredEvent) -> dict[str, Any]:
    """Write an event as part of its bucket's document; what is unknown is absent."""
    document: dict[str, Any] = msgspec.to_builtins(event)
    for name in _NUMBERS:
        document[name] = Int64(document[name])
    return document


def read_bucket(document: dict[str, Any]) -> Bucket:
    """Read a bucket back."""
    return Bucket(
        id=document["_id"],
        partition=int(document["partition"]),
        site=document["site"],
        owner=document["owner"],
        tracking_id=document["trackingId"],
        stored_at=int(document["storedAt"]),
        events=msgspec.convert(document["events"], list[StoredEvent]),
    )


def encode_event(event: StoredEvent) -> bytes:
    """Write an event as BSON; raises `Unstorable`: each is tried before its bucket is."""
    try:
        return bson.encode(event_document(event))
    except (ValueError, OverflowError, TypeError) as error:
        raise Unstorable(type(error).__name__) from error
