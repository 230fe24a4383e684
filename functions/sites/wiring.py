"""The sites function's parts in production."""

from datetime import UTC, datetime
from functools import cache

from functions.sites.jobs import SiteJobs
from pixeltrack.accounts.postgres import PostgresLogIns
from pixeltrack.jobs.postgres import PostgresJobs
from pixeltrack.platform import settings
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.configuration import Configuration, SiteGoals
from pixeltrack.sites.postgres import PostgresGoals, PostgresSites


@cache
def configuration() -> Configuration:
    """Build the sites' use cases on first use."""
    return Configuration(PostgresSites(_database()), settings.load(settings.Web).public_url)


def is_live(account: AccountId, log_in: str) -> bool:
    """Tell whether a log-in has not ended."""
    return PostgresLogIns(_database()).is_live(account, log_in, now=datetime.now(UTC))


@cache
def goals() -> SiteGoals:
    """Build the goals' use cases on first use."""
    return SiteGoals(PostgresSites(_database()), PostgresGoals(_database()))


@cache
def jobs() -> SiteJobs:
    """Build the jobs' use cases on first use."""
    return SiteJobs(PostgresSites(_database()), PostgresJobs(_database()))


@cache
def _database() -> Database:
    return Database(settings.load(settings.Postgres).url)
