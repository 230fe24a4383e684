"""How long reports take over a year of one site's facts, and how much room these take.

Facts are generated in the database; rollups are built by the code that builds them in service.
Requests go to the function itself, without gateway and network.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from functions.reports.handler import build
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.platform import settings
from pixeltrack.platform.postgres import Transactions
from pixeltrack.platform.schema import migrate
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from tests.fakes.gateway import Context, http_event

DAYS = 365
PATIENCE_MS = 60_000
PERIODS = ("day", "30d", "90d", "12mo")
FILTER = "country:is:value-18-1"
DATABASE = "pixeltrack_reports_bench"
TABLES = ("hits", "visits", "visitors", "contexts", "dictionary", "rollups", "periods")


def measure(server: str, events: int, requests: int) -> None:
    """Load facts into a database of their own, print times and sizes, and drop it."""
    with _database(server) as url:
        now = int(datetime.now(UTC).timestamp() * 1000)
        account = _load(url, events, now)
        _report(url, events, requests, account, now)


def _load(url: str, events: int, now: int) -> str:
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        account, site = _site(connection)
        given = {"site": site, "events": events, "days": DAYS, "end": now}
        connection.execute("set work_mem = '128MB'")
        with _without_indexes(connection):
            for statement in (Path(__file__).parent / "facts.sql").read_text().split(";\n"):
                if statement.strip():
                    psycopg.ClientCursor(connection).execute(statement.encode(), given)
        connection.execute("update aggregation set swept_at = %s, watermark = %s", [now, now])
        connection.execute("vacuum analyze")
    loaded = time.perf_counter()
    transactions = Transactions(url, statement_timeout_ms=120_000)
    rolled = roll_closed(PostgresFacts(transactions), lambda: now, lambda: False)
    transactions.close()
    ended = time.perf_counter()
    print(
        f"{events:,} events generated in {loaded - began:.0f} s;"
        f" {rolled} periods rolled in {ended - loaded:.0f} s",
        flush=True,
    )
    return account


def _site(connection: psycopg.Connection[Any]) -> tuple[str, int]:
    """Make a site; return its owner and its number."""
    made: tuple[str, int] | None = connection.execute(
        "with a as (insert into accounts (email) values ('bench@x') returning id),"
        " s as (insert into sites (tracking_id, url, name)"
        "       values ('pt_' || repeat('0', 32), 'https://x.example', 'Bench') returning id),"
        " m as (insert into site_members (site_id, account_id, role)"
        "       select s.id, a.id, 'owner' from s, a),"
        " f as (insert into fact_sites (site_id, timezone) select id, 'UTC' from s returning id)"
        " select a.id::text, f.id from a, f"
    ).fetchone()
    assert made
    return made


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Build the indexes of hits once these are all there: it takes a third of the time."""
    indexes = connection.execute(
        "select indexname, indexdef from pg_indexes where tablename = 'hits'"
    ).fetchall()
    connection.execute("alter table hits drop constraint hits_event_key")
    for name, _ in indexes:
        connection.execute(sql.SQL("drop index if exists {}").format(sql.Identifier(name)))
    yield
    for _, definition in indexes:
        connection.execute(definition.encode())


def _report(url: str, events: int, requests: int, account: str, now: int) -> None:
    transactions = Transactions(url, statement_timeout_ms=PATIENCE_MS)
    exact_visits = settings.load(settings.Reports).exact_visits
    engine = Engine(PostgresReports(transactions).snapshot, lambda: now, exact_visits)
    api = build(make_engine=lambda: engine)
    verdict = {"kind": "user", "account": account}

    def send(report: str, period: str, filters: Sequence[str]) -> float:
        query = {"period": period}
        if report != "summary":
            report, _, query["dimension"] = report.partition(" ")
        route = f"GET /api/v1/reports/{report}"
        began = time.perf_counter()
        event = http_event(route, query=query, verdict=verdict, filters=filters)
        answer = api(event, Context(PATIENCE_MS))
        assert answer["statusCode"] == 200, answer["body"]
        return (time.perf_counter() - began) * 1000

    print(f"reports over {events:,} events: p50 and p95 of {requests} requests")
    print(f"{'report':<18} {'filter':<8}" + "".join(f"{p:>18}" for p in PERIODS))
    for report in ("summary", "breakdown page", "breakdown source", "breakdown city"):
        for filters in ((), (FILTER,)):
            cells = [_cell(send, requests, report, period, filters) for period in PERIODS]
            print(f"{report:<18} {'country' if filters else '-':<8}" + "".join(cells), flush=True)
    transactions.close()
    _sizes(url, events)


def _cell(
    send: Callable[..., float], requests: int, report: str, period: str, filters: Sequence[str]
) -> str:
    with redirect_stdout(io.StringIO()):  # of metrics
        times = [send(report, period, filters) for _ in range(requests)]
    cuts = statistics.quantiles(times, n=20)
    return f"{statistics.median(times):>9.0f}, {cuts[18]:>4.0f} ms"


def _sizes(url: str, events: int) -> None:
    with psycopg.connect(url) as connection:
        sizes = {
            table: connection.execute("select pg_total_relation_size(%s)", [table]).fetchone()
            for table in TABLES
        }
    told = (f"{t} {s[0] / events:.1f}" for t, s in sizes.items() if s and s[0] > events / 100)
    print("MB a million events: " + ", ".join(told), flush=True)


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = sql.Identifier(DATABASE)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
        url = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
        try:
            migrate(url)
            yield url
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(name))
