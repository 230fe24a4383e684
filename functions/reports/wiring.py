"""The reports function's parts in production."""

import time
from functools import cache

from functions.reports.feed import Feed
from pixeltrack.events.mongo.store import MongoEventStore
from pixeltrack.platform import settings
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.postgres import Database, Transactions
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from pixeltrack.sites.postgres import PostgresSites

STATEMENT_TIMEOUT_MS = 8_000
"""A report that takes longer is given up with 503."""


@cache
def feed() -> Feed:
    """Build the feed on first use; its connections last as long as the process."""
    mongo, postgres = settings.load(settings.Mongo), settings.load(settings.Postgres)
    return Feed(
        MongoEventStore(connect(mongo.uri, mongo.database)),
        PostgresSites(Database(postgres.url)),
    )


@cache
def engine() -> Engine:
    """Build the report engine on first use."""
    url = settings.load(settings.Postgres).url
    transactions = Transactions(url, statement_timeout_ms=STATEMENT_TIMEOUT_MS)
    return Engine(PostgresReports(transactions).snapshot, _now)


def _now() -> int:
    return time.time_ns() // 1_000_000
