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
