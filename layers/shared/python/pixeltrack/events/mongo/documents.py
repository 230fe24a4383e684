"""Buckets as MongoDB documents: camel case, whole numbers of 64 bits, `storedAt` a date."""

from collections.abc import Sequence
from typing import Any

import bson
import msgspec
from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from bson.raw_bson import RawBSONDocument

from pixeltrack.events.ports import Unstorable
from pixeltrack.events.stored import Bucket, StoredEvent

_NUMBERS = ("offset", "at", "receivedAt")


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


def read_event(document: dict[str, Any]) -> StoredEvent:
    """Read an event back."""
    return msgspec.convert(document, StoredEvent)


def encode_event(event: StoredEvent) -> bytes:
    """Write an event as BSON; raises `Unstorable`: each is tried before its bucket is."""
    try:
        return bson.encode(event_document(event))
    except (ValueError, OverflowError, TypeError) as error:
        raise Unstorable(type(error).__name__) from error
