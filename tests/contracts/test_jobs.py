import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.ports import Tombstones
from pixeltrack.events.postgres import PostgresTombstones
from pixeltrack.jobs.ports import Jobs
from pixeltrack.jobs.postgres import PostgresJobs
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.ports import Sites
from pixeltrack.sites.postgres import PostgresSites
from pixeltrack.sites.sites import SiteSettings
from tests.fakes.sites import FakeSiteBook
from tests.fakes.work import FakeJobs, FakeTombstones

STRANGER = AccountId("00000000-0000-4000-8000-00000000ffff")
NO_JOB = "00000000-0000-4000-8000-000000000000"
VISITOR = "user_«ü»/1"
Finish = Callable[[str], None]


class JobsContract:
    """`owner` has an account and `site`; `finish` ends a job."""

    @pytest.fixture
    def owner(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def sites(self) -> Sites:
        raise NotImplementedError

    @pytest.fixture
    def jobs(self) -> Jobs:
        raise NotImplementedError

    @pytest.fixture
    def tombstones(self) -> Tombstones:
        raise NotImplementedError

    @pytest.fixture
    def finish(self) -> Finish:
        raise NotImplementedError

    @pytest.fixture
    def site(self, sites: Sites, owner: AccountId) -> SiteId:
        made = sites.add(owner, tracking_id(b"1" * 16), SiteSettings("https://x.example", "Site"))
        assert made
        return made.id

    def test_a_job_is_found_by_who_asked_for_it(
        self, jobs: Jobs, owner: AccountId, site: SiteId
    ) -> None:
        job = jobs.audit(owner, site)
        assert job
        assert (job.kind, job.site, job.state, job.progress) == ("audit", site, "queued", 0)
        assert (job.result, job.error, job.finished_at) == (None, None, None)
        assert job.created_at.tzinfo
        assert jobs.find(owner, job.id) == job
        assert jobs.find(STRANGER, job.id) is None

    def test_the_same_work_is_one_job_until_it_is_finished(
        self, jobs: Jobs, owner: AccountId, site: SiteId, finish: Finish
    ) -> None:
        asked = [jobs.audit(owner, site), jobs.audit(owner, site)]
        asked += [jobs.erase_visitor(owner, site, v) for v in (VISITOR, VISITOR, "another")]
        audit, again, erasure, repeated, other = [job.id for job in asked if job]
        assert audit == again
        assert erasure == repeated
        assert len({audit, erasure, other}) == 3
        finish(erasure)
        done, anew = jobs.find(owner, erasure), jobs.erase_visitor(owner, site, VISITOR)
        assert done
        assert anew
        assert done.finished_at
        assert anew.id not in {erasure, other}

    def test_an_erased_visitor_is_erased_under_both_keys(
        self, jobs: Jobs, tombstones: Tombstones, owner: AccountId, site: SiteId
    ) -> None:
        before = int(time.time() * 1000)
        jobs.erase_visitor(owner, site, VISITOR)
        keys = [visitor_key(site, VISITOR, imported=imported) for imported in (False, True)]
        other = visitor_key(site, "another", imported=False)
        found = tombstones.find([*keys, other, site_key(site)])
        assert found.keys() == set(keys)
        assert all(before - 1000 <= at <= int(time.time() * 1000) + 1000 for at in found.values())
        first = dict(found)
        jobs.erase_visitor(owner, site, VISITOR)
        later = tombstones.find(keys)
        assert all(later[key] >= first[key] for key in keys)

    def test_unfinished_erasures_of_a_site_are_counted(
        self, jobs: Jobs, owner: AccountId, site: SiteId, finish: Finish
    ) -> None:
        jobs.audit(owner, site)
        for name in ("one", "two", "two"):
            job = jobs.erase_visitor(owner, site, name)
        assert jobs.count_erasures(site, besides="three") == 2
        assert jobs.count_erasures(site, besides="one") == 1
        assert jobs.count_erasures(SiteId(NO_JOB), besides="one") == 0
        assert job
        finish(job.id)
        assert jobs.count_erasures(site, besides="three") == 1

    def test_nobody_else_asks_for_work(
        self, jobs: Jobs, tombstones: Tombstones, site: SiteId
    ) -> None:
        assert jobs.audit(STRANGER, site) is None
        assert jobs.erase_visitor(STRANGER, site, VISITOR) is None
        assert tombstones.find([visitor_key(site, VISITOR, imported=False)]) == {}

    @pytest.mark.parametrize("odd", ["", "no-id", "\x00", "0" * 36])
    def test_what_is_no_id_is_unknown(self, jobs: Jobs, owner: AccountId, odd: str) -> None:
        assert jobs.find(owner, odd) is None
        assert jobs.audit(owner, SiteId(odd)) is None
        assert jobs.erase_visitor(owner, SiteId(odd), VISITOR) is None
        assert jobs.find(owner, NO_JOB) is None

    def test_nothing_asked_for_is_nothing_found(self, tombstones: Tombstones) -> None:
        assert tombstones.find([]) == {}


class TestFakeJobs(JobsContract):
    @pytest.fixture
    def owner(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def sites(self, owner: AccountId) -> Sites:
        return FakeSiteBook(owner)

    @pytest.fixture
    def tombstones(self) -> Tombstones:
        return FakeTombstones()

    @pytest.fixture
    def jobs(self, sites: FakeSiteBook, tombstones: FakeTombstones) -> Jobs:
        return FakeJobs(sites, tombstones)

    @pytest.fixture
    def finish(self, jobs: FakeJobs) -> Finish:
        return jobs.finish


class TestPostgresJobs(JobsContract):
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
    def jobs(self, database: Database) -> Jobs:
        return PostgresJobs(database)

    @pytest.fixture
    def tombstones(self, database: Database) -> Tombstones:
        return PostgresTombstones(database)

    @pytest.fixture
    def finish(self, tables: str) -> Finish:
        def end(job: str) -> None:
            statement = "update jobs set state = 'done', finished_at = now() where id = %s"
            with psycopg.connect(tables) as connection:
                connection.execute(statement, [job])

        return end

    def test_no_job_says_who_the_visitor_is(
        self, jobs: Jobs, owner: AccountId, site: SiteId, tables: str
    ) -> None:
        jobs.erase_visitor(owner, site, VISITOR)
        with psycopg.connect(tables) as connection:
            rows = connection.execute("select j::text from jobs j").fetchall()
            rows += connection.execute("select t::text from tombstones t").fetchall()
        assert rows
        assert not any("user_" in text for (text,) in rows)
