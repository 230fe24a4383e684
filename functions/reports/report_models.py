"""Reports as the API shows them: camelCase JSON, rates as fractions, durations in seconds."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from pixeltrack.reports.periods import Interval

_INSTANT: JsonDict = {"format": "date-time", "examples": ["2026-11-22T10:00:00.000Z"]}
_DATE: JsonDict = {"format": "date", "examples": ["2026-11-22"]}
_EXACT = (
    "Whether every number is exact; else visitors of closed days come from sketches, whose "
    "standard error is 0.8 %."
)


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class RangeView(_Shape):
    """The days that a report covers, in a zone; today is among them as far as it has come."""

    first: str = Field(alias="from", description="The first day.", json_schema_extra=_DATE)
    last: str = Field(alias="to", description="The last day.", json_schema_extra=_DATE)
    timezone: str = Field(description="IANA name of the zone.", examples=["Europe/Moscow"])
    interval: Interval = Field(description="What a point of the series stands for.")


class Metrics(_Shape):
    """What is counted of a range."""

    visitors: int = Field(description="Distinct visitors.")
    visits: int = Field(description="Visits that began in the range.")
    pageviews: int = Field(description="Page views.")
    events: int = Field(description="Clicks and other events that are no page views.")
    bounce_rate: float | None = Field(
        description="Part of the visits that were one page view and nothing else; null without "
        "visits."
    )
    visit_duration: float | None = Field(
        description="Mean duration of a visit in seconds; null without visits."
    )
    views_per_visit: float | None = Field(description="Page views by visits; null without visits.")


class Point(_Shape):
    """One point of a series."""

    at: str = Field(description="Where it begins, UTC.", json_schema_extra=_INSTANT)
    visitors: int = Field(description="Distinct visitors.")
    visits: int = Field(description="Visits that began in it.")
    pageviews: int = Field(description="Page views.")


class GoalFigures(_Shape):
    """How often a goal was reached."""

    id: str = Field(description="The goal's id.")
    name: str = Field(description="The goal's name.")
    conversions: int | None = Field(
        description="Visits of the range that reached it; null where the range goes back to days "
        "whose events are gone, and the goal matches several pages."
    )
    rate: float | None = Field(description="Conversions by visits; null without either.")


class Bots(_Shape):
    """What was left out of everything else."""

    events: int = Field(description="Events of bots.")
    by_reason: dict[str, int] = Field(description="The same, by what gave them away.")


class Comparison(_Shape):
    """The range that a report is held against."""

    range: RangeView = Field(description="Its days.")
    metrics: Metrics = Field(description="Its figures.")
    series: list[Point] = Field(description="Its course.")
    exact: bool = Field(description=_EXACT)


class Summary(_Shape):
    """The figures of a range."""

    range: RangeView = Field(description="What it covers.")
    metrics: Metrics = Field(description="The figures.")
    exact: bool = Field(description=_EXACT)
    comparison: Comparison | None = Field(description="What was asked to compare with.")
    series: list[Point] = Field(description="The course of the range, without gaps.")
    goals: list[GoalFigures] = Field(description="The site's goals, oldest first.")
    bots: Bots = Field(description="Bots, which no filter applies to.")
    through: str = Field(description="Everything stored by then is in.", json_schema_extra=_INSTANT)


class Row(_Shape):
    """One value of a dimension."""

    value: str | None = Field(
        description="The value, as a filter takes it; empty for none, null for all those that "
        "closed days do not keep one by one."
    )
    label: str = Field(description="The value for people; empty for none.")
    visitors: int = Field(description="Distinct visitors.")
    visits: int = Field(description="Visits that began in the range.")
    pageviews: int = Field(description="Page views.")
    events: int = Field(description="Clicks and other events that are no page views.")
    bounce_rate: float | None = Field(description="As in the summary, of the row's visits.")
    visit_duration: float | None = Field(description="Likewise.")
    share: float = Field(description="Its visitors by all visitors of the range.")
    conversions: int | None = Field(
        description="Visits that reached the goal; null where none was asked for."
    )
    conversion_rate: float | None = Field(description="Conversions by visits, likewise.")


class Breakdown(_Shape):
    """A page of the values of a dimension: most visitors first, then visits, then by value."""

    range: RangeView = Field(description="What it covers.")
    rows: list[Row] = Field(description="The values of the page.")
    total: int = Field(description="How many values there are on all pages.")
    exact: bool = Field(description=_EXACT)
    through: str = Field(description="Everything stored by then is in.", json_schema_extra=_INSTANT)
