"""Many jobs of one account: done together where they can be, and never before others' turns."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from pixeltrack.events.erasure import Erasure
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.erasing import QUIET_MS
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import seal_and_expire
from pixeltrack.jobs.jobs import Job, JobKind, Step
from pixeltrack.jobs.ports import JobStatus
from pixeltrack.jobs.runner import MOST_TRIES, run_jobs
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.sites.sites import MemberSite, SiteSettings
from tests.fakes.erasure_fixture import HOUR, Dying, ErasureFixture, stub, view
from tests.fakes.facts_database import DAY_MS, FactsDatabase, SiteWithFacts, hit

MANY = 300
STEPS = 12
"""Most chunks of one round of an erasure, or of many in one pass, of little that is stored."""


@pytest.fixture
def fixture(erasures: ErasureFixture) -> ErasureFixture:
    return erasures


class Passes:
    """MongoDB as it is, counting what is asked of it by site."""

    def __init__(self, fixture: ErasureFixture) -> None:
        self._stored = fixture.stored
        self.asked: Counter[tuple[str, SiteId]] = Counter()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._stored, name)
        if not name.startswith("rewrite"):
            return method

        def counted(erasure: Erasure, *rest: Any) -> Any:
            self.asked[name, erasure.site] += 1
            return method(erasure, *rest)

        return counted


def add_account(fixture: ErasureFixture, name: str) -> tuple[AccountId, MemberSite]:
    row = fixture.rows("insert into accounts (email) values (%s) returning id::text", f"{name}@x.y")
    account = AccountId(row[0]["id"])
    seed = name.encode().ljust(16)[:16]
    site = fixture.sites.add(account, tracking_id(seed), SiteSettings("https://y.example", "Site"))
    assert site
    return account, site


def visitors(number: int) -> list[str]:
    return [f"user_{n:03}@mail.example" for n in range(number)]


def found(fixture: ErasureFixture, account: AccountId, job: JobStatus) -> JobStatus:
    status = fixture.jobs.find(account, job.id)
    assert status
    return status


def test_three_hundred_erasures_are_one_pass_and_another_account_waits_for_none(
    fixture: ErasureFixture,
) -> None:
    names, (other, its) = visitors(MANY), add_account(fixture, "other")
    stored = [
        fixture.store(*(view(fixture.now - HOUR, name, f"/{name}") for name in names[n : n + 100]))
        for n in range(0, MANY, 100)
    ]
    mine = view(fixture.now - HOUR)
    kept = view(fixture.now - HOUR, "user_kept")
    theirs = fixture.store(mine, site=its)
    fixture.store(kept)
    fixture.aggregate()
    jobs = [fixture.erase(name) for name in names]
    single = fixture.jobs.erase_visitor(other, its.id, mine.visitor)
    assert single
    fixture.now = fixture.clock()
    passes = Passes(fixture)

    assert fixture.work(passes, chunks=2 * STEPS) <= 2 * STEPS
    assert fixture.bucket(theirs) == [stub(mine)]
    assert fixture.hits(its) == 0
    assert fixture.hits() == 1
    assert (
        passes.asked["rewrite_buckets", fixture.site.id]
        == (passes.asked["rewrite_buckets", its.id])
    )
    assert found(fixture, fixture.account, jobs[7]).state == "running"
    assert found(fixture, fixture.account, jobs[7]).progress > 0.5
    assert fixture.work(passes) == 0

    fixture.now += QUIET_MS + 1000
    assert fixture.work(passes) <= 2 * STEPS
    assert fixture.dump().count("@mail.example") == 0
    assert [event["type"] for name in stored for event in fixture.bucket(name)] == ["erased"] * MANY
    results = [found(fixture, fixture.account, job) for job in jobs]
    assert {(job.state, job.progress) for job in results} == {("done", 1)}
    alone = {"events": 1, "visits": 1, "buckets": 1, "rejections": 0, "sealedDays": 0}
    assert [job.result for job in results] == [alone] * MANY
    assert found(fixture, other, single).result == alone
    assert fixture.differences() == []


def test_what_is_asked_for_during_a_pass_is_the_next_one(fixture: ErasureFixture) -> None:
    names = visitors(6)
    fixture.store(*(view(fixture.now - HOUR, name) for name in names))
    fixture.aggregate()
    first = [fixture.erase(name) for name in names[:3]]
    fixture.now = fixture.clock()
    passes = Passes(fixture)
    assert fixture.work(passes, chunks=2) == 2
    second = [fixture.erase(name) for name in names[3:]]
    fixture.now = fixture.clock()
    fixture.work(passes)
    assert fixture.hits() == 0
    single = passes.asked["rewrite_buckets", fixture.site.id]
    fixture.now += QUIET_MS + 1000
    fixture.work(passes)
    states = [fixture.state(job) for job in (*first, *second)]
    assert states == ["done"] * 6
    fixture.store(view(fixture.now - HOUR, "user_one"))
    fixture.aggregate()
    again = Passes(fixture)
    job = fixture.erase("user_one")
    fixture.now = fixture.clock()
    fixture.work(again)
    assert single == 2 * again.asked["rewrite_buckets", fixture.site.id]
    assert fixture.state(job) == "running"


@pytest.mark.parametrize("asked_again", [0, 2])
def test_one_of_a_pass_asked_again_meanwhile_goes_with_what_came_since(
    fixture: ErasureFixture, asked_again: int
) -> None:
    names = visitors(3)
    fixture.store(*(view(fixture.now - HOUR, name) for name in names))
    fixture.aggregate()
    jobs = [fixture.erase(name) for name in names]
    fixture.now = fixture.clock()
    fixture.work(chunks=3)
    fixture.now = fixture.clock()
    fixture.store(*(view(fixture.now, name) for name in names))
    fixture.aggregate()
    assert fixture.hits() == 3
    assert fixture.erase(names[asked_again]).id == jobs[asked_again].id
    fixture.now = fixture.clock()
    fixture.work()
    fixture.now += QUIET_MS + 1000
    fixture.work()
    results = [found(fixture, fixture.account, job).result or {} for job in jobs]
    assert [result["events"] for result in results] == [
        2 if n == asked_again else 1 for n in range(3)
    ]
    assert fixture.hits() == 2
    assert fixture.differences() == []


@pytest.mark.parametrize("is_written", [False, True])
def test_a_pass_that_dies_goes_on_where_it_was(fixture: ErasureFixture, is_written: bool) -> None:
    names = visitors(5)
    bucket = fixture.store(*(view(fixture.now - HOUR, name) for name in names))
    fixture.aggregate()
    jobs = [fixture.erase(name) for name in names]
    fixture.now = fixture.clock()
    fixture.work(Dying(fixture.stored, is_written=is_written))
    assert fixture.hits() == 0
    assert {fixture.state(job) for job in jobs} == {"running"}
    fixture.work()
    fixture.now += QUIET_MS + 1000
    fixture.work()
    assert {fixture.state(job) for job in jobs} == {"done"}
    assert [event["type"] for event in fixture.bucket(bucket)] == ["erased"] * 5
    results = [found(fixture, fixture.account, job).result or {} for job in jobs]
    assert {result["events"] for result in results} == {1}


def test_who_followed_a_job_that_failed_is_begun_anew(fixture: ErasureFixture) -> None:
    names = visitors(3)
    fixture.store(*(view(fixture.now - HOUR, name) for name in names))
    fixture.aggregate()
    jobs = [fixture.erase(name) for name in names]
    fixture.now = fixture.clock()
    fixture.work(chunks=1)

    class Broken(Dying):
        def rewrite_buckets(self, *_: Any) -> Any:
            raise KeyError("broken")

    for _ in range(MOST_TRIES):
        fixture.work(Broken(fixture.stored, is_written=False), chunks=STEPS)
    assert fixture.state(jobs[0]) == "failed"
    assert {fixture.state(job) for job in jobs[1:]} <= {"queued", "running"}
    fixture.work()
    fixture.now += QUIET_MS + 1000
    fixture.work()
    assert [fixture.state(job) for job in jobs] == ["failed", "done", "done"]


def test_asking_while_a_pass_is_under_way_stops_neither(
    fixture: ErasureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who asks holds a tombstone and wants its job; a pass holds tombstones before jobs."""
    names = visitors(8)
    fixture.store(*(view(fixture.now - HOUR, name) for name in names))
    fixture.aggregate()
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            for name in names * 6:
                fixture.erase(name)
        except BaseException as fault:
            faults.append(fault)
            raise

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for thread in asking:
        thread.start()
    while any(thread.is_alive() for thread in asking):
        fixture.now = fixture.clock()
        fixture.work(chunks=2)
    assert faults == []
    fixture.now = fixture.clock()
    fixture.work()
    fixture.now += QUIET_MS + 1000
    fixture.work()
    assert fixture.rows("select id from jobs where state <> 'done' or tries > 0") == []
    assert "broke off" not in capsys.readouterr().out
    assert fixture.hits() == 0


