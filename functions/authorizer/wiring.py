"""The authorizer's parts in production."""

from functools import cache

from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.postgres import PostgresApiKeys
from pixeltrack.accounts.verdicts import Verdicts
from pixeltrack.platform import settings
from pixeltrack.platform.postgres import Database


@cache
def verdicts() -> Verdicts:
    """Build everything on first use."""
    database = Database(settings.load(settings.Postgres).url)
    tokens = AccessTokens(settings.load(settings.Auth).jwt_keys)
    return Verdicts(PostgresApiKeys(database), tokens)
