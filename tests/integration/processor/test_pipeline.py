"""Kafka to processor to MongoDB and Kafka, on real servers: any repetition gives the same."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import psycopg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from pymongo.database import Database as Documents

from functions.processor import handler as entry
from functions.processor import wiring
from pixeltrack.enrichment.pipeline import Processor
from pixeltrack.events.erasure import Erasure, Span
from pixeltrack.events.identity import visitor_key
from pixeltrack.events.mongo.erasures import MongoErasures
from pixeltrack.events.mongo.store import ensure_indexes
from pixeltrack.events.ports import EventStore
from pixeltrack.events.postgres import PostgresTombstones
from pixeltrack.events.stored import Bucket
from pixeltrack.jobs.postgres import PostgresJobs
from pixeltrack.platform import mongo, settings
from pixeltrack.platform.consumer import Record, records
from pixeltrack.platform.errors import ClockDiffers, Unavailable
from pixeltrack.platform.identifiers import SiteId, TrackingId
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.schema import migrate
from pixeltrack.sites.cache import CachedSites
from pixeltrack.sites.postgres import PostgresSiteDirectory, PostgresSites
from pixeltrack.sites.sites import SiteStatus
from tests.fakes.records import NOW, delivered, raw

PARTITIONS = 2
DEADLINE_S = 20.0
CONTEXT = SimpleNamespace(aws_request_id="r-9")


class Crash(BaseException):
    """The process is gone: nothing catches it."""


@dataclass
class Pipeline:
    """Topics, stores and sites of one test, and a processor over them."""

    environ: Mapping[str, str]
    raw_topic: str
    enriched_topic: str
    mongo: Documents[dict[str, Any]]
    postgres_url: str

    def processor(self) -> Processor:
        """A new environment's processor, with nothing remembered."""
        return wiring.build(
            settings.load(settings.Kafka, self.environ),
            settings.load(settings.Mongo, self.environ),
            settings.load(settings.Postgres, self.environ),
            settings.load(settings.Enrichment, self.environ),
        )

    def add_site(self, number: int, **columns: Any) -> TrackingId:
        tracking_id = TrackingId(f"pt_{number:032x}")
        with psycopg.connect(self.postgres_url, autocommit=True) as connection:
            account = connection.execute(
                "insert into accounts (email) values (%s) returning id", [f"{number}@example.com"]
            ).fetchone()
            site = connection.execute(
                "insert into sites (tracking_id, url, name) values (%s, %s, 'Site') returning id",
                [tracking_id, "https://example.com"],
            ).fetchone()
            assert site is not None
            assert account is not None
            connection.execute(
                "insert into site_members (site_id, account_id, role) values (%s, %s, 'owner')",
                [site[0], account[0]],
            )
        self.change_site(tracking_id, **columns)
        return tracking_id

    def change_site(self, tracking_id: TrackingId, **columns: Any) -> None:
        with psycopg.connect(self.postgres_url, autocommit=True) as connection:
            for name, value in columns.items():
                statement = f"update sites set {name} = %s where tracking_id = %s"  # noqa: S608
                connection.execute(statement.encode(), [value, tracking_id])

    def send(self, contents: Sequence[Any]) -> None:
        """Produce raw records: an object as JSON, bytes as they are, None as a tombstone."""
        producer = Producer({"bootstrap.servers": self.environ["KAFKA_BOOTSTRAP_SERVERS"]})
        for n, content in enumerate(contents):
            value = content if isinstance(content, bytes | None) else msgspec.json.encode(content)
            producer.produce(
                self.raw_topic, value, partition=n % PARTITIONS, headers={"requestId": "r-1"}
            )
        assert producer.flush(DEADLINE_S) == 0

    def take(self, topic: str) -> list[Any]:
        """Consume a topic from its beginning to its end."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.environ["KAFKA_BOOTSTRAP_SERVERS"],
                "group.id": f"{topic}-{random.random()}",
            }
        )
        partitions = [TopicPartition(topic, n, 0) for n in range(PARTITIONS)]
        count = sum(consumer.get_watermark_offsets(p, timeout=DEADLINE_S)[1] for p in partitions)
        consumer.assign(partitions)
        found: list[Any] = []
        deadline = time.monotonic() + DEADLINE_S
        while len(found) < count and time.monotonic() < deadline:
            message = consumer.poll(0.2)
            if message is not None and message.error() is None:
                found.append(message)
        consumer.close()
        assert len(found) == count
        return found

    def batch(self) -> list[Record]:
        """What was sent, as records of a delivered batch."""
        read = [
            Record(m.partition(), m.offset(), m.timestamp()[1], m.value())
            for m in self.take(self.raw_topic)
        ]
        return list(records(delivered(read, self.raw_topic)))

    def buckets(self) -> list[dict[str, Any]]:
        return list(self.mongo["events"].find())

    def rejected(self) -> list[dict[str, Any]]:
        return list(self.mongo["rejected"].find())

    def stored(self) -> set[tuple[int, int, str]]:
        """Partition, offset and id of all that is stored, repeats as one."""
        return {
            (int(b["partition"]), int(e["offset"]), e["id"])
            for b in self.buckets()
            for e in b["events"]
        }

    def accounted(self) -> set[tuple[int, int]]:
        """The offsets that the ledger finds."""
        return {(p, o) for p, o, _ in self.stored()} | {
            (int(r["partition"]), int(r["offset"])) for r in self.rejected()
        }

    def enriched(self) -> list[Bucket]:
        messages = self.take(self.enriched_topic)
        return [msgspec.json.decode(m.value(), type=Bucket) for m in messages]


@pytest.fixture(scope="module")
def schema(postgres_url: str) -> str:
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def pipeline(
    environ: Mapping[str, str], mongo_database: str, schema: str, topic: Callable[..., str]
) -> Iterator[Pipeline]:
    raw_topic, enriched_topic = topic(PARTITIONS, "raw"), topic(PARTITIONS, "enriched")
    database = mongo.connect(environ["MONGODB_URI"], mongo_database)
    ensure_indexes(database)
    values = {
        "KAFKA_BOOTSTRAP_SERVERS": environ["KAFKA_BOOTSTRAP_SERVERS"],
        "KAFKA_RAW_TOPIC": raw_topic,
        "KAFKA_ENRICHED_TOPIC": enriched_topic,
        "MONGODB_URI": environ["MONGODB_URI"],
        "MONGODB_DATABASE": mongo_database,
        "DATABASE_URL": schema,
        "PIXELTRACK_GEOIP_DIR": "/nowhere",
    }
    yield Pipeline(values, raw_topic, enriched_topic, database, schema)
    for name in ("events", "rejected"):
        database[name].delete_many({})
    database.client.close()
    with psycopg.connect(schema, autocommit=True) as connection:
        connection.execute("truncate accounts, sites, visitor_salts cascade")


@pytest.fixture
def processor(pipeline: Pipeline) -> Iterator[Processor]:
    processor = pipeline.processor()
    yield processor
    close(processor)


def close(processor: Processor) -> None:
    parts: Any = processor
    parts.events._events.database.client.close()
    parts.sites._sites._database.close()


def views(tracking_id: str, count: int, **fields: Any) -> list[dict[str, Any]]:
    return [raw({"id": f"e-{n}", "siteId": tracking_id} | fields) for n in range(count)]


@pytest.mark.parametrize("ahead_s", [1_800, -1_800, 7_200, -7_200, 315_360_000, -315_360_000])
def test_a_clock_that_differs_is_refused_before_anything_is_stored(
    pipeline: Pipeline, processor: Processor, monkeypatch: pytest.MonkeyPatch, ahead_s: int
) -> None:
    pipeline.send(views(pipeline.add_site(1), 4))
    batch = pipeline.batch()
    time_ns = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: time_ns() + ahead_s * 1_000_000_000)
    for _ in range(2):
        with pytest.raises(ClockDiffers, match=f"{abs(ahead_s)} s .* MongoDB"):
            processor(batch, "r")
    assert (pipeline.buckets(), pipeline.rejected()) == ([], [])
    monkeypatch.setattr(time, "time_ns", time_ns)
    assert processor(batch, "r").outcomes == {"stored": 4}


@pytest.mark.parametrize("ahead_s", [0, 50, -50])
def test_an_instant_of_storage_is_the_stores(
    pipeline: Pipeline, processor: Processor, monkeypatch: pytest.MonkeyPatch, ahead_s: int
) -> None:
    pipeline.send([*views(pipeline.add_site(1), 4), *views("pt_nobody", 1)])
    batch = pipeline.batch()
    time_ns = time.time_ns
    before = time_ns() // 1_000_000
    with monkeypatch.context() as shifted:
        shifted.setattr(time, "time_ns", lambda: time_ns() + ahead_s * 1_000_000_000)
        processor(batch, "r")
    written = [int(b["storedAt"]) for b in pipeline.buckets()]
    written += [int(r["at"]) for r in pipeline.rejected()]
    assert len(written) >= 2
    assert all(before - 1_000 <= at <= time_ns() // 1_000_000 for at in written)


def test_records_become_buckets_and_messages(pipeline: Pipeline, processor: Processor) -> None:
    one, two = pipeline.add_site(1), pipeline.add_site(2, timezone="Europe/Moscow")
    pipeline.send(views(one, 6) + views(two, 4, userId=None) + views("pt_nobody", 2))
    batch = pipeline.batch()
    report = processor(batch, "r-1")
    assert report.outcomes == {"stored": 10, "unknown_site": 2}
    buckets = pipeline.buckets()
    assert len({b["site"] for b in buckets}) == 2
    assert len({int(b["storedAt"]) for b in buckets}) == 1
    assert Counter(b["trackingId"] for b in buckets for _ in b["events"]) == {one: 6, two: 4}
    hashed = {e["visitor"] for b in buckets if b["trackingId"] == two for e in b["events"]}
    assert len(hashed) == 1
    assert hashed != {"user_1"}
    messages = pipeline.take(pipeline.enriched_topic)
    assert len(messages) == len(buckets)
    for message in messages:
        bucket = msgspec.json.decode(message.value(), type=Bucket)
        (stored,) = [b for b in buckets if b["_id"] == bucket.id]
        assert message.key() == bucket.site.encode() == stored["site"].encode()
        assert message.headers() == [("requestId", b"r-1")]
        assert msgspec.to_builtins(bucket.events) == stored["events"]
        assert bucket.stored_at == int(stored["storedAt"])


def test_the_handler_takes_a_delivered_batch(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in pipeline.environ.items():
        monkeypatch.setenv(name, value)
    pipeline.send([*views(pipeline.add_site(1), 3), b"poison 192.0.2.7", None])
    read = [
        Record(m.partition(), m.offset(), m.timestamp()[1], m.value())
        for m in pipeline.take(pipeline.raw_topic)
    ]
    wiring.processor.cache_clear()
    answer = entry.handler(delivered(read), CONTEXT)  # type: ignore[arg-type]
    close(wiring.processor())
    wiring.processor.cache_clear()
    assert answer == {"batchItemFailures": []}
    assert len(pipeline.stored()) == 3
    assert {r["reason"] for r in pipeline.rejected()} == {"malformed"}
    lines = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    (line,) = [line for line in lines if line.get("message") == "batch"]
    assert line["request_id"] == "r-9"
    assert line["requests"] == ["r-1"]
    assert line["events"] == {"stored": 3, "malformed": 2}
    outcomes = {
        line["outcome"]: line["events"]
        for line in lines
        if "_aws" in line and isinstance(line.get("events"), int)
    }
    assert outcomes == {"stored": 3, "malformed": 2}
    assert "192.0.2.7" not in str(lines)
    assert "81.2.69.142" not in str(lines)


def test_any_repetition_order_and_split_gives_the_same(
    pipeline: Pipeline, processor: Processor
) -> None:
    one, two = pipeline.add_site(1), pipeline.add_site(2)
    pipeline.send([*views(one, 30), *views(two, 30), *views("x", 5), b"poison", None])
    batch = pipeline.batch()
    processor(batch, "r")
    once, ledger = pipeline.stored(), pipeline.accounted()
    assert len(ledger) == 67
    assert processor(batch, "r").repeats == len(pipeline.buckets())
    rng = random.Random(7)
    for _ in range(3):
        rest = rng.sample(batch, len(batch))
        while rest:
            cut = rng.randint(1, len(rest))
            processor(rest[:cut], "r")
            rest = rest[cut:]
    assert (pipeline.stored(), pipeline.accounted()) == (once, ledger)
    assert len(pipeline.rejected()) == 7


def test_who_is_erased_before_a_batch_comes_again_is_nowhere_and_accounted_for(
    pipeline: Pipeline, processor: Processor
) -> None:
    one = pipeline.add_site(1)
    then = {"receivedAt": 1_700_000_000_000}
    sent = [
        raw({"id": f"e-{n}", "siteId": one, "userId": user, "timestamp": None}, **then)
        for n, user in enumerate(["ivan", "anna"] * 5)
    ]
    pipeline.send(sent)
    batch = pipeline.batch()
    processor(batch, "r")
    accounted, [site] = pipeline.accounted(), {b["site"] for b in pipeline.buckets()}
    erase(pipeline, site, "ivan")
    assert processor(batch, "r").outcomes == {"erased": 5, "stored": 5}
    erased = [e for b in pipeline.buckets() for e in b["events"] if e["type"] == "erased"]
    assert len(erased) == 5
    assert pipeline.accounted() == accounted
    assert "ivan" not in str([*pipeline.buckets(), *pipeline.rejected()])


def erase(pipeline: Pipeline, site: str, visitor: str) -> None:
    """Bury a visitor, and rewrite what is stored; nobody does the job here."""
    database = Database(pipeline.postgres_url)
    owner = database.rows("sites/find_sites", tracking_ids=[f"pt_{1:032x}"])[0]["owner"]
    assert PostgresJobs(database).erase_visitor(owner, SiteId(site), visitor)
    key = visitor_key(SiteId(site), visitor, imported=False)
    [erased_at] = PostgresTombstones(database).find([key]).values()
    database.close()
    erasure = Erasure(SiteId(site), TrackingId(f"pt_{1:032x}"), {key: erased_at})
    everything = Span(0, 253_402_300_799_999)
    assert MongoErasures(pipeline.mongo).rewrite_buckets(erasure, everything, 1).next is None


class Dying:
    """A store or stream that does its work, or a part of it, and takes the process with it."""

    def __init__(self, inner: Any, *, does: Callable[[Sequence[Any]], Sequence[Any]]) -> None:
        self._inner = inner
        self._does = does

    def encode(self, event: Any) -> bytes:
        encoded: bytes = self._inner.encode(event)
        return encoded

    def add(self, items: Sequence[Any], *encoded: Any) -> Any:
        self._inner.add(self._does(items), *encoded)
        raise Crash

    def publish(self, messages: Sequence[Any]) -> None:
        self._inner.publish(self._does(messages))
        raise Crash


def all_of(items: Sequence[Any]) -> Sequence[Any]:
    return items


def first_of(items: Sequence[Any]) -> Sequence[Any]:
    return items[:1]


@pytest.mark.parametrize(
    ("part", "does"),
    [
        ("rejections", first_of),
        ("rejections", all_of),
        ("events", first_of),
        ("events", all_of),
        ("stream", first_of),
        ("stream", all_of),
    ],
)
def test_a_crash_after_any_step_changes_nothing(
    pipeline: Pipeline,
    processor: Processor,
    part: str,
    does: Callable[[Sequence[Any]], Sequence[Any]],
) -> None:
    one, two = pipeline.add_site(1), pipeline.add_site(2)
    pipeline.send([*views(one, 20), *views(two, 20), *views("x", 4)])
    batch = pipeline.batch()
    parts: dict[str, Any] = {part: Dying(getattr(processor, part), does=does)}
    dying = replace(processor, **parts)
    with pytest.raises(Crash):
        dying(batch, "r")
    report = processor(batch, "r")
    assert report.outcomes == {"stored": 40, "unknown_site": 4}
    ids = Counter((b["site"], e["id"]) for b in pipeline.buckets() for e in b["events"])
    assert (len(ids), set(ids.values())) == (40, {1})
    assert len(pipeline.accounted()) == 44
    assert len(pipeline.rejected()) == 4
    published = {(b.site, e.id) for b in pipeline.enriched() for e in b.events}
    assert published == set(ids)


def test_a_rule_changed_between_crash_and_repeat_hides_nothing(
    pipeline: Pipeline, processor: Processor
) -> None:
    tracking_id = pipeline.add_site(1)
    contents = [
        raw({"id": f"e-{n}", "siteId": tracking_id, "url": f"https://{'abc'[n % 3]}.org/"})
        for n in range(402)
    ]
    pipeline.send(contents)
    batch = pipeline.batch()
    assert Counter(record.partition for record in batch) == {0: 201, 1: 201}
    dying = replace(processor, events=cast("EventStore", Dying(processor.events, does=all_of)))
    with pytest.raises(Crash):
        dying(batch, "r")
    assert sorted(len(b["events"]) for b in pipeline.buckets()) == [1, 1, 200, 200]
    pipeline.change_site(tracking_id, allowed_domains=["a.org", "b.org"])
    restarted = pipeline.processor()
    report = restarted(batch, "r")
    close(restarted)
    assert report.outcomes == {"stored": 268, "wrong_domain": 134}
    assert len(pipeline.accounted()) == 402
    published = {e.id for b in pipeline.enriched() for e in b.events}
    assert published == {f"e-{n}" for n in range(402) if n % 3 != 2}


def test_a_flood_that_dies_between_two_writes_is_accounted_for(pipeline: Pipeline) -> None:
    tracking_id = pipeline.add_site(1)
    limit = settings.load(settings.Enrichment, pipeline.environ).events_a_minute
    contents = [
        raw({"id": f"e-{n}", "siteId": tracking_id, "userId": f"u-{n}"}, receivedAt=NOW + n)
        for n in range(limit + 100)
    ]
    old = raw({"id": "old", "siteId": tracking_id}, ip="81.2.69.143", origin="https://any.example")
    pipeline.send([*contents, old])
    batch = pipeline.batch()
    first = pipeline.processor()
    dying = replace(first, events=cast("EventStore", Dying(first.events, does=all_of)))
    with pytest.raises(Crash):
        dying(batch, "r")
    again = first(batch, "r")
    assert (again.outcomes, again.repeats) == ({"stored": limit + 1, "flood": 100}, again.buckets)
    restarted = pipeline.processor()
    assert restarted(batch, "r").outcomes == again.outcomes
    for processor in (first, restarted):
        close(processor)
    assert len(pipeline.rejected()) == 100
    assert len(pipeline.accounted()) == limit + 101


def test_a_site_that_its_owner_pauses_stops_within_the_cache_time(
    pipeline: Pipeline, processor: Processor
) -> None:
    tracking_id = pipeline.add_site(1)
    tables, clock = Database(pipeline.postgres_url), [0.0]
    directory = PostgresSiteDirectory(tables)
    ttl_s = settings.load(settings.Enrichment, pipeline.environ).site_cache_s
    assert ttl_s < 30
    cached = CachedSites(directory, ttl_s=ttl_s, now_s=lambda: clock[0])
    watched = replace(processor, sites=cached)
    pipeline.send(views(tracking_id, 2))
    batch = pipeline.batch()
    assert watched(batch, "r").outcomes == {"stored": 2}
    site = directory.find([tracking_id])[tracking_id]
    assert PostgresSites(tables).change(site.owner, site.id, {"status": SiteStatus.PAUSED})
    clock[0] = ttl_s - 0.1
    assert watched(batch, "r").outcomes == {"stored": 2}
    clock[0] = ttl_s
    assert watched(batch, "r").outcomes == {"site_paused": 2}
    assert {r["reason"] for r in pipeline.rejected()} == {"site_paused"}
    assert PostgresSites(tables).remove(site.owner, site.id)
    clock[0] = 2 * ttl_s
    assert watched(batch, "r").outcomes == {"unknown_site": 2}
    tables.close()


def test_a_topic_made_anew_hides_nothing(pipeline: Pipeline, processor: Processor) -> None:
    tracking_id = pipeline.add_site(1)
    old = [
        Record(0, n, NOW, msgspec.json.encode(raw({"id": f"old-{n}", "siteId": tracking_id})))
        for n in range(3)
    ]
    new = [
        Record(
            0,
            n,
            NOW + 9,
            msgspec.json.encode(raw({"id": f"new-{n}", "siteId": tracking_id}, receivedAt=NOW + 9)),
        )
        for n in range(3)
    ]
    processor(old, "r")
    processor(new, "r")
    assert pipeline.stored() == {(0, n, f"{age}-{n}") for age in ("old", "new") for n in range(3)}


@pytest.mark.parametrize("name", ["MONGODB_URI", "DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"])
def test_a_server_that_is_away_brings_the_batch_again(
    pipeline: Pipeline, processor: Processor, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(wiring, "ACKNOWLEDGE_WITHIN_MS", 1_000)
    away = {
        "MONGODB_URI": "mongodb://127.0.0.1:9",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
    }
    tracking_id = pipeline.add_site(1)
    pipeline.send([*views(tracking_id, 4), b"poison"])
    batch = pipeline.batch()
    lonely = replace(pipeline, environ=dict(pipeline.environ) | {name: away[name]}).processor()
    with pytest.raises(Unavailable):
        lonely(batch, "r")
    close(lonely)
    processor(batch, "r")
    assert len(pipeline.accounted()) == 5
    assert {e.id for b in pipeline.enriched() for e in b.events} == {f"e-{n}" for n in range(4)}
