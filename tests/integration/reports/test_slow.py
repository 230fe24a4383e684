"""A report that takes too long is given up, and the next one is answered."""

from typing import Any

import psycopg

from functions.reports.handler import build
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import Transactions
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from tests.fakes.gateway import Context, http_event
from tests.fakes.report_tables import ReportFixture

NOW = parse_ms("2026-03-20T10:17:00Z")


def test_a_slow_report_is_given_up(
    postgres_url: str, fixture: ReportFixture, connection: psycopg.Connection[Any]
) -> None:
    transactions = Transactions(postgres_url, statement_timeout_ms=200)
    api = build(make_engine=lambda: Engine(PostgresReports(transactions).snapshot, lambda: NOW, 0))
    verdict = {"kind": "user", "account": fixture.account}
    event = http_event("GET /api/v1/reports/summary", verdict=verdict)
    with connection.transaction():
        connection.execute("lock table visits in access exclusive mode")
        answer = api(event, Context())
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"]
    assert api(event, Context())["statusCode"] == 200
    transactions.close()
