"""Reads the ledger of a stack: `raw_events` up to the committed offsets against MongoDB."""

from collections.abc import Iterator, Mapping
from typing import Any

import pymongo
from confluent_kafka import (
    TIMESTAMP_LOG_APPEND_TIME,
    Consumer,
    ConsumerGroupTopicPartitions,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from infra_cdk.topology import TOPOLOGY
from pixeltrack.enrichment.drafts import decode
from pixeltrack.events import ledger
from pixeltrack.events.ledger import HOUR_MS, Ledger, Mark
from pixeltrack.events.rejections import Dropped
from pixeltrack.events.stored import ERASED
from pixeltrack.platform import settings
from pixeltrack.platform.consumer import Record
from pixeltrack.platform.instants import LAST_MS, iso

_TIMEOUT_S = 10.0


def read(environ: Mapping[str, str]) -> Ledger:
    """Compare what the processor's consumer group has committed with what MongoDB holds."""
    kafka = settings.load(settings.Kafka, environ)
    consumer = next(c for c in TOPOLOGY.consumers if c.function == "processor")
    group = consumer.group_id(kafka.raw_topic)
    mongo = settings.load(settings.Mongo, environ)
    ends = _committed(kafka, group)  # before the stores are read, which only grow
    with pymongo.MongoClient[dict[str, Any]](mongo.uri) as client:
        database = client[mongo.database]
        return ledger.balance(
            _consumed(kafka, group, ends), _stored(database), _rejected(database["rejected"])
        )


def topic_id(kafka: settings.Kafka) -> str:
    """Return Kafka's own id of the raw topic, which a recreated topic does not share."""
    admin = AdminClient(kafka.client())
    described = admin.describe_topics(TopicCollection([kafka.raw_topic]))
    return str(described[kafka.raw_topic].result(_TIMEOUT_S).topic_id)


def table(found: Ledger) -> str:
    """Return the ledger as text, a line for each partition and hour."""
    lines = [f"{'partition':>9}  {'hour':<20} {'consumed':>9} {'stored':>9} {'dropped':>9} missing"]
    for (partition, hour), entry in found.entries.items():
        missing = entry.missing[:10] or "none"
        lines.append(
            f"{partition:>9}  {iso(min(hour * HOUR_MS, LAST_MS))[:16]:<20} {entry.consumed:>9} "
            f"{entry.stored:>9} {entry.dropped:>9} {missing}"
        )
    verdict = "adds up" if not found.missing else f"MISSES {found.missing} RECORDS"
    lines.append(
        f"{found.consumed} consumed = {found.stored} stored + {found.dropped} dropped: {verdict}; "
        f"{found.events} events in {found.copies} copies"
    )
    return "\n".join(lines)


def _consumed(kafka: settings.Kafka, group: str, ends: Mapping[int, int]) -> Iterator[Mark]:
    """Read every record from the topic's start to the group's committed offsets `ends`."""
    consumer = Consumer(
        kafka.client() | {"group.id": f"{group}-ledger", "enable.auto.commit": False}
    )
    try:
        for partition, end in ends.items():
            place = TopicPartition(kafka.raw_topic, partition)
            low, _ = consumer.get_watermark_offsets(place, timeout=_TIMEOUT_S)
            if low >= end:
                continue
            place.offset = low
            consumer.assign([place])
            yield from _partition(consumer, place, end)
    finally:
        consumer.close()


def _partition(consumer: Consumer, start: TopicPartition, end: int) -> Iterator[Mark]:
    partition, following = start.partition, start.offset
    while following < end:
        # Who asks for more than there is waits for the rest in vain.
        records: list[Any] = consumer.consume(min(1000, end - following), timeout=_TIMEOUT_S)
        if not records:
            raise TimeoutError(f"Kafka gave no record of partition {partition} from {following} on")
        for record in records:
            following = record.offset() + 1
            if following <= end:
                yield partition, record.offset(), _received_at(record)


def _received_at(record: Any) -> int:
    """Return when a record counts as received; Kafka's time where it cannot be read."""
    kind, at = record.timestamp()
    is_brokers_time = kind == TIMESTAMP_LOG_APPEND_TIME
    read = decode(
        Record(
            record.partition(),
            record.offset(),
            at,
            record.value(),
            is_brokers_time=is_brokers_time,
        )
    )
    return at if isinstance(read, Dropped) else read.event.received_at


def _committed(kafka: settings.Kafka, group: str) -> dict[int, int]:
    admin = AdminClient(kafka.client())
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
    places = asked[group].result(_TIMEOUT_S).topic_partitions
    return {p.partition: p.offset for p in places if p.topic == kafka.raw_topic and p.offset > 0}


def _stored(database: Any) -> Iterator[tuple[Mark, tuple[str, str] | None]]:
    fields = {
        "partition": 1,
        "site": 1,
        "events.id": 1,
        "events.type": 1,
        "events.offset": 1,
        "events.receivedAt": 1,
    }
    for bucket in database["events"].find({}, fields):
        for event in bucket["events"]:
            mark = (bucket["partition"], event["offset"], event["receivedAt"])
            yield mark, None if event["type"] == ERASED else (bucket["site"], event["id"])


def _rejected(collection: Any) -> Iterator[Mark]:
    for document in collection.find({}, {"_id": 1}):
        partition, offset, received_at = document["_id"].split(":")
        yield int(partition), int(offset), int(received_at)
