"""One PostgreSQL connection a process, and the SQL files that run over it."""

from functools import cache
from importlib import resources
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from pixeltrack.domain.errors import StoreUnavailable

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 5_000


@cache
def statement(name: str) -> bytes:
    """Answer the text of `sql/<name>.sql`."""
    return (resources.files(__package__) / "sql" / f"{name}.sql").read_bytes()


class Database:
    """A connection that is made on first use and made anew when it has broken.

    Each statement commits by itself and may be sent twice when a connection breaks under it, so
    every SQL file says something that is true however often it is said.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[DictRow] | None = None

    def rows(self, name: str, /, **values: Any) -> list[DictRow]:
        """Run `sql/<name>.sql` and answer its rows.

        Raises `StoreUnavailable` where the server is away or not as it should be, such as one
        not migrated yet; psycopg's `DataError` or `IntegrityError`, without the values that the
        server's words would quote, where it is the values that are wrong.
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
