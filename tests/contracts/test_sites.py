from collections.abc import Callable, Iterator

import psycopg
import pytest

from pixeltrack.events.identity import site_key
from pixeltrack.events.postgres import PostgresTombstones
from pixeltrack.jobs.postgres import PostgresJobs
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.ports import Sites
from pixeltrack.sites.postgres import PostgresSites
from pixeltrack.sites.sites import Identity, Role, SiteSettings, SiteStatus
from tests.fakes.sites import FakeSiteBook

STRANGER = AccountId("00000000-0000-4000-8000-00000000ffff")
PLAIN = SiteSettings(url="https://example.com", name="A site")
STRICT = SiteSettings(
    url="http://strict.example/shop",
    name="Строгий <b>",
    timezone="Europe/Moscow",
    status=SiteStatus.PAUSED,
    retention_days=30,
    identity=Identity.COOKIELESS,
    excluded_ips=("203.0.113.7", "10.0.0.0/8", "2001:db8::/32"),
    allowed_domains=("strict.example", "strict.test"),
    pace_limit=0,
)
ONE, TWO = tracking_id(b"1" * 16), tracking_id(b"2" * 16)
Invite = Callable[[SiteId, AccountId], None]


class SitesContract:
    """`owner` and `other` are accounts; `invite` makes an account a viewer of a site."""

    @pytest.fixture
    def owner(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def other(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def sites(self) -> Sites:
        raise NotImplementedError

    @pytest.fixture
    def invite(self) -> Invite:
        raise NotImplementedError

    def test_what_is_added_comes_back_whole(self, sites: Sites, owner: AccountId) -> None:
        one, two = sites.add(owner, ONE, PLAIN), sites.add(owner, TWO, STRICT)
        assert one
        assert two
        assert (one.settings, one.tracking_id, one.role) == (PLAIN, ONE, Role.OWNER)
        assert two.settings == STRICT
        assert one.created_at == one.updated_at
        assert one.created_at.tzinfo
        assert list(sites.of(owner)) == [one, two]
        assert sites.find(owner, two.id) == two

    def test_adding_twice_is_adding_once(self, sites: Sites, owner: AccountId) -> None:
        assert sites.add(owner, ONE, PLAIN) == sites.add(owner, ONE, PLAIN)
        assert len(sites.of(owner)) == 1

    def test_nobody_makes_no_site(self, sites: Sites) -> None:
        assert sites.add(STRANGER, ONE, PLAIN) is None

    def test_others_see_and_do_nothing(
        self, sites: Sites, owner: AccountId, other: AccountId
    ) -> None:
        made = sites.add(owner, ONE, PLAIN)
        assert made
        assert list(sites.of(other)) == []
        assert sites.find(other, made.id) is None
        assert sites.change(other, made.id, {"name": "Mine"}) is None
        assert sites.remove(other, made.id) is None
        assert sites.find(owner, made.id) == made

    def test_a_viewer_sees_and_changes_nothing(
        self, sites: Sites, owner: AccountId, other: AccountId, invite: Invite
    ) -> None:
        made = sites.add(owner, ONE, PLAIN)
        assert made
        invite(made.id, other)
        (seen,) = sites.of(other)
        assert (seen.id, seen.role, seen.settings) == (made.id, Role.VIEWER, PLAIN)
        assert sites.change(other, made.id, {"name": "Mine"}) is None
        assert sites.remove(other, made.id) is None
        assert sites.find(owner, made.id) == made

    @pytest.mark.parametrize("odd", ["", "no-id", "\x00", "' or true --", "0" * 36, "\ud800"])
    def test_what_is_no_id_is_unknown(self, sites: Sites, owner: AccountId, odd: str) -> None:
        sites.add(owner, ONE, PLAIN)
        assert sites.find(owner, SiteId(odd)) is None
        assert sites.change(owner, SiteId(odd), {"name": "Other"}) is None
        assert sites.remove(owner, SiteId(odd)) is None

    def test_a_change_leaves_the_rest(self, sites: Sites, owner: AccountId) -> None:
        made = sites.add(owner, TWO, STRICT)
        assert made
        changed = sites.change(
            owner, made.id, {"status": SiteStatus.ACTIVE, "excluded_ips": (), "name": "Other"}
        )
        assert changed
        assert changed.settings.status is SiteStatus.ACTIVE
        assert changed.settings.excluded_ips == ()
        assert changed.settings.name == "Other"
        assert changed.settings.allowed_domains == STRICT.allowed_domains
        assert changed.settings.retention_days == STRICT.retention_days
        assert changed.settings.pace_limit == STRICT.pace_limit
        assert (changed.tracking_id, changed.created_at) == (made.tracking_id, made.created_at)
        assert changed.updated_at > made.updated_at

    def test_one_is_changed_and_removed_and_no_other(self, sites: Sites, owner: AccountId) -> None:
        one, two = sites.add(owner, ONE, PLAIN), sites.add(owner, TWO, STRICT)
        assert one
        assert two
        assert sites.change(owner, one.id, {"name": "Other"})
        assert sites.find(owner, two.id) == two
        assert sites.remove(owner, one.id)
        assert list(sites.of(owner)) == [two]

    def test_removed_is_gone(
        self, sites: Sites, owner: AccountId, other: AccountId, invite: Invite
    ) -> None:
        made = sites.add(owner, ONE, PLAIN)
        assert made
        invite(made.id, other)
        assert sites.remove(owner, made.id)
        assert sites.remove(owner, made.id) is None
        assert list(sites.of(owner)) == list(sites.of(other)) == []


class TestFakeSiteBook(SitesContract):
    @pytest.fixture
    def owner(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def other(self) -> AccountId:
        return AccountId("account-2")

    @pytest.fixture
    def sites(self, owner: AccountId, other: AccountId) -> Sites:
        return FakeSiteBook(owner, other)

    @pytest.fixture
    def invite(self, sites: FakeSiteBook) -> Invite:
        def view(site: SiteId, account: AccountId) -> None:
            sites.members[site, account] = Role.VIEWER

        return view


class TestPostgresSites(SitesContract):
    @pytest.fixture
    def owner(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def other(self, tables: str) -> AccountId:
        statement = (
            "insert into accounts (email) values (gen_random_uuid() || '@pixeltrack.test')"
            " returning id::text"
        )
        with psycopg.connect(tables) as connection:
            row = connection.execute(statement).fetchone()
        assert row
        return AccountId(row[0])

    @pytest.fixture
    def sites(self, tables: str) -> Iterator[Sites]:
        database = Database(tables)
        yield PostgresSites(database)
        database.close()
        with psycopg.connect(tables) as connection:
            connection.execute("delete from sites")

    @pytest.fixture
    def invite(self, tables: str) -> Invite:
        def view(site: SiteId, account: AccountId) -> None:
            statement = (
                "insert into site_members (site_id, account_id, role) values (%s, %s, 'viewer')"
            )
            with psycopg.connect(tables) as connection:
                connection.execute(statement, (site, account))

        return view

    def test_a_removed_site_is_tombstoned_and_erased_by_a_job(
        self, sites: Sites, owner: AccountId, tables: str
    ) -> None:
        made = sites.add(owner, ONE, PLAIN)
        assert made
        job = sites.remove(owner, made.id)
        database = Database(tables)
        key = site_key(made.id)
        found = PostgresJobs(database).find(owner, job or "")
        assert found
        assert (found.kind, found.site, found.state) == ("erase_site", made.id, "queued")
        assert PostgresTombstones(database).find([key]).keys() == {key}
        database.close()

    def test_another_zone_makes_a_job_and_the_same_none(
        self, sites: Sites, owner: AccountId, tables: str
    ) -> None:
        made = sites.add(owner, ONE, PLAIN)
        assert made
        sites.change(owner, made.id, {"timezone": "UTC", "name": "Other"})
        assert jobs_of(tables, made.id) == []
        for zone in ("Europe/Moscow", "Asia/Kolkata"):
            sites.change(owner, made.id, {"timezone": zone})
        assert jobs_of(tables, made.id) == [("rezone", "queued")]

    def test_another_pace_limit_makes_a_job_and_the_same_none(
        self, sites: Sites, owner: AccountId, tables: str
    ) -> None:
        made = sites.add(owner, ONE, PLAIN)
        assert made
        sites.change(owner, made.id, {"pace_limit": 60, "name": "Other"})
        assert jobs_of(tables, made.id) == []
        for limit in (0, 100):
            sites.change(owner, made.id, {"pace_limit": limit})
        assert jobs_of(tables, made.id) == [("recount", "queued")]
        sites.change(owner, made.id, {"pace_limit": 60, "timezone": "Asia/Kolkata"})
        assert sorted(jobs_of(tables, made.id)) == [("recount", "queued"), ("rezone", "queued")]


def jobs_of(tables: str, site: SiteId) -> list[tuple[str, str]]:
    with psycopg.connect(tables) as connection:
        statement = "select kind, state from jobs where site_id = %s"
        return list(connection.execute(statement, [site]))
