"""Brings Kafka topics to what is planned: created, widened or reconfigured, never narrowed."""

from collections.abc import Mapping, Sequence
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
)

from pixeltrack.platform.errors import BrokerUnavailable

TIMEOUT_S = 20


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
    admin = AdminClient({**config, "socket.timeout.ms": TIMEOUT_S * 1000})
    try:
        existing = admin.list_topics(timeout=TIMEOUT_S).topics
        done: dict[str, str] = {}
        for plan in plans:
            found = existing.get(plan.name)
            if found is None and _create(admin, replicas, plan):
                done[plan.name] = "created"
            else:
                count = plan.partitions if found is None else len(found.partitions)
                done[plan.name] = _adjust(admin, replicas, plan, count)
    except KafkaException as error:
        if error.args[0].retriable() or error.args[0].code() in _AWAY:
            raise BrokerUnavailable("Kafka did not answer the migrator") from error
        raise
    return done


_AWAY = {KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN}  # noqa: SLF001


def _settings(plan: TopicPlan, replicas: int) -> dict[str, str]:
    """All replicas but one must have a record before it counts as acknowledged."""
    return {
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
    resource = ConfigResource(ResourceType.TOPIC, plan.name)
    current = admin.describe_configs([resource])[resource].result(TIMEOUT_S)
    wrong = {k: v for k, v in _settings(plan, replicas).items() if current[k].value != v}
    if wrong:
        for name, value in wrong.items():
            entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            resource.add_incremental_config(entry)
        admin.incremental_alter_configs([resource])[resource].result(TIMEOUT_S)
        done.append("altered")
    return ", ".join(done) or "kept"
