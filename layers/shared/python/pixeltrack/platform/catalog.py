"""Compares the schema of a database with the one that this version's migrations make."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row

from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.postgres import CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_MS, statement
from pixeltrack.platform.schema import MIGRATIONS

EXPECTED = "expected_schema.json"
_RETIRED = frozenset({"0004_days_to_seal"})
"""Migrations that older versions had."""

_BINDING = frozenset({"column", "constraint", "unique index", "trigger"})
"""What refuses or changes writes, so that more of it than expected is amiss, too."""

Key = tuple[str, str, str]
Catalog = dict[Key, str]
"""By kind, table (or empty) and name: the definition."""


def catalog(url: str) -> Catalog:
    """Return what a database holds; raise `StoreUnavailable`."""
    with _connected(url) as connection:
        return _catalog(connection)


def encode(found: Catalog) -> str:
    """Return a catalog as text, one line for each thing in it."""
    lines = [msgspec.json.encode((*key, found[key])).decode() for key in sorted(found)]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def expected() -> Catalog:
    """Return the catalog that this version's migrations make, as it is stored beside them."""
    text = (resources.files(__package__) / EXPECTED).read_bytes()
    rows = msgspec.json.decode(text, type=list[tuple[str, str, str, str]])
    return {(kind, table, name): definition for kind, table, name, definition in rows}


def differences(url: str) -> list[str]:
    """Return a line for each difference that matters, with what mends it; raise `StoreUnavailable`.

    Tables, functions and indexes that were added beside the product's own are no difference.
    """
    with _connected(url) as connection:
        try:
            rows = connection.execute(statement("platform/applied_migrations")).fetchall()
        except psycopg.errors.UndefinedTable:
            return ["PostgreSQL: the schema has not been made; run `make migrate`"]
        applied, found = {row["id"] for row in rows}, _catalog(connection)
    known = {path.stem for path in MIGRATIONS.glob("*.sql")}
    return [
        *(
            f"PostgreSQL: migration {name} was not applied; run `make migrate`"
            for name in sorted(known - applied)
        ),
        *(
            f"PostgreSQL: migration {name} is of another version of Pixel-Track, which this "
            "database was used with; go on with that version, or restore a backup of before"
            for name in sorted(applied - known - _RETIRED)
        ),
        *compared(expected(), found),
    ]


def compared(wanted: Catalog, found: Catalog) -> Iterator[str]:
    """Yield a line for each thing that is missing, other than expected, or too much."""
    tables = {name for kind, _, name in wanted if kind == "table"}
    lacking = tables - {name for kind, _, name in found if kind == "table"}
    for key in sorted(wanted.keys() | found.keys()):
        kind, table, _ = key
        if key not in found:
            if table not in lacking:
                yield f"PostgreSQL: {_called(key)} is missing; {_mending(key, wanted[key])}"
        elif key not in wanted:
            if kind in _BINDING and table in tables:
                yield f"PostgreSQL: {_called(key)} is not expected; drop it in `make psql`"
        elif wanted[key] != found[key]:
            yield (
                f"PostgreSQL: {_called(key)} is `{found[key]}`, expected was `{wanted[key]}`; "
                "change it back in `make psql`"
            )


def _called(key: Key) -> str:
    kind, table, name = key
    return (
        f"{kind} {table}.{name}"
        if kind == "column"
        else f"{kind} {name}" + (f" of {table}" if table else "")
    )


def _mending(key: Key, definition: str) -> str:
    kind, table, name = key
    match kind:
        case "table":
            return "restore a backup (`make reset` deletes all data and begins anew)"
        case "column":
            how = f"alter table {table} add column {name} {definition}"
        case "constraint":
            how = f"alter table {table} add constraint {name} {definition}"
        case "extension":
            how = f"create extension {name}"
        case _:
            how = definition
    return f"in `make psql`: {how};"


def _catalog(connection: psycopg.Connection[dict[str, Any]]) -> Catalog:
    schema = connection.execute("select current_schema() as name").fetchone()
    prefix = f"{schema['name']}." if schema and schema["name"] else ""
    return {
        (row["kind"], row["owner"], row["name"].removeprefix(prefix)): _plain(row, prefix)
        for row in connection.execute(statement("platform/catalog"))
    }


def _plain(row: Mapping[str, str | None], prefix: str) -> str:
    return " ".join((row["definition"] or "").replace(prefix, "").split())


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    try:
        with psycopg.connect(
            url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=CONNECT_TIMEOUT_S,
            options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
        ) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise StoreUnavailable("PostgreSQL did not answer") from error
