"""Responses stay within what Lambda lets through, and following them brings everything, once.

Lambda's answer is JSON in which the body is a string: what was escaped for JSON is escaped again.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier, Placeholder

from pixeltrack.facts.days import day_of
from pixeltrack.facts.dimensions import PROPERTY, Dimension
from pixeltrack.facts.visits import Kind
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import columns
from tests.fakes.report_tables import ReportFixture, new_report_fixture, times

ZONE = "UTC"
START = parse_ms("2026-03-20T08:00:00Z")
MOST = 6 * 1024 * 1024
CHARACTERS = {
    "cyrillic": "Ж",
    "quotes": '"',
    "backslashes": "\\",
    "control": "\x01",
    "lines": "\n",
    "emoji": "🙂",
}
SHAPES = [
    ("cyrillic", "csv"),
    ("quotes", "csv"),
    ("quotes", "jsonl"),
    ("backslashes", "jsonl"),
    ("control", "jsonl"),
    ("lines", "csv"),
    ("emoji", "jsonl"),
]


@pytest.fixture
def site(connection: psycopg.Connection[Any]) -> Iterator[ReportFixture]:
    """A site of its own for each test, which leaves nothing behind."""
    made = new_report_fixture(connection, ZONE)
    yield made
    for table in ("hits", "visits", "periods", "dictionary", "visitors"):
        connection.execute(
            SQL("delete from {} where site = %s").format(Identifier(table)), [made.number]
        )


def plant(
    connection: psycopg.Connection[Any],
    site: ReportFixture,
    texts: Sequence[str],
    *,
    event: str | None = None,
) -> None:
    """Store one visit: a page view of each path, or an event with each text as a property."""
    numbers = words(connection, site, Dimension.PAGE.kind if event is None else PROPERTY, texts)
    ids = [numbers[text] for text in texts]
    name = 0 if event is None else words(connection, site, Dimension.EVENT.kind, [event])[event]
    row = connection.execute(
        "insert into visitors (site, digest, value, imported)"
        " values (%s, gen_random_uuid(), 'v', false) returning id",
        [site.number],
    ).fetchone()
    assert row
    connection.execute(
        "insert into hits (at, visit_at, event, site, visitor, page, name, context, bot, kind,"
        " copy, properties)"
        " select %(start)s + n, %(start)s + 1, gen_random_uuid(), %(site)s, %(visitor)s,"
        "  case when %(name)s = 0 then id else 0 end, %(name)s, 0, 0, %(kind)s,"
        "  decode(repeat('00', 30), 'hex'), case when %(name)s <> 0 then array[id] end"
        " from unnest(%(ids)s::integer[]) with ordinality one (id, n)",
        {
            "start": START,
            "site": site.number,
            "visitor": row[0],
            "name": name,
            "kind": Kind.PAGEVIEW if event is None else Kind.EVENT,
            "ids": ids,
        },
    )
    attributes = connection.execute("select * from visits limit 0").description
    assert attributes
    visit: dict[str, Any] = {column.name: 0 for column in attributes} | {
        "start_at": START + 1,
        "last_at": START + len(ids),
        "site": site.number,
        "visitor": row[0],
        "pageviews": 0 if event else len(ids),
        "events": len(ids) if event else 0,
        "pages": [] if event else sorted(set(ids)),
        "names": [name] if event else [],
        "page_views": None if event else times(ids),
        "name_events": times([name] * len(ids)) if event else None,
    }
    new = SQL("insert into visits ({}) values ({})").format(
        columns(visit), SQL(", ").join(map(Placeholder, visit))
    )
    connection.execute(new, visit)
    day = parse_ms("2026-03-20T00:00:00Z")
    connection.execute(
        "insert into periods (site, span, day, start_at, end_at) values (%s, 'day', %s, %s, %s)",
        [site.number, day_of(day, ZONE), day, day + 86_400_000],
    )


def words(
    connection: psycopg.Connection[Any], site: ReportFixture, kind: int, texts: Sequence[str]
) -> dict[str, int]:
    rows = connection.execute(
        "insert into dictionary (site, kind, digest, value)"
        " select %s, %s, gen_random_uuid(), text from unnest(%s::text[]) text"
        " returning value, id",
        [site.number, kind, list(dict.fromkeys(texts))],
    ).fetchall()
    return dict(rows)


@pytest.fixture
def get(call: Callable[..., Any], site: ReportFixture) -> Callable[..., Any]:
    """Ask as the site's owner; the answer must be there, and of a size that Lambda takes."""

    def ask(path: str, **query: str) -> Any:
        answer = call(path, account=site.account, period="day", **query)
        assert answer["statusCode"] == 200, answer["body"][:500]
        assert len(json.dumps(answer, ensure_ascii=False).encode()) <= MOST
        return answer

    return ask


