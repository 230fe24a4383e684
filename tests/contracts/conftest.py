import time

import psycopg
import pytest

from pixeltrack.platform.schema import migrate


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    """The address of a database of the module's own with the product's tables, all empty."""
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def account(tables: str) -> str:
    """The id of a new account."""
    statement = (
        "insert into accounts (email) values (gen_random_uuid() || '@pixeltrack.test')"
        " returning id::text"
    )
    with psycopg.connect(tables) as connection:
        row = connection.execute(statement).fetchone()
    assert row
    return str(row[0])


def until_waiting(url: str) -> None:
    """Wait until a statement waits for a lock of this database."""
    waiting = (
        "select 1 from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock'"
    )
    until = time.monotonic() + 10
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(waiting).fetchone() is None:
            assert time.monotonic() < until, "nothing waits"
