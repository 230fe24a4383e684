"""What rollups do not keep one by one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg

from pixeltrack.facts import days
from pixeltrack.platform.instants import parse_ms
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
YEAR = days.start_of(date(2026, 1, 1), ZONE)


def test_values_that_are_not_kept_stand_together(
    ask: Any, fixture: ReportFixture, roll: Callable[..., int]
) -> None:
    roll(most_values=1)
    told = ask("reports/breakdown", dimension="city", period="year", limit="1000")
    last = told["rows"][-1]
    assert last["value"] is None
    assert last["label"] == "(other)"
    assert all(row["value"] is not None for row in told["rows"][:-1])
    wanted = Reference(fixture).metrics(YEAR, NOW)
    by_value = {row["value"]: row for row in Reference(fixture).rows(YEAR, NOW, "city")}
    for name in ("visits", "pageviews", "events"):
        assert sum(row[name] for row in told["rows"]) == wanted[name]
    assert not told["exact"]
    for row in told["rows"]:
        assert row["exact"] == (row == by_value.get(row["value"]))


def test_a_goal_among_what_is_not_kept_is_read_from_facts(
    ask: Any, fixture: ReportFixture, roll: Callable[..., int], connection: psycopg.Connection[Any]
) -> None:
    roll(most_values=1)
    connection.execute(
        "insert into goals (site_id, name, kind, pattern) values (%s, 'A page', 'page', '/p1')",
        [fixture.site],
    )
    told = ask("reports/summary", period="year")
    wanted = Reference(fixture).conversions(YEAR, NOW, "page", "/p1")
    assert [goal["conversions"] for goal in told["goals"]] == [wanted]
