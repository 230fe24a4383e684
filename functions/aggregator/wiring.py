"""The aggregator's parts in production; tests pass in their own."""

from functools import cache, partial

from pixeltrack.events.mongo.buckets import MongoBuckets
from pixeltrack.events.mongo.erasures import MongoErasures
from pixeltrack.events.mongo.expiry import MongoExpiry
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.erasing import Erasing
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.recounting import recount
from pixeltrack.facts.recutting import Rezoner
from pixeltrack.facts.upkeep import Upkeep
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.platform import settings
from pixeltrack.platform.clock import ServerClock
from pixeltrack.platform.mongo import connect, server_ms
from pixeltrack.platform.postgres import Transactions

STATEMENT_TIMEOUT_MS = 60_000


@cache
def upkeep() -> Upkeep:
    """Build the production upkeep on first use; raise `SettingsError`."""
    return build(settings.load(settings.Mongo), settings.load(settings.Postgres))


def build(mongo: settings.Mongo, postgres: settings.Postgres) -> Upkeep:
    """Build the upkeep over real servers; none is connected to before the first run."""
    database = connect(mongo.uri, mongo.database)
    now_ms = ServerClock("MongoDB", partial(server_ms, database))
    facts = PostgresFacts(Transactions(postgres.url, statement_timeout_ms=STATEMENT_TIMEOUT_MS))
    buckets = MongoBuckets(database, now_ms)
    erasing = Erasing(MongoErasures(database), buckets, now_ms)
    return Upkeep(
        Aggregation(buckets, facts, now_ms),
        facts,
        MongoExpiry(database),
        workers={
            JobKind.ERASE_VISITOR: erasing.erase_visitor,
            JobKind.ERASE_SITE: erasing.erase_site,
            JobKind.REZONE: Rezoner(now_ms),
            JobKind.RECOUNT: recount,
            JobKind.AUDIT: Auditor(buckets),
        },
        now_ms=now_ms,
    )
