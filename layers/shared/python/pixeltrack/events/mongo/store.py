"""Collections `events` and `rejected`: what is written to them, and their indexes.

A bucket's document is in camel case, whole numbers have 64 bits, `storedAt` is a date, `shown` is
what the feed finds it by. Buckets are written once, and read back newest first as a feed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import bson
import msgspec
import pymongo
from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from pixeltrack.events.erasure import shown_site
from pixeltrack.events.mongo.feed import Feed, shown_as
from pixeltrack.events.ports import MOST_DROPPED, FirstCopies, Page, Position, Unstorable
from pixeltrack.events.rejections import Rejection
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform.identifiers import SiteId, TrackingId
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.mongo import insert, reread, translated
from pixeltrack.platform.ports import Added

COLLECTION = "events"
REJECTIONS = "rejected"
REJECTED_DAYS = 30
"""How long dropped events are kept for whoever asks why."""

COUNT_WITHIN_S = 5.0
"""How long counting dropped events may take."""

MOST_SITES_REMEMBERED = 10_000
_MOST_CHARACTERS = 64
_NUMBERS = ("offset", "at", "receivedAt")


def ensure_indexes(database: Database[dict[str, Any]]) -> None:
    """Create what is missing; harmless twice. Raises `StoreUnavailable`.

    An index with the same keys is left as it is, whatever it does beside: see `differing_indexes`.
    """
    with translated():
        for name, keys, options in _INDEXES:
            if keys not in _indexes(database[name]):
                database[name].create_index([(key, ASCENDING) for key in keys], **options)


def differing_indexes(database: Database[dict[str, Any]]) -> list[str]:
    """Return a line for each index that is missing or does other than planned, with what mends it.

    More indexes are no difference unless they refuse or delete documents. Raises
    `StoreUnavailable`.
    """
    lines = []
    with translated():
        present = {name: _indexes(database[name]) for name in (COLLECTION, REJECTIONS)}
    for name, keys, options in _INDEXES:
        found = present[name].pop(keys, None)
        fields = ", ".join(keys)
        if found is None:
            lines.append(f"MongoDB: index ({fields}) of {name} is missing; run `make migrate`")
        elif (does := _effects(found)) != options:
            lines.append(
                f"MongoDB: index ({fields}) of {name} has {does}, expected was {options}; "
                f"drop it with `db.{name}.dropIndex('{found['name']}')`, then run `make migrate`"
            )
    lines += [
        f"MongoDB: index {found['name']} of {name} has {_effects(found)} and is not expected; "
        f"drop it with `db.{name}.dropIndex('{found['name']}')`"
        for name, indexes in present.items()
        for found in indexes.values()
        if _effects(found)
    ]
    return lines


_INDEXES: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    (COLLECTION, ("site", "storedAt"), {}),
    (COLLECTION, ("site", "shown", "storedAt"), {}),
    (COLLECTION, ("storedAt",), {}),
    (REJECTIONS, ("trackingId", "at"), {}),
    (REJECTIONS, ("at",), {"expireAfterSeconds": REJECTED_DAYS * 86_400}),
)
"""By collection and ascending keys: what the index does beside finding documents."""


def _indexes(collection: Collection[dict[str, Any]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Return the indexes of a collection by their keys; a descending key has a minus before it."""
    return {
        tuple(key if way == 1 else f"-{key}" for key, way in index["key"].items()): index
        for index in collection.list_indexes()
        if index["name"] != "_id_"
    }


def _effects(index: Mapping[str, Any]) -> dict[str, Any]:
    names = ("unique", "expireAfterSeconds", "partialFilterExpression", "sparse")
    return {name: index[name] for name in names if index.get(name)}


def date_back_rejections(database: Database[dict[str, Any]], now: int) -> None:
    """Let the days of rejections that a clock which ran ahead dated later than now count from now.

    Raises `StoreUnavailable`.
    """
    at = DatetimeMS(now)
    with translated():
        database[REJECTIONS].update_many({"at": {"$gt": at}}, {"$set": {"at": at}})


class MongoEventStore:
    """The event store on a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(
        self, database: Database[dict[str, Any]], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._events = database[COLLECTION]
        self._now_ms = now_ms
        self._newest: dict[tuple[SiteId, str | None], int] = {}

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
        firsts: FirstCopies,
    ) -> Page:
        """Return a page of events of these sites, newest first; see `pixeltrack.events.ports`."""
        if len(self._newest) > MOST_SITES_REMEMBERED:
            self._newest.clear()
        feed = Feed(
            self._events,
            list(dict.fromkeys(sites)),
            event_type,
            self._now_ms(),
            self._newest,
            firsts,
        )
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


class MongoDropCounts:
    """Counts of the rejections in a MongoDB database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rejected = database[REJECTIONS]

    def dropped(self, site: TrackingId, since: int, until: int) -> Mapping[str, int]:
        """Return counts by reason of what was dropped in a span; see `pixeltrack.events.ports`."""
        span = {"$gte": DatetimeMS(since), "$lt": DatetimeMS(until)}
        steps: list[dict[str, Any]] = [
            {"$match": {"trackingId": site, "at": span}},
            {"$limit": MOST_DROPPED},
            {"$group": {"_id": "$reason", "events": {"$sum": 1}}},
        ]
        with translated(), pymongo.timeout(COUNT_WITHIN_S):
            found = reread(lambda: list(self._rejected.aggregate(steps)))
        return {str(row["_id"]): int(row["events"]) for row in found}


def _rejection(rejection: Rejection, at: DatetimeMS) -> dict[str, Any]:
    """Write a rejection; `at`, from which its 30 days count, is when it was first stored.

    By `trackingId` and `visitors` erasures find it.
    """
    tracking_id = rejection.tracking_id or shown_site(rejection.sample) or ""
    return {
        "_id": rejection.id,
        "partition": Int64(rejection.partition),
        "offset": Int64(rejection.offset),
        "receivedAt": Int64(rejection.received_at),
        "trackingId": tracking_id[:_MOST_CHARACTERS],
        "reason": rejection.reason.value,
        "detail": rejection.detail,
        "sample": rejection.sample,
        "visitors": list(rejection.visitors),
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
        "shown": shown_as(bucket.events),
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