def turns(fixture: ErasureFixture, chunks: list[int]) -> list[tuple[AccountId, JobKind]]:
    """Run the queue so many chunks at a time, with work that never ends; return who was next."""
    taken: list[tuple[AccountId, JobKind]] = []

    def worker(job: Job, _: PostgresFactsTransaction) -> Step:
        taken.append((job.account, job.kind))
        return Step({"erasedAt": 1}, 0.5)

    for chunk in chunks:
        left = iter([False] * chunk + [True])
        run_jobs(
            fixture.facts,
            dict.fromkeys(JobKind, worker),
            lambda: fixture.now,
            lambda left=left: next(left),  # type: ignore[misc]
        )
    return taken


@pytest.mark.parametrize("chunks", [[12], [1] * 12, [5, 7]])
def test_accounts_take_turns_from_run_to_run(fixture: ErasureFixture, chunks: list[int]) -> None:
    """One account deletes forty sites; two others ask for one erasure and one other zone each."""
    for n in range(40):
        made = fixture.sites.add(
            fixture.account, tracking_id(bytes([n]) * 16), SiteSettings("https://z.example", "Site")
        )
        assert made
        fixture.sites.remove(fixture.account, made.id)
    others = [add_account(fixture, name) for name in ("one", "two")]
    for account, site in others:
        fixture.jobs.erase_visitor(account, site.id, "user")
        assert fixture.sites.change(account, site.id, {"timezone": "Asia/Kolkata"})
    taken = Counter(turns(fixture, chunks))
    assert taken == {
        (fixture.account, JobKind.ERASE_SITE): 2,
        (others[0][0], JobKind.ERASE_VISITOR): 2,
        (others[1][0], JobKind.ERASE_VISITOR): 2,
        (others[0][0], JobKind.REZONE): 3,
        (others[1][0], JobKind.REZONE): 3,
    }


