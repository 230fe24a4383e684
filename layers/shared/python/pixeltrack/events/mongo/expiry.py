"""Deletes buckets of collection `events` that nothing can ask for again."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo.database import Database

from pixeltrack.events.mongo.store import COLLECTION
from pixeltrack.events.retention import Retention
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.mongo import translated

_A_FETCH = 100


class MongoExpiry:
    """Expiry of buckets in a MongoDB database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._events = database[COLLECTION]

    def expire(self, site: SiteId, retention: Retention, is_late: Callable[[], bool]) -> int:
        """Delete a site's buckets that are over, oldest first, until it `is_late`.

        Returns how many.
        """
        deleted = 0
        with translated():
            names = self._over(site, retention)
            while not is_late() and (some := list(islice(names, _A_FETCH))):
                deleted += self._events.delete_many({"_id": {"$in": some}}).deleted_count
        return deleted

    def _over(self, site: SiteId, retention: Retention) -> Iterator[str]:
        query = {"site": site, "storedAt": {"$lte": DatetimeMS(retention.stored_until)}}
        fields = {"events.type": 1, "events.at": 1}
        for bucket in self._events.find(query, fields).sort("storedAt", 1).batch_size(_A_FETCH):
            if retention.is_over((event["type"], int(event["at"])) for event in bucket["events"]):
                yield bucket["_id"]
