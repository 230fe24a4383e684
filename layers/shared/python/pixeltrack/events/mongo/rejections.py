"""Collection `rejected`: dropped events, kept 30 days for whoever asks why."""

from collections.abc import Callable, Sequence
from typing import Any

from bson.datetime_ms import DatetimeMS
from bson.int64 import Int64
from pymongo.database import Database

from pixeltrack.events.erasure import shown_site
from pixeltrack.events.stored import Rejection
from pixeltrack.platform.mongo import insert
from pixeltrack.platform.ports import Added

COLLECTION = "rejected"
_MOST_CHARACTERS = 64


class MongoRejectionStore:
    """The rejection store on a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(self, database: Database[dict[str, Any]], now_ms: Callable[[], int]) -> None:
        self._rejected = database[COLLECTION]
        self._now_ms = now_ms

    def add(self, rejections: Sequence[Rejection]) -> Added:
        """Store rejections; one whose id is there already is a repeat and left as it is."""
        at = DatetimeMS(self._now_ms())
        return insert(self._rejected, [_document(rejection, at) for rejection in rejections])


def _document(rejection: Rejection, at: DatetimeMS) -> dict[str, Any]:
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
