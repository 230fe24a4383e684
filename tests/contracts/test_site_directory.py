from collections.abc import Iterator

import psycopg
import pytest

from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId, tracking_id
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.ports import SiteDirectory
from pixeltrack.sites.postgres import PostgresSiteDirectory
from pixeltrack.sites.sites import Identity, Site, SiteStatus
from tests.fakes.lookups import FakeSites

PLAIN, STRICT = tracking_id(b"p" * 16), tracking_id(b"s" * 16)
UNKNOWN = tracking_id(b"u" * 16)


def sites_of(owner: str) -> tuple[Site, Site]:
    plain = Site(
        id=SiteId("00000000-0000-4000-8000-000000000001"),
        tracking_id=PLAIN,
        owner=AccountId(owner),
        url="https://example.com",
    )
    strict = Site(
        id=SiteId("00000000-0000-4000-8000-000000000002"),
        tracking_id=STRICT,
        owner=AccountId(owner),
        url="http://strict.example/shop",
        timezone="Europe/Moscow",
        status=SiteStatus.PAUSED,
        identity=Identity.COOKIELESS,
        excluded_ips=("203.0.113.7", "10.0.0.0/8", "2001:db8::/32"),
        allowed_domains=("strict.example", "strict.test"),
    )
    return plain, strict


class SiteDirectoryContract:
    @pytest.fixture
    def expected(self) -> tuple[Site, Site]:
        raise NotImplementedError

    @pytest.fixture
    def directory(self) -> SiteDirectory:
        raise NotImplementedError

    def test_sites_come_whole(self, directory: SiteDirectory, expected: tuple[Site, Site]) -> None:
        plain, strict = expected
        assert directory.find([PLAIN, STRICT]) == {PLAIN: plain, STRICT: strict}

    def test_an_unknown_id_is_absent(
        self, directory: SiteDirectory, expected: tuple[Site, Site]
    ) -> None:
        assert directory.find({UNKNOWN, PLAIN}) == {PLAIN: expected[0]}
        assert directory.find([UNKNOWN]) == {}

    def test_nothing_is_asked_and_nothing_found(self, directory: SiteDirectory) -> None:
        assert directory.find([]) == {}

    @pytest.mark.parametrize(
        "odd", ["", "test-site", "pt_\x00", "\ud800", PLAIN.upper(), "x" * 9999]
    )
    def test_what_no_site_can_be_called_is_absent(
        self, directory: SiteDirectory, expected: tuple[Site, Site], odd: str
    ) -> None:
        assert directory.find([TrackingId(odd), PLAIN]) == {PLAIN: expected[0]}


class TestFakeSites(SiteDirectoryContract):
    @pytest.fixture
    def expected(self) -> tuple[Site, Site]:
        return sites_of("account-1")

    @pytest.fixture
    def directory(self, expected: tuple[Site, Site]) -> SiteDirectory:
        return FakeSites(*expected)


class TestPostgresSiteDirectory(SiteDirectoryContract):
    @pytest.fixture
    def expected(self, account: str) -> tuple[Site, Site]:
        return sites_of(account)

    @pytest.fixture
    def directory(self, tables: str, expected: tuple[Site, Site]) -> Iterator[SiteDirectory]:
        insert = """
            insert into sites (id, tracking_id, url, name, timezone, status, identity,
                               excluded_ips, allowed_domains)
            values (%s, %s, %s, 'A site', %s, %s, %s, %s::inet[], %s)"""
        with psycopg.connect(tables, autocommit=True) as connection:
            for s in expected:
                settings = (s.timezone, s.status, s.identity)
                lists = (list(s.excluded_ips), list(s.allowed_domains))
                connection.execute(insert, (s.id, s.tracking_id, s.url, *settings, *lists))
                member = "insert into site_members (site_id, account_id, role) values (%s, %s, %s)"
                connection.execute(member, (s.id, s.owner, "owner"))
            database = Database(tables)
            yield PostgresSiteDirectory(database)
            database.close()
            connection.execute("delete from sites")

    def test_a_viewer_is_not_the_owner(
        self, directory: SiteDirectory, tables: str, expected: tuple[Site, Site]
    ) -> None:
        with psycopg.connect(tables, autocommit=True) as connection:
            connection.execute(
                "with viewer as (insert into accounts (email) values ('v@v') returning id)"
                " insert into site_members select %s, id, 'viewer' from viewer",
                [expected[0].id],
            )
        assert directory.find([PLAIN]) == {PLAIN: expected[0]}
