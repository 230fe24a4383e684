from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from pixeltrack.enrichment.ports import Salts
from pixeltrack.enrichment.postgres import PostgresSalts
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Database
from tests.fakes.lookups import FakeSalts

DAY, NEXT = date(2026, 11, 22), date(2026, 11, 23)


def new_site() -> SiteId:
    return SiteId(str(uuid4()))


def salt(salts: Salts, site: SiteId, day: date) -> bytes:
    return salts.salts([(site, day)])[site, day]


class SaltsContract:
    @pytest.fixture
    def salts(self) -> Salts:
        raise NotImplementedError

    def test_a_salt_stays_the_same(self, salts: Salts) -> None:
        site = new_site()
        assert salt(salts, site, DAY) == salt(salts, site, DAY)

    def test_each_site_and_day_has_its_own(self, salts: Salts) -> None:
        here, there = new_site(), new_site()
        made = [salt(salts, site, day) for site in (here, there) for day in (DAY, NEXT)]
        assert len(set(made)) == 4
        assert all(made)

    def test_all_of_a_batch_are_one_question(self, salts: Salts) -> None:
        here, there = new_site(), new_site()
        old = salt(salts, here, DAY)
        asked = {(here, DAY), (here, NEXT), (there, DAY)}
        found = salts.salts(asked)
        assert set(found) == asked
        assert found[here, DAY] == old
        assert salts.salts(asked) == found
        assert salts.salts([]) == {}


class TestFakeSalts(SaltsContract):
    @pytest.fixture
    def salts(self) -> Salts:
        return FakeSalts()


class TestPostgresSalts(SaltsContract):
    @pytest.fixture
    def salts(self, tables: str) -> Iterator[Salts]:
        database = Database(tables)
        yield PostgresSalts(database)
        database.close()

    def test_many_salts_take_as_many_statements_as_one(
        self, salts: Salts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        statements: list[str] = []
        rows = Database.rows

        def noting(database: Database, name: str, **values: Any) -> Any:
            statements.append(name)
            return rows(database, name, **values)

        monkeypatch.setattr(Database, "rows", noting)
        asked = {(new_site(), day) for _ in range(9) for day in (DAY, NEXT)}
        found = salts.salts(asked)
        assert set(found) == asked
        assert len(statements) == len(set(statements)) == 3, "found, cleaned up, made"
        statements.clear()
        assert salts.salts(asked) == found
        assert len(statements) == 1

    def test_callers_at_once_get_one_salt(self, tables: str) -> None:
        site = new_site()

        def ask(_: int) -> bytes:
            database = Database(tables)
            try:
                return salt(PostgresSalts(database), site, DAY)
            finally:
                database.close()

        with ThreadPoolExecutor(8) as callers:
            assert len(set(callers.map(ask, range(16)))) == 1

    def test_a_salt_is_random_and_gone_after_48_hours(self, salts: Salts, tables: str) -> None:
        site = new_site()
        first = salt(salts, site, DAY)
        assert len(first) == 32
        age = "update visitor_salts set created_at = now() - interval '48 hours 1 second'"
        with psycopg.connect(tables, autocommit=True) as connection:
            connection.execute(age.encode())
            assert salt(salts, site, NEXT) != first
            kept = connection.execute("select day from visitor_salts").fetchall()
        assert kept == [(NEXT,)]
        assert salt(salts, site, DAY) != first

    def test_an_expired_salt_is_never_answered(self, salts: Salts, tables: str) -> None:
        site = new_site()
        first = salt(salts, site, DAY)
        age = "update visitor_salts set created_at = now() - interval '3 days' where site_id = %s"
        with psycopg.connect(tables, autocommit=True) as connection:
            connection.execute(age, [site])
        second = salt(salts, site, DAY)
        assert second != first
        assert salt(salts, site, DAY) == second
