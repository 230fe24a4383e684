"""The connection to MongoDB, and its failures translated to the product's own errors."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import bson
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.ports import Added

T = TypeVar("T")


def connect(uri: str, database: str, *, within_ms: int = 3_000) -> Database[dict[str, Any]]:
    """Open a database; nothing is sent before the first use.

    Majority writes, primary reads, no retryable writes (DocumentDB has none): a failed batch is
    retried as a whole. An unreachable server is detected after `within_ms`.
    """
    client: MongoClient[dict[str, Any]] = MongoClient(
        uri,
        w="majority",
        retryWrites=False,
        maxPoolSize=2,
        serverSelectionTimeoutMS=within_ms,
        connectTimeoutMS=within_ms,
        socketTimeoutMS=20_000,
        appname="pixeltrack",
    )
    options: CodecOptions[dict[str, Any]] = CodecOptions(
        datetime_conversion=DatetimeConversion.DATETIME_MS
    )
    return client.get_database(database, codec_options=options)


def server_ms(database: Database[dict[str, Any]]) -> int:
    """Return the time of MongoDB's clock, in epoch milliseconds; raise `StoreUnavailable`."""
    with translated():
        hello = database.command("hello", codec_options=database.codec_options)
    return int(hello["localTime"])


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailable` for the driver's errors, whose messages may quote a document."""
    try:
        yield
    except PyMongoError as error:
        raise StoreUnavailable(f"MongoDB: {type(error).__name__}") from error


def reread(read: Callable[[], T]) -> T:
    """Return the result of `read`, repeated once if the connection broke under it.

    For reads only, since a write may have happened. A read that timed out is not repeated.
    """
    try:
        return read()
    except (NetworkTimeout, ServerSelectionTimeoutError):
        raise
    except AutoReconnect:
        return read()


MOST_BYTES = 16 * 1024 * 1024 - 16 * 1024
_DUPLICATE = 11000
_NEVER = frozenset({2, 9, 14, 22, 121, 10334, 17419, 17420, 17280})
"""Server errors about a document's content or size: trying again would not mend them."""


def insert(collection: Collection[dict[str, Any]], documents: Sequence[dict[str, Any]]) -> Added:
    """Insert documents with ids of their own; raise `StoreUnavailable`.

    Each document is encoded once, by itself, so that one that cannot be encoded fails alone.
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
    """Insert what can be inserted, and return code and position of each write that failed."""
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
