"""Garbled and hostile records in `raw_events`: each is accounted for, and nothing waits behind it.

Records are put into the topic itself, past the collector. Afterwards a good event comes through on
every partition, every bad record is in `rejected`, the ledger adds up, and feed, exports, reports
and the audit answer over whatever was taken.
"""

import json
import random
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pymongo
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from hypothesis import given, seed

from infra_cdk.local.tools import ledger
from infra_cdk.local.tools.audit import audit
from infra_cdk.topology import TOPOLOGY
from tests.attack.conftest import Effort
from tests.attack.door import Door, some_address, until
from tests.attack.people import Own, Person
from tests.attack.test_track import NUMBERS, TEXTS, VALUES

PARTITIONS = next(topic.partitions for topic in TOPOLOGY.topics if topic.name == "raw_events")
WITHIN_S = 90.0
MOST_MESSAGE = 900_000


@dataclass
class RawTopic:
    """The host's raw topic: what the collector writes into, and its consumers read."""

    environ: Mapping[str, str]
    placed: list[tuple[int, int]] = field(default_factory=list)
    """Partition and offset of every record that was put in."""

    def put(self, value: bytes | None, key: bytes | None = b"k", headers: Any = None) -> None:
        """Put the same record on every partition; `settle` waits until all of them are there."""
        for partition in range(PARTITIONS):
            self._producer.produce(
                self.environ["KAFKA_RAW_TOPIC"],
                value,
                key,
                partition=partition,
                headers=headers,
                on_delivery=self._delivered,
            )
        self._producer.poll(0)

    def settle(self) -> list[tuple[int, int]]:
        """Return where the records since the last call lie."""
        assert self._producer.flush(WITHIN_S) == 0
        placed, self.placed = self.placed, []
        return placed

    def example(self, tracking_id: str) -> dict[str, Any]:
        """Return a record that the collector made of an event of the site's."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.environ["KAFKA_BOOTSTRAP_SERVERS"],
                "group.id": f"attack-{secrets.token_hex(4)}",
                "enable.auto.commit": False,
            }
        )
        topic = self.environ["KAFKA_RAW_TOPIC"]
        consumer.assign([TopicPartition(topic, n, 0) for n in range(PARTITIONS)])
        try:
            ends = time.monotonic() + WITHIN_S
            while time.monotonic() < ends:
                for message in consumer.consume(500, timeout=0.2):
                    value = message.value() or b""
                    if message.error() is None and tracking_id.encode() in value:
                        found: dict[str, Any] = json.loads(value)
                        return found
        finally:
            consumer.close()
        raise AssertionError("the collector's record is not in the topic")

    def __post_init__(self) -> None:
        self._producer = Producer(
            {"bootstrap.servers": self.environ["KAFKA_BOOTSTRAP_SERVERS"], "linger.ms": 5}
        )

    def _delivered(self, error: Any, message: Any) -> None:
        assert error is None, error
        self.placed.append((message.partition(), message.offset()))


@pytest.fixture(scope="module")
def topic(door: Door) -> RawTopic:
    return RawTopic(door.environ)


@pytest.fixture(scope="module")
def site(door: Door) -> Person:
    person = Person(door)
    person.own(Own.EVENT)
    return person


@pytest.fixture(scope="module")
def good(topic: RawTopic, site: Person) -> dict[str, Any]:
    """A record that the collector made."""
    return topic.example(site.own(Own.TRACKING_ID))


@pytest.fixture(scope="module")
def rejected(door: Door) -> Iterator[Any]:
    with pymongo.MongoClient[dict[str, Any]](door.environ["MONGODB_URI"]) as client:
        yield client[door.environ["MONGODB_DATABASE"]]["rejected"]


def record(
    good: Mapping[str, Any], event: Mapping[str, Any] | None = None, **changes: Any
) -> bytes:
    """Write a record like the collector's, with id and address of its own.

    So many of one address would be a flood. `...` takes a member away.
    """
    now = {"receivedAt": time.time_ns() // 1_000_000, "ip": some_address()}
    inner = {**good["event"], "id": secrets.token_hex(8)} | dict(event or {})
    whole = {**good, **now, "event": {k: v for k, v in inner.items() if v is not ...}} | changes
    return json.dumps({k: v for k, v in whole.items() if v is not ...}).encode()


def comes_through(topic: RawTopic, site: Person, good: Mapping[str, Any]) -> None:
    """Hold that an event put behind everything else is shown, on every partition."""
    mark = f"after-{secrets.token_hex(6)}"
    for partition in range(PARTITIONS):
        event = {"eventType": mark, "url": f"/{partition}"}
        topic._producer.produce(
            topic.environ["KAFKA_RAW_TOPIC"],
            record(good, event),
            partition=partition,
            on_delivery=topic._delivered,
        )
    topic.settle()
    query = {"siteId": site.own(Own.SITE), "eventType": mark, "limit": 50}

    def shown() -> bool:
        events = site.get("/api/v1/events", **query)["events"]
        return {event["path"] for event in events} == {f"/{n}" for n in range(PARTITIONS)}

    until(shown, "a good event does not come through on every partition", WITHIN_S)


_NO_INSTANTS: list[Any] = ["now", None, 1.5, -1, 0, 2**53, 1e300, []]
_NO_VERSIONS: list[Any] = [0, 2, "1", None, [], 10**30]


def garbage(good: Mapping[str, Any], chance: random.Random, examples: int) -> list[bytes | None]:
    """Return values that are no raw events, and must all be rejected."""
    whole = record(good)
    event = {**good["event"], "id": "x"}
    shapes: list[Any] = [
        *(None, True, 0, 1.5, "text", [], {}, [[]], {"a": 1}, {"v": 1}, {"event": {}}),
        *({"event": None}, {"v": 1, "event": event}, [good], {"records": [good]}),
        {**good, "event": []},
        {**good, "event": {}},
        {**good, "event": json.dumps(event)},
        {**good, "event": {**event, "siteId": 5}},
        {**good, "event": {**event, "siteId": None}},
        {**good, "event": {**event, "url": ["a"]}},
        {**good, "event": {**event, "payload": "text"}},
        {**good, "event": {**event, "payload": [1]}},
        {**good, "event": {**event, "title": "\0"}},
        {**good, "event": {**event, "payload": {"\0": "\0"}}},
        {**good, "event": {k: v for k, v in event.items() if k != "id"}},
        {**good, "event": {k: v for k, v in event.items() if k != "eventType"}},
        *({**good, "receivedAt": at} for at in _NO_INSTANTS),
        *({**good, "v": version} for version in _NO_VERSIONS),
        # Shapes of other programs and of older times.
        {"siteId": "a", "eventType": "b", "url": "/", "timestamp": "2026-11-22T10:00:00Z"},
        {"site_id": "a", "type": "pageview", "properties": {}},
        {"schema": {"type": "struct"}, "payload": {"siteId": "a"}},
        {"specversion": "1.0", "type": "event", "data": good},
    ]
    values: list[bytes | None] = [
        *(None, b"", b" ", b"\0", b"\xff\xfe", b"{", b"}", b'"', b"null", b"NaN", b"\xed\xa0\x80"),
        *(b"\0\0\0\0\x01" + whole, whole[:-1], whole[1:], whole + whole, whole + b"x"),
        whole.decode().encode("utf-16"),
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        whole[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b"\x1f\x8b\x08" + secrets.token_bytes(400),
        b"9" * 100_000,
        b'"' + b"a" * MOST_MESSAGE + b'"',
        secrets.token_bytes(MOST_MESSAGE),
        *(json.dumps(shape).encode() for shape in shapes),
        *(chance.randbytes(chance.randrange(1, 2000)) for _ in range(examples)),
    ]
    for _ in range(examples):
        place = chance.randrange(len(whole))
        values.append(whole[:place] + b"\x01" + whole[place + 1 :])  # a raw control character
    return values


KEYS: list[bytes | None] = [None, b"", b"\0", b"\xff" * 10, b"k" * 100_000]
HEADERS: list[Sequence[tuple[str, bytes | str | None]]] = [
    [("requestId", None)],
    [("requestId", b"\xff\xfe\0")],
    [("requestId", b"x" * 50_000)],
    [("", b"")],
    [("requestId", b"r-1"), ("requestId", b"r-2")],
    [(f"h{n}", b"x") for n in range(1000)],
    [("traceparent", "\r\nX: 1"), ("\u202e", b"")],
]


@pytest.mark.timeout(600)
def test_what_is_no_event_is_rejected_and_nothing_waits_behind_it(
    topic: RawTopic, site: Person, good: dict[str, Any], rejected: Any, effort: Effort
) -> None:
    for value in garbage(good, random.Random(effort.seed), effort.examples):
        topic.put(value)
    bad = topic.settle()
    assert len(bad) > 80 * PARTITIONS
    comes_through(topic, site, good)
    found = {tuple(map(int, d["_id"].split(":")[:2])): d for d in rejected.find({})}
    lost = [place for place in bad if place not in found]
    assert not lost, f"{len(lost)} bad records are nowhere, as {lost[:5]}"
    assert {found[place]["reason"] for place in bad} == {"malformed"}
    assert all(len(found[place]["sample"].encode()) <= 2048 for place in bad)


@pytest.mark.timeout(600)
def test_odd_keys_and_headers_of_good_records_matter_not(
    topic: RawTopic, site: Person, good: dict[str, Any]
) -> None:
    mark = f"odd-{secrets.token_hex(6)}"
    odd = [(key, None) for key in KEYS] + [(b"k", list(headers)) for headers in HEADERS]
    for number, (key, headers) in enumerate(odd):
        topic.put(record(good, {"eventType": mark, "url": f"/{number}"}), key, headers)
    topic.settle()
    comes_through(topic, site, good)
    query = {"siteId": site.own(Own.SITE), "eventType": mark, "limit": 100}
    shown = {event["path"] for event in site.get("/api/v1/events", **query)["events"]}
    assert shown == {f"/{number}" for number in range(len(odd))}


@pytest.mark.timeout(600)
def test_records_of_the_right_shape_with_any_content(
    topic: RawTopic, site: Person, good: dict[str, Any], effort: Effort
) -> None:
    """What no gate would let through, in every member: taken or rejected, and never in the way."""
    names = sorted({*good["event"], "referrer", "title", "payload", "userId", "language", "screen"})
    for name in names:
        for value in (*TEXTS, *NUMBERS):
            topic.put(record(good, {name: value}))
    for name in ("ip", "userAgent", "origin", "country", "source", "sentAt"):
        for value in (*TEXTS, *NUMBERS, "10.0.0.1, 1.1.1.1", "::ffff:1.2.3.4%eth0", "import"):
            changed: dict[str, Any] = {name: value}
            topic.put(record(good, None, **changed))
    for value in ({"a": {"b": [1, {"c": None}]}}, {"$where": "1", "a.b": {"$ne": 1}, "": ""}):
        topic.put(record(good, {"payload": value}))
    topic.put(record(good, {"payload": {f"k{n}": "v" * 50 for n in range(5000)}}))
    topic.put(record(good, {"title": "t" * MOST_MESSAGE}))
    topic.put(record(good, {"url": "https://example.com/" + "u" * MOST_MESSAGE}))
    topic.put(record(good, userAgent="Mozilla/5.0 (" * 60_000))
    topic.put(record(good, {"userId": "u" * MOST_MESSAGE}))

    @seed(effort.seed)
    @effort.bounded(2)
    @given(value=VALUES)
    def put(value: Any) -> None:
        topic.put(record(good, {"payload": {"any": value}}))

    put()
    topic.settle()
    comes_through(topic, site, good)


@pytest.mark.timeout(600)
def test_afterwards_everything_adds_up_and_every_reader_answers(
    door: Door, topic: RawTopic, site: Person, good: dict[str, Any]
) -> None:
    comes_through(topic, site, good)

    def balanced() -> bool:
        found = ledger.read(door.environ)
        assert found.missing == 0, ledger.table(found)
        return found.consumed > 0 and found.consumed == found.stored + found.dropped

    until(balanced, "the ledger does not add up", WITHIN_S)
    now = time.time()

    def reported() -> bool:
        through = site.get("/api/v1/reports/summary", siteId=site.own(Own.SITE), period="day")[
            "through"
        ]
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        return bool(through) and through > stamp

    until(reported, "the aggregator does not come past these events", 300.0)
    read_all(site)
    found = list(audit(door.environ, site.own(Own.TRACKING_ID), lambda _: None))
    assert [one.result["count"] for one in found] == [0], "\n".join(map(str, found))


def read_all(site: Person) -> None:
    """Walk the feed and every export, and ask for every dimension."""
    query: dict[str, Any] = {"siteId": site.own(Own.SITE), "limit": 100}
    ids: list[str] = []
    while True:
        page = site.get("/api/v1/events", **query)
        ids += [event["id"] for event in page["events"]]
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert len(ids) == len(set(ids)) > PARTITIONS
    described = site.door.send("GET", "/api/v1/openapi.json").json()["paths"]["/api/v1/export"]
    datasets = next(
        p["schema"]["enum"] for p in described["get"]["parameters"] if p["name"] == "dataset"
    )
    for dataset in datasets:
        for form in ("csv", "jsonl"):
            asked = {"siteId": site.own(Own.SITE), "dataset": dataset, "format": form}
            asked |= {"event": "pageview"} if dataset == "payload" else {}
            answer = site.door.send("GET", "/api/v1/export", params=asked, headers=site.bearer)
            assert answer.status_code == 200, f"{dataset}: {answer.text}"
            if form == "jsonl":
                assert all(json.loads(line) for line in answer.text.splitlines())
            else:
                lines = answer.text.splitlines()
                assert not [line for line in lines if line.startswith(("=", "+", "@", "\t"))]
