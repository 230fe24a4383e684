"""A host for one test run on running servers: everything is its own, and deleted afterwards."""

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pika
from confluent_kafka.admin import AdminClient
from pymongo import MongoClient

from infra_cdk.local import installation, records
from infra_cdk.local.servers.postgres import create_database, drop_database
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools.seed import Demo
from infra_cdk.topology import TOPOLOGY
from infra_cdk.topology.deployment import migration_payload
from pixeltrack.platform import settings

_LOGS_KEPT = 5
_OWN = {"PIXELTRACK_PUBLIC_URL", "PIXELTRACK_MAIL_DIR"}
"""What a trial's stack sets itself, whatever its base sets."""
_WARNING = 4  # librdkafka's log level, numbered as in syslog


@dataclass(frozen=True, slots=True)
class Trial:
    """A running host: its addresses, its demo account and every setting of its functions."""

    stack: Stack
    origin: str
    shop: str
    local: str
    demo: Demo
    environ: Mapping[str, str] = field(repr=False)


@contextmanager
def trial(base: Stack) -> Iterator[Trial]:
    """Run a host on the servers of `base`, with databases, topics and queues of its own.

    Its logs stay in `<base>/hosts/<token>/logs`; those of older trials are deleted.
    """
    _forget_older(base.directory / "hosts")
    token = f"{os.getpid()}-{secrets.token_hex(3)}"
    name = f"{base.name}/hosts/{token}"
    suffix = token.replace("-", "_")
    servers = base.environ()
    given = {
        **{name: v for name, v in {**base.given, **servers}.items() if name not in _OWN},
        "KAFKA_RAW_TOPIC": f"raw_events_{suffix}",
        "KAFKA_ENRICHED_TOPIC": f"enriched_events_{suffix}",
        "MONGODB_DATABASE": f"pixeltrack_{suffix}",
        "RABBITMQ_EXCHANGE": f"notifications_{suffix}",
        "DATABASE_URL": create_database(servers["DATABASE_URL"], f"pixeltrack_{suffix}"),
    }
    stack = Stack(name, base.root, given)
    try:
        installation.start_host(stack)
        demo = installation.furnish(stack)
        yield Trial(stack, stack.origin, stack.shop, stack.local_origin, demo, stack.environ())
    finally:
        installation.stop_host(stack)
        _clear(given, servers["DATABASE_URL"], f"pixeltrack_{suffix}")
        shutil.rmtree(stack.run, ignore_errors=True)


def _forget_older(hosts: Path) -> None:
    by_age = sorted(hosts.glob("*"), key=lambda folder: folder.stat().st_mtime)
    for folder in by_age[:-_LOGS_KEPT]:
        if not records.running(folder / "run"):
            shutil.rmtree(folder, ignore_errors=True)


def _clear(given: Mapping[str, str], database_url: str, database: str) -> None:
    """Delete what the trial created on the servers, as far as it was created."""
    drop_database(database_url, database)
    with MongoClient[dict[str, Any]](given["MONGODB_URI"]) as client:
        client.drop_database(given["MONGODB_DATABASE"])
    made = migration_payload(TOPOLOGY, given)
    _delete_topics(given, [topic["name"] for topic in made["topics"]])
    _delete_queues(given["RABBITMQ_URL"], made["queues"])


def _delete_topics(given: Mapping[str, str], names: list[str]) -> None:
    kafka = settings.load(settings.Kafka, given)
    admin = AdminClient(kafka.client() | {"log_level": _WARNING})
    there = admin.list_topics(timeout=10).topics
    if made := [name for name in names if name in there]:
        for future in admin.delete_topics(made).values():
            future.result(20)


def _delete_queues(url: str, queues: Sequence[Mapping[str, str]]) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for queue in queues:
        for name in (queue["name"], queue["deadLetter"]):
            channel.queue_delete(name)
            channel.exchange_delete(name)
    connection.close()
