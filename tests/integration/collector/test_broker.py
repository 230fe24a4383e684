"""The collector against a real broker: acknowledged records are there, an absent one is a 503."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, Message

from functions.collector import handler as collector
from functions.collector.wiring import wiring
from pixeltrack.events import wire

VALID = {"siteId": "pt_1", "eventType": "pageview", "url": "/test", "userId": "u"}


@pytest.fixture
def topic_name(topic: Callable[..., str]) -> str:
    return topic(partitions=4)


@pytest.fixture
def broker(
    monkeypatch: pytest.MonkeyPatch, topic_name: str, environ: Mapping[str, str]
) -> Iterator[pytest.MonkeyPatch]:
    wiring.cache_clear()
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", environ["KAFKA_BOOTSTRAP_SERVERS"])
    monkeypatch.setenv("KAFKA_RAW_TOPIC", topic_name)
    yield monkeypatch
    wiring.cache_clear()


def post(body: object) -> dict[str, Any]:
    event = {
        "routeKey": "POST /track",
        "headers": {"content-type": "text/plain", "user-agent": "Agent"},
        "body": base64.b64encode(json.dumps(body).encode()).decode(),
        "isBase64Encoded": True,
        "requestContext": {
            "http": {"method": "POST", "path": "/track", "sourceIp": "203.0.113.9"},
            "requestId": "r-1",
        },
    }
    return collector.handler(event, None)


def headers_of(record: Message) -> list[tuple[str, bytes]]:
    return cast("list[tuple[str, bytes]]", record.headers())


@pytest.mark.usefixtures("broker")
def test_a_204_means_that_kafka_has_every_event(
    topic_name: str, environ: Mapping[str, str]
) -> None:
    events = [VALID | {"id": f"e{n}", "userId": f"u{n % 3}"} for n in range(50)]
    assert post({"events": events})["statusCode"] == 204

    consumer = Consumer(
        {
            "bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"],
            "group.id": topic_name,
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic_name])
    records = consumer.consume(50, timeout=30)
    consumer.close()
    values = [wire.decode(record.value() or b"") for record in records]
    assert {value.event.id for value in values} == {f"e{n}" for n in range(50)}
    assert {value.ip for value in values} == {"203.0.113.9"}
    assert {tuple(headers_of(record)) for record in records} == {(("requestId", b"r-1"),)}
    homes: dict[str | None, set[int]] = {}
    for record, value in zip(records, values, strict=True):
        partition = record.partition()
        assert partition is not None
        homes.setdefault(value.event.user_id, set()).add(partition)
    assert all(len(partitions) == 1 for partitions in homes.values())


def test_an_absent_broker_is_answered_with_503_in_time(broker: pytest.MonkeyPatch) -> None:
    broker.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    began = time.monotonic()
    answer = post(VALID)
    assert answer["statusCode"] == 503
    assert time.monotonic() - began < 5
