"""Lambda entry point of accounts: `/auth/…`, `/api/v1/keys…`.

Two functions run it: `passwords` the routes that hash a password, `auth` all others.
"""

from collections.abc import Callable

from functions.auth import accounts, keys, sessions, wiring
from functions.auth.wiring import Auth
from pixeltrack.api.http import HttpApi
from pixeltrack.platform.identifiers import AccountId


def build(auth: Callable[[], Auth] = wiring.auth) -> HttpApi:
    """Build the handler; nothing is connected before the first request."""

    def is_live(account: AccountId, log_in: str) -> bool:
        return auth().sessions.is_live(account, log_in)

    api = HttpApi("auth", is_live=is_live)
    sessions.add(api, auth)
    accounts.add(api, auth)
    keys.add(api, auth)
    return api


handler = build()
