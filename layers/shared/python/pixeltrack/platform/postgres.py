"""PostgreSQL: connections that reconnect, transactions, and the statements of `sql/` folders."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from pixeltrack.platform.errors import Busy, StatementTooSlow, StoreUnavailable

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 5_000


@cache
def statement(name: str) -> bytes:
    """Return the text of a statement by `package/name`, as in `facts/lock`. Raise `KeyError`."""
    package, _, rest = name.partition("/")
    return _statements(package)[rest]


@cache
def _statements(package: str) -> dict[str, bytes]:
    """Read a package's `sql/*.sql`, in which a line `-- name: …` begins each statement."""
    found: dict[str, bytes] = {}
    files = (resources.files("pixeltrack") / package / "sql").iterdir()
    for file in sorted(files, key=lambda file: file.name):
        for piece in _NAME.split(file.read_text())[1:]:
            name, _, text = piece.partition("\n")
            if name in found:
                raise ValueError(f"two statements of {package} are named {name}")
            found[name] = text.strip().encode()
    return found


_NAME = re.compile(r"^-- name: ", re.MULTILINE)


class Database:
    """A connection that is opened on first use and reopened when it has broken.

    Each statement commits by itself and may be sent twice when a connection breaks under it, so
    every statement must be idempotent.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[DictRow] | None = None

    def rows(self, name: str, /, **values: Any) -> list[DictRow]:
        """Run a statement and return its rows.

        Raise `StoreUnavailable` where the server cannot be reached or is not in order, such as
        one not migrated yet. Raise psycopg's `DataError` or `IntegrityError` where the values are
        wrong, without those values, which the server's message would quote.
        """
        try:
            try:
                return self._run(name, values)
            except psycopg.OperationalError:
                if not self._is_broken():
                    raise
                return self._run(name, values)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            fault = f"{name}: {error.sqlstate} {error.diag.constraint_name or ''}".rstrip()
            raise type(error)(fault) from None
        except psycopg.Error as error:
            raise StoreUnavailable(f"PostgreSQL: {type(error).__name__}") from error

    def close(self) -> None:
        """Close the connection; the next statement opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, name: str, values: dict[str, Any]) -> list[DictRow]:
        cursor = self._open().execute(statement(name), values)
        return cursor.fetchall() if cursor.description else []

    def _open(self) -> psycopg.Connection[DictRow]:
        if self._connection is None or self._connection.closed:
            self._connection = None
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                prepare_threshold=None,
                row_factory=dict_row,
                connect_timeout=CONNECT_TIMEOUT_S,
                options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
                tcp_user_timeout=STATEMENT_TIMEOUT_MS,
                application_name="pixeltrack",
            )
        return self._connection

    def _is_broken(self) -> bool:
        return self._connection is not None and self._connection.closed


LOCK = 0x70697861
"""The advisory lock for writing facts: `pixa` in ASCII."""

_PASSING = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.NotSupportedError,  # a plan that a migration made stale
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.ReadOnlySqlTransaction,  # a server that was the primary until a fail-over
    psycopg.errors.IdleInTransactionSessionTimeout,
)
"""Errors that may be transient; locks, time-outs and serialization are operational ones."""

_Connection = psycopg.Connection[DictRow]


def fill(name: str, **parts: psycopg.sql.Composable) -> psycopg.sql.Composed:
    """Return the text of a statement with its `{part}`s filled in; write `{{}}` for `{}`."""
    return psycopg.sql.SQL(statement(name).decode()).format(**parts)


def columns(names: Iterable[str], *table: str) -> psycopg.sql.Composed:
    """Return names of columns as a list, each prefixed with `table` where one is given."""
    return psycopg.sql.SQL(", ").join(psycopg.sql.Identifier(*table, name) for name in names)


def _text(query: str | psycopg.sql.Composed) -> bytes | psycopg.sql.Composed:
    return statement(query) if isinstance(query, str) else query


