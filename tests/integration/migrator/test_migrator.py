import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import msgspec
import pika
import psycopg
import pytest
from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, Producer
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier, Literal
from pymongo import MongoClient
from yoyo import read_migrations

from functions.migrator import handler as migrator
from pixeltrack.accounts.postgres import PostgresAccounts
from pixeltrack.platform import schema
from pixeltrack.platform.errors import BrokerUnavailable, StoreUnavailable
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.rabbitmq import QueuePlan, ensure_queues
from pixeltrack.platform.schema import migrate
from pixeltrack.platform.topics import TopicPlan, ensure_topics
from tests.fakes.gateway import Context

MIGRATIONS = sorted(path.stem for path in schema.MIGRATIONS.glob("*.sql"))
TABLES = {"accounts", "sites", "site_members", "api_keys", "visitor_salts"}


def tables_of(url: str) -> set[str]:
    statement = "select table_name from information_schema.tables where table_schema = 'public'"
    with psycopg.connect(url) as connection:
        return {name for (name,) in connection.execute(statement).fetchall()}


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def config(environ: Mapping[str, str]) -> dict[str, Any]:
    return {"bootstrap.servers": environ["KAFKA_BOOTSTRAP_SERVERS"]}


@pytest.fixture
def topic_name(kafka_admin: AdminClient, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"plan-{id(request)}"
    yield name
    if name in kafka_admin.list_topics(timeout=10).topics:
        kafka_admin.delete_topics([name])[name].result(20)


@pytest.fixture
def queue_name(environ: Mapping[str, str], request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"plan-{id(request)}"
    yield name
    with pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"])) as connection:
        for each in (name, f"{name}.dlq"):
            channel = connection.channel()
            channel.queue_delete(each)
            channel.exchange_delete(each)


@pytest.fixture
def empty_database(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    return postgres_url


@pytest.fixture
def own_stores(
    environ: Mapping[str, str],
    empty_database: str,
    mongo_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """The environment of a migrator with databases of its own; the name of the MongoDB one."""
    values = {**environ, "DATABASE_URL": empty_database, "MONGODB_DATABASE": mongo_database}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return mongo_database


def becomes(look: Callable[[], Any], wanted: Any) -> None:
    """Wait until Kafka's broker has heard of what its controller decided."""
    ends = time.monotonic() + 10
    while (found := look()) != wanted:
        assert time.monotonic() < ends, f"{found} did not become {wanted}"
        time.sleep(0.05)


def partitions(admin: AdminClient, name: str) -> int:
    return len(admin.list_topics(name, timeout=10).topics[name].partitions)


def topic_config(admin: AdminClient, name: str) -> dict[str, str]:
    resource = ConfigResource(ResourceType.TOPIC, name)
    found = admin.describe_configs([resource])[resource].result(10)
    return {key: entry.value for key, entry in found.items()}


def test_the_schema_is_made_once(empty_database: str) -> None:
    assert migrate(empty_database) == MIGRATIONS
    assert tables_of(empty_database) >= TABLES
    assert migrate(empty_database) == []


def test_two_migrators_at_once_apply_the_schema_once(empty_database: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(migrate, [empty_database] * 4))
    assert sorted(applied) == [[], [], [], MIGRATIONS]


def test_a_lock_that_a_killed_migrator_left_is_no_obstacle(empty_database: str) -> None:
    migrate(empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("insert into yoyo_lock (locked, ctime, pid) values (1, now(), 1)")
        left = sorted(tables_of(empty_database) - {"yoyo_lock"})
        for table in left:
            connection.execute(f"drop table {table} cascade")
    assert migrate(empty_database) == MIGRATIONS


OLD = """
    insert into accounts (id, email, confirmed_at, created_at) values
    ('00000000-0000-4000-8000-000000000001', 'ANN@example.com', null, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000002', 'ａnn@example.com', '2026-03-01', '2026-02-01'),
    ('00000000-0000-4000-8000-000000000003', 'Иван@почта.рф', null, '2026-01-01'),
    ('00000000-0000-4000-8000-000000000004', 'bob@example.com', null, '2026-03-01'),
    ('00000000-0000-4000-8000-000000000005', 'bｏb@example.com', null, '2026-02-01'),
    ('00000000-0000-4000-8000-000000000006', '☃@example.com', '2026-02-01', '2026-02-01')"""


@pytest.fixture
def found(postgres_url: str) -> Iterator[Callable[[str], str | None]]:
    """Return which account, by the end of its id, is found by an address."""
    database = Database(postgres_url)

    def by(email: str) -> str | None:
        known = PostgresAccounts(database).find_by_email(email)
        return known.account.id[-1] if known else None

    yield by
    database.close()


@pytest.fixture
def old_accounts(own_stores: str, empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database with accounts, as it was before addresses had a canonical form."""
    del own_stores
    migrations = read_migrations(str(schema.MIGRATIONS))
    with monkeypatch.context() as before:
        before.setattr(schema, "read_migrations", lambda _: migrations.filter(is_older))
        assert migrate(empty_database)[-1] == "0004_sealing_and_words"
    with psycopg.connect(empty_database) as connection:
        connection.execute(OLD)


def is_older(migration: Any) -> bool:
    return bool(migration.id < "0005")


@pytest.mark.usefixtures("old_accounts")
def test_old_accounts_get_canonical_addresses_and_none_is_lost(
    found: Callable[[str], str | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        assert migrator.handler({}, Context())["accountsByExactEmail"] == 3
        (line,) = [line for line in capsys.readouterr().out.splitlines() if "exact" in line]
        told = msgspec.json.decode(line)
        assert [account[-1] for account in told["accounts"]] == ["6", "1", "4"]
        assert "@" not in line
    exact = ("ANN@example.com", "ａnn@example.com", "bob@example.com", "bｏb@example.com")
    assert [*map(found, exact)] == ["1", "2", "4", "5"]
    assert [*map(found, ("ann@example.com", "BOB@EXAMPLE.COM"))] == ["2", "5"]
    assert [*map(found, ("ИВАН@ПОЧТА.РФ", "иван@xn--80a1acny.xn--p1ai"))] == ["3", "3"]
    assert found("☃@example.com") == "6"


@pytest.mark.usefixtures("old_accounts")
def test_an_account_gets_the_address_that_another_has_left(
    empty_database: str, found: Callable[[str], str | None]
) -> None:
    migrator.handler({}, Context())
    with psycopg.connect(empty_database) as connection:
        connection.execute("delete from accounts where right(id::text, 1) = '2'")
    assert migrator.handler({}, Context())["accountsByExactEmail"] == 2
    assert found("Ann@Example.com") == "1"


@pytest.mark.usefixtures("old_accounts")
def test_what_a_killed_migrator_left_undone_is_done_by_the_next(
    found: Callable[[str], str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pixeltrack.accounts.postgres._PAGE", 1)
    rows, killed = Database.rows, iter([False, True])

    def dying(database: Database, name: str, /, **values: Any) -> Any:
        if name == "accounts/give_canonical_emails" and next(killed):
            raise KeyboardInterrupt
        return rows(database, name, **values)

    monkeypatch.setattr(Database, "rows", dying)
    with pytest.raises(KeyboardInterrupt):
        migrator.handler({}, Context())
    monkeypatch.setattr(Database, "rows", rows)
    assert found("Иван@почта.рф") == "3", "an account that still lacks it is found as before"
    assert migrator.handler({}, Context())["accountsByExactEmail"] == 3
    assert found("ИВАН@почта.рф") == "3"


GREEK = """
    insert into accounts (id, email, canonical_email, confirmed_at, created_at) values
    ('00000000-0000-4000-8000-000000000001', 'ann@βόλος.example', 'ann@xn--nxasmq6b.example',
     '2026-01-01', '2026-01-01'),
    ('00000000-0000-4000-8000-000000000002', 'bob@βόλος.example', 'bob@xn--nxasmq6b.example',
     '2026-01-01', '2026-01-01'),
    ('00000000-0000-4000-8000-000000000003', 'bob@xn--nxasmm1c.example',
     'bob@xn--nxasmm1c.example', '2026-01-01', '2026-01-01'),
    ('00000000-0000-4000-8000-000000000004', 'cid@straße.example', 'cid@xn--strae-oqa.example',
     '2026-01-01', '2026-01-01'),
    ('00000000-0000-4000-8000-000000000005', 'cid@strasse.example', 'cid@strasse.example',
     '2026-01-01', '2026-01-01')"""


@pytest.mark.usefixtures("own_stores")
def test_a_domain_that_was_spelled_otherwise_is_found_as_browsers_spell_it(
    empty_database: str, found: Callable[[str], str | None]
) -> None:
    migrate(empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute(GREEK)
    for _ in range(2):
        assert migrator.handler({}, Context())["accountsByExactEmail"] == 1
        assert [*map(found, ("ann@βόλος.example", "Ann@xn--nxasmm1c.example"))] == ["1", "1"]
        assert found("ann@βόλοσ.example") is None, "another's domain"
        # One mailbox was taken twice: each account is found as its owner writes it.
        assert [*map(found, ("bob@βόλος.example", "bob@xn--nxasmm1c.example"))] == ["2", "3"]
        assert [*map(found, ("CID@xn--strae-oqa.example", "cid@strasse.example"))] == ["4", "5"]


def test_a_database_that_is_away_is_unavailable(free_port: int) -> None:
    with pytest.raises(StoreUnavailable):
        migrate(f"postgresql://nobody@127.0.0.1:{free_port}/nothing")


@pytest.mark.parametrize("odd", ["p@ss/w?rd&x=1#%+ ", "пароль:'\"[]"])
def test_an_address_may_hold_any_characters(empty_database: str, odd: str) -> None:
    known = conninfo_to_dict(empty_database)
    role = f"migrator {odd}"
    drop = SQL("drop role if exists {}").format(Identifier(role))
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute(drop)
        create = SQL("create role {} login superuser password {}")
        connection.execute(create.format(Identifier(role), Literal(odd)))
        try:
            place = f"{known['host']}:{known['port']}/{known['dbname']}"
            url = f"postgresql://{quote(role, safe='')}:{quote(odd, safe='')}@{place}"
            assert migrate(url) == MIGRATIONS
        finally:
            connection.execute("drop schema public cascade; create schema public")
            connection.execute(drop)


def test_a_topic_is_created_then_kept(
    config: dict[str, Any], kafka_admin: AdminClient, topic_name: str
) -> None:
    plan = TopicPlan(topic_name, partitions=3, retention_ms=172_800_000, segment_ms=3_600_000)
    assert ensure_topics(config, 1, [plan]) == {topic_name: "created"}
    becomes(lambda: partitions(kafka_admin, topic_name), 3)
    assert ensure_topics(config, 1, [plan]) == {topic_name: "kept"}
    found = topic_config(kafka_admin, topic_name)
    assert found["retention.ms"] == "172800000"
    assert found["segment.ms"] == "3600000"
    assert found["min.insync.replicas"] == "1"


def test_a_topic_is_widened_and_reconfigured_never_narrowed(
    config: dict[str, Any], kafka_admin: AdminClient, topic_name: str
) -> None:
    narrow = TopicPlan(topic_name, partitions=1, retention_ms=60_000, segment_ms=60_000)
    wide = TopicPlan(topic_name, partitions=4, retention_ms=120_000, segment_ms=60_000)
    ensure_topics(config, 1, [narrow])
    becomes(lambda: partitions(kafka_admin, topic_name), 1)
    assert ensure_topics(config, 1, [wide]) == {topic_name: "raised to 4 partitions, altered"}
    becomes(lambda: topic_config(kafka_admin, topic_name)["retention.ms"], "120000")
    becomes(lambda: partitions(kafka_admin, topic_name), 4)
    assert ensure_topics(config, 1, [narrow]) == {topic_name: "altered"}
    becomes(lambda: topic_config(kafka_admin, topic_name)["retention.ms"], "60000")
    assert partitions(kafka_admin, topic_name) == 4


@pytest.mark.parametrize("ahead_ms", [2 * 3_600_000, 10 * 365 * 86_400_000, -3 * 3_600_000])
def test_a_topic_comes_to_bear_the_brokers_time_with_records_in_it(
    config: dict[str, Any], kafka_admin: AdminClient, topic_name: str, ahead_ms: int
) -> None:
    """A producer whose clock is wrong was refused by Kafka, or believed; neither is so now."""
    [made] = kafka_admin.create_topics(
        [NewTopic(topic_name, 1, 1, config={"message.timestamp.type": "CreateTime"})]
    ).values()
    made.result(20)
    becomes(lambda: topic_name in kafka_admin.list_topics(timeout=10).topics, True)
    wrong = time.time_ns() // 1_000_000 + ahead_ms
    refused = produced(config, topic_name, wrong)[0]
    assert refused == ("INVALID_TIMESTAMP" if ahead_ms > 0 else "")
    produced(config, topic_name, time.time_ns() // 1_000_000)

    plan = TopicPlan(topic_name, partitions=1, retention_ms=86_400_000, segment_ms=60_000)
    assert ensure_topics(config, 1, [plan]) == {topic_name: "altered"}
    becomes(
        lambda: topic_config(kafka_admin, topic_name)["message.timestamp.type"], "LogAppendTime"
    )

    def takes() -> bool:
        before = time.time_ns() // 1_000_000
        error, kind, at = produced(config, topic_name, wrong)
        is_the_brokers = kind == TIMESTAMP_LOG_APPEND_TIME
        return error == "" and is_the_brokers and before - 1 <= at <= before + 10_000

    becomes(takes, True)


def produced(config: dict[str, Any], topic: str, at: int) -> tuple[str, int, int]:
    """Produce a record with a time of its own; return the error, and which time it got."""
    seen: list[tuple[str, int, int]] = []
    producer = Producer(config)
    producer.produce(
        topic,
        b"1",
        timestamp=at,
        on_delivery=lambda error, report: seen.append(
            (error.name() if error else "", *report.timestamp())
        ),
    )
    assert producer.flush(10) == 0
    [found] = seen
    return found


def test_kafka_away_is_unavailable(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixeltrack.platform.topics.TIMEOUT_S", 1)
    with pytest.raises(BrokerUnavailable):
        ensure_topics({"bootstrap.servers": f"127.0.0.1:{free_port}", "log_level": 0}, 1, [])


def test_a_refused_message_ends_in_the_dead_letter_queue(
    environ: Mapping[str, str], queue_name: str
) -> None:
    plan = QueuePlan(queue_name, f"{queue_name}.dlq", delivery_limit=2)
    for _ in range(2):
        assert ensure_queues(environ["RABBITMQ_URL"], [plan]) == [queue_name, f"{queue_name}.dlq"]
    with pika.BlockingConnection(pika.URLParameters(environ["RABBITMQ_URL"])) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(queue_name, "any.key", b"poison", mandatory=True)
        deliveries = 0
        for method, _, _ in channel.consume(queue_name, inactivity_timeout=3):
            if method is None:
                break
            deliveries += 1
            assert method.delivery_tag is not None
            channel.basic_nack(method.delivery_tag, requeue=True)
        channel.cancel()
        _, _, body = next(channel.consume(plan.dead_letter, auto_ack=True, inactivity_timeout=10))
        channel.cancel()
    assert deliveries == 3
    assert body == b"poison"


def test_rabbitmq_away_is_unavailable(free_port: int) -> None:
    with pytest.raises(BrokerUnavailable):
        ensure_queues(f"amqp://127.0.0.1:{free_port}/", [])


def test_the_function_brings_everything_up_and_is_harmless_twice(
    environ: Mapping[str, str],
    own_stores: str,
    topic_name: str,
    queue_name: str,
) -> None:
    topic = {"name": topic_name, "partitions": 2, "retentionMs": 60_000, "segmentMs": 60_000}
    queue = {"name": queue_name, "deadLetter": f"{queue_name}.dlq", "deliveryLimit": 5}
    event = {"topics": [topic], "queues": [queue]}
    names = [queue_name, f"{queue_name}.dlq"]
    first = migrator.handler(event, Context())
    again = migrator.handler(event, Context())
    assert first == {
        "migrations": MIGRATIONS,
        "accountsByExactEmail": 0,
        "topics": {topic_name: "created"},
        "queues": names,
        "amiss": [],
    }
    assert again == first | {"migrations": [], "topics": {topic_name: "kept"}}
    with MongoClient[dict[str, Any]](environ["MONGODB_URI"]) as client:
        keys = [i["key"] for i in client[own_stores].events.list_indexes()]
    assert {"site": 1, "storedAt": 1} in [dict(k) for k in keys]


@pytest.mark.parametrize(
    "event", [{"topics": [{"name": "x"}]}, {"topics": "x"}, {"queues": [{"deadLetter": 1}]}, []]
)
def test_a_plan_that_is_none_stops_the_deployment(event: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        migrator.handler(event, Context())
