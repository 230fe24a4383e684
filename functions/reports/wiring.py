"""The reports function's parts in production."""

import time
from datetime import UTC, datetime
from functools import cache

from functions.reports.feed import Feed
from functions.reports.quality import Quality
from pixeltrack.accounts.postgres import PostgresLogIns
from pixeltrack.events.mongo.store import MongoDropCounts, MongoEventStore
from pixeltrack.platform import settings
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.postgres import Database, Transactions
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresFirstCopies, PostgresReports
from pixeltrack.sites.postgres import PostgresSites

STATEMENT_TIMEOUT_MS = 8_000
"""A report that takes longer is given up with 503."""


@cache
def feed() -> Feed:
    """Build the feed on first use; its connections last as long as the process."""
    mongo = settings.load(settings.Mongo)
    return Feed(
        MongoEventStore(connect(mongo.uri, mongo.database)),
        PostgresFirstCopies(_database()),
        PostgresSites(_database()),
    )


def is_live(account: AccountId, log_in: str) -> bool:
    """Tell whether a log-in has not ended."""
    return PostgresLogIns(_database()).is_live(account, log_in, now=datetime.now(UTC))


@cache
def engine() -> Engine:
    """Build the report engine on first use."""
    url = settings.load(settings.Postgres).url
    transactions = Transactions(url, statement_timeout_ms=STATEMENT_TIMEOUT_MS)
    chosen = settings.load(settings.Reports)
    return Engine(PostgresReports(transactions).snapshot, _now, chosen.exact_visits)


@cache
def quality() -> Quality:
    """Build the counts of data quality on first use."""
    mongo = settings.load(settings.Mongo)
    return Quality(engine(), MongoDropCounts(connect(mongo.uri, mongo.database)))


@cache
def _database() -> Database:
    return Database(settings.load(settings.Postgres).url)


def _now() -> int:
    return time.time_ns() // 1_000_000
