from collections.abc import Iterator

import pytest

from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.goals import GoalKind, NewGoal
from pixeltrack.sites.ports import Goals, Sites
from pixeltrack.sites.postgres import PostgresGoals, PostgresSites
from pixeltrack.sites.sites import SiteSettings
from tests.fakes.sites import FakeSiteBook
from tests.fakes.work import FakeGoals

STRANGER = AccountId("00000000-0000-4000-8000-00000000ffff")
THANKS = NewGoal("Bought", GoalKind.PAGE, "/shop/*/thanks")
SIGN_UP = NewGoal("Зарегистрировался", GoalKind.EVENT, "sign-up %_\\")
NO_GOAL = "00000000-0000-4000-8000-000000000000"


class GoalsContract:
    """`owner` has an account, `sites` are where the goals' sites are made."""

    @pytest.fixture
    def owner(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def sites(self) -> Sites:
        raise NotImplementedError

    @pytest.fixture
    def goals(self) -> Goals:
        raise NotImplementedError

    @pytest.fixture
    def site(self, sites: Sites, owner: AccountId) -> SiteId:
        made = sites.add(owner, tracking_id(b"1" * 16), SiteSettings("https://x.example", "Site"))
        assert made
        return made.id

    def test_goals_come_back_oldest_first(
        self, goals: Goals, owner: AccountId, site: SiteId
    ) -> None:
        made = [goals.add(owner, site, new) for new in (THANKS, SIGN_UP)]
        assert list(goals.of(owner, site)) == made
        first, second = goals.of(owner, site)
        assert (first.name, first.kind, first.pattern) == ("Bought", "page", "/shop/*/thanks")
        assert (second.name, second.pattern) == (SIGN_UP.name, SIGN_UP.pattern)
        assert first.created_at.tzinfo

    def test_a_site_has_a_goal_once(self, goals: Goals, owner: AccountId, site: SiteId) -> None:
        made = goals.add(owner, site, THANKS)
        assert goals.add(owner, site, NewGoal("Again", THANKS.kind, THANKS.pattern)) is None
        assert goals.add(owner, site, NewGoal("Event", GoalKind.EVENT, THANKS.pattern))
        assert goals.of(owner, site)[0] == made
        assert len(goals.of(owner, site)) == 2

    def test_removed_is_gone(self, goals: Goals, owner: AccountId, site: SiteId) -> None:
        made = goals.add(owner, site, THANKS)
        assert made
        assert goals.remove(owner, site, made.id)
        assert not goals.remove(owner, site, made.id)
        assert list(goals.of(owner, site)) == []
        assert goals.add(owner, site, THANKS)

    def test_a_stranger_sees_and_does_nothing(
        self, goals: Goals, owner: AccountId, site: SiteId
    ) -> None:
        made = goals.add(owner, site, THANKS)
        assert made
        assert list(goals.of(STRANGER, site)) == []
        assert goals.add(STRANGER, site, SIGN_UP) is None
        assert not goals.remove(STRANGER, site, made.id)
        assert list(goals.of(owner, site)) == [made]

    @pytest.mark.parametrize("odd", ["", "no-id", "\x00", "0" * 36])
    def test_what_is_no_id_is_unknown(
        self, goals: Goals, owner: AccountId, site: SiteId, odd: str
    ) -> None:
        assert list(goals.of(owner, SiteId(odd))) == []
        assert goals.add(owner, SiteId(odd), THANKS) is None
        assert not goals.remove(owner, site, odd)
        assert not goals.remove(owner, SiteId(odd), NO_GOAL)


class TestFakeGoals(GoalsContract):
    @pytest.fixture
    def owner(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def sites(self, owner: AccountId) -> Sites:
        return FakeSiteBook(owner)

    @pytest.fixture
    def goals(self, sites: FakeSiteBook) -> Goals:
        return FakeGoals(sites)


class TestPostgresGoals(GoalsContract):
    @pytest.fixture
    def owner(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def database(self, tables: str) -> Iterator[Database]:
        database = Database(tables)
        yield database
        database.close()

    @pytest.fixture
    def sites(self, database: Database, owner: AccountId) -> Iterator[Sites]:
        sites = PostgresSites(database)
        yield sites
        for site in sites.of(owner):
            sites.remove(owner, site.id)

    @pytest.fixture
    def goals(self, database: Database) -> Goals:
        return PostgresGoals(database)
