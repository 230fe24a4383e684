"""Lambda entry point of accounts: `/auth/…`."""

from collections.abc import Callable

from functions.auth import accounts, sessions, wiring
from functions.auth.wiring import Auth
from pixeltrack.api.http import HttpApi


def build(auth: Callable[[], Auth] = wiring.auth) -> HttpApi:
    """Build the handler; nothing is connected before the first request."""
    api = HttpApi("auth")
    sessions.add(api, auth)
    accounts.add(api, auth)
    return api


handler = build()
