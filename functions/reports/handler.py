"""Lambda entry point of the API's reads: feed, reports, and the API's own description."""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.reports import report_routes, wiring
from functions.reports.exports import Exports
from functions.reports.feed import Feed
from functions.reports.models import EventPage
from functions.reports.reports import Reports
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request


def build(
    feed: Callable[[], Feed] = wiring.feed,
    reports: Callable[[], Reports] = wiring.reports,
    exports: Callable[[], Exports] = wiring.exports,
) -> HttpApi:
    """Make the handler; nothing is connected before the first request."""
    api = HttpApi("reports")

    @api.route(
        "GET",
        "/api/v1/events",
        scope=Scope.EVENTS_READ,
        problems={400: "A parameter is refused.", 404: "No such site, or not the caller's."},
        summary="Newest events",
        description="The events of the caller's sites, newest first, a page at a time.",
        tags=["events"],
    )
    def list_events(
        request: Request,
        site_id: Annotated[
            str | None, Query(alias="siteId", description="One site; all the caller's without it.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=100, description="Most events of the page.")] = 10,
        before: Annotated[
            str | None, Query(description="`next` of the page before this one.")
        ] = None,
        event_type: Annotated[
            str | None,
            Query(alias="eventType", min_length=1, max_length=64, description="Only this type."),
        ] = None,
    ) -> EventPage:
        return feed().page(
            request.caller.account, site=site_id, limit=limit, before=before, event_type=event_type
        )

    report_routes.add(api, reports, exports)

    @api.route(
        "GET",
        "/api/v1/openapi.json",
        public=True,
        problems={},
        summary="This document",
        description="The OpenAPI 3.1 document of the whole API.",
        tags=["description"],
    )
    def describe() -> dict[str, Any]:
        return document()

    return api


@cache
def document() -> dict[str, Any]:
    """Read the document that `make openapi` wrote."""
    text = (resources.files(__package__) / "openapi.json").read_text()
    described: dict[str, Any] = json.loads(text)
    return described


handler = build()
