"""Bots' events, which no other report counts: who sent them, and what they asked for."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query as Parameter
from pydantic import Field

from functions.reports.parameters import (
    PROBLEMS,
    FromParameter,
    PeriodParameter,
    SiteParameter,
    ToParameter,
    ZoneParameter,
)
from functions.reports.reports import RangeView
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, View
from pixeltrack.platform.instants import iso
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.periods import Period
from pixeltrack.reports.query import BOT_GROUPINGS, Query, bot_grouping

MOST_ROWS = 100
"""Rows of the longest values, all of it escaped, stay far below what an answer may hold."""


class BotRow(View):
    """One value of bots' events."""

    value: str = Field(description="The value; empty for none.")
    label: str = Field(description="The value for people; empty for none.")
    visitors: int = Field(description="Distinct visitors that sent them.")
    pageviews: int = Field(description="Page views.")
    events: int = Field(description="Clicks and other events that are no page views.")


class BotBreakdown(View):
    """A page of the values of bots' events: most events first, then by value."""

    range: RangeView = Field(description="What it covers.")
    rows: list[BotRow] = Field(description="The values of the page.")
    total: int = Field(description="How many values there are on all pages.")
    through: str = Field(description="Everything stored by then is in.", json_schema_extra=INSTANT)


def add(api: HttpApi, engine: Callable[[], Engine]) -> None:
    """Add the route of bots' events to an API."""

    @api.route(
        "GET",
        "/api/v1/reports/bots",
        scope=Scope.REPORTS_READ,
        problems=PROBLEMS,
        summary="Bots' events by a dimension",
        description="Who the bots of a range were, and what they asked for. The summary says how "
        "many events were theirs, by reason; no other report counts them. `browser` is the name "
        "that a bot gave itself. Of days past the site's retention only the summary is left.",
        tags=["reports"],
    )
    def show_bots(
        request: Request,
        *,
        dimension: Annotated[
            str,
            Parameter(
                description="What the rows are values of.",
                json_schema_extra={"enum": list(BOT_GROUPINGS)},
            ),
        ],
        reason: Annotated[
            str | None,
            Parameter(
                min_length=1,
                max_length=64,
                description="Only events that count as a bot's for this reason, as the summary "
                "names it.",
            ),
        ] = None,
        site_id: SiteParameter = None,
        period: PeriodParameter = Period.LAST_30_DAYS,
        first: FromParameter = None,
        last: ToParameter = None,
        timezone: ZoneParameter = None,
        limit: Annotated[
            int, Parameter(ge=1, le=MOST_ROWS, description="Most rows of the page.")
        ] = 10,
        page: Annotated[
            int,
            Parameter(ge=1, le=100_000, description="Which page of `limit` rows each, from 1."),
        ] = 1,
    ) -> BotBreakdown:
        grouping = bot_grouping(dimension, reason)
        asked = Query(site_id, period, first, last, timezone)
        found = engine().bots(
            request.caller.account,
            asked,
            grouping,
            reason=reason,
            limit=limit,
            offset=(page - 1) * limit,
        )
        return BotBreakdown(
            range=RangeView.of(found.range),
            rows=[
                BotRow(
                    value=row.value,
                    label=grouping.label(row.value),
                    visitors=row.visitors,
                    pageviews=row.pageviews,
                    events=row.events,
                )
                for row in found.rows
            ],
            total=found.total,
            through=iso(found.through),
        )
