"""The export: a site's data as a file, a page at a time."""

from collections.abc import Callable
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query as Parameter
from msgspec import Meta

from functions.reports.parameters import (
    DATASETS,
    EVENTS,
    PROBLEMS,
    SUMMARY,
    DatasetParameter,
    EventParameter,
    FilterParameter,
    FromParameter,
    PeriodParameter,
    SiteParameter,
    ToParameter,
    ZoneParameter,
)
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.cursors import Cursor
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.platform.instants import FIRST_MS, LAST_MS
from pixeltrack.reports import pages
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.export import EventPlace, Exports, Format
from pixeltrack.reports.periods import Period, refused
from pixeltrack.reports.query import Query, breakdown_of, filters_of

_FAULT = "is not a place of this export; take it from `X-Next`"
EVENT: Cursor[EventPlace] = Cursor(
    tuple[
        Annotated[int, Meta(ge=FIRST_MS, le=LAST_MS)],
        Annotated[str, Meta(pattern="^[0-9a-f]{32}$")],
    ],
    parameter="next",
    fault=_FAULT,
)
ROW: Cursor[int] = Cursor(Annotated[int, Meta(ge=0, le=2**31)], parameter="next", fault=_FAULT)


def add(api: HttpApi, engine: Callable[[], Engine]) -> None:
    """Add the route of exports to an API."""

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
        problems=PROBLEMS,
        summary="Export",
        description="The events of a range, oldest first and bots' marked; its figures day by day; "
        "or all values of a dimension, with `exact` as in the reports. A page has at most "
        f"{pages.MOST_BYTES // 10**6} MB. In CSV, text that a spreadsheet could take for a formula "
        "begins with an apostrophe. Of days that the site's retention has ended there are figures, "
        "and no events.",
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
        filters: FilterParameter = None,  # noqa: ARG001 - read whole: values may hold commas
        event: EventParameter = None,
        format_: Annotated[Format, Parameter(alias="format", description="How it is written.")] = (
            Format.CSV
        ),
        bom: Annotated[
            bool,
            Parameter(
                description="Whether CSV begins with a byte-order mark, by which Excel reads "
                "letters that are not English; on the first page only."
            ),
        ] = False,
        next_: Annotated[
            str | None, Parameter(alias="next", description="`X-Next` of the page before this one.")
        ] = None,
    ) -> Response[str]:
        filtered = filters_of(request.values("filter"))
        query = Query(site_id, period, first, last, timezone, filtered)
        if dataset not in DATASETS:
            raise refused("dataset", f"must be one of {', '.join(DATASETS)}")
        if bom and format_ is not Format.CSV:
            raise refused("bom", "is for CSV only; leave it out")
        account, exports = request.caller.account, Exports(engine(), format_, is_marked=bom)
        if dataset == EVENTS:
            after = None if next_ is None else EVENT.read(next_)
            events = exports.events(account, query, after)
            text = events.text
            position = None if events.next is None else EVENT.write(events.next)
        else:
            row = 0 if next_ is None else ROW.read(next_)
            if dataset == SUMMARY:
                page = exports.days(account, query, row)
            else:
                wanted = breakdown_of(dataset, event=event)
                page = exports.values(account, query, wanted, row)
            text = page.text
            position = None if page.next is None else ROW.write(page.next)
        if position is not None:
            request.add_header("X-Next", position)
            request.add_header("Link", f'<{request.next_page(position)}>; rel="next"')
        request.add_header("Content-Disposition", f'attachment; filename="{dataset}.{format_}"')
        return Response(200, format_.media_type, text)
