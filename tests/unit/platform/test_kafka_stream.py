"""The stream over a broker that is away, comes back, or shows another time."""

from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import (
    TIMESTAMP_CREATE_TIME,
    TIMESTAMP_LOG_APPEND_TIME,
    KafkaError,
    KafkaException,
)

from pixeltrack.platform.errors import BrokerUnavailable, ClockDiffers
from pixeltrack.platform.kafka import PAUSE_S, KafkaStream
from pixeltrack.platform.ports import Message

NOW = 1_795_341_600_000
HOUR_MS = 3_600_000
MESSAGES = [Message(b"1"), Message(b"2")]
DOWN = KafkaError._ALL_BROKERS_DOWN
TIMED_OUT = KafkaError._MSG_TIMED_OUT


class Report:
    def __init__(self, timestamp: tuple[int, int]) -> None:
        self._timestamp = timestamp

    def timestamp(self) -> tuple[int, int]:
        return self._timestamp


class Broker:
    """A broker behind librdkafka's producer, and the time that passes while it is waited for."""

    def __init__(self) -> None:
        self.elapsed = 100.0
        self.ahead_ms = 0
        self.is_away = False
        self.is_connected = True
        self.refuses: int | None = None
        self.timestamps = TIMESTAMP_LOG_APPEND_TIME
        self.taken: list[bytes] = []
        self.purged = 0
        self.questions = 0
        self._queue: list[tuple[bytes, Callable[..., None]]] = []
        self._on_error: Callable[[KafkaError], None] = lambda _: None

    def connect(self, config: dict[str, Any]) -> Any:
        self._on_error = config["error_cb"]
        return self

    def stream(self, within_ms: int = 3_500) -> KafkaStream:
        return KafkaStream(
            "t",
            {},
            within_ms=within_ms,
            now_ms=lambda: NOW + round(self.elapsed * 1000) + self.ahead_ms,
            elapsed_s=lambda: self.elapsed,
            connect=self.connect,
        )

    def wait(self, s: float) -> None:
        self.elapsed += s
        if not self.is_connected:
            self._on_error(KafkaError(KafkaError._TRANSPORT, "connection refused"))
            self._on_error(KafkaError(DOWN))

    def poll(self, _timeout: float) -> None:
        self.wait(0)

    def list_topics(self, _topic: str, timeout: float) -> None:
        self.questions += 1
        if self.is_away:
            self.wait(timeout)
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))

    def produce(self, _topic: str, *, value: bytes, on_delivery: Any, **_: Any) -> None:
        self._queue.append((value, on_delivery))

    def flush(self, timeout: float) -> int:
        if self.is_away:
            self.wait(timeout)
            return len(self._queue)
        queue, self._queue = self._queue, []
        for value, note in queue:
            if self.refuses is not None:
                note(KafkaError(self.refuses), Report((0, 0)))
            else:
                self.taken.append(value)
                note(None, Report((self.timestamps, NOW + round(self.elapsed * 1000))))
        return 0

    def purge(self) -> None:
        queue, self._queue = self._queue, []
        self.purged += len(queue)
        for _, note in queue:
            note(KafkaError(KafkaError._PURGE_QUEUE), Report((0, 0)))


def refused(stream: KafkaStream, **options: Any) -> BrokerUnavailable:
    with pytest.raises(BrokerUnavailable) as error:
        stream.publish(MESSAGES, **options)
    return error.value


def test_the_first_waits_as_long_as_it_may_and_the_next_are_refused_at_once() -> None:
    broker = Broker()
    broker.is_away = True
    stream = broker.stream()
    began = broker.elapsed
    assert refused(stream).errors == {"_PURGE_QUEUE": 2}
    assert 3.5 <= broker.elapsed - began <= 3.5 + 0.5
    began = broker.elapsed
    for _ in range(50):
        assert refused(stream).errors == {}
    assert broker.elapsed == began
    assert (broker.questions, broker.purged) == (0, 2)


def test_what_was_refused_is_never_sent() -> None:
    broker = Broker()
    broker.is_away = True
    stream = broker.stream()
    for _ in range(5):
        refused(stream)
        broker.elapsed += PAUSE_S
    broker.is_away = False
    broker.elapsed += PAUSE_S
    stream.publish([Message(b"new")])
    assert broker.taken == [b"new"]


