import base64
import json
import uuid
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pika
import pytest
from aws_lambda_powertools.utilities.data_classes.rabbit_mq_event import RabbitMQEvent
from pika.adapters.blocking_connection import BlockingChannel

from tests.integration.emulator.conftest import SampleHost, eventually, sample_host


class Tasks:
    """A queue, and what the task function saw of it."""

    def __init__(self, host: SampleHost, channel: BlockingChannel, queue: str) -> None:
        self.host = host
        self.queue = queue
        self._channel = channel

    def send(self, *orders: dict[str, Any], **properties: Any) -> None:
        for order in orders:
            body = json.dumps(order).encode()
            made = pika.BasicProperties(**properties)
            self._channel.basic_publish("", self.queue, body, made)

    def waiting(self) -> int:
        return int(self._channel.queue_declare(self.queue, passive=True).method.message_count)

    def batches(self) -> list[list[dict[str, Any]]]:
        """Return the messages of each batch seen."""
        key = f"{self.queue}::/"
        return [b["event"]["rmqMessagesByQueue"][key] for b in self.host.seen("task.batches")]

    def bodies(self) -> list[list[Any]]:
        return [[json.loads(base64.b64decode(m["data"])) for m in b] for b in self.batches()]


@pytest.fixture
def tasks(environ: Mapping[str, str], tmp_path: Path) -> Iterator[Tasks]:
    queue = f"host-sample-{uuid.uuid4().hex[:8]}"
    url = environ["RABBITMQ_URL"]
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum"})
        values = {"RABBITMQ_URL": url, "RABBITMQ_EXCHANGE": queue}
        with sample_host(tmp_path / "host", values) as host:
            yield Tasks(host, channel, queue)
        channel.queue_delete(queue)


def test_the_event_is_that_of_amazon_mq(tasks: Tasks) -> None:
    tasks.send({"n": 1}, message_id="m-1", headers={"requestId": "r-1"}, timestamp=0)

    eventually(tasks.batches)
    [[message]] = tasks.batches()

    assert message["basicProperties"]["messageId"] == "m-1"
    assert message["basicProperties"]["headers"]["requestId"] == {"bytes": list(b"r-1")}
    assert message["basicProperties"]["timestamp"] == "Jan 1, 1970, 12:00:00 AM"
    assert message["redelivered"] is False
    [seen] = tasks.host.seen("task.batches")
    [read] = RabbitMQEvent(seen["event"]).rmq_messages_by_queue[f"{tasks.queue}::/"]
    assert read.json_data == {"n": 1}


def test_batches_are_bounded_and_go_one_after_the_other(tasks: Tasks) -> None:
    tasks.send(*({"n": n, "sleep_s": 0.02} for n in range(12)))

    eventually(lambda: sum(map(len, tasks.batches())) == 12)

    assert [order["n"] for batch in tasks.bodies() for order in batch] == list(range(12))
    assert max(map(len, tasks.batches())) <= 5
    runs = sorted((b["began"], b["ended"]) for b in tasks.host.seen("task.batches"))
    assert all(ended <= began for (_, ended), (began, _) in pairwise(runs))


def test_after_an_exception_the_batch_comes_again_marked(tasks: Tasks) -> None:
    tasks.send({"n": 0, "raise": "once", "once": "a"})

    eventually(lambda: len(tasks.batches()) == 2)

    first, again = tasks.batches()
    assert [m["redelivered"] for m in (*first, *again)] == [False, True]
    eventually(lambda: tasks.host.is_healthy() and tasks.waiting() == 0)


def test_a_crash_brings_it_again_too(tasks: Tasks) -> None:
    tasks.send({"n": 0, "exit": 9, "once": "a"})

    eventually(lambda: tasks.bodies() == [[{"n": 0, "exit": 9, "once": "a"}]])
    assert sum(e["restarts"] for e in tasks.host.environments("task")) == 1
