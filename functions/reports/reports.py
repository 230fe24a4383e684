"""Reports: summary and breakdown, as the API shows them.

JSON in camelCase; rates are fractions, durations seconds.
"""

from collections.abc import Callable
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query as Parameter
from msgspec import Meta
from pydantic import Field

from functions.reports.parameters import (
    PROBLEMS,
    CompareParameter,
    DimensionParameter,
    EventParameter,
    FilterParameter,
    FromParameter,
    GoalParameter,
    PeriodParameter,
    SearchParameter,
    SiteParameter,
    ToParameter,
    ZoneParameter,
)
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.cursors import Cursor
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import DATE, INSTANT, View
from pixeltrack.platform.instants import iso
from pixeltrack.reports import pages, query, results
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.periods import Compare, Interval, Period, Range
from pixeltrack.reports.query import Grouping, Query, breakdown_of, filters_of

CURSOR: Cursor[int] = Cursor(
    Annotated[int, Meta(ge=0, le=2**31)],
    parameter="next",
    fault="is not a place of a breakdown; take it from `next`",
)
_EXACT = (
    "Whether every number is exact. Else some visitors are estimated, with a standard error of "
    "0.8 %: those of closed days that have more visits than are counted one by one (300,000, if "
    "not set otherwise) or whose events are deleted, and more than 1,280 visitors."
)


class RangeView(View):
    """The days that a report covers, in a zone; today is among them as far as it has come."""

    first: str = Field(alias="from", description="The first day.", json_schema_extra=DATE)
    last: str = Field(alias="to", description="The last day.", json_schema_extra=DATE)
    timezone: str = Field(description="IANA name of the zone.", examples=["Europe/Moscow"])
    interval: Interval = Field(description="What a point of the series stands for.")

    @classmethod
    def of(cls, asked: Range) -> Self:
        """Show a range."""
        days = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
        return cls(**days, timezone=asked.timezone, interval=asked.interval)


class Metrics(View):
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


class Point(View):
    """One point of a series."""

    at: str = Field(description="Where it begins, UTC.", json_schema_extra=INSTANT)
    visitors: int = Field(description="Distinct visitors.")
    visits: int = Field(description="Visits that began in it.")
    pageviews: int = Field(description="Page views.")
    bounce_rate: float | None = Field(description="As in the summary; null without visits.")
    visit_duration: float | None = Field(description="Likewise.")
    exact: bool = Field(description="Whether its visitors are counted, not estimated.")


class GoalFigures(View):
    """How often a goal was reached."""

    id: str = Field(description="The goal's id.")
    name: str = Field(description="The goal's name.")
    conversions: int | None = Field(
        description="Visits of the range that reached it; null where the range goes back to days "
        "whose events are gone, and the goal matches several pages."
    )
    rate: float | None = Field(description="Conversions by visits; null without either.")


class Bots(View):
    """What was left out of everything else."""

    events: int = Field(description="Events of bots.")
    by_reason: dict[str, int] = Field(description="The same, by what gave them away.")


class Comparison(View):
    """The range that a report is held against."""

    range: RangeView = Field(description="Its days.")
    metrics: Metrics = Field(description="Its figures.")
    series: list[Point] = Field(description="Its course.")
    exact: bool = Field(description=_EXACT)


class Summary(View):
    """The figures of a range."""

    range: RangeView = Field(description="What it covers.")
    metrics: Metrics = Field(description="The figures.")
    exact: bool = Field(description=_EXACT)
    comparison: Comparison | None = Field(description="What was asked to compare with.")
    series: list[Point] = Field(description="The course of the range, without gaps.")
    goals: list[GoalFigures] = Field(description="The site's goals, oldest first.")
    bots: Bots = Field(description="Bots, which no filter applies to.")
    through: str = Field(description="Everything stored by then is in.", json_schema_extra=INSTANT)


class Row(View):
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
    exact: bool = Field(
        description="Whether its visitors are counted, and it is counted on every day; closed days "
        "of many visits keep the 500 most frequent values."
    )
    conversions: int | None = Field(
        description="Visits that reached the goal; null where none was asked for."
    )
    conversion_rate: float | None = Field(description="Conversions by visits, likewise.")


class Breakdown(View):
    """A page of the values of a dimension: most visitors first, then visits, then by value."""

    range: RangeView = Field(description="What it covers.")
    rows: list[Row] = Field(
        description="The values of the page; fewer than `limit` where more would not fit into one "
        "answer (5 MB)."
    )
    total: int = Field(description="How many values there are on all pages.")
    next: str | None = Field(
        description="Where to go on after the last row, to be given as `next`; null where there "
        "are no more values."
    )
    exact: bool = Field(description=_EXACT)
    through: str = Field(description="Everything stored by then is in.", json_schema_extra=INSTANT)


