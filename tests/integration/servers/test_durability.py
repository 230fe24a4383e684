"""What is promised of power cuts is read back from the servers."""

import mmap
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import psycopg
import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from infra_cdk.local.servers import servers
from infra_cdk.local.servers.postgres import Postgres
from infra_cdk.local.stack import ROOT, Stack
from infra_cdk.local.tools import durability
from pixeltrack.platform import settings
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.kafka import KafkaStream
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.ports import Message
from pixeltrack.platform.rabbitmq import QueuePlan, RabbitPublisher, ensure_queues

pytestmark = pytest.mark.timeout(240)


def stack(root: Path, **given: str) -> Stack:
    return Stack("suite", root, {"PATH": os.defpath, "PIXELTRACK_USE_DOCKER": "false", **given})


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, environ: Mapping[str, str]) -> Path:
    """A folder for an installation; Kafka's jars, fetched by now, are shared."""
    assert environ
    root = tmp_path_factory.mktemp("installation")
    (root / ".local").mkdir()
    (root / ".local" / "kafka").symlink_to(ROOT / ".local" / "kafka")
    return root


@pytest.fixture(scope="module")
def durable(root: Path) -> Iterator[Stack]:
    found = stack(root, PIXELTRACK_DURABILITY="power")
    servers.up(found)
    yield found
    servers.down(found)


def test_servers_of_ours_keep_the_promise_by_their_own_word(durable: Stack) -> None:
    environ = durable.environ()
    assert list(durability.differences(environ)) == []
    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"show {name}".encode()).fetchone() == ("on",)
    database = connect(environ["MONGODB_URI"], "test")
    assert database.write_concern.document == {"w": "majority", "j": True}
    assert database.records.insert_one({}).acknowledged
    database.client.close()


ROUNDS = 6
"""The first writes of a server may reach the disk by themselves, such as those of a new file."""


def dirty_pages(path: Path) -> int:
    """Count the pages of a file that are in memory alone (man proc_pid_pagemap, bit 4 of flags)."""
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as mapped:
        pages = range(0, size, mmap.PAGESIZE)
        for at in pages:
            assert mapped[at] is not None
        maps = Path("/proc/self/maps").read_text().splitlines()
        start = next(int(line.split("-")[0], 16) for line in maps if line.endswith(str(path)))
        with (
            Path("/proc/self/pagemap").open("rb") as map_,
            Path("/proc/kpageflags").open("rb") as k,
        ):
            return sum(_flags(map_, k, start + at) >> 4 & 1 for at in pages)


def _flags(pagemap: BinaryIO, kpageflags: BinaryIO, address: int) -> int:
    pagemap.seek(address // mmap.PAGESIZE * 8)
    frame = int.from_bytes(pagemap.read(8), sys.byteorder) & ((1 << 55) - 1)
    kpageflags.seek(frame * 8)
    return int.from_bytes(kpageflags.read(8), sys.byteorder)


@pytest.fixture
def sees_pages(tmp_path: Path) -> None:
    """Skip where the kernel does not show which pages are on disk."""
    probe = tmp_path / "probe"
    probe.write_bytes(b"x")
    try:
        before = dirty_pages(probe)
        with probe.open("rb") as file:
            os.fsync(file.fileno())
        after = dirty_pages(probe)
    except OSError:
        before = after = 0
    if (before, after) != (1, 0):
        pytest.skip("needs root, and a file system whose pages the kernel shows")


@pytest.mark.usefixtures("sees_pages")
def test_what_is_acknowledged_is_on_disk(durable: Stack, kafka_topic: str) -> None:
    """The kernel itself writes pages after 5 s at the earliest."""
    environ = durable.environ()
    database = connect(environ["MONGODB_URI"], "test")
    stream = KafkaStream(
        kafka_topic, {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]}, within_ms=5_000
    )
    with psycopg.connect(environ["DATABASE_URL"]) as connection:
        connection.execute("create table records (id integer)")
    ensure_queues(environ["RABBITMQ_URL"], [QueuePlan("records", "records.dlq", 5)])
    tasks = RabbitPublisher(environ["RABBITMQ_URL"], "records")
    message = Message(value=b"x" * 100, key=b"k", headers={})
    acknowledging: dict[str, Callable[[], object]] = {
        f"kafka/{kafka_topic}-0/*.log": lambda: stream.publish([message]),
        "secantusdb/WiredTigerLog.*": lambda: database.records.insert_one({}),
        "postgres/pg_wal/0*": lambda: insert(environ["DATABASE_URL"]),
        "rabbitmq/**/quorum/**/*.wal": lambda: tasks.publish([message]),
    }
    try:
        for files, acknowledge in [*acknowledging.items()] * ROUNDS:
            acknowledge()
            deadline = time.monotonic() + 2
            found = list(durable.data.glob(files))
            assert found, files
            while any(dirty_pages(file) for file in found if file.stat().st_size):
                assert time.monotonic() < deadline, files
    finally:
        database.client.close()
        tasks.close()


def insert(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("insert into records values (1)")


@pytest.fixture
def kafka_topic(durable: Stack) -> str:
    admin = AdminClient({"bootstrap.servers": durable.environ()["KAFKA_BOOTSTRAP_SERVERS"]})
    admin.create_topics([NewTopic("records", 1, 1)])["records"].result(20)
    return "records"


def test_servers_that_do_not_are_named(environ: Mapping[str, str]) -> None:
    """Those of tests wait for no disk."""
    lines = list(durability.differences({**environ, "PIXELTRACK_DURABILITY": "power"}))
    assert [line.split(",")[0].split("=")[0] for line in lines] == [
        "Kafka: broker 1 has log.flush.interval.messages",
        "PostgreSQL: fsync is off",
        "PostgreSQL: full_page_writes is off",
        "MongoDB: MONGODB_URI lacks journal",
    ]
    assert all("make down" in line for line in lines)


def test_where_power_cuts_do_not_count_nobody_is_asked() -> None:
    assert list(durability.differences({"PIXELTRACK_DURABILITY": "process"})) == []
    assert list(durability.differences({})) == []


def test_servers_that_are_away_are_said_to_be() -> None:
    away = {
        "PIXELTRACK_DURABILITY": "power",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
    }
    with pytest.raises(Unavailable, match="Kafka"):
        list(durability.differences(away))


@pytest.mark.parametrize("value", ["", "disk", "POWER", "power "])
def test_another_durability_is_refused_by_name(root: Path, value: str) -> None:
    with pytest.raises(
        settings.SettingsError, match="PIXELTRACK_DURABILITY is not process or power"
    ):
        servers.up(stack(root, PIXELTRACK_DURABILITY=value))


def test_by_default_the_database_waits_for_the_disk_too(root: Path) -> None:
    other = Stack("dev", root, {})
    other.prepare()
    (other.data / "postgres").mkdir()
    (other.data / "postgres" / "PG_VERSION").write_text("15\n")
    (other.data / "postgres.password").write_text("0" * 32)
    (launch,) = Postgres().prepare(other, 1)
    assert "fsync=on" in launch.command
    assert "journal" not in servers.SERVICES[3].url(other, 1)
