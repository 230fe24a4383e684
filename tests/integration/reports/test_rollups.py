"""Reports over closed days and months: the same figures, whatever they are read from."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest

from pixeltrack.facts import days
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.instants import parse_ms
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture

ZONE = "Europe/Moscow"
OF_POINTS = ("visitors", "visits", "pageviews", "bounceRate", "visitDuration")
NOW = parse_ms("2026-03-20T10:17:00Z")
YEAR = days.start_of(date(2026, 1, 1), ZONE)


@pytest.fixture(scope="module", autouse=True)
def _rolled(roll: Callable[..., int]) -> None:
    roll()


@pytest.mark.parametrize("period", ["30d", "90d", "year", "12mo", "all", "month", "week"])
def test_a_summary_equals_the_reference(ask: Any, fixture: ReportFixture, period: str) -> None:
    told = ask("reports/summary", period=period)
    start = days.start_of(date.fromisoformat(told["range"]["from"]), ZONE)
    reference = Reference(fixture)
    assert told["metrics"] == reference.metrics(start, NOW)
    assert told["exact"], "sketches of few visitors hold them one by one"
    assert told["bots"]["byReason"] == reference.by_reason(start, NOW)
    edges = [*(parse_ms(point["at"]) for point in told["series"]), NOW]
    assert edges[0] == start
    for point, begin, end in zip(told["series"], edges[:-1], edges[1:], strict=True):
        wanted = reference.metrics(begin, end)
        assert {k: v for k, v in point.items() if k != "at"} == {
            name: wanted[name] for name in OF_POINTS
        } | {"exact": True}


@pytest.mark.parametrize("dimension", list(Dimension))
def test_a_breakdown_equals_the_reference(ask: Any, fixture: ReportFixture, dimension: str) -> None:
    told = ask("reports/breakdown", dimension=dimension, period="year", limit="1000")
    wanted = Reference(fixture).rows(YEAR, NOW, dimension)
    for row in wanted:
        row["conversions"] = row["conversionRate"] = None
    assert [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]] == wanted
    assert told["exact"]


@pytest.mark.parametrize("dimension", ["page", "utm_term", "country"])
def test_pages_of_a_breakdown_join_to_the_whole(ask: Any, dimension: str) -> None:
    query = {"dimension": dimension, "period": "year"}
    whole = ask("reports/breakdown", **query, limit="1000")
    parts: list[Any] = []
    for page in range(1, whole["total"] + 2):
        shown = ask("reports/breakdown", **query, limit="1", page=str(page))
        assert shown["total"] == whole["total"]
        parts += shown["rows"]
    assert parts == whole["rows"]


def test_a_cut_day_of_a_comparison_is_read_from_facts(ask: Any, fixture: ReportFixture) -> None:
    told = ask("reports/summary", period="month", compare="previous")["comparison"]
    start, end = parse_ms("2026-01-31T21:00:00Z"), parse_ms("2026-02-20T10:17:00Z")
    assert told["metrics"] == Reference(fixture).metrics(start, end)
    assert len(told["series"]) == 20


def test_a_zone_that_is_changing_is_answered_from_facts(
    ask: Any, fixture: ReportFixture, connection: psycopg.Connection[Any]
) -> None:
    change = "update sites set timezone = %s where id = %s"
    connection.execute(change, ["America/New_York", fixture.site])
    try:
        told = ask("reports/summary", period="year")
    finally:
        connection.execute(change, [ZONE, fixture.site])
    start = days.start_of(date(2026, 1, 1), "America/New_York")
    assert told["metrics"] == Reference(fixture).metrics(start, NOW)
    assert told["exact"]
    assert told["range"]["timezone"] == "America/New_York"


def test_any_split_of_a_range_adds_up(ask: Any) -> None:
    first, last = date(2026, 1, 18), date(2026, 3, 19)
    whole = ask(
        "reports/summary", period="custom", **{"from": first.isoformat(), "to": last.isoformat()}
    )["metrics"]
    for day in (first, date(2026, 1, 31), date(2026, 2, 14), date(2026, 3, 14)):
        halves = [
            ask("reports/summary", period="custom", **{"from": a.isoformat(), "to": b.isoformat()})
            for a, b in ((first, day), (day + timedelta(days=1), last))
        ]
        for name in ("visits", "pageviews", "events"):
            assert sum(half["metrics"][name] for half in halves) == whole[name]
