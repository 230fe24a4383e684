"""Migrates the SQL schema with the files in `migrations/`, one migrator at a time."""

from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict
from yoyo import get_backend, read_migrations

from pixeltrack.platform.errors import StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 0x70697865
"""The advisory lock that a migrator holds: `pixe` in ASCII."""
LOCK_TIMEOUT_S = 60


def migrate(url: str) -> list[str]:
    """Apply missing migrations and return the names of those applied, oldest first.

    PostgreSQL's own advisory lock keeps two migrators apart, since it ends with its connection;
    yoyo's lock is a row, which a killed migrator would leave behind for ever.
    """
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"set statement_timeout = '{LOCK_TIMEOUT_S}s'".encode())
            connection.execute("select pg_advisory_lock(%s)", [LOCK])
            return _apply(url)
    except psycopg.OperationalError as error:
        raise StoreUnavailable("PostgreSQL did not answer, or another migrator is busy") from error


def _apply(url: str) -> list[str]:
    # yoyo passes the query's values to the driver unchanged, whatever characters they contain.
    backend = get_backend(f"postgresql+psycopg:///?{urlencode(conninfo_to_dict(url))}")
    try:
        backend.break_lock()
        missing = backend.to_apply(read_migrations(str(MIGRATIONS)))
        backend.apply_migrations(missing)
        return [migration.id for migration in missing]
    finally:
        backend.connection.close()
