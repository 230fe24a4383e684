import secrets
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from pixeltrack.accounts.ports import Attempts, Throttles
from pixeltrack.accounts.postgres import PostgresThrottles
from pixeltrack.platform.postgres import Database
from tests.fakes.people import BEGINNING, FakeThrottles

WINDOW = timedelta(minutes=15)


class ThrottlesContract:
    @pytest.fixture
    def throttles(self) -> Throttles:
        raise NotImplementedError

    @pytest.fixture
    def key(self) -> bytes:
        return secrets.token_bytes(32)

    def hit(self, throttles: Throttles, key: bytes, after: timedelta = timedelta(0)) -> Attempts:
        now = BEGINNING + after
        return throttles.hit(key, until=now + WINDOW, now=now)

    def test_attempts_add_up_in_the_window_of_the_first(
        self, throttles: Throttles, key: bytes
    ) -> None:
        told = [self.hit(throttles, key, timedelta(minutes=m)) for m in (0, 5, 14)]
        assert told == [Attempts(n, BEGINNING + WINDOW) for n in (1, 2, 3)]

    def test_a_new_window_opens_when_one_has_ended(self, throttles: Throttles, key: bytes) -> None:
        self.hit(throttles, key)
        self.hit(throttles, key)
        assert self.hit(throttles, key, WINDOW) == Attempts(1, BEGINNING + 2 * WINDOW)

    def test_keys_are_counted_apart(self, throttles: Throttles, key: bytes) -> None:
        self.hit(throttles, key)
        assert self.hit(throttles, secrets.token_bytes(32)).count == 1
        assert self.hit(throttles, key).count == 2

    def test_what_is_cleared_begins_anew(self, throttles: Throttles, key: bytes) -> None:
        self.hit(throttles, key)
        throttles.clear(key)
        throttles.clear(key)
        assert self.hit(throttles, key).count == 1


class TestFakeThrottles(ThrottlesContract):
    @pytest.fixture
    def throttles(self) -> Throttles:
        return FakeThrottles()


class TestPostgresThrottles(ThrottlesContract):
    @pytest.fixture
    def database(self, tables: str) -> Iterator[Database]:
        database = Database(tables)
        yield database
        database.close()

    @pytest.fixture
    def throttles(self, database: Database) -> Throttles:
        return PostgresThrottles(database)

    def test_windows_that_have_ended_go_when_another_opens(
        self, throttles: Throttles, tables: str
    ) -> None:
        for _ in range(3):
            self.hit(throttles, secrets.token_bytes(32))
        self.hit(throttles, secrets.token_bytes(32), timedelta(days=1))
        with psycopg.connect(tables) as connection:
            row = connection.execute(
                "select count(*) from throttles where expires_at <= %s", [BEGINNING + WINDOW]
            ).fetchone()
        assert row == (0,)
