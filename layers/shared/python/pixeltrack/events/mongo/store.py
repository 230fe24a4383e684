"""Collection `events`: buckets written once, and read back newest first as a feed."""

from collections.abc import Callable, Sequence
from typing import Any

from pymongo.database import Database

from pixeltrack.events.mongo import documents
from pixeltrack.events.mongo.feed import Feed
from pixeltrack.events.ports import Page, Position
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.mongo import insert, reread, translated
from pixeltrack.platform.ports import Added

COLLECTION = "events"
MOST_SITES_REMEMBERED = 10_000


class MongoEventStore:
    """The event store on a MongoDB database; `now_ms` is the clock in epoch milliseconds."""

    def __init__(
        self, database: Database[dict[str, Any]], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self._events = database[COLLECTION]
        self._now_ms = now_ms
        self._newest: dict[SiteId, int] = {}

    def fault(self, event: StoredEvent) -> str | None:
        """Return why BSON cannot hold an event, or None where it can."""
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
        """Return a page of events of these sites, newest first; see `pixeltrack.events.ports`."""
        if len(self._newest) > MOST_SITES_REMEMBERED:
            self._newest.clear()
        feed = Feed(self._events, sites, event_type, self._now_ms(), self._newest)
        with translated():
            return reread(lambda: feed.page(before, limit))
