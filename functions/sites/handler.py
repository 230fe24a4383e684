"""Lambda entry point of what accounts configure: `/api/v1/sites…`, `/keys…`, `/jobs…`."""

from collections.abc import Callable

from functions.sites import goal_routes, key_routes, site_routes, wiring, work_routes
from functions.sites.configuration import Configuration
from functions.sites.goals import SiteGoals
from functions.sites.keys import Keys
from functions.sites.work import Work
from pixeltrack.api.http import HttpApi


def build(
    configuration: Callable[[], Configuration] = wiring.configuration,
    keys: Callable[[], Keys] = wiring.keys,
    goals: Callable[[], SiteGoals] = wiring.goals,
    work: Callable[[], Work] = wiring.work,
) -> HttpApi:
    """Make the handler; nothing is connected before the first request."""
    api = HttpApi("sites")
    site_routes.add(api, configuration)
    key_routes.add(api, keys)
    goal_routes.add(api, goals)
    work_routes.add(api, work)
    return api


handler = build()
