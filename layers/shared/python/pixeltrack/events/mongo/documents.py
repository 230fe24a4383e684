"""Buckets as MongoDB documents: camel case, whole numbers of 64 bits, `storedAt` a date."""

from typing import Any

import bson
import msgspec
from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64

from pixeltrack.events.stored import Bucket, StoredEvent

_NUMBERS = ("offset", "at", "receivedAt")


def bucket_document(bucket: Bucket) -> dict[str, Any]:
    """Write a bucket as its document."""
    return {
        "_id": bucket.id,
        "partition": Int64(bucket.partition),
        "site": bucket.site,
        "owner": bucket.owner,
        "trackingId": bucket.tracking_id,
        "storedAt": DatetimeMS(bucket.stored_at),
        "events": [event_document(event) for event in bucket.events],
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


def fault(event: StoredEvent) -> str | None:
    """Return why BSON cannot hold an event, or None: each is tried before its bucket is."""
    try:
        bson.encode(event_document(event))
    except (ValueError, OverflowError, TypeError) as error:
        return type(error).__name__
    return None
