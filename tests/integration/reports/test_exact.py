"""Ranges of few visits are counted one by one, whatever rollups say; others say what is exact."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from pixeltrack.facts import days
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.instants import parse_ms
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture, Tables, new_report_fixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
YEAR = days.start_of(date(2026, 1, 1), ZONE)
ADDITIVE = ("visits", "pageviews", "events", "bounceRate", "visitDuration")
MANY = 1_000_000


@pytest.fixture(scope="module", autouse=True)
def _falsified(connection: psycopg.Connection[Any], roll: Callable[..., int]) -> None:
    """Roll closed days up with one value each, and put 3,000 visitors more into every sketch."""
    roll(most_values=1)
    connection.execute(
        "update rollups set visitors = hll_union(visitors, ("
        " select hll_add_agg(hll_hash_integer(-n), 14, 5, -1, 1) from generate_series(1, 3000) n))"
    )


@pytest.fixture(scope="module")
def closed_visits(connection: psycopg.Connection[Any], fixture: ReportFixture) -> int:
    """The number of visits that began on closed days of the site."""
    row = connection.execute(
        "select sum(r.visits)::integer from periods p join rollups r on r.period = p.id"
        " where p.site = %s and p.span = 'day' and r.dimension = 0",
        [fixture.number],
    ).fetchone()
    assert row
    assert row[0] > 100
    return int(row[0])


@pytest.mark.parametrize("period", ["30d", "90d", "year", "12mo", "all", "month"])
def test_a_summary_of_few_visits_is_counted(ask: Any, fixture: ReportFixture, period: str) -> None:
    told = ask("reports/summary", period=period, compare="previous", exact_visits=MANY)
    start = days.start_of(date.fromisoformat(told["range"]["from"]), ZONE)
    reference = Reference(fixture)
    assert told["metrics"] == reference.metrics(start, NOW)
    assert told["exact"]
    assert period == "all" or told["comparison"]["exact"]
    edges = [*(parse_ms(point["at"]) for point in told["series"]), NOW]
    for point, begin, end in zip(told["series"], edges[:-1], edges[1:], strict=True):
        assert point["visitors"] == reference.metrics(begin, end)["visitors"]
        assert point["exact"]


@pytest.mark.parametrize("dimension", list(Dimension))
def test_a_list_of_few_visits_is_counted_and_has_every_value(
    ask: Any, fixture: ReportFixture, dimension: str
) -> None:
    query = {"dimension": dimension, "period": "year", "limit": "1000"}
    told = ask("reports/breakdown", **query, exact_visits=MANY)
    wanted = Reference(fixture).rows(YEAR, NOW, dimension)
    for row in wanted:
        row["conversions"] = row["conversionRate"] = None
    assert [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]] == wanted
    assert told["exact"]


def test_all_reports_on_a_range_choose_alike(
    ask: Any, call: Any, fixture: ReportFixture, closed_visits: int
) -> None:
    wanted = Reference(fixture).metrics(YEAR, NOW)["visitors"]
    for exact_visits, is_exact in ((closed_visits, True), (closed_visits - 1, False)):
        asked = {"period": "year", "exact_visits": exact_visits}
        shown = {"limit": "1000", **asked}
        summary = ask("reports/summary", **asked)
        assert summary["exact"] == is_exact
        assert (summary["metrics"]["visitors"] == wanted) == is_exact
        for dimension in ("page", "country", "source", "event"):
            told = ask("reports/breakdown", dimension=dimension, **shown)
            assert told["exact"] == is_exact
            assert (None in {row["value"] for row in told["rows"]}) != is_exact
            for form in ("csv", "jsonl"):
                answer = call("export", dataset=dimension, format=form, **asked)
                rows = list(rows_of(form, answer["body"]))
                assert all(row["exact"] for row in rows) == is_exact
                assert [(row["value"], row["visitors"]) for row in rows] == [
                    (row["value"], row["visitors"]) for row in told["rows"]
                ]
        answer = call("export", dataset="summary", format="jsonl", **asked)
        assert all(row["exact"] for row in rows_of("jsonl", answer["body"])) == is_exact


def rows_of(form: str, text: str) -> list[dict[str, Any]]:
    """Return the rows of an export with the types of JSON."""
    if form == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(text, newline="")))
    for row in rows:
        assert row["exact"] in {"true", "false"}
        row |= {
            "value": row["value"] if row["label"] != "(other)" else None,
            "visitors": int(row["visitors"]),
            "exact": row["exact"] == "true",
        }
    return rows


def test_a_row_is_what_a_filter_for_it_says(ask: Any) -> None:
    rows = ask("reports/breakdown", dimension="country", period="year", exact_visits=MANY)["rows"]
    for row in rows:
        told = ask("reports/summary", [f"country:is:{row['value']}"], period="year")
        assert {name: row[name] for name in ("visitors", *ADDITIVE)} == {
            name: told["metrics"][name] for name in ("visitors", *ADDITIVE)
        }


@pytest.mark.parametrize("seed", range(3, 7))
def test_facts_and_rollups_add_up_alike(
    ask: Any, connection: psycopg.Connection[Any], roll: Callable[..., int], seed: int
) -> None:
    fixture = new_report_fixture(connection, ZONE)
    with connection.transaction():
        Tables(connection, fixture).fill(seed, 25, parse_ms("2026-01-15T00:00:00Z"), NOW)
    roll()
    counted, rolled = (
        ask("reports/summary", account=fixture.account, period="year", exact_visits=exact_visits)
        for exact_visits in (MANY, 0)
    )
    for a, b in zip([counted, *counted["series"]], [rolled, *rolled["series"]], strict=True):
        assert a.get("metrics", a) == b.get("metrics", b)
    for dimension in Dimension:
        asked = {"account": fixture.account, "period": "year", "dimension": dimension}
        rows = [
            ask("reports/breakdown", **asked, limit="1000", exact_visits=exact_visits)["rows"]
            for exact_visits in (MANY, 0)
        ]
        assert rows[0] == rows[1]
    reference = Reference(fixture).metrics(YEAR, NOW)
    assert counted["metrics"] == reference
