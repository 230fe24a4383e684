"""The native servers start once, keep their data, and are stopped without a trace.

The stack lies below a folder that only its user may enter, as a checkout in root's home does.
"""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pika
import psycopg
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from pymongo import MongoClient

from infra_cdk.local import records
from infra_cdk.local.servers import memory, servers
from infra_cdk.local.stack import ROOT, Stack

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def stack(environ: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack in a folder of its own; Kafka's jars, fetched by now, are shared."""
    assert environ
    root = tmp_path_factory.mktemp("installation")
    root.chmod(0o700)
    (root / ".local").mkdir()
    (root / ".local" / "kafka").symlink_to(ROOT / ".local" / "kafka")
    found = Stack("suite", root, {"PATH": os.defpath, "PIXELTRACK_USE_DOCKER": "false"})
    yield found
    servers.down(found)


def mark(environ: Mapping[str, str]) -> None:
    """Leave something in each store and broker."""
    admin = AdminClient({"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]})
    admin.create_topics([NewTopic("kept", 1, 1)])["kept"].result(20)
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        client.kept.kept.insert_one({"_id": 1})
    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        connection.execute("create table kept (id int)")
    broker = pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"]))
    broker.channel().queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
    broker.close()


def assert_marked(environ: Mapping[str, str]) -> None:
    admin = AdminClient({"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]})
    assert "kept" in admin.list_topics(timeout=10).topics
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        assert client.kept.kept.find_one() == {"_id": 1}
    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    broker = pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"]))
    broker.channel().queue_declare("kept", passive=True)
    broker.close()


def pids(stack: Stack) -> dict[str, int]:
    return {record.name: record.pid for record in records.running(stack.run)}


def crash(stack: Stack, name: str) -> None:
    """Kill a server and wait until it is gone."""
    server = records.find(stack.run, name)
    assert server
    server.kill(20)
    assert not server.is_alive


def name_of(pid: int) -> str:
    """Name a process that runs; one that only waits for its parent to notice its end does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return "" if ") Z " in stat else stat


def test_a_life(stack: Stack) -> None:
    servers.up(stack)
    first = pids(stack)
    assert set(first) == {"epmd", "kafka", "mongodb", "postgres", "rabbitmq"}
    mark(stack.environ())

    servers.up(stack)
    assert pids(stack) == first, "what runs is left alone"

    crash(stack, "mongodb")
    servers.up(stack)
    again = pids(stack)
    assert again.pop("mongodb") != first.pop("mongodb"), "what died is started again"
    assert again == first

    crash(stack, "rabbitmq")
    servers.revive(stack, "rabbitmq")
    servers.revive(stack, "kafka")
    revived = pids(stack)
    assert revived["rabbitmq"] != first["rabbitmq"], "its processes are gone, its ports free"
    assert revived["kafka"] == first["kafka"], "what runs is left alone"
    assert revived["epmd"] == first["epmd"]
    first = revived

    processes = list(memory.family(first["rabbitmq"])) + list(memory.family(first["postgres"]))
    assert len(servers.down(stack)) == 5
    assert pids(stack) == {}
    servers.revive(stack, "mongodb")
    assert pids(stack) == {}, "what was stopped stays so"
    deadline = time.monotonic() + 20  # those that a server leaves notice its end a moment later
    while left := [name for pid in processes if (name := name_of(pid))]:
        assert time.monotonic() < deadline, left

    servers.up(stack)
    assert_marked(stack.environ())
