"""The routes of a site's goals."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.sites.goal_models import GoalDraft, GoalList, GoalView
from functions.sites.goals import SiteGoals
from functions.sites.site_routes import SITE, SITES, UNKNOWN, SiteParameter
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.platform.identifiers import SiteId

GOALS = f"{SITE}/goals"

_Goal = Annotated[str, Path(description="The goal's id.")]


def add(api: HttpApi, goals: Callable[[], SiteGoals]) -> None:
    """Add the routes of goals to an API."""

    @api.route(
        "GET",
        GOALS,
        scope=Scope.SITES_READ,
        problems=UNKNOWN,
        summary="A site's goals",
        tags=["goals"],
    )
    def list_goals(request: Request, id: SiteParameter) -> GoalList:  # noqa: A002 - the name in the path
        return goals().all(request.caller.account, SiteId(id))

    @api.route(
        "POST",
        GOALS,
        scope=Scope.SITES_WRITE,
        status=201,
        problems=UNKNOWN | {409: "The site has this goal, or as many as it may."},
        summary="Add a goal",
        description="Reports count it for all of the site's visits, those before it too. Only "
        "the site's owner may.",
        tags=["goals"],
    )
    def add_goal(request: Request, id: SiteParameter, draft: GoalDraft) -> GoalView:  # noqa: A002
        made = goals().add(request.caller.account, SiteId(id), draft)
        request.add_header("Location", f"{SITES}/{id}/goals/{made.id}")
        return made

    @api.route(
        "DELETE",
        f"{GOALS}/{{goalId}}",
        scope=Scope.SITES_WRITE,
        status=204,
        problems={404: "No such goal, or no such site, or not the caller's."},
        summary="Delete a goal",
        description="Only the site's owner may.",
        tags=["goals"],
    )
    def delete_goal(request: Request, id: SiteParameter, goalId: _Goal) -> None:  # noqa: A002, N803
        goals().remove(request.caller.account, SiteId(id), goalId)
