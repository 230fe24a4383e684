"""What the reports function reads from in production."""

from functools import cache

from functions.reports.exports import Exports
from functions.reports.feed import Feed
from functions.reports.reports import Reports
from pixeltrack.adapters.mongo.client import connect
from pixeltrack.adapters.mongo.events import MongoEventStore
from pixeltrack.adapters.postgres.database import Database
from pixeltrack.adapters.postgres.memberships import PostgresMemberships
from pixeltrack.runtime import settings


@cache
def feed() -> Feed:
    """Build the feed on first use; its connections last as long as the process."""
    mongo, postgres = settings.load(settings.Mongo), settings.load(settings.Postgres)
    return Feed(
        MongoEventStore(connect(mongo.uri, mongo.database)),
        PostgresMemberships(Database(postgres.url)),
    )


@cache
def reports() -> Reports:
    """Build the reports on first use."""
    return Reports()


@cache
def exports() -> Exports:
    """Build the exports on first use."""
    return Exports()
