from collections.abc import Callable, Iterator, Mapping

import pika
import pytest

from pixeltrack.platform.errors import BrokerUnavailable
from pixeltrack.platform.ports import Message, Stream
from pixeltrack.platform.rabbitmq import QueuePlan, RabbitPublisher, ensure_queues
from tests.fakes.streams import FakeStream

MESSAGES = [Message(b"one", b"a.b", {"requestId": "r-1"}), Message(b"two", b"c")]
Read = Callable[[], list[tuple[bytes, bytes]]]


class PublisherContract:
    """What every publisher holds to."""

    @pytest.fixture
    def publisher(self) -> Stream:
        raise AssertionError("each adapter gives its own")

    @pytest.fixture
    def published(self) -> Read:
        raise AssertionError("each adapter gives its own")

    def test_messages_are_there_once_it_returns(self, publisher: Stream, published: Read) -> None:
        publisher.publish(MESSAGES)
        publisher.publish([])
        assert published() == [(b"a.b", b"one"), (b"c", b"two")]


class TestFakePublisher(PublisherContract):
    @pytest.fixture
    def publisher(self) -> FakeStream:
        return FakeStream()

    @pytest.fixture
    def published(self, publisher: FakeStream) -> Read:
        return lambda: [(m.key or b"", m.value) for m in publisher.messages]


class TestRabbitPublisher(PublisherContract):
    @pytest.fixture
    def url(self, environ: Mapping[str, str]) -> str:
        return environ["RABBITMQ_URL"]

    @pytest.fixture
    def name(self, url: str, request: pytest.FixtureRequest) -> Iterator[str]:
        name = f"publish-{id(request)}"
        ensure_queues(url, [QueuePlan(name, f"{name}.dlq", 3)])
        yield name
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            channel = connection.channel()
            for each in (name, f"{name}.dlq"):
                channel.queue_delete(each)
                channel.exchange_delete(each)

    @pytest.fixture
    def publisher(self, url: str, name: str) -> Iterator[RabbitPublisher]:
        publisher = RabbitPublisher(url, name)
        yield publisher
        publisher.close()

    @pytest.fixture
    def published(self, url: str, name: str) -> Read:
        def read() -> list[tuple[bytes, bytes]]:
            found: list[tuple[bytes, bytes]] = []
            with pika.BlockingConnection(pika.URLParameters(url)) as connection:
                channel = connection.channel()
                while True:
                    method, _, body = channel.basic_get(name, auto_ack=True)
                    if method is None:
                        return found
                    assert method.routing_key is not None
                    assert body is not None
                    found.append((method.routing_key.encode(), body))

        return read

    def test_a_broken_connection_is_made_anew(
        self, publisher: RabbitPublisher, published: Read
    ) -> None:
        publisher.publish(MESSAGES[:1])
        assert publisher._connection is not None
        publisher._connection.close()
        publisher.publish(MESSAGES[1:])
        assert len(published()) == 2

    def test_what_no_queue_takes_is_refused(self, url: str, name: str) -> None:
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            connection.channel().queue_unbind(name, name, routing_key="#")
        publisher = RabbitPublisher(url, name)
        with pytest.raises(BrokerUnavailable):
            publisher.publish(MESSAGES)
        publisher.close()

    def test_an_exchange_that_is_not_there_is_unavailable(self, url: str) -> None:
        with pytest.raises(BrokerUnavailable):
            RabbitPublisher(url, "no-such-exchange").publish(MESSAGES)

    def test_a_broker_that_is_away_is_unavailable(self) -> None:
        with pytest.raises(BrokerUnavailable):
            RabbitPublisher("amqp://127.0.0.1:9/", "any", within_s=1).publish(MESSAGES)
