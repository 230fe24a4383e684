"""What was changed by hand is said, with what mends it, and mending it that way does."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pika
import psycopg
import pytest
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource
from pymongo import MongoClient
from pymongo.database import Database

from infra_cdk.local.commands.command import show_differences
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools.differences import differences
from infra_cdk.topology import TOPOLOGY
from infra_cdk.topology.deployment import migration_payload
from pixeltrack.events.mongo.store import differing_indexes, ensure_indexes
from pixeltrack.platform import catalog
from pixeltrack.platform.rabbitmq import QueuePlan, differing_queues, ensure_queues
from pixeltrack.platform.schema import migrate
from pixeltrack.platform.topics import TopicPlan, differing_topics, ensure_topics


@pytest.fixture
def migrated(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    migrate(postgres_url)
    return postgres_url


def run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("drop function sketched_visitors", "function sketched_visitors(hll) is missing"),
        ("drop index hits_stored_idx", "index hits_stored_idx of hits is missing"),
        ("drop index goals_pattern_key", "unique index goals_pattern_key of goals is missing"),
        ("alter table jobs drop column tries", "column jobs.tries is missing"),
        (
            "alter table goals drop constraint goals_pattern_check",
            "constraint goals_pattern_check of goals is missing",
        ),
    ],
)
def test_what_is_missing_comes_back_by_the_statement_that_is_said(
    migrated: str, statement: str, said: str
) -> None:
    run(migrated, statement)
    (line,) = catalog.differences(migrated)
    assert line.startswith(f"PostgreSQL: {said}; in `make psql`: ")
    run(migrated, line.partition("`make psql`: ")[2])
    assert catalog.differences(migrated) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("drop table tombstones", "table tombstones is missing; restore a backup"),
        ("alter table hits alter page type bigint", "column hits.page is `bigint not null`"),
        ("alter table sites alter status drop default", "column sites.status is `text not null`"),
        ("alter table sites add extra text not null", "column sites.extra is not expected"),
        (
            "alter table goals add constraint short check (length(name) < 9)",
            "constraint short of goals is not expected",
        ),
        ("create unique index one on goals (name)", "unique index one of goals is not expected"),
        (
            "create or replace function sketched_visitors(sketch hll) returns bigint return 1",
            "function sketched_visitors(hll) is `CREATE",
        ),
        ("delete from _yoyo_migration where migration_id like '0004%'", "migration 0004_sealing"),
    ],
)
def test_what_is_other_than_expected_is_said(migrated: str, statement: str, said: str) -> None:
    run(migrated, statement)
    assert catalog.differences(migrated)[0].startswith(f"PostgreSQL: {said}")


def test_a_database_of_a_later_version_is_told_as_one(migrated: str) -> None:
    run(
        migrated,
        "insert into _yoyo_migration (migration_hash, migration_id, applied_at_utc)"
        " values ('later', '9999_later', now())",
    )
    (line,) = catalog.differences(migrated)
    assert line.startswith("PostgreSQL: migration 9999_later is of another version")


def test_a_database_without_a_schema_asks_for_one(postgres_url: str) -> None:
    run(postgres_url, "drop schema public cascade; create schema public")
    (line,) = catalog.differences(postgres_url)
    assert line == "PostgreSQL: the schema has not been made; run `make migrate`"


@pytest.mark.parametrize(
    "statement",
    [
        "create index mine on hits (page)",
        "create table mine (id integer unique)",
        "create view mine as select 1 as one",
        "create function mine() returns integer language sql as 'select 1'",
        "create extension pg_trgm",
    ],
)
def test_what_is_added_beside_is_no_difference(migrated: str, statement: str) -> None:
    run(migrated, statement)
    assert catalog.differences(migrated) == []


@pytest.fixture
def events(environ: Mapping[str, str], mongo_database: str) -> Iterator[Database[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        database = client[mongo_database]
        for name in ("events", "rejected"):
            database.drop_collection(name)
        yield database


def test_indexes_as_planned_are_no_difference(events: Database[dict[str, Any]]) -> None:
    assert len(differing_indexes(events)) == 5
    ensure_indexes(events)
    events.events.create_index("mine")
    assert differing_indexes(events) == []


def test_an_index_that_does_otherwise_is_said_and_stops_nothing(
    events: Database[dict[str, Any]],
) -> None:
    events.rejected.create_index("at", expireAfterSeconds=100)
    events.events.create_index("owner", unique=True)
    ensure_indexes(events)
    other, more = differing_indexes(events)
    assert other.startswith("MongoDB: index (at) of rejected has {'expireAfterSeconds': 100}")
    assert more.startswith("MongoDB: index owner_1 of events has {'unique': True} and is not")
    for line in (other, more):
        collection, index = re.findall(r"`db\.(\w+)\.dropIndex\('(\w+)'\)`", line)[0]
        events[collection].drop_index(index)
    ensure_indexes(events)
    assert differing_indexes(events) == []


def test_a_topic_that_differs_is_said(
    environ: Mapping[str, str], kafka_admin: AdminClient, topic: Callable[..., str]
) -> None:
    config = {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]}
    name = topic(partitions=4)
    plan = TopicPlan(name, partitions=3, retention_ms=172_800_000, segment_ms=3_600_000)
    ensure_topics(config, 1, [plan])
    beyond = TopicPlan(f"{name}-beyond", partitions=1, retention_ms=60_000, segment_ms=60_000)
    more = f"Kafka: topic {name} has 4 partitions, expected were 3; Kafka takes none away"
    missing = f"Kafka: topic {beyond.name} is missing; run `make migrate`"
    assert differing_topics(config, 1, [plan, beyond], within_s=5) == [more, missing]
    resource = ConfigResource(ConfigResource.Type.TOPIC, name)
    resource.add_incremental_config(
        ConfigEntry("retention.ms", "60000", incremental_operation=AlterConfigOpType.SET)
    )
    kafka_admin.incremental_alter_configs([resource])[resource].result(10)
    fewer = [line.partition(" has ")[2] for line in differing_topics(config, 2, [plan])]
    assert "1 replicas, KAFKA_REPLICATION_FACTOR is 2" in fewer[1]
    ensure_topics(config, 1, [plan])
    assert differing_topics(config, 1, [plan], within_s=5) == [more]


def test_a_queue_that_was_made_otherwise_is_said_and_stops_nothing(
    environ: Mapping[str, str], request: pytest.FixtureRequest
) -> None:
    url, name = environ["RABBITMQ_URL"], f"differing-{id(request)}"
    plan = QueuePlan(name, f"{name}.dlq", delivery_limit=5)
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        try:
            (line,) = differing_queues(url, [plan])
            assert line.startswith(f"RabbitMQ: queue {name} is missing; run `make migrate`")
            ensure_queues(url, [plan])
            assert differing_queues(url, [plan]) == []
            other = QueuePlan(name, plan.dead_letter, delivery_limit=6)
            assert ensure_queues(url, [other]) == [name, plan.dead_letter]
            (line,) = differing_queues(url, [other])
            assert line.startswith(f"RabbitMQ: queue {name} was made otherwise; let it run empty")
            assert "x-delivery-limit" in line
        finally:
            for each in (name, plan.dead_letter):
                channel.queue_delete(each)
                channel.exchange_delete(each)


@pytest.fixture
def planned(
    environ: Mapping[str, str],
    migrated: str,
    mongo_database: str,
    kafka_admin: AdminClient,
    request: pytest.FixtureRequest,
) -> Iterator[Mapping[str, str]]:
    """A stack's settings, with everything there as planned."""
    own = f"planned-{id(request)}"
    values = {
        **environ,
        "DATABASE_URL": migrated,
        "MONGODB_DATABASE": mongo_database,
        "KAFKA_RAW_TOPIC": f"{own}-raw",
        "KAFKA_ENRICHED_TOPIC": f"{own}-enriched",
        "RABBITMQ_EXCHANGE": own,
    }
    payload = migration_payload(TOPOLOGY, values)
    topics = msgspec.convert(payload["topics"], list[TopicPlan])
    queues = msgspec.convert(payload["queues"], list[QueuePlan])
    config = {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]}
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        ensure_indexes(client[mongo_database])
    ensure_topics(config, 1, topics)
    assert differing_topics(config, 1, topics, within_s=5) == []
    ensure_queues(environ["RABBITMQ_URL"], queues)
    yield values
    for future in kafka_admin.delete_topics([topic.name for topic in topics]).values():
        future.result(20)
    with pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"])) as connection:
        for name in (n for queue in queues for n in (queue.name, queue.dead_letter)):
            connection.channel().queue_delete(name)
            connection.channel().exchange_delete(name)


def test_a_stack_is_compared_as_a_whole(planned: Mapping[str, str]) -> None:
    assert list(differences(planned)) == []
    run(planned["DATABASE_URL"], "drop function sketched_visitors")
    with MongoClient[dict[str, Any]](planned["MONGODB_URI"]) as client:
        client[planned["MONGODB_DATABASE"]].events.drop_index("storedAt_1")
    away = {**planned, "RABBITMQ_URL": "amqp://127.0.0.1:1/", "KAFKA_RAW_TOPIC": "none"}
    assert [line.partition(";")[0] for line in differences(away)] == [
        "PostgreSQL: function sketched_visitors(hll) is missing",
        "MongoDB: index (storedAt) of events is missing",
        "Kafka: topic none is missing",
        "RabbitMQ did not answer the migrator",
    ]


def test_what_differs_is_printed_and_no_success(
    planned: Mapping[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    stack = Stack("test", Path("/nowhere"), planned)
    assert not show_differences(stack)
    assert capsys.readouterr().out == ""
    run(planned["DATABASE_URL"], "alter table jobs drop column tries")
    assert show_differences(stack)
    assert capsys.readouterr().out.startswith("  amiss: PostgreSQL: column jobs.tries is missing; ")