NOON = 1_761_998_400_000
"""2025-11-01, 12:00 UTC."""

DAYS = 6
OVER = NOON + 400 * DAY_MS


def plant_days(facts_db: FactsDatabase, start_at: int) -> SiteWithFacts:
    """A site with a visit on each of six days."""
    site = facts_db.site("UTC", retention_days=30)
    [visitor], [context] = (
        facts_db.visitors(site, 1),
        facts_db.contexts(site, [(0,) * len(ATTRIBUTES)]),
    )
    for n in range(DAYS):
        facts_db.plant(site, [hit(site, visitor, start_at + n * DAY_MS, context=context)])
    return site


def next_rolled(facts_db: FactsDatabase) -> None:
    assert roll_closed(facts_db.facts, lambda: OVER, once()) == 1


def next_sealed(facts_db: FactsDatabase) -> None:
    late = once()
    assert seal_and_expire(facts_db.facts, NothingExpires(), lambda: OVER, late).days == 1


def once() -> Callable[[], bool]:
    late = iter([False])
    return lambda: next(late, True)


class NothingExpires:
    def expire(self, *_: Any) -> int:
        return 0


@pytest.mark.parametrize(
    ("do_next", "column"), [(next_rolled, "rolled_at"), (next_sealed, "sealed_at")]
)
def test_sites_take_turns_from_run_to_run_whatever_their_age(
    facts_db: FactsDatabase, do_next: Callable[[FactsDatabase], None], column: str
) -> None:
    """Whose days are the oldest, as after a large import, is no nearer to its turn."""
    old, young = plant_days(facts_db, NOON - 90 * DAY_MS), plant_days(facts_db, NOON)
    facts_db.swept(OVER)
    if column == "sealed_at":
        roll_closed(facts_db.facts, lambda: 1, lambda: False)
    done: list[int] = []
    for _ in range(4):
        do_next(facts_db)
        done.append(
            sum(period[column] is not None for period in facts_db.periods(young))
            - sum(period[column] is not None for period in facts_db.periods(old))
        )
    assert done == [-1, 0, -1, 0]
    if column == "rolled_at":
        assert roll_closed(facts_db.facts, lambda: OVER, lambda: False) > 2 * DAYS - 4
        periods = [*facts_db.periods(old), *facts_db.periods(young)]
        assert all(period["rolled_at"] for period in periods)
