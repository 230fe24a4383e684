"""What tests borrow from the test stack is there, empty and their own."""

from collections.abc import Callable, Mapping
from typing import Any

import pika
import psycopg
from confluent_kafka.admin import AdminClient
from pymongo import MongoClient


def test_a_database_of_ones_own_is_empty_and_takes_hll(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("create extension hll")
        found = connection.execute(
            "select count(*) from information_schema.tables where table_schema = 'public'"
        ).fetchone()
    assert found == (0,)


def test_a_mongodb_database_takes_majority_writes(
    environ: Mapping[str, str], mongo_database: str
) -> None:
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"], w="majority") as client:
        notes = client[mongo_database].notes
        notes.insert_one({"_id": 1})
        assert notes.find_one() == {"_id": 1}


def test_topics_are_new_with_the_partitions_asked_for(
    topic: Callable[..., str], kafka_admin: AdminClient
) -> None:
    first, second = topic(partitions=3), topic()
    assert first != second
    assert len(kafka_admin.list_topics(first, timeout=10).topics[first].partitions) == 3


def test_rabbitmq_knows_quorum_queues(environ: Mapping[str, str]) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"]))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.queue_declare("test_probe", durable=True, arguments={"x-queue-type": "quorum"})
    channel.basic_publish("", "test_probe", b"hello", mandatory=True)
    assert channel.basic_get("test_probe", auto_ack=True)[2] == b"hello"
    channel.queue_delete("test_probe")
    connection.close()
