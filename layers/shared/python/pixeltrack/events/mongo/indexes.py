"""The MongoDB indexes, and that they are there."""

from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from pixeltrack.events.mongo import rejections, store
from pixeltrack.platform.mongo import translated

REJECTED_DAYS = 30


def ensure_indexes(database: Database[dict[str, Any]]) -> None:
    """Create what is missing; harmless twice. Raises `StoreUnavailable`."""
    with translated():
        database[store.COLLECTION].create_index([("site", ASCENDING), ("storedAt", ASCENDING)])
        database[store.COLLECTION].create_index([("storedAt", ASCENDING)])
        database[rejections.COLLECTION].create_index([("trackingId", ASCENDING), ("at", ASCENDING)])
        database[rejections.COLLECTION].create_index(
            [("at", ASCENDING)], expireAfterSeconds=REJECTED_DAYS * 86_400
        )
