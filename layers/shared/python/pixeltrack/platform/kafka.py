"""Kafka as a stream to publish to: acknowledged by all replicas, or `BrokerUnavailable`."""

from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Producer

from pixeltrack.platform.errors import BrokerUnavailable
from pixeltrack.platform.ports import Message


class KafkaStream:
    """One topic to publish to, through a producer that is built on first use and kept.

    `config` is librdkafka's connection settings; `within_ms` bounds the wait for all
    acknowledgements. A message that was not acknowledged in that time may still arrive: readers
    treat repeats as one, so the caller simply repeats it. For the same reason the producer is
    not an idempotent one, which would wait for its coordinator at every cold start.
    """

    def __init__(self, topic: str, config: Mapping[str, Any], *, within_ms: int) -> None:
        self._topic = topic
        self._within_ms = within_ms
        self._config = dict(config) | {
            "acks": "all",
            "linger.ms": 0,
            "compression.type": "lz4",
            "message.timeout.ms": within_ms,
            "socket.timeout.ms": within_ms,
            "connections.max.idle.ms": 540_000,
            "log.connection.close": False,
        }
        self._producer: Producer | None = None

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once every message is acknowledged, else raise `BrokerUnavailable`."""
        producer = self._producer or self._connect()
        failures: list[str] = []
        acknowledged = 0

        def on_delivery(error: KafkaError | None, _message: object) -> None:
            nonlocal acknowledged
            if error is None:
                acknowledged += 1
            else:
                failures.append(error.name())

        try:
            for message in messages:
                producer.produce(
                    self._topic,
                    value=message.value,
                    key=message.key,
                    headers=[(name, text.encode()) for name, text in message.headers.items()],
                    on_delivery=on_delivery,
                )
            producer.flush(self._within_ms / 1000)
        except (BufferError, KafkaException) as error:
            self._forget(producer)
            raise BrokerUnavailable(f"Kafka took no message for {self._topic}") from error
        if acknowledged < len(messages):
            self._forget(producer)
            reason = failures[0] if failures else "no answer"
            raise BrokerUnavailable(f"Kafka did not acknowledge on {self._topic}: {reason}")

    def _connect(self) -> Producer:
        self._producer = Producer(self._config)
        return self._producer

    def _forget(self, producer: Producer) -> None:
        """Drop what is still queued, so that a broker that returns gets no pile of old tries."""
        producer.purge(blocking=False)
        producer.poll(0)
