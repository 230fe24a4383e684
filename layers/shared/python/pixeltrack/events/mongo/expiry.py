"""Deletes buckets of collection `events` that nothing can ask for again."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pymongo.database import Database

from pixeltrack.events.mongo.store import COLLECTION
from pixeltrack.events.mongo.walker import documents_backwards
from pixeltrack.events.retention import Retention
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.mongo import translated

_A_FETCH = 100


class MongoExpiry:
    """Expiry of buckets in a MongoDB database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._events = database[COLLECTION]

    def expire(self, site: SiteId, retention: Retention, is_late: Callable[[], bool]) -> int:
        """Delete a site's buckets that are over, newest first, until it `is_late`.

        Return how many.
        """
        deleted = 0
        with translated():
            names = self._over(site, retention)
            while not is_late() and (some := list(islice(names, _A_FETCH))):
                deleted += self._events.delete_many({"_id": {"$in": some}}).deleted_count
        return deleted

    def _over(self, site: SiteId, retention: Retention) -> Iterator[str]:
        fields = {"storedAt": 1, "events.type": 1, "events.at": 1}
        span = (0, retention.stored_until)
        query = {"site": site}
        for piece in documents_backwards(self._events, query, "storedAt", span, fields=fields):
            for bucket in piece.items:
                events = ((event["type"], int(event["at"])) for event in bucket["events"])
                if retention.is_over(events):
                    yield bucket["_id"]
