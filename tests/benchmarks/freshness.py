"""How long events take from their receipt until they are stored."""

import json
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from infra_cdk.local.trial import Trial
from pixeltrack.platform import settings

_TIMEOUT_S = 10.0


class Freshness:
    """Watches `enriched_events`, where a bucket appears once MongoDB has acknowledged it."""

    def __init__(self, running: Trial) -> None:
        self._kafka = settings.load(settings.Kafka, running.environ)
        self._starts = self._ends()

    def delays_ms(self) -> list[float]:
        """Return, for each event stored since, the time from its receipt to its publication."""
        consumer = self._consumer()
        delays: list[float] = []
        for partition, end in self._ends().items():
            start = self._starts[partition]
            consumer.assign([TopicPartition(self._kafka.enriched_topic, partition, start)])
            left = end - start
            while left:
                records: list[Any] = consumer.consume(min(left, 100), timeout=_TIMEOUT_S)
                left -= len(records)
                for record in records:
                    stored_at = record.timestamp()[1]
                    events = json.loads(record.value())["events"]
                    delays += [stored_at - event["receivedAt"] for event in events]
        consumer.close()
        return delays

    def _ends(self) -> dict[int, int]:
        consumer = self._consumer()
        topic = self._kafka.enriched_topic
        partitions = consumer.list_topics(topic, timeout=_TIMEOUT_S).topics[topic].partitions
        ends = {
            p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=_TIMEOUT_S)[1]
            for p in partitions
        }
        consumer.close()
        return ends

    def _consumer(self) -> Consumer:
        return Consumer(
            self._kafka.client() | {"group.id": "pixeltrack-bench", "enable.auto.commit": False}
        )
