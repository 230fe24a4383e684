"""Reports that go back to sealed days, of which rollups are all that there is."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from pixeltrack.facts import days
from pixeltrack.facts.rollups import CLOSED_AFTER_MS
from pixeltrack.platform.instants import parse_ms
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
YEAR = days.start_of(date(2026, 1, 1), ZONE)
SEALED_BEFORE = date(2026, 2, 10)


@pytest.fixture(scope="module", autouse=True)
def _sealed(connection: psycopg.Connection[Any], roll: Callable[..., int]) -> None:
    """Seal the days before, and delete the facts that lie on sealed days alone."""
    roll()
    edge = days.start_of(SEALED_BEFORE, ZONE)
    connection.execute("update periods set sealed_at = %s where end_at <= %s", [NOW, edge])
    connection.execute(
        "delete from hits h using visits v"
        " where v.visitor = h.visitor and v.start_at = h.visit_at and v.last_at < %s",
        [edge],
    )
    connection.execute("delete from visits where last_at < %s", [edge])


@pytest.mark.parametrize("exact_visits", [0, 1_000_000])
@pytest.mark.parametrize("period", ["year", "12mo", "all"])
def test_figures_stay(ask: Any, fixture: ReportFixture, period: str, exact_visits: int) -> None:
    told = ask("reports/summary", period=period, exact_visits=exact_visits)
    assert told["metrics"] == Reference(fixture).metrics(YEAR, NOW)
    assert told["exact"]


@pytest.mark.parametrize("exact_visits", [0, 1_000_000])
def test_only_what_is_an_estimate_says_so(
    ask: Any, fixture: ReportFixture, connection: psycopg.Connection[Any], exact_visits: int
) -> None:
    """Of days with sketches too large for single values, only open ones can be counted."""
    kept = connection.execute("select period, dimension, value, visitors from rollups").fetchall()
    connection.execute(
        "update rollups set visitors = hll_union(visitors, ("
        " select hll_add_agg(hll_hash_integer(-n), 14, 5, -1, 1) from generate_series(1, 3000) n))"
    )
    try:
        days_told, months_told = (
            ask("reports/summary", period=period, exact_visits=exact_visits)
            for period in ("90d", "year")
        )
        listed = ask(
            "reports/breakdown", dimension="country", period="year", exact_visits=exact_visits
        )
    finally:
        with connection.cursor() as cursor:
            cursor.executemany(
                "update rollups set visitors = %s::hll"
                " where (period, dimension, value) = (%s, %s, %s)",
                [(row[3], *row[:3]) for row in kept],
            )
    sealed = days.start_of(SEALED_BEFORE, ZONE)
    closed = NOW - CLOSED_AFTER_MS - 86_400_000 if exact_visits == 0 else sealed
    points = [p for p in days_told["series"] if p["visits"]]
    assert {p["exact"] for p in points if parse_ms(p["at"]) < closed} == {False}
    assert {p["exact"] for p in points if parse_ms(p["at"]) >= closed + 86_400_000} == {True}
    assert not days_told["exact"]
    assert not listed["exact"]
    assert {row["exact"] for row in listed["rows"]} == {False}
    wanted = Reference(fixture).metrics(YEAR, NOW)
    for told in (days_told, months_told):
        assert {k: v for k, v in told["metrics"].items() if k != "visitors"} == {
            k: v for k, v in wanted.items() if k != "visitors"
        }


def test_a_single_day_stays_as_one_point(ask: Any, fixture: ReportFixture) -> None:
    query = {"period": "custom", "from": "2026-02-03", "to": "2026-02-03"}
    told = ask("reports/summary", **query)
    start = days.start_of(date(2026, 2, 3), ZONE)
    wanted = Reference(fixture).metrics(start, days.start_of(date(2026, 2, 4), ZONE))
    assert told["metrics"] == wanted
    assert told["range"]["interval"] == "day"
    assert [point["visits"] for point in told["series"]] == [wanted["visits"]]


@pytest.mark.parametrize(
    ("field", "filters", "query"),
    [
        ("filter", ["country:is:DE"], {}),
        ("search", [], {"search": "b"}),
        ("timezone", [], {"timezone": "Asia/Tokyo", "period": "90d"}),
    ],
)
def test_what_needs_single_events_is_refused(
    call: Any, field: str, filters: list[str], query: dict[str, str]
) -> None:
    asked = {"dimension": "page", "period": "year", **query}
    answer = call("reports/breakdown", filters, **asked)
    assert answer["statusCode"] == 400
    assert f'"field":"{field}"' in answer["body"]
    assert SEALED_BEFORE.isoformat() in answer["body"]


def test_later_ranges_take_filters(ask: Any, fixture: ReportFixture) -> None:
    filters = ["country:is:DE"]
    told = ask("reports/summary", filters, period="month")
    start = days.start_of(date(2026, 3, 1), ZONE)
    assert told["metrics"] == Reference(fixture, filters).metrics(start, NOW)
