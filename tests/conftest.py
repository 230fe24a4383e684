"""Marks tests by folder, keeps units off the network, and lends servers to the others."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from psycopg import sql
from pymongo import MongoClient

from infra_cdk.local.servers import servers
from infra_cdk.local.stack import Stack
from infra_cdk.local.trial import Trial, trial

TESTS = Path(__file__).parent
FOLDERS = ("unit", "contracts", "integration", "api", "attack", "infrastructure", "e2e")

# An example takes as long as other parts of the run let it; a test that hangs is ended by pytest.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    attack = parser.getgroup("attack")
    attack.addoption("--attack-examples", type=int, default=20, help="made-up inputs of a kind")
    attack.addoption("--attack-seed", type=int, default=2026, help="the same seed gives the same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in FOLDERS:
            item.add_marker(folder)
        if folder == "unit":
            item.add_marker("disable_socket")


@pytest.fixture(scope="session")
def environ() -> Mapping[str, str]:
    """The values of a stack whose four servers run; those of `test` are left running after."""
    stack = Stack.named("test")
    servers.up(stack)
    return stack.environ()


@pytest.fixture(scope="session")
def host(environ: Mapping[str, str]) -> Iterator[Trial]:
    """A host of this run's own with demo data: `.origin`, `.shop`, `.demo`, `.environ`."""
    test = Stack.named("test")
    with trial(Stack(test.name, test.root, {**test.given, **environ})) as running:
        yield running


def unique(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def mongo_database(environ: Mapping[str, str]) -> Iterator[str]:
    """The name of a database of the module's own, dropped afterwards."""
    name = unique("test")
    yield name
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        client.drop_database(name)


@pytest.fixture(scope="module")
def postgres_url(environ: Mapping[str, str]) -> Iterator[str]:
    """The address of an empty database of the module's own, dropped afterwards."""
    name = unique("test")
    with psycopg.connect(environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield urlsplit(environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
        drop = sql.SQL("drop database {} with (force)")
        connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def kafka_admin(environ: Mapping[str, str]) -> AdminClient:
    return AdminClient({"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]})


@pytest.fixture
def topic(kafka_admin: AdminClient) -> Iterator[Callable[..., str]]:
    """Make topics: `topic(partitions=4, prefix="raw")` answers the name of a new, empty one.

    What else is named is Kafka's configuration of it, with `_` for each point.
    """
    made: list[str] = []

    def make(partitions: int = 1, prefix: str = "test", **config: str) -> str:
        name = unique(prefix)
        dotted = {key.replace("_", "."): value for key, value in config.items()}
        new = NewTopic(name, partitions, 1, config=dotted)
        for future in kafka_admin.create_topics([new]).values():
            future.result(20)
        made.append(name)
        return name

    yield make
    if made:
        for future in kafka_admin.delete_topics(made).values():
            future.result(20)
