import secrets
import threading
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest

from pixeltrack.accounts.ports import LogIn, LogIns
from pixeltrack.accounts.postgres import PostgresLogIns
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Database
from tests.fakes.people import BEGINNING, FakeLogIns

MONTH = timedelta(days=30)


def a_token() -> bytes:
    return secrets.token_bytes(32)


def rotate(
    log_ins: LogIns, token: bytes, successor: bytes, now: datetime = BEGINNING
) -> LogIn | None:
    return log_ins.rotate(token, successor, until=now + MONTH, now=now)


def found(log_ins: LogIns, token: bytes) -> LogIn:
    known = log_ins.find(token, now=BEGINNING)
    assert known is not None
    return known


class LogInsContract:
    @pytest.fixture
    def owner(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def log_ins(self) -> LogIns:
        raise NotImplementedError

    @pytest.fixture
    def first(self, log_ins: LogIns, owner: AccountId) -> bytes:
        token = a_token()
        log_ins.open(owner, token, until=BEGINNING + MONTH, now=BEGINNING)
        return token

    def test_a_token_leads_to_its_family(self, log_ins: LogIns, owner: AccountId) -> None:
        token, other = a_token(), a_token()
        opened = log_ins.open(owner, token, until=BEGINNING + MONTH, now=BEGINNING)
        another = log_ins.open(owner, other, until=BEGINNING + MONTH, now=BEGINNING)
        assert log_ins.find(token, now=BEGINNING) == opened == LogIn(opened.family, owner)
        assert another.family != opened.family

    def test_the_first_use_stores_the_successor(
        self, log_ins: LogIns, owner: AccountId, first: bytes
    ) -> None:
        second = a_token()
        used = rotate(log_ins, first, second)
        assert used is not None
        assert (used.account, used.rotated_at) == (owner, None)
        assert log_ins.find(second, now=BEGINNING) == used

    def test_a_later_use_tells_when_the_first_was_and_changes_nothing(
        self, log_ins: LogIns, first: bytes
    ) -> None:
        second = a_token()
        rotate(log_ins, first, second)
        for seconds in (5, 60):
            other = a_token()
            used = rotate(log_ins, first, other, BEGINNING + timedelta(seconds=seconds))
            assert used is not None
            assert used.rotated_at == BEGINNING
            assert log_ins.find(other, now=BEGINNING) is None
        fresh = rotate(log_ins, second, a_token())
        assert fresh is not None
        assert fresh.rotated_at is None

    def test_an_unknown_token_is_nobodys(self, log_ins: LogIns) -> None:
        token = a_token()
        assert rotate(log_ins, token, a_token()) is None
        assert log_ins.find(token, now=BEGINNING) is None

    def test_a_token_expires_a_month_after_it_was_made(self, log_ins: LogIns, first: bytes) -> None:
        second = a_token()
        rotate(log_ins, first, second, BEGINNING + timedelta(days=29))
        assert rotate(log_ins, first, a_token(), BEGINNING + MONTH) is None
        assert log_ins.find(first, now=BEGINNING + MONTH) is None
        assert rotate(log_ins, second, a_token(), BEGINNING + timedelta(days=58)) is not None

    def test_an_expired_token_has_no_successor(self, log_ins: LogIns, first: bytes) -> None:
        late = a_token()
        assert rotate(log_ins, first, late, BEGINNING + MONTH) is None
        assert log_ins.find(late, now=BEGINNING + MONTH) is None

    def test_ending_a_family_forgets_all_its_tokens(
        self, log_ins: LogIns, owner: AccountId, first: bytes
    ) -> None:
        second, other = a_token(), a_token()
        used = rotate(log_ins, first, second)
        log_ins.open(owner, other, until=BEGINNING + MONTH, now=BEGINNING)
        assert used is not None
        log_ins.end(used.family)
        log_ins.end(used.family)
        assert [log_ins.find(t, now=BEGINNING) for t in (first, second)] == [None, None]
        assert log_ins.find(other, now=BEGINNING) is not None

    def test_a_family_is_live_until_it_ends_or_expires(
        self, log_ins: LogIns, owner: AccountId, first: bytes
    ) -> None:
        family = found(log_ins, first).family
        other = log_ins.open(owner, a_token(), until=BEGINNING + MONTH, now=BEGINNING).family
        assert log_ins.is_live(owner, family, now=BEGINNING)
        assert not log_ins.is_live(owner, family, now=BEGINNING + MONTH)
        rotate(log_ins, first, a_token(), BEGINNING + timedelta(days=1))
        assert log_ins.is_live(owner, family, now=BEGINNING + MONTH)
        log_ins.end(family)
        assert not log_ins.is_live(owner, family, now=BEGINNING)
        assert log_ins.is_live(owner, other, now=BEGINNING)
        log_ins.end_all(owner)
        assert not log_ins.is_live(owner, other, now=BEGINNING)

    @pytest.mark.parametrize("odd", ["", "x", "\x00", "\ud800", "0" * 36, str(uuid.uuid4())])
    def test_what_is_no_family_is_not_live(
        self, log_ins: LogIns, owner: AccountId, odd: str
    ) -> None:
        assert not log_ins.is_live(owner, odd, now=BEGINNING)

    def test_a_family_of_another_account_is_not_live(
        self, log_ins: LogIns, owner: AccountId, first: bytes
    ) -> None:
        family = found(log_ins, first).family
        assert not log_ins.is_live(AccountId(str(uuid.uuid4())), family, now=BEGINNING)
        assert log_ins.is_live(owner, family, now=BEGINNING)

    def test_ending_all_leaves_none(self, log_ins: LogIns, owner: AccountId, first: bytes) -> None:
        other = a_token()
        log_ins.open(owner, other, until=BEGINNING + MONTH, now=BEGINNING)
        log_ins.end_all(owner)
        assert [log_ins.find(t, now=BEGINNING) for t in (first, other)] == [None, None]


class TestFakeLogIns(LogInsContract):
    @pytest.fixture
    def owner(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def log_ins(self) -> LogIns:
        return FakeLogIns()


class TestPostgresLogIns(LogInsContract):
    @pytest.fixture
    def owner(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def log_ins(self, tables: str) -> Iterator[LogIns]:
        database = Database(tables)
        yield PostgresLogIns(database)
        database.close()

    def test_of_uses_at_once_one_is_the_first(self, tables: str, first: bytes) -> None:
        told: list[LogIn | None] = []
        together = threading.Barrier(6)
        successor = a_token()

        def use() -> None:
            database = Database(tables)
            own = PostgresLogIns(database)
            own.find(first, now=BEGINNING)
            together.wait(10)
            told.append(rotate(own, first, successor))
            database.close()

        threads = [threading.Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(t.rotated_at is None for t in told if t) == [False] * 5 + [True]

    def test_a_use_while_the_family_ends_is_unknown_or_ended(
        self, tables: str, log_ins: LogIns, owner: AccountId
    ) -> None:
        database = Database(tables)
        other = PostgresLogIns(database)
        for _ in range(10):
            token, successor = a_token(), a_token()
            family = log_ins.open(owner, token, until=BEGINNING + MONTH, now=BEGINNING).family
            other.find(token, now=BEGINNING)
            ending = threading.Thread(target=other.end, args=[family])
            ending.start()
            rotate(log_ins, token, successor)
            ending.join(20)
            assert log_ins.find(token, now=BEGINNING) is None
            assert log_ins.find(successor, now=BEGINNING) is None
        database.close()

    def test_families_that_have_expired_go_when_another_opens(
        self, tables: str, log_ins: LogIns, owner: AccountId, first: bytes
    ) -> None:
        later = BEGINNING + 2 * MONTH
        log_ins.open(owner, a_token(), until=later + MONTH, now=later)
        with psycopg.connect(tables) as connection:
            row = connection.execute(
                "select count(*) from refresh_tokens where hash = %s", [first]
            ).fetchone()
        assert row == (0,)
