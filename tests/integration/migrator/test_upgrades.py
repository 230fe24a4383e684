"""A database that any older version made, with data in it, becomes what a new one is."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from functions.reports.handler import build
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform import catalog, schema
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import Transactions
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from tests.fakes.gateway import Context, http_event

SCHEMAS = Path(__file__).parents[2] / "data/schemas"
NOW = parse_ms("2026-03-20T10:17:00Z")
ACCOUNT = "7ba53276-8e2b-4f48-871c-c94459060a61"
SITE = "89acc715-ffe8-45fb-a461-91426954a0cd"
PERIODS = ("day", "7d", "30d", "12mo")

ACCOUNTS = schema.MIGRATIONS / "0001_accounts_and_sites.sql"
LOG_INS = schema.MIGRATIONS / "0002_log_ins.sql"
FACTS = [*sorted((SCHEMAS / "0003_facts").glob("*.sql")), schema.MIGRATIONS / "0003_facts.sql"]
THEN: dict[str, list[Path]] = {
    "": [],
    " and days to seal": [SCHEMAS / "0004_days_to_seal.sql"],
    " and sealing": [schema.MIGRATIONS / "0004_sealing_and_words.sql"],
}
LATEST = "facts 6 and sealing"
STACKS: dict[str, list[Path]] = {
    "accounts": [ACCOUNTS],
    "log-ins": [ACCOUNTS, LOG_INS],
    **{
        f"facts {number}{name}": [ACCOUNTS, LOG_INS, facts, *more]
        for number, facts in enumerate(FACTS, 1)
        for name, more in THEN.items()
    },
}


def name_of(file: Path) -> str:
    """Return the migration's name: an older text of one lies in a folder of that name."""
    return file.parent.name if file.stem.isdigit() else file.stem


@pytest.fixture
def older(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """Make the database of an older version, with rows in it, and return its address."""

    def make(stack: str) -> str:
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute("drop schema public cascade; create schema public")
        folder = tmp_path / stack
        folder.mkdir()
        for file in STACKS[stack]:
            (folder / f"{name_of(file)}.sql").write_text(file.read_text())
        with monkeypatch.context() as patch:
            patch.setattr(schema, "MIGRATIONS", folder)
            assert schema.migrate(postgres_url) == [name_of(file) for file in STACKS[stack]]
        with psycopg.connect(postgres_url) as connection:
            for rows in sorted((SCHEMAS / "rows").glob("*.sql")):
                if (folder / rows.name).exists():
                    connection.execute(rows.read_bytes())
        return postgres_url

    return make


def rows(url: str, of: Iterable[str]) -> dict[str, int]:
    """Count the rows of tables."""
    with psycopg.connect(url) as connection:
        counts = {}
        for table in of:
            counting = SQL("select count(*) from {}").format(Identifier(table))
            one = connection.execute(counting).fetchone()
            assert one
            counts[table] = one[0]
        return counts


def reports(url: str) -> dict[str, Any]:
    """Ask for every report of the site, and return the answers by question."""
    transactions = Transactions(url, statement_timeout_ms=10_000)
    api = build(make_engine=lambda: Engine(PostgresReports(transactions).snapshot, lambda: NOW))
    found = {}
    try:
        for path, query in questions():
            verdict = {"kind": "user", "account": ACCOUNT}
            asked = http_event(f"GET /api/v1/{path}", query=query, verdict=verdict)
            answer = api(asked, Context())
            asking = f"{path} {query}"
            assert answer["statusCode"] == 200, (asking, answer["body"])
            found[asking] = answer["body"]
    finally:
        transactions.close()
    return found


def questions() -> Iterator[tuple[str, dict[str, str]]]:
    for period in PERIODS:
        asked = {"siteId": SITE, "period": period}
        yield "reports/summary", {**asked, "compare": "previous"}
        for dimension in Dimension:
            yield "reports/breakdown", {**asked, "dimension": dimension}
    week = {"siteId": SITE, "period": "7d", "dimension": "payload", "event": "signup"}
    yield "reports/breakdown", week
    for dataset in ("events", "summary", "page"):
        yield "export", {"siteId": SITE, "period": "30d", "dataset": dataset}


@pytest.fixture(scope="module")
def fresh(postgres_url: str) -> catalog.Catalog:
    """The catalog of a new database."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    schema.migrate(postgres_url)
    return catalog.catalog(postgres_url)


_told: dict[str, dict[str, Any]] = {}


@pytest.fixture
def told(older: Callable[[str], str]) -> dict[str, Any]:
    """What reports say where the schema was in order before."""
    if not _told:
        url = older(LATEST)
        schema.migrate(url)
        _told.update(reports(url))
    return _told


def test_the_stored_catalog_is_that_of_a_new_database(fresh: catalog.Catalog) -> None:
    writing = "write it anew: .venv/bin/python -m infra_cdk.local schema"
    assert catalog.encode(fresh) == catalog.encode(catalog.expected()), writing


@pytest.mark.parametrize("stack", STACKS)
def test_any_older_schema_becomes_the_present_one(
    told: dict[str, Any], older: Callable[[str], str], fresh: catalog.Catalog, stack: str
) -> None:
    url = older(stack)
    filled = [name for kind, _, name in catalog.catalog(url) if kind == "table"]
    before = rows(url, filled)
    schema.migrate(url)
    assert rows(url, filled) == before
    assert catalog.catalog(url) == fresh
    assert catalog.differences(url) == []
    answers = reports(url)
    assert answers == told or not stack.startswith("facts")


def test_what_is_compared_is_not_nothing(told: dict[str, Any]) -> None:
    query = {"siteId": SITE, "period": "30d", "compare": "previous"}
    summary = json.loads(told[f"reports/summary {query}"])
    assert (summary["metrics"]["visitors"], summary["metrics"]["visits"]) == (6, 13)


def test_goals_that_the_present_schema_refuses_do_not_stop_an_upgrade(
    older: Callable[[str], str], fresh: catalog.Catalog
) -> None:
    url = older("facts 1")
    new = "insert into goals (site_id, name, kind, pattern) values (%s, %s, 'page', %s)"
    with psycopg.connect(url) as connection:
        for name, pattern in [("one", "/a"), ("again", "/a"), ("long", "/" + "b" * 600)]:
            connection.execute(new, [SITE, name, pattern])
            connection.commit()
    schema.migrate(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute("select name from goals where kind = 'page'").fetchall()
    assert kept == [("one",)]
    assert catalog.catalog(url) == fresh
