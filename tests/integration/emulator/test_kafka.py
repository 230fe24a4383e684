import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import KafkaEvent
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from infra_cdk.local.emulator.invocation import Ending, Outcome
from infra_cdk.local.emulator.kafka import KafkaPoller
from infra_cdk.topology import Consumer
from tests.integration.emulator.conftest import SampleHost, eventually, sample_host

Batch = dict[int, list[int]]


class Stream:
    """A topic, and what the fold function saw of it."""

    def __init__(self, host: SampleHost, servers: str, topic: str) -> None:
        self.host = host
        self.topic = topic
        self._producer = Producer({"bootstrap.servers": servers, "linger.ms": 0})

    def send(self, partition: int, *orders: dict[str, Any], **more: Any) -> None:
        for order in orders:
            self._producer.produce(
                self.topic, json.dumps(order).encode(), partition=partition, **more
            )
        assert self._producer.flush(10) == 0

    def batches(self) -> list[dict[str, Any]]:
        return self.host.seen("fold.batches")

    def offsets(self) -> list[Batch]:
        return [
            {
                records[0]["partition"]: [r["offset"] for r in records]
                for records in batch["event"]["records"].values()
            }
            for batch in self.batches()
        ]

    def is_done(self) -> bool:
        [consumer] = self.host.status()["consumers"]
        return bool(consumer["lag"] == 0)

    def drained(self) -> list[Batch]:
        eventually(self.is_done)
        return self.offsets()


@pytest.fixture
def topic_config() -> dict[str, str]:
    """Kafka's configuration of the topic, for a test to change."""
    return {}


@pytest.fixture
def stream(
    environ: Mapping[str, str],
    topic: Callable[..., str],
    topic_config: dict[str, str],
    tmp_path: Path,
) -> Iterator[Stream]:
    name = topic(partitions=2, prefix="host-sample", **topic_config)
    servers = environ["KAFKA_BOOTSTRAP_SERVERS"]
    values = {"KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_RAW_TOPIC": name}
    with sample_host(tmp_path / "host", values) as host:
        yield Stream(host, servers, name)


def test_the_event_is_the_event_sources(stream: Stream) -> None:
    headers = [("requestId", b"r-1"), ("binary", b"\xff\x00")]
    stream.send(1, {"n": 1}, key=b"site", headers=headers)

    eventually(stream.batches)
    [batch] = stream.batches()

    event = batch["event"]
    assert event["eventSource"] == "SelfManagedKafka"
    assert list(event["records"]) == [f"{stream.topic}-1"]
    [record] = event["records"][f"{stream.topic}-1"]
    assert (record["topic"], record["partition"], record["offset"]) == (stream.topic, 1, 0)
    assert record["timestampType"] == "CREATE_TIME"
    assert record["timestamp"] > 1_700_000_000_000
    assert base64.b64decode(record["key"]) == b"site"
    assert record["headers"] == [{"requestId": list(b"r-1")}, {"binary": [255, 0]}]
    [read] = KafkaEvent(event).records
    assert read.json_value == {"n": 1}


@pytest.mark.parametrize("topic_config", [{"message_timestamp_type": "LogAppendTime"}])
def test_the_brokers_time_is_passed_on_as_such(stream: Stream) -> None:
    two_hours_ago = time.time_ns() // 1_000_000 - 7_200_000
    stream.send(1, {"n": 1}, timestamp=two_hours_ago)

    eventually(stream.batches)
    [batch] = stream.batches()

    [record] = batch["event"]["records"][f"{stream.topic}-1"]
    assert record["timestampType"] == "LOG_APPEND_TIME"
    assert record["timestamp"] > two_hours_ago + 7_000_000


def test_batches_are_full_or_waited_for_and_in_order(stream: Stream) -> None:
    stream.send(0, *({"n": n} for n in range(25)))

    seen = [offset for batch in stream.drained() for offset in batch.get(0, [])]

    assert seen == list(range(25))
    assert max(len(batch[0]) for batch in stream.offsets()) == 10


