"""Writing documents that may be there already: a repeat is fine, a bad one stands aside."""

from collections.abc import Sequence
from typing import Any

import bson
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from pixeltrack.adapters.mongo.client import translated
from pixeltrack.domain.errors import StoreUnavailable
from pixeltrack.ports import Added

MOST_BYTES = 16 * 1024 * 1024 - 16 * 1024
_DUPLICATE = 11000
_NEVER = frozenset({2, 9, 14, 22, 121, 10334, 17419, 17420, 17280})
"""Server errors about a document's content or size: trying again would not mend them."""


def insert(collection: Collection[dict[str, Any]], documents: Sequence[dict[str, Any]]) -> Added:
    """Insert documents with ids of their own; raises `StoreUnavailable`.

    A document is encoded once, by itself, so that one which cannot be refuses alone.
    """
    encoded: list[RawBSONDocument] = []
    refused: set[str] = set()
    for document in documents:
        try:
            data = bson.encode(document)
        except (ValueError, OverflowError, TypeError):
            refused.add(document["_id"])
            continue
        if len(data) > MOST_BYTES:
            refused.add(document["_id"])
        else:
            encoded.append(RawBSONDocument(data))
    repeats = 0
    for code, position in _insert(collection, encoded):
        if code == _DUPLICATE:
            repeats += 1
        elif code in _NEVER:
            refused.add(encoded[position]["_id"])
        else:
            raise StoreUnavailable(f"MongoDB refused a write with code {code}")
    return Added(repeats, frozenset(refused))


def _insert(
    collection: Collection[dict[str, Any]], documents: Sequence[RawBSONDocument]
) -> list[tuple[int, int]]:
    """Insert what can be, and answer code and position of each write that failed."""
    if not documents:
        return []
    with translated():
        try:
            collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details
            if details.get("writeConcernErrors"):
                raise
            return [(fault["code"], fault["index"]) for fault in details["writeErrors"]]
    return []