def add(api: HttpApi, engine: Callable[[], Engine]) -> None:
    """Add the routes of reports to an API."""

    @api.route(
        "GET",
        "/api/v1/reports/summary",
        scope=Scope.REPORTS_READ,
        problems=PROBLEMS,
        summary="Figures of a range",
        description="Visits belong to the instant they began, page views and events to their "
        "own; a range's visitors are those with a page view or event in it. Bots are left out. "
        "With filters, only what happened in visits that fit is counted.",
        tags=["reports"],
    )
    def show_summary(
        request: Request,
        *,
        site_id: SiteParameter = None,
        period: PeriodParameter = Period.LAST_30_DAYS,
        first: FromParameter = None,
        last: ToParameter = None,
        compare: CompareParameter = Compare.NONE,
        timezone: ZoneParameter = None,
        filters: FilterParameter = None,  # noqa: ARG001 - read whole: values may hold commas
    ) -> Summary:
        filtered = filters_of(request.values("filter"))
        asked = Query(site_id, period, first, last, timezone, filtered)
        return _summary(engine().summary(request.caller.account, asked, compare))

    @api.route(
        "GET",
        "/api/v1/reports/breakdown",
        scope=Scope.REPORTS_READ,
        problems=PROBLEMS,
        summary="Values of a dimension",
        description="Of an attribute of visits, a row counts what the summary does under a filter "
        "for its value. Of `page`, `event`, `outbound`, `download` and `payload`, it counts these "
        "views or events themselves, their visitors, and the visits that began in the range and "
        "contain one.",
        tags=["reports"],
    )
    def show_breakdown(
        request: Request,
        *,
        dimension: DimensionParameter,
        site_id: SiteParameter = None,
        period: PeriodParameter = Period.LAST_30_DAYS,
        first: FromParameter = None,
        last: ToParameter = None,
        timezone: ZoneParameter = None,
        filters: FilterParameter = None,  # noqa: ARG001 - as above
        event: EventParameter = None,
        goal: GoalParameter = None,
        search: SearchParameter = None,
        limit: Annotated[int, Parameter(ge=1, le=1000, description="Most rows of the page.")] = 10,
        page: Annotated[
            int,
            Parameter(ge=1, le=100_000, description="Which page of `limit` rows each, from 1."),
        ] = 1,
        next_: Annotated[
            str | None,
            Parameter(
                alias="next",
                description="`next` of the answer before this one, in the place of `page`.",
            ),
        ] = None,
    ) -> Breakdown:
        filtered = filters_of(request.values("filter"))
        asked = Query(site_id, period, first, last, timezone, filtered)
        wanted = breakdown_of(dimension, event=event, goal=goal, search=search)
        offset = (page - 1) * limit if next_ is None else CURSOR.read(next_)
        found = engine().breakdown(
            request.caller.account, asked, wanted, limit=limit, offset=offset
        )
        return _breakdown(found, wanted, offset)


def _summary(found: results.SummaryResult) -> Summary:
    time_series, before = found.time_series, found.comparison
    return Summary(
        range=RangeView.of(time_series.range),
        metrics=_metrics(time_series.total),
        exact=time_series.is_exact,
        comparison=None if before is None else _comparison(before),
        series=_series(time_series),
        goals=[
            GoalFigures(
                id=reached.goal.id,
                name=reached.goal.name,
                conversions=reached.conversions,
                rate=None
                if reached.conversions is None
                else results.rate(reached.conversions, time_series.total.visits),
            )
            for reached in found.goals
        ],
        bots=Bots(events=sum(found.bots.values()), by_reason=dict(found.bots)),
        through=iso(found.through),
    )


def _comparison(time_series: results.TimeSeries) -> Comparison:
    return Comparison(
        range=RangeView.of(time_series.range),
        metrics=_metrics(time_series.total),
        series=_series(time_series),
        exact=time_series.is_exact,
    )


def _metrics(figures: results.Figures) -> Metrics:
    return Metrics(
        visitors=figures.visitors,
        visits=figures.visits,
        pageviews=figures.pageviews,
        events=figures.events,
        bounce_rate=figures.bounce_rate,
        visit_duration=figures.visit_duration,
        views_per_visit=figures.views_per_visit,
    )


def _series(time_series: results.TimeSeries) -> list[Point]:
    shown = []
    for number, at in enumerate(time_series.range.edges[:-1]):
        figures = time_series.point(number)
        shown.append(
            Point(
                at=iso(at),
                visitors=figures.visitors,
                visits=figures.visits,
                pageviews=figures.pageviews,
                bounce_rate=figures.bounce_rate,
                visit_duration=figures.visit_duration,
                exact=figures.is_exact,
            )
        )
    return shown


def _breakdown(found: results.BreakdownResult, asked: query.Breakdown, offset: int) -> Breakdown:
    """Return as many rows as fit into one response."""
    has_goal = asked.goal is not None
    rows = [
        _row(asked.grouping, row, found.rows.visitors, has_goal=has_goal) for row in found.rows.rows
    ]
    rows = rows[: len(pages.fitting(row.model_dump_json(by_alias=True) for row in rows))]
    end = offset + len(rows)
    return Breakdown(
        range=RangeView.of(found.range),
        rows=rows,
        total=found.rows.total,
        next=CURSOR.write(end) if rows and end < found.rows.total else None,
        exact=found.rows.is_exact,
        through=iso(found.through),
    )


def _row(grouping: Grouping, row: results.Row, visitors: int, *, has_goal: bool) -> Row:
    figures = row.figures
    return Row(
        value=row.value,
        label=grouping.label(row.value),
        visitors=figures.visitors,
        visits=figures.visits,
        pageviews=figures.pageviews,
        events=figures.events,
        bounce_rate=figures.bounce_rate,
        visit_duration=figures.visit_duration,
        share=min(1.0, results.rate(figures.visitors, visitors) or 0.0),
        exact=figures.is_exact,
        conversions=row.conversions if has_goal else None,
        conversion_rate=results.rate(row.conversions, figures.visits) if has_goal else None,
    )
