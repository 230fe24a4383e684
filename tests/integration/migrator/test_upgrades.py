"""A database that any older version made, with data in it, becomes what a new one is."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier

from functions.reports.handler import build
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.recounting import recount
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.visits import Visit, visits_of
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs
from pixeltrack.platform import catalog, schema
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import Transactions
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from tests.fakes.gateway import Context, http_event
from tests.fakes.truth import true_pace

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
    api = build(make_engine=lambda: Engine(PostgresReports(transactions).snapshot, lambda: NOW, 0))
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


REPEATS = b"""
    update hits set page = (select min(page) from hits where page > 0) where visitor % 2 = 0;
    update hits set kind = 2, name = (select min(name) from hits where name > 0)
    where kind = 1 and visitor % 3 = 0;
    update visits v
    set (pages, names, pageviews, events) = (
        select
            coalesce(array_agg(distinct page order by page) filter (where kind = 1), '{}'),
            coalesce(array_agg(distinct name order by name) filter (where kind = 2), '{}'),
            count(*) filter (where kind = 1),
            count(*) filter (where kind = 2)
        from hits h
        where h.visitor = v.visitor and h.visit_at = v.start_at
    );
"""
"""Some visitors view one page again and again, others do nothing but one and the same."""


def test_an_upgrade_counts_how_often_each_visit_had_each_page_and_name(
    older: Callable[[str], str],
) -> None:
    url = older(LATEST)
    with psycopg.connect(url) as connection:
        connection.execute(REPEATS)
    schema.migrate(url)
    transactions = Transactions(url, statement_timeout_ms=10_000)
    try:
        with PostgresFacts(transactions).transaction() as facts:
            visitors = facts.sql.rows(Composed([SQL("select id from visitors")]))
            everyone = [(row["id"], 0) for row in visitors]
            hits, visits = facts.hits_since(everyone), facts.visits_since(everyone)
    finally:
        transactions.close()
    assert any(visit.page_views for visit in visits)
    assert any(visit.name_events for visit in visits)
    formed = [visit for n, _ in everyone for visit in visits_of(h for h in hits if h.visitor == n)]
    assert _counts(visits) == _counts(formed)


def _counts(visits: Iterable[Visit]) -> dict[tuple[int, int], Any]:
    return {
        (v.visitor, v.start_at): (v.pages, v.page_views, v.names, v.name_events) for v in visits
    }


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


VIEWS = """
    insert into hits (at, visit_at, event, site, visitor, page, name, context, bot, kind, copy)
    select at, %(start)s, gen_random_uuid(), 1, 1, 1, 0, 1, 0, 1, decode(repeat('00', 30), 'hex')
    from unnest(%(ats)s::bigint[]) at"""
VISIT = """
    insert into visits select (jsonb_populate_record(v, jsonb_build_object(
        'start_at', %(start)s::bigint, 'last_at', %(last)s::bigint, 'pageviews', %(views)s::integer,
        'events', 0, 'pages', array[1], 'names', array[]::integer[]))).*
    from visits v where visitor = 1 limit 1"""
ROLLED = parse_ms("2026-03-10T12:00:00Z")
FAST = {
    ROLLED: [ROLLED + n * 900 for n in range(61)],
    ROLLED + 3_600_000: [ROLLED + 3_600_000 + n * 1000 for n in range(61)],
    ROLLED + 7_200_000: [ROLLED + 7_200_000 + n * 6000 for n in range(40)],
    ROLLED + 10_800_000: [ROLLED + 10_800_000] * 11,
}
"""Page views of visits that an older version stored, by the visits' starts."""


def test_visits_stored_by_an_older_version_get_their_pace_and_are_counted_anew(
    older: Callable[[str], str],
) -> None:
    url = older(LATEST)
    with psycopg.connect(url) as connection:
        connection.execute("update periods set rolled_at = null where sealed_at is null")
        for start, ats in FAST.items():
            visit = {"start": start, "last": ats[-1], "views": len(ats), "ats": ats}
            connection.execute(VIEWS, visit)
            connection.execute(VISIT, visit)
        connection.execute("update aggregation set swept_at = %s", [NOW])
    schema.migrate(url)
    transactions = Transactions(url, statement_timeout_ms=10_000)
    facts = PostgresFacts(transactions)
    try:
        with psycopg.connect(url) as connection:
            found = connection.execute("select start_at, pace from visits where visitor = 1")
            paces: dict[int, int] = dict(found.fetchall())
        assert {start: true_pace(ats) for start, ats in FAST.items()} == {
            start: pace for start, pace in paces.items() if start in FAST
        }
        assert not any(pace for start, pace in paces.items() if start not in FAST)
        roll_closed(facts, lambda: NOW, lambda: False)
        assert bots(url) == {}
        before = summary(url)["metrics"]["pageviews"]
        run_jobs(facts, {JobKind.RECOUNT: recount}, lambda: NOW, lambda: False)
        for _ in ("from facts", "from rollups"):
            assert bots(url) == {"pace": 61}
            assert summary(url)["metrics"]["pageviews"] == before - 61
            roll_closed(facts, lambda: NOW, lambda: False)
    finally:
        transactions.close()


def summary(url: str) -> dict[str, Any]:
    query = {"siteId": SITE, "period": "30d", "compare": "previous"}
    found: dict[str, Any] = json.loads(reports(url)[f"reports/summary {query}"])
    return found


def bots(url: str) -> dict[str, int]:
    found: dict[str, int] = summary(url)["bots"]["byReason"]
    return found
