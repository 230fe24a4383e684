"""Collection `events`: buckets written once, and read back newest first as a feed."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from pymongo.database import Database

from pixeltrack.adapters.mongo import documents
from pixeltrack.adapters.mongo.client import reread, translated
from pixeltrack.adapters.mongo.feed import Feed
from pixeltrack.adapters.mongo.writes import insert
from pixeltrack.domain.events import Bucket, StoredEvent
from pixeltrack.domain.identifiers import SiteId
from pixeltrack.ports import Added, Page, Position

COLLECTION = "events"
MOST_SITES_REMEMBERED = 10_000


def wall_ms() -> int:
    """Read the wall clock in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class MongoEventStore:
    """The event store on a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(
        self, database: Database[dict[str, Any]], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._events = database[COLLECTION]
        self._now_ms = now_ms
        self._newest: dict[SiteId, int] = {}

    def fault(self, event: StoredEvent) -> str | None:
        """Answer why BSON cannot hold an event, or None where it can."""
        return documents.fault(event)

    def add(self, buckets: Sequence[Bucket]) -> Added:
        """Store buckets; one whose id is there already is a repeat and left as it is."""
        return insert(self._events, [documents.bucket_document(bucket) for bucket in buckets])

    def latest(
        self,
        sites: Sequence[SiteId],
        *,
        before: Position | None,
        limit: int,
        event_type: str | None = None,
    ) -> Page:
        """Answer a page of events of these sites, newest first; see `pixeltrack.ports`."""
        if len(self._newest) > MOST_SITES_REMEMBERED:
            self._newest.clear()
        feed = Feed(self._events, sites, event_type, self._now_ms(), self._newest)
        with translated():
            return reread(lambda: feed.page(before, limit))
