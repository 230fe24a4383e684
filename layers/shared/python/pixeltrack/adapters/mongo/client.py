"""The connection to MongoDB, and its failures as the product's own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import (
    AutoReconnect,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from pixeltrack.domain.errors import StoreUnavailable

Document = Mapping[str, Any]
T = TypeVar("T")


def connect(uri: str, database: str, *, within_ms: int = 3_000) -> Database[dict[str, Any]]:
    """Open a database; nothing is sent before the first use.

    Majority writes, primary reads, no retryable writes (DocumentDB has none): a batch that fails
    comes again whole. A server that is away is known to be after `within_ms`.
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


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailable` for whatever the driver reports; its words may quote a document."""
    try:
        yield
    except PyMongoError as error:
        raise StoreUnavailable(f"MongoDB: {type(error).__name__}") from error


def reread(read: Callable[[], T]) -> T:
    """Answer what `read` does, asked once more where the connection broke under it.

    For reads only, since a write may have happened. One whose time ran out has none left.
    """
    try:
        return read()
    except (NetworkTimeout, ServerSelectionTimeoutError):
        raise
    except AutoReconnect:
        return read()