def test_after_an_exception_the_same_batch_comes_again(stream: Stream) -> None:
    stream.send(0, {"n": 0}, {"n": 1, "raise": "once", "once": "a"})
    eventually(stream.batches)
    stream.send(0, {"n": 2})

    seen = stream.drained()

    assert seen[0] == seen[1]
    assert [o for batch in seen[1:] for o in batch[0]] == [0, 1, 2]


@pytest.mark.parametrize("order", [{"exit": 9}, {"sleep_s": 60}])
def test_after_a_crash_or_the_deadline_it_comes_again_too(
    stream: Stream, order: dict[str, Any]
) -> None:
    stream.send(0, {"n": 0, "once": "a", **order})

    seen = stream.drained()

    # The one that was ended could not write down its batch.
    assert seen == [{0: [0]}]
    assert sum(e["restarts"] for e in stream.host.environments("fold")) == 1


def test_a_blocked_partition_does_not_hold_up_another(stream: Stream) -> None:
    stream.send(0, {"raise": "always"})
    eventually(lambda: {0: [0]} in stream.offsets())
    stream.send(1, {"n": 1}, {"n": 2})

    eventually(lambda: [o for b in stream.offsets() for o in b.get(1, [])] == [0, 1])
    eventually(lambda: len([b for b in stream.offsets() if 0 in b]) > 2)
    [consumer] = stream.host.status()["consumers"]
    assert consumer["partitions"] == {"0": 1, "1": 0}
    text = stream.host.local.get("/metrics").text
    labels = f'function="fold",partition="0",topic="{stream.topic}"'
    assert f"pixeltrack_consumer_lag{{{labels}}} 1" in text


def test_partitions_run_beside_each_other_but_never_one_twice(stream: Stream) -> None:
    for partition in (0, 1):
        stream.send(partition, *({"sleep_s": 0.05} for _ in range(20)))

    stream.drained()

    runs = [
        (batch["began"], batch["ended"], records[0]["partition"])
        for batch in stream.batches()
        for records in batch["event"]["records"].values()
    ]
    beside = [
        (one, other)
        for one in runs
        for other in runs
        if one is not other and one[0] < other[1] and other[0] < one[1]
    ]
    assert any(one[2] != other[2] for one, other in beside)
    assert not any(one[2] == other[2] for one, other in beside)


