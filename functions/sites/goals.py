"""A site's goals as the API takes and shows them, and their routes."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from functions.sites.sites import SITE, SITES, SiteParameter
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import UNKNOWN_SITE
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, Label, Shape, View
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import iso_at
from pixeltrack.sites.configuration import SiteGoals
from pixeltrack.sites.goals import MOST_PATTERN, Goal, GoalKind, NewGoal, pattern_fault

GOALS = f"{SITE}/goals"

_Goal = Annotated[str, Path(description="The goal's id.")]
_KIND = "`page`: a page is viewed; `event`: an event is sent that is no page view."
_PATTERN = (
    "Of a page its path, in which `*` stands for any characters, as in `/shop/*/thanks`; of an "
    "event its name."
)


class GoalDraft(Shape):
    """A goal to be made."""

    name: Label = Field(description="What its owner calls it.")
    kind: GoalKind = Field(description=_KIND)
    pattern: Annotated[str, Field(min_length=1, max_length=MOST_PATTERN, description=_PATTERN)]

    @field_validator("pattern")
    @classmethod
    def _fits(cls, pattern: str, info: ValidationInfo) -> str:
        """Refuse a pattern that could never match, once its kind is known."""
        kind = info.data.get("kind")
        if kind is not None and (fault := pattern_fault(kind, pattern)):
            raise PydanticCustomError("unfit", "{fault}", {"fault": fault})
        return pattern

    def goal(self) -> NewGoal:
        """Return the goal to create."""
        return NewGoal(self.name, self.kind, self.pattern)


class GoalView(View):
    """A goal."""

    id: str = Field(description="The goal's id.")
    name: str = Field(description="What its owner calls it.")
    kind: GoalKind = Field(description=_KIND)
    pattern: str = Field(description=_PATTERN)
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)


class GoalList(View):
    """Goals, oldest first."""

    goals: list[GoalView] = Field(description="All goals of the site.")


def goal_view(goal: Goal) -> GoalView:
    """Return a goal as the API shows it."""
    return GoalView(
        id=goal.id,
        name=goal.name,
        kind=goal.kind,
        pattern=goal.pattern,
        created_at=iso_at(goal.created_at),
    )


def add(api: HttpApi, goals: Callable[[], SiteGoals]) -> None:
    """Add the routes of goals to an API."""

    @api.route(
        "GET",
        GOALS,
        scope=Scope.SITES_READ,
        problems=UNKNOWN_SITE,
        summary="A site's goals",
        tags=["goals"],
    )
    def list_goals(request: Request, id: SiteParameter) -> GoalList:  # noqa: A002 - the name in the path
        found = goals().all(request.caller.account, SiteId(id))
        return GoalList(goals=[goal_view(goal) for goal in found])

    @api.route(
        "POST",
        GOALS,
        scope=Scope.SITES_WRITE,
        status=201,
        problems=UNKNOWN_SITE | {409: "The site has this goal, or as many as it may."},
        summary="Add a goal",
        description="Reports count it for all of the site's visits, those before it too. Only "
        "the site's owner may.",
        tags=["goals"],
    )
    def add_goal(request: Request, id: SiteParameter, draft: GoalDraft) -> GoalView:  # noqa: A002
        made = goals().add(request.caller.account, SiteId(id), draft.goal())
        request.add_header("Location", f"{SITES}/{id}/goals/{made.id}")
        return goal_view(made)

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
