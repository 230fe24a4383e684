from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from pymongo.database import Database as MongoDatabase

from pixeltrack.events.mongo.store import ensure_indexes
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.schema import migrate
from tests.fakes.erasure_fixture import ErasureFixture
from tests.fakes.facts_database import FactsDatabase


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    """The address of a database of the module's own with the product's tables, all empty."""
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def facts_db(tables: str) -> Iterator[FactsDatabase]:
    """A database without facts to plant some in; nothing was ever swept."""
    facts_db = FactsDatabase(tables)
    facts_db.clear()
    yield facts_db
    facts_db.close()


@pytest.fixture(scope="module")
def mongo(environ: Any, mongo_database: str) -> Iterator[MongoDatabase[dict[str, Any]]]:
    database = connect(environ["MONGODB_URI"], mongo_database)
    ensure_indexes(database)
    yield database
    database.client.close()


@pytest.fixture
def account(tables: str, mongo: MongoDatabase[dict[str, Any]]) -> str:
    """Account of a database, and of a MongoDB, that hold nothing else."""
    with psycopg.connect(tables, autocommit=True) as connection:
        connection.execute("truncate accounts, sites cascade")
        connection.execute(
            "truncate fact_sites, visitors, dictionary, contexts, hits, visits, periods, rollups,"
            " applied_buckets, tombstones, jobs, job_turns, visitor_salts"
        )
        connection.execute("update aggregation set watermark = 0, swept_at = 0, generation = 0")
        made = connection.execute(
            "insert into accounts (email) values ('owner@pixeltrack.test') returning id::text"
        ).fetchone()
    for name in ("events", "rejected"):
        mongo[name].delete_many({})
    assert made
    return str(made[0])


@pytest.fixture
def erasures(
    tables: str, mongo: MongoDatabase[dict[str, Any]], account: str
) -> Iterator[ErasureFixture]:
    """Two sites of which visitors and sites are erased."""
    fixture = ErasureFixture(tables, mongo, account)
    yield fixture
    fixture.close()