def test_a_partial_answer_brings_back_the_rest_only(stream: Stream) -> None:
    failed = {"partition": f"{stream.topic}-0", "offset": 1}
    answer = {"batchItemFailures": [{"itemIdentifier": failed}]}
    stream.send(0, {"n": 0}, {"n": 1, "answer": answer, "once": "a"}, {"n": 2})

    seen = stream.drained()

    offsets = [o for batch in seen for o in batch[0]]
    again = offsets[len(offsets) // 2 :]
    assert seen[-1][0] == [1, 2] or again[-2:] == [1, 2]
    assert offsets.count(0) == 1
    assert offsets.count(1) == 2


def test_what_was_not_done_comes_after_a_restart_of_the_host(
    environ: Mapping[str, str], topic: Callable[..., str], tmp_path: Path
) -> None:
    name = topic(partitions=1, prefix="host-sample")
    servers = environ["KAFKA_BOOTSTRAP_SERVERS"]
    values = {"KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_RAW_TOPIC": name}
    with sample_host(tmp_path / "host", values) as host:
        stream = Stream(host, servers, name)
        stream.send(0, {"n": 0})
        assert stream.drained() == [{0: [0]}]
        stream.send(0, {"raise": "until restart"})
        eventually(lambda: {0: [1]} in stream.offsets())
    (tmp_path / "host" / "fold.batches").unlink()
    with sample_host(tmp_path / "host", values) as host:
        stream = Stream(host, servers, name)
        eventually(lambda: stream.offsets()[:1] == [{0: [1]}])


def test_a_topic_that_is_not_there_yet_is_waited_for_and_said_once(
    environ: Mapping[str, str], kafka_admin: AdminClient, tmp_path: Path
) -> None:
    name = f"host-sample-late-{uuid.uuid4().hex[:8]}"
    servers = environ["KAFKA_BOOTSTRAP_SERVERS"]
    values = {"KAFKA_BOOTSTRAP_SERVERS": servers, "KAFKA_RAW_TOPIC": name}
    with sample_host(tmp_path / "host", values, health=503) as host:
        said = f"waits for {name}"
        eventually(lambda: said in (host.folder / "host.out").read_text())
        missing = [f"partitions of {name}"]
        eventually(lambda: host.client.get("/health/ready").json()["waitingFor"] == missing)
        for future in kafka_admin.create_topics([NewTopic(name, 1, 1)]).values():
            future.result(20)
        eventually(host.is_healthy)
        Stream(host, servers, name).send(0, {"n": 0})
        eventually(lambda: host.seen("fold.batches"))
        assert (host.folder / "host.out").read_text().count(said) == 1
    for future in kafka_admin.delete_topics([name]).values():
        future.result(20)


class Instant:
    """A function that is done with a batch at once, but for those of a partition that fails."""

    def __init__(self, failing: int | None = None) -> None:
        self.sizes: list[int] = []
        self.offsets: dict[int, list[int]] = {}
        self._failing = failing

    def invoke_from_thread(self, name: str, event: Any) -> "Future[Outcome]":  # noqa: ARG002
        done: Future[Outcome] = Future()
        parts = [(records[0].partition, records) for records in event["records"].values()]
        failed = [
            {"itemIdentifier": {"partition": key, "offset": records[0].offset}}
            for key, records in event["records"].items()
            if records[0].partition == self._failing
        ]
        self.sizes.append(sum(len(records) for _, records in parts))
        for number, records in parts:
            if number != self._failing:
                self.offsets.setdefault(number, []).extend(r.offset for r in records)
        done.set_result(Outcome(Ending.DONE, json.dumps({"batchItemFailures": failed}).encode()))
        return done


@contextmanager
def polled(servers: str, topic: str, function: Instant) -> Iterator[None]:
    """Poll a topic for a function in batches of 20."""
    consumer = Consumer("fold", "raw_events", batch_size=20, window_ms=500)
    config = {"bootstrap.servers": servers}
    poller = KafkaPoller(consumer, topic, config, function, most_in_flight=2)
    poller.start()
    try:
        yield
    finally:
        poller.stop()
        poller.join(20)


def test_a_backlog_is_read_without_waiting_between_batches(
    environ: Mapping[str, str], topic: Callable[..., str]
) -> None:
    """A batch that is not full stands for half a second in which nothing more was fetched."""
    servers, name = environ["KAFKA_BOOTSTRAP_SERVERS"], topic(partitions=1, prefix="backlog")
    send(servers, name, {0: 4_000})
    function = Instant()

    with polled(servers, name, function):
        eventually(lambda: len(function.offsets.get(0, ())) == 4_000, within_s=60)

    assert function.offsets[0] == list(range(4_000))
    assert len([size for size in function.sizes if size < 20]) <= 4


def test_a_partition_that_fails_leaves_the_others_their_room(
    environ: Mapping[str, str], topic: Callable[..., str]
) -> None:
    servers, name = environ["KAFKA_BOOTSTRAP_SERVERS"], topic(partitions=2, prefix="backlog")
    send(servers, name, {0: 4_000})
    function = Instant(failing=0)

    with polled(servers, name, function):
        eventually(lambda: len(function.sizes) > 1)
        send(servers, name, {1: 1_000})
        eventually(lambda: len(function.offsets.get(1, ())) == 1_000, within_s=60)

    assert function.offsets[1] == list(range(1_000))


def send(servers: str, topic: str, counts: Mapping[int, int]) -> None:
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 5})
    for partition, n in counts.items():
        for _ in range(n):
            producer.produce(topic, b" " * 4_000, partition=partition)
    assert producer.flush(20) == 0
