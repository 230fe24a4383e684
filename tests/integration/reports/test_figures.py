from datetime import date
from typing import Any

import pytest

from pixeltrack.facts import days
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.instants import parse_ms
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
OF_POINTS = ("visitors", "visits", "pageviews", "bounceRate", "visitDuration")
SETS: list[list[str]] = [
    [],
    ["country:is:DE"],
    ["country:is_not:DE"],
    ["country:is:"],
    ["source:contains:прив"],
    ["source:contains:OO", "country:is_not:"],
    ["utm_source:is:a,b"],
    ["utm_source:is:news:letter"],
    ["page:is:/p1"],
    ["page:is_not:/p1"],
    ["page:contains:/BLOG/"],
    ["page:contains:%_"],
    ["page:is:/p1", "page:is:/p2"],
    ["entry_page:is:/p3"],
    ["exit_page:contains:blog"],
    ["event:is:signup"],
    ["event:is_not:signup", "browser:is:Firefox"],
    ["outbound:is:https://x.example/1"],
    ["outbound:contains:EXAMPLE/2"],
    ["download:is_not:https://x.example/0", "region:is:DE/Bavaria"],
    ["country:is:nowhere"],
]


@pytest.mark.parametrize("filters", SETS, ids="&".join)
def test_a_summary_equals_the_reference(
    ask: Any, fixture: ReportFixture, filters: list[str]
) -> None:
    told = ask("reports/summary", filters, period="30d")
    first = date.fromisoformat(told["range"]["from"])
    start = days.start_of(first, ZONE)
    reference = Reference(fixture, filters)
    assert told["metrics"] == reference.metrics(start, NOW)
    assert told["exact"]
    assert told["bots"]["byReason"] == reference.by_reason(start, NOW)
    edges = [*(parse_ms(point["at"]) for point in told["series"]), NOW]
    assert len(told["series"]) == 30
    for point, begin, end in zip(told["series"], edges[:-1], edges[1:], strict=True):
        wanted = reference.metrics(begin, end)
        assert {k: v for k, v in point.items() if k != "at"} == {
            name: wanted[name] for name in OF_POINTS
        } | {"exact": True}


@pytest.mark.parametrize("dimension", [*Dimension, "payload"])
@pytest.mark.parametrize("filters", [[], ["country:is:DE"], ["page:contains:blog"]], ids="&".join)
def test_a_breakdown_equals_the_reference(
    ask: Any, fixture: ReportFixture, dimension: str, filters: list[str]
) -> None:
    query = {"period": "custom", "from": "2026-02-03", "to": "2026-03-05", "limit": "1000"}
    more = {"event": "signup"} if dimension == "payload" else {}
    told = ask("reports/breakdown", filters, dimension=dimension, **query, **more)
    start = parse_ms("2026-02-02T21:00:00Z")
    end = parse_ms("2026-03-05T21:00:00Z")
    wanted = Reference(fixture, filters).rows(start, end, dimension, event="signup")
    shown = [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]]
    assert shown == wanted
    assert told["total"] == len(wanted)
    assert wanted


@pytest.mark.parametrize("dimension", ["page", "event", "outbound", "country"])
def test_visits_that_cross_midnight_count_on_both_days(
    ask: Any, fixture: ReportFixture, dimension: str
) -> None:
    reference = Reference(fixture)
    for first in days.edges(date(2026, 2, 1), date(2026, 2, 20), ZONE)[:-1]:
        day = days.day_of(first, ZONE)
        query = {"period": "custom", "from": day.isoformat(), "to": day.isoformat()}
        told = ask("reports/breakdown", dimension=dimension, **query, limit="1000")
        wanted = reference.rows(first, days.edges(day, day, ZONE)[1], dimension)
        assert [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]] == wanted
