"""Brings Kafka topics to what is planned: created, widened or reconfigured, never narrowed."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
    TopicMetadata,
)

from pixeltrack.platform.errors import BrokerUnavailable

TIMEOUT_S = 20
_POLL_S = 0.1


class TopicPlan(msgspec.Struct, rename="camel", frozen=True):
    """A Kafka topic as it shall be."""

    name: str
    partitions: int
    retention_ms: int
    segment_ms: int


def ensure_topics(
    config: Mapping[str, Any], replicas: int, plans: Sequence[TopicPlan]
) -> dict[str, str]:
    """Return by topic what was done: `created`, `raised to N partitions`, `altered`, `kept`.

    Raises `BrokerUnavailable`, or `KafkaException` where Kafka refuses the plan.
    """
    done: dict[str, str] = {}
    with _administered(config) as admin:
        existing = admin.list_topics(timeout=TIMEOUT_S).topics
        for plan in plans:
            found = existing.get(plan.name)
            if found is None and _create(admin, replicas, plan):
                done[plan.name] = "created"
            else:
                count = plan.partitions if found is None else len(found.partitions)
                done[plan.name] = _adjust(admin, replicas, plan, count)
    return done


def differing_topics(
    config: Mapping[str, Any], replicas: int, plans: Sequence[TopicPlan], *, within_s: float = 0
) -> list[str]:
    """Return a line for each difference from the plans, with what mends it.

    Kafka shows what was just changed a moment later: wait up to `within_s` for that. Raises
    `BrokerUnavailable`.
    """
    deadline = time.monotonic() + within_s
    with _administered(config) as admin:
        while True:
            existing = admin.list_topics(timeout=TIMEOUT_S).topics
            lines = [
                f"Kafka: topic {plan.name} {fault}"
                for plan in plans
                for fault in _faults(admin, replicas, plan, existing.get(plan.name))
            ]
            if not lines or time.monotonic() > deadline:
                return lines
            time.sleep(_POLL_S)


def _faults(
    admin: AdminClient, replicas: int, plan: TopicPlan, topic: TopicMetadata | None
) -> Iterator[str]:
    if topic is None:
        yield "is missing; run `make migrate`"
        return
    count = len(topic.partitions)
    if count != plan.partitions:
        mending = "run `make migrate`" if count < plan.partitions else "Kafka takes none away"
        yield f"has {count} partitions, expected were {plan.partitions}; {mending}"
    copies = min(len(partition.replicas) for partition in topic.partitions.values())
    if copies < replicas:
        yield (
            f"has {copies} replicas, KAFKA_REPLICATION_FACTOR is {replicas}; "
            "reassign its partitions with kafka-reassign-partitions"
        )
    for name, (value, wanted) in _wrong(admin, plan, replicas).items():
        yield f"has {name}={value}, expected was {wanted}; run `make migrate`"


@contextmanager
def _administered(config: Mapping[str, Any]) -> Iterator[AdminClient]:
    try:
        yield AdminClient({**config, "socket.timeout.ms": TIMEOUT_S * 1000})
    except KafkaException as error:
        if error.args[0].retriable() or error.args[0].code() in _AWAY:
            raise BrokerUnavailable("Kafka did not answer the migrator") from error
        raise


_AWAY = {KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN}  # noqa: SLF001


def _settings(plan: TopicPlan, replicas: int) -> dict[str, str]:
    """All replicas but one must have a record before it counts as acknowledged.

    Records bear the broker's time, whatever the clock of their producer shows.
    """
    return {
        "message.timestamp.type": "LogAppendTime",
        "cleanup.policy": "delete",
        "retention.ms": str(plan.retention_ms),
        "segment.ms": str(plan.segment_ms),
        "min.insync.replicas": str(max(1, replicas - 1)),
    }


def _create(admin: AdminClient, replicas: int, plan: TopicPlan) -> bool:
    """Create a topic; return whether it was this call that did."""
    topic = NewTopic(
        plan.name,
        num_partitions=plan.partitions,
        replication_factor=replicas,
        config=_settings(plan, replicas),
    )
    try:
        admin.create_topics([topic], operation_timeout=TIMEOUT_S)[plan.name].result(TIMEOUT_S)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return False
        raise
    return True


def _widen(admin: AdminClient, plan: TopicPlan) -> bool:
    """Raise the partition count; return whether it was this call that did."""
    wider = NewPartitions(plan.name, plan.partitions)
    try:
        admin.create_partitions([wider])[plan.name].result(TIMEOUT_S)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.INVALID_PARTITIONS:
            return False
        raise
    return True


def _adjust(admin: AdminClient, replicas: int, plan: TopicPlan, count: int) -> str:
    done = []
    if count < plan.partitions and _widen(admin, plan):
        done.append(f"raised to {plan.partitions} partitions")
    if wrong := _wrong(admin, plan, replicas):
        resource = ConfigResource(ResourceType.TOPIC, plan.name)
        for name, (_, value) in wrong.items():
            entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            resource.add_incremental_config(entry)
        admin.incremental_alter_configs([resource])[resource].result(TIMEOUT_S)
        done.append("altered")
    return ", ".join(done) or "kept"


def _wrong(admin: AdminClient, plan: TopicPlan, replicas: int) -> dict[str, tuple[str, str]]:
    """Return by name each setting that differs, as it is and as it shall be."""
    resource = ConfigResource(ResourceType.TOPIC, plan.name)
    current = admin.describe_configs([resource])[resource].result(TIMEOUT_S)
    return {
        name: (current[name].value, wanted)
        for name, wanted in _settings(plan, replicas).items()
        if current[name].value != wanted
    }
