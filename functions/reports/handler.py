"""Lambda entry point of the API's reads: feed, reports, and the API's own description."""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from functions.reports import bots, export, feed, quality, reports, wiring
from functions.reports.feed import Feed
from functions.reports.quality import Quality
from pixeltrack.api.http import HttpApi
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.reports.engine import Engine


def build(
    make_feed: Callable[[], Feed] = wiring.feed,
    make_engine: Callable[[], Engine] = wiring.engine,
    make_quality: Callable[[], Quality] = wiring.quality,
    is_live: Callable[[AccountId, str], bool] = wiring.is_live,
) -> HttpApi:
    """Build the handler; nothing is connected before the first request."""
    api = HttpApi("reports", is_live=is_live)
    feed.add(api, make_feed)
    reports.add(api, make_engine)
    bots.add(api, make_engine)
    quality.add(api, make_quality)
    export.add(api, make_engine)

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
