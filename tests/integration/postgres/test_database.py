import socket
import traceback
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel

from pixeltrack.api.http import HttpApi
from pixeltrack.platform import postgres as module
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.schema import migrate
from pixeltrack.platform.settings import Api
from tests.fakes.gateway import Context, http_event, problem

KEY = {"kind": "key", "account": "account-1", "scopes": "all"}
NOBODY = "00000000-0000-4000-8000-000000000000"


class Done(BaseModel):
    pass


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    migrate(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("create table marks (n integer primary key)")
    return postgres_url


@pytest.fixture
def database(tables: str) -> Iterator[Database]:
    database = Database(tables)
    yield database
    database.close()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Statements by name, in the place of the SQL files."""
    texts: dict[str, bytes] = {}
    monkeypatch.setattr(module, "statement", texts.__getitem__)
    return texts


def end_sessions(url: str) -> int:
    """Break every other connection to the database, as a failover does."""
    kill = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        return len(connection.execute(kill).fetchall())


def test_a_broken_connection_is_made_anew(database: Database, tables: str) -> None:
    assert database.rows("sites/sites_of_account", account=NOBODY) == []
    assert end_sessions(tables) == 1
    assert database.rows("sites/sites_of_account", account=NOBODY) == []


def test_a_server_that_is_away_is_unavailable_each_time() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        database = Database(f"postgresql://nobody@127.0.0.1:{port}/nothing")
        with pytest.raises(StoreUnavailable):
            database.rows("sites/sites_of_account", account=NOBODY)
        with pytest.raises(StoreUnavailable):
            database.rows("sites/sites_of_account", account=NOBODY)


def test_a_statement_without_end_is_cut_off(
    tables: str, written: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STATEMENT_TIMEOUT_MS", 100)
    written["sleep"] = b"select pg_sleep(60)"
    database = Database(tables)
    with pytest.raises(StoreUnavailable):
        database.rows("sleep")
    written["one"] = b"select 1 as n"
    assert database.rows("one") == [{"n": 1}]
    database.close()


def test_a_schema_that_is_not_there_yet_is_the_stores_fault(
    database: Database, written: dict[str, bytes]
) -> None:
    written["early"] = b"select nothing from nowhere"
    with pytest.raises(StoreUnavailable, match="UndefinedTable"):
        database.rows("early")


def test_values_that_are_wrong_are_named_by_code_and_never_quoted(
    database: Database, written: dict[str, bytes]
) -> None:
    written["add"] = b"insert into accounts (email) values (%(email)s)"
    written["read"] = b"select %(id)s::uuid"
    email = f"{uuid.uuid4()}@private.example"
    database.rows("add", email=email)
    with pytest.raises(psycopg.errors.UniqueViolation) as twice:
        database.rows("add", email=email)
    with pytest.raises(psycopg.DataError) as malformed:
        database.rows("read", id=email)
    assert str(twice.value) == "add: 23505 accounts_email_key"
    for raised in (twice, malformed):
        assert email not in "".join(traceback.format_exception(raised.value))
    assert database.rows("read", id=NOBODY)


def slow_api(run: Any) -> HttpApi:
    api = HttpApi("slow", is_live=lambda *_: True, settings=Api)

    @api.route("GET", "/slow", scope="all", problems={})
    def slow() -> Done:
        run()
        return Done()

    return api


def marks(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [n for (n,) in connection.execute("select n from marks order by n").fetchall()]


def running(url: str) -> list[str]:
    statement = (
        "select query from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and state = 'active'"
    )
    with psycopg.connect(url) as connection:
        return [query for (query,) in connection.execute(statement).fetchall()]


def test_a_deadline_ends_the_statement_on_the_server_too(
    database: Database, tables: str, written: dict[str, bytes]
) -> None:
    written["slow"] = b"with s as (select pg_sleep(3)) insert into marks select 1 from s"
    written["one"] = b"select 1 as n"
    api = slow_api(lambda: database.rows("slow"))
    context = Context(ms=800)
    response = api(http_event("GET /slow", verdict=KEY), context)
    assert problem(response)["status"] == 503
    assert context.get_remaining_time_in_millis() > 0
    assert running(tables) == []
    assert marks(tables) == []
    assert database.rows("one") == [{"n": 1}]


def test_a_deadline_rolls_an_open_transaction_back(tables: str) -> None:
    with psycopg.connect(tables, autocommit=True) as connection:

        def two_writes() -> None:
            with connection.transaction():
                connection.execute("insert into marks values (2)")
                connection.execute("select pg_sleep(3)")
                connection.execute("insert into marks values (3)")

        response = slow_api(two_writes)(http_event("GET /slow", verdict=KEY), Context(ms=800))
        assert problem(response)["status"] == 503
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert marks(tables) == []
