"""The aggregator over PostgreSQL: dying at any statement, and two at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import psycopg
import pytest

from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.platform.errors import Busy, StoreUnavailable
from pixeltrack.platform.postgres import Transaction, Transactions
from pixeltrack.platform.schema import migrate
from tests.fakes.aggregator_fixture import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    OTHER,
    SECOND,
    UNKNOWN,
    ZONES,
    AggregatorFixture,
    event,
)
from tests.fakes.shown_facts import Shown, in_tables

TABLES = "fact_sites, visitors, dictionary, contexts, hits, visits, periods, applied_buckets"
MOST_STATEMENTS = 200
T = TypeVar("T")


@pytest.fixture(scope="module")
def url(postgres_url: str) -> str:
    migrate(postgres_url)
    with psycopg.connect(postgres_url) as connection:
        for number, (site, zone) in enumerate(ZONES.items()):
            connection.execute(
                "insert into sites (id, tracking_id, url, name, timezone, created_at) values"
                " (%s, 'pt_' || repeat(%s, 32), 'https://example.com', 'Site', %s,"
                " to_timestamp(%s))",
                [site, str(number), zone, NOON // SECOND],
            )
    return postgres_url


@pytest.fixture
def fixture(url: str) -> Iterator[AggregatorFixture]:
    """A fixture whose facts are tables, with events already in and more to come."""
    with psycopg.connect(url) as connection:
        connection.execute(f"truncate {TABLES} restart identity".encode())
        connection.execute("update aggregation set watermark = 0, swept_at = 0")
    transactions = Transactions(url, statement_timeout_ms=10_000)
    fixture = AggregatorFixture()
    fixture.aggregation = Aggregation(
        fixture.stored, PostgresFacts(transactions), lambda: fixture.now
    )
    fixture.take(
        event("a", NOON, country="DE", referrer="https://news.example/x?y=1"),
        event("b", NOON + 20 * MINUTE, path="/b"),
        event("c", NOON + 2 * HOUR, type="signup", payload='{"plan":"pro","n":3}'),
        event("e", NOON + 2 * HOUR, bot="crawler", visitor="bot"),
    )
    fixture.take(event("x", NOON, visitor="ben"), site=OTHER)
    fixture.aggregation.catch_up(lambda: False)
    fixture.now += HOUR
    fixture.take(
        event("d", NOON + 40 * MINUTE, path="/d"),
        event("a", NOON + MINUTE, received_at=NOON - 1, path="/moved"),
        event("f", NOON + 2 * HOUR + 5 * MINUTE, type="engagement"),
        event("g", NOON - DAY, visitor="cleo", imported=True),
    )
    fixture.take(event("late", NOON + HOUR), stored_at=fixture.now - 50 * MINUTE)
    fixture.take(event("y", NOON, visitor="ben"), site=UNKNOWN)
    yield fixture
    transactions.close()


def unlocked(work: Callable[[], T]) -> T:
    """Work, once the server has seen that the connection which held the lock is dead."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return work()
        except Busy:
            assert time.monotonic() < deadline


def settled(fixture: AggregatorFixture, url: str) -> Shown:
    fixture.aggregation.catch_up(lambda: False)
    fixture.aggregation.sweep(lambda: False)
    return in_tables(url)


def test_the_tables_equal_the_reference(fixture: AggregatorFixture, url: str) -> None:
    shown = settled(fixture, url)
    assert shown == fixture.truth()
    assert len(shown.visits) == 4


def test_dying_at_any_statement_changes_nothing(
    fixture: AggregatorFixture, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies_at(number: int) -> bool:
        with monkeypatch.context() as patched:
            _die_at(number, patched)
            try:
                fixture.aggregation.catch_up(lambda: False)
                fixture.aggregation.sweep(lambda: False)
            except StoreUnavailable:
                return True
            return False

    died = 0
    while unlocked(partial(dies_at, died)):
        died += 1
        assert died < MOST_STATEMENTS
    assert died >= 25
    assert unlocked(lambda: settled(fixture, url)) == fixture.truth()


def test_two_at_once_end_as_one(fixture: AggregatorFixture, url: str) -> None:
    def work(_: int) -> None:
        transactions = Transactions(url, statement_timeout_ms=10_000)
        other = Aggregation(fixture.stored, PostgresFacts(transactions), lambda: fixture.now)
        try:
            other.catch_up(lambda: False)
            other.sweep(lambda: False)
        except Busy:
            pass
        finally:
            transactions.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(12)))
    assert settled(fixture, url) == fixture.truth()


def _die_at(number: int, patched: pytest.MonkeyPatch) -> None:
    """Make the n-th statement, counted from 0, break its connection."""
    left = [number]

    def wrapped(name: str) -> None:
        original = getattr(Transaction, name)

        def method(self: Transaction, *given: object, **values: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                self._connection.close()
                raise psycopg.OperationalError("killed")
            return original(self, *given, **values)

        patched.setattr(Transaction, name, method)

    for name in ("rows", "tuples", "count", "copy"):
        wrapped(name)