def test_after_a_second_one_question_decides() -> None:
    broker = Broker()
    broker.is_away = True
    stream = broker.stream()
    first = refused(stream)
    for n in range(1, 4):
        broker.elapsed += PAUSE_S
        again = refused(stream)
        assert broker.questions == n
        refused(stream)
        assert broker.questions == n
    assert again.away_s > first.away_s
    broker.is_away = False
    broker.elapsed += PAUSE_S
    stream.publish(MESSAGES)
    stream.publish(MESSAGES)
    assert (broker.questions, len(broker.taken)) == (4, 4)


def test_a_broker_that_answers_but_takes_nothing_is_away_again() -> None:
    broker = Broker()
    stream = broker.stream()
    broker.refuses = TIMED_OUT
    assert refused(stream).errors == {"_MSG_TIMED_OUT": 2}
    broker.elapsed += PAUSE_S
    assert refused(stream).errors == {"_MSG_TIMED_OUT": 2}
    assert refused(stream).errors == {}


def test_a_broker_that_cannot_be_connected_to_is_not_waited_for_to_the_end() -> None:
    broker = Broker()
    broker.is_away, broker.is_connected = True, False
    stream = broker.stream()
    began = broker.elapsed
    refused(stream)
    assert broker.elapsed - began <= 2


def test_a_connection_that_went_while_nothing_was_sent_is_asked_about_first() -> None:
    broker = Broker()
    stream = broker.stream()
    stream.publish(MESSAGES)
    broker.is_away, broker.is_connected = True, False
    began = broker.elapsed
    assert "_TRANSPORT: connection refused" in str(refused(stream))
    assert (broker.elapsed - began, broker.purged, broker.questions) == (0.5, 0, 1)
    broker.is_away, broker.is_connected = False, True
    broker.elapsed += PAUSE_S
    stream.publish(MESSAGES)
    assert len(broker.taken) == 4


def test_less_time_is_kept_to() -> None:
    broker = Broker()
    broker.is_away = True
    began = broker.elapsed
    refused(broker.stream(), within_ms=300)
    assert broker.elapsed - began <= 0.6
    began = broker.elapsed
    refused(broker.stream(within_ms=1_000), within_ms=9_000)
    assert broker.elapsed - began <= 1.3


@pytest.mark.parametrize("code", [KafkaError.INVALID_RECORD, KafkaError.MSG_SIZE_TOO_LARGE])
def test_an_error_about_a_record_is_named_and_keeps_nobody_else_out(code: int) -> None:
    broker = Broker()
    stream = broker.stream()
    broker.refuses = code
    error = refused(stream)
    name = KafkaError(code).name()
    assert (error.errors, name in str(error)) == ({name: 2}, True)
    broker.refuses = None
    stream.publish(MESSAGES)
    assert broker.questions == 0


@pytest.mark.parametrize("ahead_s", [1_800, -1_800, 7_200, -7_200, 315_360_000, -315_360_000])
def test_a_clock_that_differs_from_the_brokers_is_refused_by_how_much(ahead_s: int) -> None:
    broker = Broker()
    broker.ahead_ms = ahead_s * 1000
    stream = broker.stream()
    stream.publish(MESSAGES)  # taken, and dated by the broker
    for _ in range(3):
        with pytest.raises(ClockDiffers, match=f"{abs(ahead_s)} s") as differs:
            stream.publish(MESSAGES)
        assert differs.value.ahead_s == ahead_s
    assert len(broker.taken) == 2
    broker.ahead_ms = 0
    broker.elapsed += PAUSE_S
    stream.publish(MESSAGES)
    stream.publish(MESSAGES)
    assert len(broker.taken) == 6


def test_a_topic_with_its_producers_time_tells_nothing_of_the_brokers() -> None:
    broker = Broker()
    broker.timestamps = TIMESTAMP_CREATE_TIME
    broker.ahead_ms = 2 * HOUR_MS
    stream = broker.stream()
    stream.publish(MESSAGES)
    stream.publish(MESSAGES)
    assert len(broker.taken) == 4


def test_a_clock_that_is_a_little_off_is_taken() -> None:
    broker = Broker()
    broker.ahead_ms = 50_000
    stream = broker.stream()
    stream.publish(MESSAGES)
    stream.publish(MESSAGES)
    assert len(broker.taken) == 4
