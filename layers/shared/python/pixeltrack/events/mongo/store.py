"""Collection `events`: buckets written once, and read back newest first as a feed."""

from collections.abc import Callable, Mapping, Sequence
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

    def encode(self, event: StoredEvent) -> bytes:
        """Return an event as BSON; raises `Unstorable`."""
        return documents.encode_event(event)

    def add(
        self, buckets: Sequence[Bucket], encoded: Mapping[str, Sequence[bytes]] | None = None
    ) -> Added:
        """Store buckets; one whose id is there already is a repeat and left as it is."""
        known = encoded or {}
        return insert(
            self._events, [documents.bucket_document(b, known.get(b.id)) for b in buckets]
        )

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