def exported(get: Callable[..., Any], form: str, **query: str) -> list[dict[str, Any]]:
    """Follow an export to its end, and return its rows."""
    texts: list[str] = []
    position: dict[str, str] = {}
    while True:
        answer = get("export", format=form, **query, **position)
        texts.append(answer["body"])
        if "X-Next" not in answer["headers"]:
            break
        position = {"next": answer["headers"]["X-Next"]}
    text = "".join(texts)
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.split("\n") if line]


def broken_down(get: Callable[..., Any], **query: str) -> tuple[list[str], list[int], set[int]]:
    """Follow a breakdown to its end; return values, rows of each answer, and what totals say."""
    values: list[str] = []
    counts: list[int] = []
    totals: set[int] = set()
    position: dict[str, str] = {}
    while True:
        told = json.loads(get("reports/breakdown", limit="1000", **query, **position)["body"])
        values += [row["value"] for row in told["rows"]]
        counts.append(len(told["rows"]))
        totals.add(told["total"])
        if told["next"] is None:
            return values, counts, totals
        position = {"next": told["next"]}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_of_many_long_paths(
    connection: psycopg.Connection[Any], site: ReportFixture, get: Callable[..., Any], form: str
) -> None:
    paths = [f"/{n:04}".ljust(1990, "x") for n in range(1736)]
    plant(connection, site, paths)
    rows = exported(get, form, dataset="page")
    assert [row["value"] for row in rows] == paths
    assert [row["path"] for row in exported(get, form, dataset="events")] == paths


def test_a_breakdown_of_long_cyrillic_values_comes_as_a_whole(
    connection: psycopg.Connection[Any], site: ReportFixture, get: Callable[..., Any]
) -> None:
    texts = [f"text={n:04}".ljust(495 + 5, "Ж") for n in range(1064)]
    plant(connection, site, texts, event="note")
    values, counts, totals = broken_down(get, dimension="payload", event="note")
    assert values == texts
    assert counts == [1000, 64]
    assert totals == {1064}


@pytest.mark.parametrize(("shape", "form"), SHAPES)
def test_an_export_of_events_whatever_they_hold(
    connection: psycopg.Connection[Any],
    site: ReportFixture,
    get: Callable[..., Any],
    shape: str,
    form: str,
) -> None:
    texts = [
        f"t={n % 9}".ljust(500, CHARACTERS[shape])
        for n in range(8500 if shape == "quotes" else 5500)
    ]
    plant(connection, site, texts, event="note")
    rows = exported(get, form, dataset="events")
    found = [row["properties"] for row in rows]
    assert found == (texts if form == "csv" else [[text] for text in texts])


@pytest.mark.parametrize(("shape", "form"), SHAPES)
def test_values_whatever_they_hold(
    connection: psycopg.Connection[Any],
    site: ReportFixture,
    get: Callable[..., Any],
    shape: str,
    form: str,
) -> None:
    paths = [f"/{n:04}".ljust(4000, CHARACTERS[shape]) for n in range(400)]
    plant(connection, site, paths)
    assert [row["value"] for row in exported(get, form, dataset="page")] == paths
    values, counts, totals = broken_down(get, dimension="page")
    assert values == paths
    assert totals == {400}
    assert min(counts) > 0


def test_a_page_that_was_cut_is_reached_by_its_number_too(
    connection: psycopg.Connection[Any], site: ReportFixture, get: Callable[..., Any]
) -> None:
    """Page n of `limit` rows begins at the same row, whether pages before it were cut or not."""
    paths = [f"/{n:04}".ljust(4000, "🙂") for n in range(400)]
    plant(connection, site, paths)

    def page(number: int, limit: int) -> Any:
        asked = {"dimension": "page", "page": str(number), "limit": str(limit)}
        return json.loads(get("reports/breakdown", **asked)["body"])

    first = page(1, 200)
    assert 0 < len(first["rows"]) < 200
    assert first["next"]
    assert page(2, 200)["rows"][0]["value"] == paths[200]
    by_number = [row["value"] for n in range(1, 5) for row in page(n, 100)["rows"]]
    assert by_number == paths


@pytest.mark.parametrize("position", ["nonsense", "WzEsMl0", "LTE"])
def test_what_is_no_place_of_a_breakdown_is_refused(
    call: Callable[..., Any], position: str
) -> None:
    answer = call("reports/breakdown", dimension="page", next=position)
    assert answer["statusCode"] == 400
    assert '"field":"next"' in answer["body"]
