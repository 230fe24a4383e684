import json
import time
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from confluent_kafka import Consumer

from pixeltrack.platform.errors import BrokerUnavailable, ClockDiffers
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.kafka import KafkaStream
from pixeltrack.platform.ports import Message, Stream
from tests.fakes.streams import FakeStream

Published = tuple[bytes | None, bytes | None, dict[str, str]]
MESSAGES = [
    Message(b"first", b"key", {"requestId": "r-1"}),
    Message(b"second", None),
    Message(json.dumps({"n": 3}).encode(), b"key", {"requestId": "ж"}),
]


class StreamContract:
    """What every stream holds to."""

    @pytest.fixture
    def stream(self) -> Stream:
        raise AssertionError("each adapter gives its own")

    @pytest.fixture
    def published(self) -> Callable[[int], list[Published]]:
        raise AssertionError("each adapter gives its own")

    def test_keeps_values_keys_and_headers(
        self, stream: Stream, published: Callable[[int], list[Published]]
    ) -> None:
        stream.publish(MESSAGES)
        expected = [(m.key, m.value, dict(m.headers)) for m in MESSAGES]
        assert sorted(published(3), key=repr) == sorted(expected, key=repr)

    def test_publishing_nothing_is_fine(
        self, stream: Stream, published: Callable[[int], list[Published]]
    ) -> None:
        stream.publish([])
        stream.publish(MESSAGES[:1])
        assert len(published(1)) == 1


class TestFakeStream(StreamContract):
    @pytest.fixture
    def stream(self) -> FakeStream:
        return FakeStream()

    @pytest.fixture
    def published(self, stream: FakeStream) -> Callable[[int], list[Published]]:
        return lambda _n: [(m.key, m.value, dict(m.headers)) for m in stream.messages]

    def test_an_absent_broker_is_unavailable(self, stream: FakeStream) -> None:
        stream.is_away = True
        with pytest.raises(BrokerUnavailable):
            stream.publish(MESSAGES)


class TestKafkaStream(StreamContract):
    @pytest.fixture
    def topic_name(self, topic: Callable[[], str]) -> str:
        return topic()

    @pytest.fixture
    def stream(self, topic_name: str, environ: dict[str, str]) -> KafkaStream:
        servers = environ["KAFKA_BOOTSTRAP_SERVERS"]
        return KafkaStream(topic_name, {"bootstrap.servers": servers}, within_ms=10_000)

    @pytest.fixture
    def published(
        self, topic_name: str, environ: dict[str, str]
    ) -> Iterator[Callable[[int], list[Published]]]:
        consumer = Consumer(
            {
                "bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"],
                "group.id": topic_name,
                "auto.offset.reset": "earliest",
            }
        )
        consumer.subscribe([topic_name])

        def read(n: int) -> list[Published]:
            records = consumer.consume(n, timeout=30)
            headers = [cast("list[tuple[str, bytes]]", r.headers() or []) for r in records]
            return [
                (r.key(), r.value(), {k: v.decode() for k, v in found})
                for r, found in zip(records, headers, strict=True)
            ]

        yield read
        consumer.close()

    @pytest.mark.parametrize("ahead_s", [1_800, -1_800, 7_200, -7_200, 315_360_000, -315_360_000])
    def test_a_clock_that_differs_from_the_brokers_is_refused(
        self, topic: Callable[..., str], environ: dict[str, str], ahead_s: int
    ) -> None:
        stream = KafkaStream(
            topic(message_timestamp_type="LogAppendTime"),
            {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]},
            within_ms=10_000,
            now_ms=lambda: wall_ms() + ahead_s * 1000,
        )
        stream.publish(MESSAGES)
        with pytest.raises(ClockDiffers) as differs:
            stream.publish(MESSAGES)
        assert differs.value.ahead_s == pytest.approx(ahead_s, abs=10)

    def test_the_brokers_time_is_this_machines(
        self, topic: Callable[..., str], environ: dict[str, str]
    ) -> None:
        servers = {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]}
        stream = KafkaStream(
            topic(message_timestamp_type="LogAppendTime"), servers, within_ms=10_000
        )
        for _ in range(3):
            stream.publish(MESSAGES)

    def test_a_message_that_kafka_will_not_have_is_named(
        self, topic: Callable[..., str], environ: dict[str, str]
    ) -> None:
        stream = KafkaStream(
            topic(cleanup_policy="compact"),
            {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]},
            within_ms=10_000,
        )
        with pytest.raises(BrokerUnavailable, match="INVALID_RECORD") as refused:
            stream.publish([Message(b"without a key")])
        assert refused.value.errors == {"INVALID_RECORD": 1}
        stream.publish([Message(b"with one", b"key")])

    def test_an_absent_broker_is_refused_at_once_from_the_second_on(self) -> None:
        nowhere = KafkaStream("t", {"bootstrap.servers": "127.0.0.1:1"}, within_ms=2_000)
        with pytest.raises(BrokerUnavailable):
            nowhere.publish(MESSAGES)
        began = time.monotonic()
        for _ in range(100):
            with pytest.raises(BrokerUnavailable):
                nowhere.publish(MESSAGES)
        assert time.monotonic() - began < 1.0

    def test_an_absent_broker_is_unavailable(self) -> None:
        nowhere = KafkaStream("t", {"bootstrap.servers": "127.0.0.1:1"}, within_ms=200)
        with pytest.raises(BrokerUnavailable):
            nowhere.publish(MESSAGES)
