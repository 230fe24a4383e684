"""What the reports function reads from in production."""

import time
from functools import cache

from functions.reports.exports import Exports
from functions.reports.feed import Feed
from functions.reports.reports import Reports
from pixeltrack.events.mongo.store import MongoEventStore
from pixeltrack.platform import settings
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.postgres import Database, Transactions
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
def reports() -> Reports:
    """Build the reports on first use."""
    return Reports(_transactions().snapshot, _now)


@cache
def _transactions() -> Transactions:
    url = settings.load(settings.Postgres).url
    return Transactions(url, statement_timeout_ms=STATEMENT_TIMEOUT_MS)


@cache
def exports() -> Exports:
    """Build the exports on first use."""
    return Exports(_transactions().snapshot, _now)


def _now() -> int:
    return time.time_ns() // 1_000_000