class Transaction:
    """An open transaction.

    It runs statements of the files in `sql/`, given by name, or as `fill` returned them.
    """

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def rows(self, query: str | psycopg.sql.Composed, /, **values: Any) -> list[DictRow]:
        """Run a statement and return its rows."""
        cursor = self._connection.execute(_text(query), values)
        return cursor.fetchall() if cursor.description else []

    def tuples(self, query: str | psycopg.sql.Composed, /, **values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows as tuples, sent as binary: for many rows."""
        with self._connection.cursor(row_factory=psycopg.rows.tuple_row, binary=True) as cursor:
            cursor.execute(_text(query), values)
            return cursor.fetchall() if cursor.description else []

    def composed(
        self, name: str, parts: Mapping[str, psycopg.sql.Composable], /, **values: Any
    ) -> list[DictRow]:
        """Run a statement with its `{part}`s filled in, and return its rows."""
        cursor = self._connection.execute(fill(name, **parts), values)
        return cursor.fetchall() if cursor.description else []

    def count(self, name: str, /, **values: Any) -> int:
        """Run a statement and return how many rows it changed."""
        return self._connection.execute(statement(name), values).rowcount

    def copy(self, table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Append rows to a table by binary `COPY`; `columns` are names with their types."""
        target = psycopg.sql.SQL("copy {} ({}) from stdin (format binary)").format(
            psycopg.sql.Identifier(table),
            psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns)),
        )
        with self._connection.cursor() as cursor, cursor.copy(target) as copy:
            copy.set_types(list(columns.values()))
            for row in rows:
                copy.write_row(row)


class Transactions:
    """Opens transactions on a connection of its own, opened on first use and when broken.

    Raise `StoreUnavailable` where the server cannot be reached, is busy, or is not migrated yet:
    a transaction takes effect as a whole or not at all, and the same work may be repeated. Raise
    its subclass `StatementTooSlow` where a statement ran into the time limit. Raise psycopg's own
    error where statements or values are wrong, without the values, which the server's message
    would quote.
    """

    def __init__(self, url: str, *, statement_timeout_ms: int) -> None:
        self._url = url
        self._timeout_ms = statement_timeout_ms
        self._connection: _Connection | None = None

    @contextmanager
    def locked(self) -> Iterator[Transaction]:
        """Open a transaction that holds the aggregator's lock before it reads anything.

        Raise `Busy` where another one holds it.
        """
        with self._open("begin") as transaction:
            if not transaction.rows("facts/lock", lock=LOCK)[0]["locked"]:
                raise Busy("another aggregator is at work")
            yield transaction

    @contextmanager
    def snapshot(self) -> Iterator[Transaction]:
        """Open a read-only transaction, which sees one snapshot of the database."""
        with self._open("begin isolation level repeatable read read only") as transaction:
            yield transaction

    def close(self) -> None:
        """Close the connection; the next transaction opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _open(self, begin: str) -> Iterator[Transaction]:
        try:
            connection = self._begun(begin)
            try:
                yield Transaction(connection)
                connection.execute("commit")
            except BaseException:
                self._give_up(connection)
                raise
        except psycopg.Error as error:
            fault = f"PostgreSQL: {type(error).__name__} {error.sqlstate or ''}".rstrip()
            if isinstance(error, psycopg.errors.QueryCanceled):
                raise StatementTooSlow(fault) from error
            if isinstance(error, _PASSING):
                raise StoreUnavailable(fault) from error
            constraint = error.diag.constraint_name or ""
            wrong = type(error)(f"{fault} {constraint}".rstrip())
            raise wrong.with_traceback(error.__traceback__) from None

    def _begun(self, begin: str) -> _Connection:
        """Begin on the connection there is; one that broke since its last use is made anew."""
        if self._connection is not None:
            try:
                self._connection.execute(begin.encode())
            except psycopg.OperationalError:
                self.close()
            else:
                return self._connection
        self._connection = psycopg.connect(
            self._url,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=CONNECT_TIMEOUT_S,
            options=f"-c statement_timeout={self._timeout_ms} -c jit=off",
            tcp_user_timeout=self._timeout_ms,
            application_name="pixeltrack",
        )
        self._connection.execute(begin.encode())
        return self._connection

    def _give_up(self, connection: _Connection) -> None:
        try:
            connection.execute("rollback")
        except psycopg.Error:
            self.close()
