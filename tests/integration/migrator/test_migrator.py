import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import msgspec
import pika
import psycopg
import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal
from pymongo import MongoClient

from functions.migrator import handler as migrator
from pixeltrack.platform import schema
from pixeltrack.platform.errors import BrokerUnavailable, StoreUnavailable
from pixeltrack.platform.rabbitmq import QueuePlan, ensure_queues
from pixeltrack.platform.schema import migrate
from pixeltrack.platform.topics import TopicPlan, ensure_topics
from tests.fakes.gateway import Context

MIGRATIONS = sorted(path.stem for path in schema.MIGRATIONS.glob("*.sql"))
TABLES = {"accounts", "sites", "site_members", "api_keys", "visitor_salts"}


def tables_of(url: str) -> set[str]:
    statement = "select table_name from information_schema.tables where table_schema = 'public'"
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute(statement).fetchall()}


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def config(environ: Mapping[str, str]) -> dict[str, Any]:
    return {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]}


@pytest.fixture
def topic_name(kafka_admin: AdminClient, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"plan-{id(request)}"
    yield name
    if name in kafka_admin.list_topics(timeout=10).topics:
        kafka_admin.delete_topics([name])[name].result(20)


@pytest.fixture
def queue_name(environ: Mapping[str, str], request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"plan-{id(request)}"
    yield name
    with pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"])) as connection:
        for each in (name, f"{name}.dlq"):
            channel = connection.channel()
            channel.queue_delete(each)
            channel.exchange_delete(each)


@pytest.fixture
def empty_database(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    return postgres_url


@pytest.fixture
def own_stores(
    environ: Mapping[str, str],
    empty_database: str,
    mongo_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """The environment of a migrator with databases of its own; the name of the MongoDB one."""
    values = {**environ, "DATABASE_URL": empty_database, "MONGODB_DATABASE": mongo_database}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return mongo_database


def becomes(look: Callable[[], Any], wanted: Any) -> None:
    """Wait until Kafka's broker has heard of what its controller decided."""
    ends = time.monotonic() + 10
    while (found := look()) != wanted:
        assert time.monotonic() < ends, f"{found} did not become {wanted}"
        time.sleep(0.05)


def partitions(admin: AdminClient, name: str) -> int:
    return len(admin.list_topics(name, timeout=10).topics[name].partitions)


def topic_config(admin: AdminClient, name: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, name)
    found = admin.describe_configs([resource])[resource].result(10)
    return {key: entry.value for key, entry in found.items()}


def test_the_schema_is_made_once(empty_database: str) -> None:
    assert migrate(empty_database) == MIGRATIONS
    assert tables_of(empty_database) >= TABLES
    assert migrate(empty_database) == []


def test_two_migrators_at_once_apply_the_schema_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(migrate, [empty_database] * 4))
    assert sorted(applied) == [[], [], [], MIGRATIONS]


def test_a_lock_that_a_killed_migrator_left_is_no_obstacle(empty_database: str) -> None:
    migrate(empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 1)")
        left = sorted(tables_of(empty_database) - {"yoyo_lock"})
        for table in left:
            connection.execute(f"drop table {table} cascade")
    assert migrate(empty_database) == MIGRATIONS


def test_a_database_that_is_away_is_unavailable(free_port: int) -> None:
    with pytest.raises(StoreUnavailable):
        migrate(f"postgresql://nobody@127.0.0.1:{free_port}/nothing")


@pytest.mark.parametrize("odd", ["p@ss/w?rd&x=1#%+ ", "пароль:'\"[]"])
def test_an_address_may_hold_any_characters(empty_database: str, odd: str) -> None:
    known = conninfo_to_dict(empty_database)
    role = f"migrator {odd}"
    drop = SQL("drop role if exists {}").format(Identifier(role))
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(drop)
        create = SQL("create role {} login superuser password {}")
        connection.execute(create.format(Identifier(role), Literal(odd)))
        try:
            place = f"{known['host']}:{known['port']}/{known['dbname']}"
            url = f"postgresql://{quote(role, safe='')}:{quote(odd, safe='')}@{place}"
            assert migrate(url) == MIGRATIONS
        finally:
            connection.execute("drop schema public cascade; create schema public")
            connection.execute(drop)


def test_a_topic_is_created_then_kept(
    config: dict[str, Any], kafka_admin: AdminClient, topic_name: str
) -> None:
    plan = TopicPlan(topic_name, partitions=3, retention_ms=172_800_000, segment_ms=3_600_000)
    assert ensure_topics(config, 1, [plan]) == {topic_name: "created"}
    becomes(lambda: partitions(kafka_admin, topic_name), 3)
    assert ensure_topics(config, 1, [plan]) == {topic_name: "kept"}
    found = topic_config(kafka_admin, topic_name)
    assert found["retention.ms"] == "172800000"
    assert found["segment.ms"] == "3600000"
    assert found["min.insync.replicas"] == "1"


def test_a_topic_is_widened_and_reconfigured_never_narrowed(
    config: dict[str, Any], kafka_admin: AdminClient, topic_name: str
) -> None:
    narrow = TopicPlan(topic_name, partitions=1, retention_ms=60_000, segment_ms=60_000)
    wide = TopicPlan(topic_name, partitions=4, retention_ms=120_000, segment_ms=60_000)
    ensure_topics(config, 1, [narrow])
    becomes(lambda: partitions(kafka_admin, topic_name), 1)
    assert ensure_topics(config, 1, [wide]) == {topic_name: "raised to 4 partitions, altered"}
    becomes(lambda: topic_config(kafka_admin, topic_name)["retention.ms"], "120000")
    becomes(lambda: partitions(kafka_admin, topic_name), 4)
    assert ensure_topics(config, 1, [narrow]) == {topic_name: "altered"}
    becomes(lambda: topic_config(kafka_admin, topic_name)["retention.ms"], "60000")
    assert partitions(kafka_admin, topic_name) == 4


def test_kafka_away_is_unavailable(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixeltrack.platform.topics.TIMEOUT_S", 1)
    with pytest.raises(BrokerUnavailable):
        ensure_topics({"bootstrap.servers": f"127.0.0.1:{free_port}", "log_level": 0}, 1, [])


def test_a_refused_message_ends_in_the_dead_letter_queue(
    environ: Mapping[str, str], queue_name: str
) -> None:
    plan = QueuePlan(queue_name, f"{queue_name}.dlq", delivery_limit=2)
    for _ in range(2):
        assert ensure_queues(environ["RABBITMQ_URL"], [plan]) == [queue_name, f"{queue_name}.dlq"]
    with pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(queue_name, "any.key", b"poison", mandatory=True)
        deliveries = 0
        for method, _, _ in channel.consume(queue_name, inactivity_timeout=3):
            if method is None:
                break
            deliveries += 1
            assert method.delivery_tag is not None
            channel.basic_nack(method.delivery_tag, requeue=True)
        channel.cancel()
        _, _, body = next(channel.consume(plan.dead_letter, auto_ack=True, inactivity_timeout=10))
        channel.cancel()
    assert deliveries == 3
    assert body == b"poison"


def test_rabbitmq_away_is_unavailable(free_port: int) -> None:
    with pytest.raises(BrokerUnavailable):
        ensure_queues(f"amqp://127.0.0.1:{free_port}/", [])


def test_the_function_brings_everything_up_and_is_harmless_twice(
    environ: Mapping[str, str],
    own_stores: str,
    topic_name: str,
    queue_name: str,
) -> None:
    topic = {"name": topic_name, "partitions": 2, "retentionMs": 60_000, "segmentMs": 60_000}
    queue = {"name": queue_name, "deadLetter": f"{queue_name}.dlq", "deliveryLimit": 5}
    event = {"topics": [topic], "queues": [queue]}
    names = [queue_name, f"{queue_name}.dlq"]
    first = migrator.handler(event, Context())
    again = migrator.handler(event, Context())
    assert first == {
        "migrations": MIGRATIONS,
        "topics": {topic_name: "created"},
        "queues": names,
    }
    assert again == {"migrations": [], "topics": {topic_name: "kept"}, "queues": names}
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        keys = [i["key"] for i in client[own_stores].events.list_indexes()]
    assert {"site": 1, "storedAt": 1} in [dict(k) for k in keys]


@pytest.mark.parametrize(
    "event", [{"topics": [{"name": "x"}]}, {"topics": "x"}, {"queues": [{"deadLetter": 1}]}, []]
)
def test_a_plan_that_is_none_stops_the_deployment(event: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        migrator.handler(event, Context())
