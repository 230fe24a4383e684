"""Kafka as a stream to publish to: acknowledged by all replicas, or `BrokerUnavailable`.

A broker that is known to be away is not waited for: after a fault, messages are refused at once for
a second, then once the broker has answered a question. What was refused is not sent later, unless
it was on its way already. Where the topic bears the broker's time, each acknowledgement tells what
the broker's clock shows.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, KafkaException, Producer
from confluent_kafka import Message as Report

from pixeltrack.platform.clock import ahead_ms, is_off
from pixeltrack.platform.errors import BrokerUnavailable, ClockDiffers, Unavailable
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.ports import Message

PAUSE_S = 1.0
"""How long everything is refused after a fault."""

ANSWER_S = 0.5
"""How long a broker may take for the question whether it is back."""

DOWN_S = 1.0
"""How long messages wait while no broker can be connected to."""

_MOST_ERROR = 200
_STEP_S = 0.25
_LAST_WORDS_S = 0.2
_RECORD_ERRORS = frozenset(
    {"INVALID_MSG", "INVALID_MSG_SIZE", "INVALID_RECORD", "INVALID_TIMESTAMP", "MSG_SIZE_TOO_LARGE"}
)
"""Errors about a message, which say nothing about the broker."""


class KafkaStream:
    """One topic to publish to, through a producer that is built on first use and kept.

    `config` is librdkafka's connection settings; `within_ms` bounds the wait for all
    acknowledgements. A message that was not acknowledged in that time may still arrive: readers
    treat repeats as one, so the caller simply repeats it. For the same reason the producer is
    not an idempotent one, which would wait for its coordinator at every cold start.

    `compression` is librdkafka's codec, or `none` where messages come one by one: alone, an event
    gets hardly smaller, and broker and client pay for it.

    `now_ms` is this machine's clock, `elapsed_s` one that never jumps; `connect` builds a producer.
    """

    def __init__(
        self,
        topic: str,
        config: Mapping[str, Any],
        *,
        within_ms: int,
        compression: str = "lz4",
        now_ms: Callable[[], int] = wall_ms,
        elapsed_s: Callable[[], float] = time.monotonic,
        connect: Callable[[dict[str, Any]], Producer] = Producer,
    ) -> None:
        self._topic = topic
        self._within_ms = within_ms
        self._now_ms = now_ms
        self._elapsed_s = elapsed_s
        self._connect = connect
        self._config = dict(config) | {
            "acks": "all",
            # Gathers the messages of one call; `flush` sends what there is and waits for no more.
            "linger.ms": 5,
            "compression.type": compression,
            "message.timeout.ms": within_ms,
            "socket.timeout.ms": within_ms,
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 500,
            "connections.max.idle.ms": 540_000,
            "log.connection.close": False,
            "log_level": 2,  # what fails is told by the errors raised here, and not twice a second
            "error_cb": self._on_error,
        }
        self._producer: Producer | None = None
        self._fault: _Fault | None = None
        self._down_since: float | None = None
        self._last_error = ""

    def publish(self, messages: Sequence[Message], *, within_ms: int | None = None) -> None:
        """Return once every message is acknowledged.

        Raise `BrokerUnavailable`, or `ClockDiffers` where an earlier acknowledgement showed that.
        """
        if not messages:
            return
        producer = self._producer or self._built()
        producer.poll(0)  # what librdkafka noticed in the meantime is told here
        if self._fault is not None or self._down_since is not None:
            self._ask(producer)
        within_s = min(self._within_ms, within_ms or self._within_ms) / 1000
        delivery = _Delivery()
        began_ms = self._now_ms()
        try:
            for message in messages:
                producer.produce(
                    self._topic,
                    value=message.value,
                    key=message.key,
                    headers=[(name, text.encode()) for name, text in message.headers.items()],
                    on_delivery=delivery.note,
                )
        except (BufferError, KafkaException) as error:
            delivery.errors[type(error).__name__] = 1
            within_s = 0.0
        if producer.flush(min(within_s, _STEP_S)):
            self._wait_on(producer, within_s - _STEP_S)
        if delivery.acknowledged < len(messages):
            raise self._failed(delivery.errors)
        self._fault, self._down_since, self._last_error = None, None, ""
        if delivery.broker_ms is not None:
            ahead = ahead_ms(began_ms, delivery.broker_ms, self._now_ms())
            if is_off(ahead):
                self._open("", ahead)

    def _built(self) -> Producer:
        self._producer = self._connect(self._config)
        return self._producer

    def _ask(self, producer: Producer) -> None:
        """Return where the broker answers a question; raise what is known before it is asked."""
        fault, now = self._fault, self._elapsed_s()
        if fault is not None and now - fault.at_s < PAUSE_S:
            raise fault.error(now)
        try:
            producer.list_topics(self._topic, timeout=ANSWER_S)
        except KafkaException as error:
            name = self._last_error or error.args[0].name()
            raise self._open(f"Kafka is away: {name}").error(self._elapsed_s()) from None
        self._down_since = None

    def _wait_on(self, producer: Producer, within_s: float) -> None:
        """Wait for what is not acknowledged yet, then withdraw it."""
        give_up_at = self._elapsed_s() + within_s
        while (left_s := give_up_at - self._elapsed_s()) > 0 and not self._is_down_for_long():
            if not producer.flush(min(left_s, _STEP_S)):
                return
        producer.purge()
        producer.flush(_LAST_WORDS_S)

    def _is_down_for_long(self) -> bool:
        return self._down_since is not None and self._elapsed_s() - self._down_since >= DOWN_S

    def _failed(self, errors: Mapping[str, int]) -> Unavailable:
        """Return the error for messages that were not acknowledged."""
        names = ", ".join(sorted(errors)) or "no answer"
        behind = f" ({self._last_error})" if self._last_error else ""
        text = f"Kafka did not acknowledge on {self._topic}: {names}{behind}"
        is_the_brokers = not errors or bool(errors.keys() - _RECORD_ERRORS)
        now = self._elapsed_s()
        fault = self._open(text) if is_the_brokers else _Fault(text, 0, now, now)
        return fault.error(now, errors)

    def _open(self, text: str, ahead: int = 0) -> "_Fault":
        now = self._elapsed_s()
        self._fault = _Fault(text, ahead, now, self._fault.since_s if self._fault else now)
        return self._fault

    def _on_error(self, error: KafkaError) -> None:
        """Note what librdkafka says of its connections; it calls from within `poll` and `flush`."""
        if error.code() != KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001
            self._last_error = f"{error.name()}: {error.str()}"[:_MOST_ERROR]
        elif self._down_since is None:
            self._down_since = self._elapsed_s()


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why messages are refused: a text, or by how much the clock is ahead; `at_s` when last seen.

    `since_s` is when the first of a row of faults was seen.
    """

    text: str
    ahead_ms: int
    at_s: float
    since_s: float

    def error(self, now_s: float, errors: Mapping[str, int] | None = None) -> Unavailable:
        if self.ahead_ms:
            return ClockDiffers("Kafka", self.ahead_ms)
        return BrokerUnavailable(self.text, errors, now_s - self.since_s)


class _Delivery:
    """What became of some messages; `broker_ms` is the broker's clock as it took the first."""

    __slots__ = ("acknowledged", "broker_ms", "errors")

    def __init__(self) -> None:
        self.acknowledged = 0
        self.broker_ms: int | None = None
        self.errors: dict[str, int] = {}

    def note(self, error: KafkaError | None, report: Report) -> None:
        """Take one message's delivery report."""
        if error is not None:
            name = error.name()
            self.errors[name] = self.errors.get(name, 0) + 1
            return
        if not self.acknowledged:
            kind, at = report.timestamp()
            self.broker_ms = at if kind == TIMESTAMP_LOG_APPEND_TIME else None
        self.acknowledged += 1
