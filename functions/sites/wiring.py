"""What the sites function works on in production."""

from functools import cache

from functions.sites.configuration import Configuration
from functions.sites.goals import SiteGoals
from functions.sites.keys import Keys
from functions.sites.work import Work
from pixeltrack.accounts.postgres import PostgresKeyRing
from pixeltrack.jobs.postgres import PostgresJobs
from pixeltrack.platform import settings
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.postgres import PostgresGoals, PostgresSites


@cache
def configuration() -> Configuration:
    """Build the sites' use cases on first use."""
    return Configuration(PostgresSites(_database()), settings.load(settings.Web).public_url)


@cache
def keys() -> Keys:
    """Build the keys' use cases on first use."""
    return Keys(PostgresKeyRing(_database()))


@cache
def goals() -> SiteGoals:
    """Build the goals' use cases on first use."""
    return SiteGoals(PostgresSites(_database()), PostgresGoals(_database()))


@cache
def work() -> Work:
    """Build the jobs' use cases on first use."""
    return Work(PostgresSites(_database()), PostgresJobs(_database()))


@cache
def _database() -> Database:
    return Database(settings.load(settings.Postgres).url)
