import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
import pytest

from functions.reports.handler import build
from pixeltrack.facts.dimensions import MOST_VALUES
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import Transactions
from pixeltrack.platform.schema import migrate
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from tests.fakes.gateway import Context, http_event
from tests.fakes.report_tables import ReportFixture, Tables, new_report_fixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
"""When reports are asked; the site's first event is of 20 January."""


@pytest.fixture(scope="module")
def fixture(postgres_url: str) -> ReportFixture:
    """A site with random events, beside another one with some."""
    migrate(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        fixture, noise = new_report_fixture(connection, ZONE), new_report_fixture(connection, ZONE)
        start = parse_ms("2026-01-20T00:00:00Z")
        Tables(connection, fixture).fill(1, 150, start, NOW)
        Tables(connection, noise).fill(2, 10, start, NOW)
        connection.execute("update aggregation set watermark = %s", [NOW - 5000])
    return fixture


@pytest.fixture(scope="module")
def call(postgres_url: str, fixture: ReportFixture) -> Iterator[Callable[..., Any]]:
    """Send requests as the site's owner: `call(path, filters=(), **query)`.

    Closed days are read from rollups, unless they have no more visits than `exact_visits`.
    """
    transactions = Transactions(postgres_url, statement_timeout_ms=10_000)
    snapshot = PostgresReports(transactions).snapshot

    def send(
        path: str,
        filters: Sequence[str] = (),
        *,
        account: str = "",
        exact_visits: int = 0,
        **query: str,
    ) -> Any:
        api = build(make_engine=lambda: Engine(snapshot, lambda: NOW, exact_visits))
        verdict = {"kind": "user", "account": account or fixture.account}
        route = f"GET /api/v1/{path}"
        return api(http_event(route, query=query, verdict=verdict, filters=filters), Context())

    yield send
    transactions.close()


@pytest.fixture(scope="module")
def ask(call: Callable[..., Any]) -> Callable[..., Any]:
    """Send a request that must succeed, and return its JSON."""

    def send(*args: Any, **query: Any) -> Any:
        answer = call(*args, **query)
        assert answer["statusCode"] == 200, answer["body"]
        return json.loads(answer["body"])

    return send


@pytest.fixture(scope="module")
def connection(postgres_url: str, fixture: ReportFixture) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the tables that hold the fixture."""
    assert fixture
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def roll(postgres_url: str, connection: psycopg.Connection[Any]) -> Callable[..., int]:
    """Build the rollups of every closed day and month: `roll(most_values=500)`."""

    def run(most_values: int = MOST_VALUES) -> int:
        connection.execute("update aggregation set swept_at = %s", [NOW])
        transactions = Transactions(postgres_url, statement_timeout_ms=20_000)
        try:
            facts = PostgresFacts(transactions)
            return roll_closed(facts, lambda: NOW, lambda: False, most_values=most_values)
        finally:
            transactions.close()

    return run
