from collections.abc import Iterator

import psycopg
import pytest

from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.ports import Memberships
from pixeltrack.sites.postgres import PostgresSites
from tests.fakes.accounts import FakeMemberships

OLD = SiteId("00000000-0000-4000-8000-000000000009")
NEW = SiteId("00000000-0000-4000-8000-000000000001")
FOREIGN = SiteId("00000000-0000-4000-8000-000000000005")
STRANGER = AccountId("00000000-0000-4000-8000-00000000ffff")


class MembershipsContract:
    """An account owns OLD and views NEW; FOREIGN is another's."""

    @pytest.fixture
    def member(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def memberships(self) -> Memberships:
        raise NotImplementedError

    def test_an_accounts_sites_come_oldest_first(
        self, memberships: Memberships, member: AccountId
    ) -> None:
        assert list(memberships.sites_of(member)) == [OLD, NEW]

    def test_a_stranger_sees_none(self, memberships: Memberships) -> None:
        assert list(memberships.sites_of(STRANGER)) == []


class TestFakeMemberships(MembershipsContract):
    @pytest.fixture
    def member(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def memberships(self, member: AccountId) -> Memberships:
        return FakeMemberships({member: [OLD, NEW], AccountId("account-2"): [FOREIGN]})


class TestPostgresMemberships(MembershipsContract):
    @pytest.fixture
    def member(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def memberships(self, tables: str, member: AccountId) -> Iterator[Memberships]:
        site = (
            "insert into sites (id, tracking_id, url, name, created_at)"
            " values (%s, %s, 'https://example.com', 'A site', %s)"
        )
        join = "insert into site_members (site_id, account_id, role) values (%s, %s, %s)"
        with psycopg.connect(tables, autocommit=True) as connection:
            other = connection.execute(
                "insert into accounts (email) values ('other@pixeltrack.test')"
                " on conflict (email) do update set name = null returning id"
            ).fetchone()
            assert other
            for n, site_id in enumerate((OLD, FOREIGN, NEW)):
                made = (site_id, tracking_id(bytes([n]) * 16), f"2026-11-2{n}")
                connection.execute(site, made)
            connection.execute(join, (NEW, member, "viewer"))
            connection.execute(join, (OLD, member, "owner"))
            connection.execute(join, (FOREIGN, other[0], "owner"))
            database = Database(tables)
            yield PostgresSites(database)
            database.close()
            connection.execute("delete from sites")
