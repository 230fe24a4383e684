"""The pace limit in force is that of the facts: reports follow it, whatever the site asks for."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from tests.fakes.report_tables import ReportFixture

Limit = Callable[[int], None]
COUNTS = ("visitors", "visits", "pageviews", "events")


@pytest.fixture
def limit(connection: psycopg.Connection[Any], fixture: ReportFixture) -> Iterator[Limit]:
    def put(number: int, table: str = "fact_sites", key: str = "id") -> None:
        asked = {"fact_sites": fixture.number, "sites": fixture.site}[table]
        statement = f"update {table} set pace_limit = %s where {key} = %s"  # noqa: S608 - ours
        connection.execute(statement.encode(), [number, asked])

    yield put
    for table in ("fact_sites", "sites"):
        put(60, table)


def test_without_a_limit_everything_is_a_person_s(
    ask: Any, fixture: ReportFixture, limit: Limit
) -> None:
    before = ask("reports/summary", period="90d")
    fast = [hit for hit in fixture.hits if hit.bot == "pace" and hit.kind < 3]
    limit(0)
    after = ask("reports/summary", period="90d")
    assert before["bots"]["byReason"] == after["bots"]["byReason"] | {"pace": len(fast)}
    added = {name: after["metrics"][name] - before["metrics"][name] for name in COUNTS}
    visits = {(hit.visitor, hit.visit) for hit in fast}
    assert (added["visits"], added["pageviews"] + added["events"]) == (len(visits), len(fast))
    assert 0 <= added["visitors"] <= len(visits)


def test_a_lower_limit_takes_more_visits_away(ask: Any, limit: Limit) -> None:
    found = []
    for number in (600, 60, 50, 10):
        limit(number)
        summary = ask("reports/summary", period="90d")
        rows = ask("reports/breakdown", period="90d", dimension="page", limit="1000")["rows"]
        assert sum(row["pageviews"] for row in rows) == summary["metrics"]["pageviews"]
        found.append(summary["metrics"]["visits"])
    assert found == sorted(found, reverse=True)
    assert found[0] > found[1] > found[-1]


def test_what_the_site_asks_for_waits_for_the_job(ask: Any, limit: Callable[..., None]) -> None:
    before = ask("reports/summary", period="90d")
    limit(0, "sites")
    assert ask("reports/summary", period="90d") == before
