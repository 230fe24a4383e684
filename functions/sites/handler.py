"""Lambda entry point of what accounts configure: `/api/v1/sites…`, `/keys…`, `/jobs…`."""

from collections.abc import Callable

from functions.sites import goals, jobs, keys, sites, wiring
from functions.sites.jobs import SiteJobs
from pixeltrack.accounts.keys import Keys
from pixeltrack.api.http import HttpApi
from pixeltrack.sites.configuration import Configuration, SiteGoals


def build(
    configuration: Callable[[], Configuration] = wiring.configuration,
    account_keys: Callable[[], Keys] = wiring.keys,
    site_goals: Callable[[], SiteGoals] = wiring.goals,
    site_jobs: Callable[[], SiteJobs] = wiring.jobs,
) -> HttpApi:
    """Build the handler; nothing is connected before the first request."""
    api = HttpApi("sites")
    sites.add(api, configuration)
    keys.add(api, account_keys)
    goals.add(api, site_goals)
    jobs.add(api, site_jobs)
    return api


handler = build()
