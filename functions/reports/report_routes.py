"""The routes of reports, as the OpenAPI document describes them."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.reports.export_lines import Format
from functions.reports.exports import MOST_BYTES, Exports
from functions.reports.parameters import (
    CompareParameter,
    DatasetParameter,
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
from functions.reports.questions import Dataset, Detail, asked
from functions.reports.report_models import Breakdown, Summary
from functions.reports.reports import Reports
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.reports.periods import Compare, Period

_PROBLEMS = {
    400: "A parameter is refused.",
    404: "No such site or goal, or not the caller's.",
}


def add(api: HttpApi, reports: Callable[[], Reports], exports: Callable[[], Exports]) -> None:
    """Add the routes of reports to an API."""

    @api.route(
        "GET",
        "/api/v1/reports/summary",
        scope=Scope.REPORTS_READ,
        problems=_PROBLEMS,
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
        question = asked(
            site=site_id,
            period=period,
            first=first,
            last=last,
            timezone=timezone,
            texts=request.values("filter"),
        )
        return reports().summary(request.caller.account, question, compare)

    @api.route(
        "GET",
        "/api/v1/reports/breakdown",
        scope=Scope.REPORTS_READ,
        problems=_PROBLEMS,
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
        limit: Annotated[int, Query(ge=1, le=1000, description="Most rows of the page.")] = 10,
        page: Annotated[int, Query(ge=1, le=100_000, description="Which page, from 1.")] = 1,
    ) -> Breakdown:
        question = asked(
            site=site_id,
            period=period,
            first=first,
            last=last,
            timezone=timezone,
            texts=request.values("filter"),
        )
        detail = Detail.of(dimension, event=event, goal=goal, search=search)
        return reports().breakdown(request.caller.account, question, detail, limit=limit, page=page)

    @api.route(
        "GET",
        "/api/v1/export",
        scope=Scope.REPORTS_READ,
        texts={
            "text/csv": "A line of names on the first page, then a line each (RFC 4180).",
            "application/jsonl": "A JSON object a line.",
        },
        headers={
            "X-Next": "Where to go on, to be given as `next`; missing on the last page.",
            "Link": 'The address of the next page (`rel="next"`), likewise.',
            "Content-Disposition": "A name for the file.",
        },
        problems=_PROBLEMS,
        summary="Export",
        description="The events of a range, oldest first and bots' marked; its figures day by day; "
        f"or all values of a dimension. A page has at most {MOST_BYTES // 10**6} MB. In CSV, text "
        "that a spreadsheet would take for a formula begins with an apostrophe. Of days that the "
        "site's retention has ended there are figures, and no events.",
        tags=["reports"],
    )
    def export(
        request: Request,
        *,
        dataset: DatasetParameter,
        site_id: SiteParameter = None,
        period: PeriodParameter = Period.LAST_30_DAYS,
        first: FromParameter = None,
        last: ToParameter = None,
        timezone: ZoneParameter = None,
        filters: FilterParameter = None,  # noqa: ARG001 - as above
        event: EventParameter = None,
        format_: Annotated[Format, Query(alias="format", description="How it is written.")] = (
            Format.CSV
        ),
        next_: Annotated[
            str | None, Query(alias="next", description="`X-Next` of the page before this one.")
        ] = None,
    ) -> Response[str]:
        question = asked(
            site=site_id,
            period=period,
            first=first,
            last=last,
            timezone=timezone,
            texts=request.values("filter"),
        )
        wanted = Dataset.of(dataset, event=event)
        page = exports().page(request.caller.account, question, wanted, format_, next_)
        if page.next is not None:
            request.add_header("X-Next", page.next)
            request.add_header("Link", f'<{request.next_page(page.next)}>; rel="next"')
        request.add_header("Content-Disposition", f'attachment; filename="{page.name}"')
        return Response(200, format_.media_type, page.text)
