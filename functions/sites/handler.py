"""Lambda entry point of what accounts configure: `/api/v1/sites…`, `/jobs…`."""

from collections.abc import Callable

from functions.sites import goals, jobs, sites, wiring
from functions.sites.jobs import SiteJobs
from pixeltrack.api.http import HttpApi
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.sites.configuration import Configuration, SiteGoals


def build(
    configuration: Callable[[], Configuration] = wiring.configuration,
    site_goals: Callable[[], SiteGoals] = wiring.goals,
    site_jobs: Callable[[], SiteJobs] = wiring.jobs,
    is_live: Callable[[AccountId, str], bool] = wiring.is_live,
) -> HttpApi:
    """Build the handler; nothing is connected before the first request."""
    api = HttpApi("sites", is_live=is_live)
    sites.add(api, configuration)
    goals.add(api, site_goals)
    jobs.add(api, site_jobs)
    return api


handler = build()
