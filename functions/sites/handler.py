"""Lambda entry point of what accounts configure: `/api/v1/sites…` and `/api/v1/keys…`."""

from collections.abc import Callable

from functions.sites import key_routes, site_routes, wiring
from functions.sites.configuration import Configuration
from functions.sites.keys import Keys
from pixeltrack.runtime.http import HttpApi


def build(
    configuration: Callable[[], Configuration] = wiring.configuration,
    keys: Callable[[], Keys] = wiring.keys,
) -> HttpApi:
    """Make the handler; nothing is connected before the first request."""
    api = HttpApi("sites")
    site_routes.add(api, configuration)
    key_routes.add(api, keys)
    return api


handler = build()
