"""Goals as the API takes and shows them."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from functions.sites.models import INSTANT, Label, Shape
from pixeltrack.platform.instants import iso_at
from pixeltrack.sites.goals import MOST_PATTERN, Goal, GoalKind, NewGoal, pattern_fault

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
        """Refuse a pattern that could never match, once it is known what kind it is of."""
        kind = info.data.get("kind")
        if kind is not None and (fault := pattern_fault(kind, pattern)):
            raise PydanticCustomError("unfit", "{fault}", {"fault": fault})
        return pattern

    def goal(self) -> NewGoal:
        """Return the goal to be."""
        return NewGoal(self.name, self.kind, self.pattern)


class GoalView(Shape):
    """A goal."""

    id: str = Field(description="The goal's id.")
    name: str = Field(description="What its owner calls it.")
    kind: GoalKind = Field(description=_KIND)
    pattern: str = Field(description=_PATTERN)
    created_at: str = Field(description="When it was made, UTC.", json_schema_extra=INSTANT)


class GoalList(Shape):
    """Goals, oldest first."""

    goals: list[GoalView] = Field(description="All goals of the site.")


def goal_view(goal: Goal) -> GoalView:
    """Show a goal."""
    return GoalView(
        id=goal.id,
        name=goal.name,
        kind=goal.kind,
        pattern=goal.pattern,
        created_at=iso_at(goal.created_at),
    )
