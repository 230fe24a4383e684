"""The auth function's parts in production."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from functions.auth.cookies import RefreshCookie
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.argon2 import Argon2Hasher
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.issuing import Keys
from pixeltrack.accounts.postgres import (
    PostgresAccounts,
    PostgresApiKeys,
    PostgresInvitations,
    PostgresLogIns,
    PostgresOneTimeTokens,
    PostgresThrottles,
)
from pixeltrack.accounts.profile import Profile
from pixeltrack.accounts.recovery import Recovery
from pixeltrack.accounts.registration import Registrar
from pixeltrack.accounts.sessions import Sessions
from pixeltrack.accounts.throttles import address_subject
from pixeltrack.accounts.tokens import derived_key
from pixeltrack.api.client import Clients
from pixeltrack.api.requests import Request
from pixeltrack.platform import settings
from pixeltrack.platform.mail import FolderMailer
from pixeltrack.platform.postgres import Database


@dataclass(frozen=True, slots=True)
class Auth:
    """The use cases of accounts; `client` returns the client that a request counts against."""

    sessions: Sessions
    registrar: Registrar
    recovery: Recovery
    profile: Profile
    keys: Keys
    cookie: RefreshCookie
    client: Callable[[Request], str]


@cache
def auth() -> Auth:
    """Build everything on first use; its connection lasts as long as the process."""
    chosen = settings.load(settings.Auth)
    web, api = settings.load(settings.Web), settings.load(settings.Api)
    clients = Clients(settings.load(settings.Ingest))
    database = Database(settings.load(settings.Postgres).url)
    _, secret = chosen.jwt_keys[0]
    accounts, one_time_tokens = PostgresAccounts(database), PostgresOneTimeTokens(database)
    hasher = Argon2Hasher()
    context = AccountContext(
        PostgresThrottles(database),
        FolderMailer(Path(chosen.mail_dir)),
        web.public_url,
        derived_key(secret, "throttles"),
    )
    sessions = Sessions(
        context,
        accounts,
        PostgresLogIns(database),
        hasher,
        AccessTokens(chosen.jwt_keys),
        derived_key(secret, "refresh tokens"),
        derived_key(secret, "known browsers"),
    )
    return Auth(
        sessions=sessions,
        registrar=Registrar(
            context,
            chosen.registration,
            accounts,
            PostgresInvitations(database),
            one_time_tokens,
            hasher,
            sessions,
        ),
        recovery=Recovery(context, accounts, one_time_tokens, hasher, sessions),
        profile=Profile(context, accounts, hasher, sessions),
        keys=Keys(context, accounts, PostgresApiKeys(database), sessions),
        cookie=RefreshCookie(web.public_url, api.allowed_origins),
        client=lambda r: address_subject(clients.identify(r.peer, r.headers).ip),
    )
