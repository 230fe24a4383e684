"""Lambda entry point of accounts: `/auth/…`."""

from collections.abc import Callable

from functions.auth import account_routes, session_routes, wiring
from functions.auth.wiring import Auth
from pixeltrack.api.http import HttpApi


def build(auth: Callable[[], Auth] = wiring.auth) -> HttpApi:
    """Make the handler; nothing is connected before the first request."""
    api = HttpApi("auth")
    session_routes.add(api, auth)
    account_routes.add(api, auth)
    return api


handler = build()
