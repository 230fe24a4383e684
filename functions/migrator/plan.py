"""What a deployment asks for: the topics and queues of the event that invokes the migrator."""

from typing import Any

import msgspec


class TopicPlan(msgspec.Struct, rename="camel", frozen=True):
    """A Kafka topic as it shall be."""

    name: str
    partitions: int
    retention_ms: int
    segment_ms: int


class QueuePlan(msgspec.Struct, rename="camel", frozen=True):
    """A RabbitMQ exchange with its queue and dead-letter queue as they shall be."""

    name: str
    dead_letter: str
    delivery_limit: int


class Plan(msgspec.Struct, frozen=True):
    """Everything beside the schema and the indexes, which come with the code."""

    topics: tuple[TopicPlan, ...] = ()
    queues: tuple[QueuePlan, ...] = ()


def read(event: Any) -> Plan:
    """Read the event; raises `msgspec.ValidationError` naming what is wrong."""
    return msgspec.convert(event, Plan)
