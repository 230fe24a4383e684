"""A broker that goes away under 32 clients: each is answered in time, and nothing is lost.

The broker is this test's own, since it is suspended and killed; so is the host.
"""

import asyncio
import os
import shutil
import signal
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from confluent_kafka import Consumer, TopicPartition

from infra_cdk.local import records
from infra_cdk.local.servers import ports, servers
from infra_cdk.local.stack import Stack
from infra_cdk.local.trial import Trial, trial
from infra_cdk.topology import TOPOLOGY
from pixeltrack.events import wire

CLIENTS = 32
COLLECTORS = TOPOLOGY.function("collector").environments
CALM_S, AWAY_S, AFTER_S = 1.0, 7.0, 2.0
REFUSED_WITHIN_S = 4.0
RECOVERED_WITHIN_S = 3.0
PAUSE_S = 0.2
"""How long a client waits after a refusal: less than it is told, so that more is asked."""


@dataclass
class Broker:
    """A Kafka of one's own, which can go away."""

    stack: Stack

    @property
    def servers(self) -> str:
        return self.stack.environ()["KAFKA_BOOTSTRAP_SERVERS"]

    def start(self) -> None:
        servers.up(self.stack)

    def signal(self, number: int) -> None:
        record = records.find(self.stack.run, "kafka")
        assert record is not None
        os.kill(record.pid, number)

    def suspend(self) -> None:
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def end(self) -> None:
        record = records.find(self.stack.run, "kafka")
        if record is not None:
            self.signal(signal.SIGCONT)
            record.end(self.stack.run)
        shutil.rmtree(self.stack.directory, ignore_errors=True)


@pytest.fixture(scope="module")
def broker(environ: Mapping[str, str]) -> Iterator[Broker]:
    test = Stack.named("test")
    given = {**test.given, **environ, "PIXELTRACK_KAFKA_PORT": str(ports.next_free(23_000))}
    given |= {"PIXELTRACK_USE_DOCKER": "false"}
    del given["KAFKA_BOOTSTRAP_SERVERS"]
    broker = Broker(Stack(f"outage-{os.getpid()}", test.root, given))
    try:
        broker.start()
        yield broker
    finally:
        broker.end()


@pytest.fixture(scope="module")
def own_host(environ: Mapping[str, str], broker: Broker) -> Iterator[Trial]:
    test = Stack.named("test")
    given = {**test.given, **environ, "KAFKA_BOOTSTRAP_SERVERS": broker.servers}
    with trial(Stack(test.name, test.root, given)) as running:
        yield running


@dataclass(frozen=True)
class Answer:
    """An answer: to which event, when it was asked for, and how long it took, in seconds."""

    event: str
    asked_at: float
    took: float
    status: int
    retry_after: str


@dataclass
class Load:
    """Clients that send an event after the other until they are told to stop."""

    host: Trial
    answers: list[Answer] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    is_over: bool = False

    async def client(self) -> None:
        parts = urlsplit(self.host.origin)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while not self.is_over:
            event = uuid.uuid4().hex
            body = (
                f'{{"id":"{event}","siteId":"{self.host.demo.tracking_id}",'
                f'"eventType":"pageview","url":"/","userId":"{event[:4]}"}}'
            )
            head = f"POST /track HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(body)}"
            asked = time.monotonic()
            writer.write(f"{head}\r\n\r\n{body}".encode())
            status, headers = await _answer(reader)
            took = time.monotonic() - asked
            retry_after = headers.get("retry-after", "")
            self.answers.append(Answer(event, asked - self.began, took, status, retry_after))
            await asyncio.sleep(0.01 if status == 204 else PAUSE_S)
        writer.close()

    def events(self, status: int) -> set[str]:
        return {a.event for a in self.answers if a.status == status}


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
    await reader.readexactly(int(headers.get("content-length", 0)))
    return int(first.split()[1]), headers


def run(
    host: Trial, go_away: Callable[[], None], come_back: Callable[[], None]
) -> tuple[Load, float]:
    """Load a host while its broker goes away and comes back; return when it was back."""

    async def use() -> tuple[Load, float]:
        load = Load(host)
        clients = [asyncio.create_task(load.client()) for _ in range(CLIENTS)]
        await asyncio.sleep(CALM_S)
        assert {a.status for a in load.answers} == {204}
        await asyncio.to_thread(go_away)
        await asyncio.sleep(AWAY_S)
        await asyncio.to_thread(come_back)
        back = time.monotonic() - load.began
        await asyncio.sleep(RECOVERED_WITHIN_S + AFTER_S)
        load.is_over = True
        await asyncio.gather(*clients)
        return load, back

    return asyncio.run(use())


def stored(host: Trial) -> set[str]:
    """Read the ids of all events in Kafka."""
    consumer = Consumer(
        {
            "bootstrap.servers": host.environ["KAFKA_BOOTSTRAP_SERVERS"],
            "group.id": f"outage-{uuid.uuid4()}",
        }
    )
    topic = host.environ["KAFKA_RAW_TOPIC"]
    partitions = [TopicPartition(topic, n, 0) for n in range(4)]
    left = sum(consumer.get_watermark_offsets(p, timeout=10)[1] for p in partitions)
    consumer.assign(partitions)
    found: set[str] = set()
    while left:
        taken = consumer.consume(1_000, timeout=10)
        assert taken
        left -= len(taken)
        found.update(str(wire.decode(record.value() or b"").event.id) for record in taken)
    consumer.close()
    return found


@pytest.mark.parametrize("fault", ["suspended", "killed"])
def test_everybody_is_answered_in_time_and_nothing_is_lost(
    own_host: Trial, broker: Broker, fault: str
) -> None:
    go, back = (
        (broker.suspend, broker.resume) if fault == "suspended" else (broker.kill, broker.start)
    )
    load, back_at = run(own_host, go, back)
    refused = [a for a in load.answers if a.status != 204]
    assert len(refused) > CLIENTS
    assert {(a.status, a.retry_after != "") for a in refused} == {(503, True)}
    times = sorted(a.took for a in refused)
    assert times[int(len(times) * 0.99)] <= REFUSED_WITHIN_S
    assert times[len(times) // 2] <= REFUSED_WITHIN_S / 4, "most are refused at once"
    in_kafka = stored(own_host)
    assert load.events(204) <= in_kafka
    assert len(load.events(503) & in_kafka) <= COLLECTORS, "what was on its way as it began"
    assert [a for a in refused if a.asked_at > back_at + RECOVERED_WITHIN_S] == []
    assert sum(a.status == 204 and a.asked_at > back_at for a in load.answers) > CLIENTS
