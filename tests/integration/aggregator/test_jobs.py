"""Jobs on a real PostgreSQL: in turn, in chunks, and whatever a chunk does."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.postgres import PostgresFactsTransaction as FactsSql
from pixeltrack.jobs import runner
from pixeltrack.jobs.jobs import MOST_HALVINGS, Job, JobKind, Position, Step, ended
from pixeltrack.jobs.runner import MOST_TRIES, queue_audits, run_jobs
from pixeltrack.platform import postgres as module
from pixeltrack.platform.errors import Busy, StoreUnavailable, Unavailable
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import Transactions
from pixeltrack.platform.schema import migrate

NOW = 1_764_000_000_000
Add = Callable[..., str]
Worker = runner.Worker[FactsSql]


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def connection(tables: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    with psycopg.connect(tables, autocommit=True, row_factory=dict_row) as connection:
        yield connection
        connection.execute("truncate jobs, job_turns")


@pytest.fixture
def transactions(tables: str) -> Iterator[Transactions]:
    transactions = Transactions(tables, statement_timeout_ms=5_000)
    yield transactions
    transactions.close()


@pytest.fixture
def add(connection: psycopg.Connection[dict[str, Any]]) -> Add:
    def add(kind: str = "audit", waiting_s: int = 0) -> str:
        row = connection.execute(
            "insert into jobs (kind, account_id, site_id, subject, updated_at) values"
            " (%s, %s, %s, %s, now() - make_interval(secs => %s)) returning id::text",
            [kind, uuid4(), uuid4(), uuid4(), waiting_s],
        ).fetchone()
        assert row
        return str(row["id"])

    return add


def row(connection: psycopg.Connection[dict[str, Any]], job: str) -> dict[str, Any]:
    found = connection.execute("select * from jobs where id = %s", [job]).fetchone()
    assert found
    return found


def run(transactions: Transactions, worker: Worker, now: int = NOW) -> int:
    return run_jobs(
        PostgresFacts(transactions), {JobKind.AUDIT: worker}, lambda: now, lambda: False
    )


def counting_to(last: int) -> Worker:
    def worker(job: Job, _: FactsSql) -> Step:
        n = job.position.get("n", 0) + 1
        return Step({"n": n}, n / last, {"counted": n} if n == last else None)

    return worker


def test_a_job_goes_on_where_it_was_until_it_has_a_result(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    job = add()
    assert run(transactions, counting_to(3)) == 3
    found = row(connection, job)
    assert found["state"] == "done"
    assert found["result"] == {"counted": 3}
    assert found["progress"] == 1
    assert found["finished_at"]


def test_what_a_worker_is_told(transactions: Transactions, connection: Any, add: Add) -> None:
    told: list[Job] = []

    def worker(job: Job, _: FactsSql) -> Step:
        told.append(job)
        return Step({}, 1, {})

    found = row(connection, add())
    run(transactions, worker)
    created_at_ms = parse_ms(found["created_at"].isoformat())
    assert told == [
        Job(
            str(found["id"]),
            JobKind.AUDIT,
            AccountId(str(found["account_id"])),
            SiteId(str(found["site_id"])),
            found["subject"].bytes,
            {},
            created_at_ms,
        )
    ]


def test_jobs_take_turns_the_longest_waiting_first(transactions: Transactions, add: Add) -> None:
    young, old = add(), add(waiting_s=60)
    turns: list[str] = []

    def worker(job: Job, transaction: FactsSql) -> Step:
        turns.append(job.id)
        return counting_to(2)(job, transaction)

    run(transactions, worker)
    assert turns == [old, young, old, young]


def test_no_chunk_begins_when_the_time_is_up(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    job = add()
    late = iter([False, False, True])
    workers = {JobKind.AUDIT: counting_to(50)}
    done = run_jobs(PostgresFacts(transactions), workers, lambda: NOW, lambda: next(late))
    assert done == 2
    found = row(connection, job)
    assert (found["state"], found["position"]) == ("running", {"n": 2})


def test_a_kind_that_nobody_works_on_waits(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    job = add("rezone")
    assert run(transactions, counting_to(1)) == 0
    assert row(connection, job)["state"] == "queued"


def test_a_chunk_is_not_done_before_its_time(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    job = add()

    def worker(job: Job, _: FactsSql) -> Step:
        if job.position:
            return Step({}, 1, {})
        return Step({"waited": True}, 0.5, not_before=NOW + 10)

    assert run(transactions, worker) == 1
    assert run(transactions, worker, NOW + 9) == 0
    assert row(connection, job)["state"] == "running"
    assert run(transactions, worker, NOW + 10) == 1
    assert row(connection, job)["state"] == "done"


def test_a_store_that_is_away_changes_nothing_and_others_go_on(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    away, other = add(waiting_s=60), add()
    before = row(connection, away)

    def worker(job: Job, transaction: FactsSql) -> Step:
        if job.id == away:
            raise StoreUnavailable("MongoDB: NetworkTimeout")
        return counting_to(2)(job, transaction)

    assert run(transactions, worker) == 2
    assert row(connection, away) == before
    assert row(connection, other)["state"] == "done"


def test_a_chunk_that_fails_is_undone_and_ends_its_job_at_the_fifth_time(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    job = add()

    def worker(job: Job, transaction: FactsSql) -> Step:
        transaction.sql.rows(
            "jobs/save_step", id=job.id, position="{}", progress=1.0, result="{}", not_before=0
        )
        raise KeyError("user_secret")

    for n in range(1, MOST_TRIES):
        run(transactions, worker)
        found = row(connection, job)
        assert (found["tries"], found["state"], found["error"]) == (n, "queued", None)
    run(transactions, worker)
    found = row(connection, job)
    assert found["state"] == "failed"
    assert found["finished_at"]
    assert found["result"] is None
    assert "KeyError" in found["error"]
    assert "secret" not in found["error"]
    assert run(transactions, worker) == 0


SECRET = "mail@private.example"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (b"select %(secret)s::uuid", "InvalidTextRepresentation"),
        (b"insert into accounts (email) values (%(secret)s), (%(secret)s)", "UniqueViolation"),
        (b"selekt %(secret)s", "SyntaxError"),
        (b"select %(unknown)s", "ProgrammingError"),
    ],
)
def test_a_statement_of_ours_that_is_wrong_is_tried_five_times_and_quotes_nothing(
    transactions: Transactions,
    connection: Any,
    add: Add,
    *,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    statement: bytes,
    fault: str,
) -> None:
    job = add()
    with monkeypatch.context() as patched:
        written_instead(patched, statement)
        for _ in range(MOST_TRIES + 1):
            run(transactions, lambda _, transaction: transaction.sql.rows("wrong", secret=SECRET))
    found = row(connection, job)
    assert (found["state"], found["tries"]) == ("failed", MOST_TRIES)
    assert fault in found["error"]
    logged = capsys.readouterr().out
    assert "test_jobs.py" in logged
    assert SECRET not in logged + found["error"]


@pytest.mark.parametrize(
    "statement",
    [
        b"select from nowhere",
        b"select nothing from jobs",
        b"do $$ begin raise serialization_failure; end $$",
        b"do $$ begin raise lock_not_available; end $$",
        b"do $$ begin raise read_only_sql_transaction; end $$",
        b"select pg_terminate_backend(pg_backend_pid())",
    ],
)
def test_what_may_pass_is_not_the_fault_of_a_job(
    transactions: Transactions,
    connection: Any,
    add: Add,
    monkeypatch: pytest.MonkeyPatch,
    statement: bytes,
) -> None:
    job = add()
    before = row(connection, job)
    written_instead(monkeypatch, statement)
    assert run(transactions, lambda _, transaction: transaction.sql.rows("passing")) == 0
    assert row(connection, job) == before


TOO_SLOW = b"set local statement_timeout = 1; select pg_sleep(5)"


def test_a_chunk_that_takes_too_long_is_halved_until_it_does_not(
    transactions: Transactions, connection: Any, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = add()
    written_instead(monkeypatch, TOO_SLOW)
    sizes: list[int] = []

    def worker(job: Job, transaction: FactsSql) -> Step:
        at = Position.of(job)
        sizes.append(at.at_most(1000))
        if sizes[-1] > 300:
            transaction.sql.rows("passing")
        return ended({})

    assert run(transactions, worker) == 1
    assert sizes == [1000, 500, 250]
    found = row(connection, job)
    assert (found["state"], found["tries"]) == ("done", 0)


def test_a_chunk_that_takes_too_long_at_its_smallest_fails_its_job_by_name(
    transactions: Transactions, connection: Any, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, other = add(waiting_s=60), add()
    written_instead(monkeypatch, TOO_SLOW)

    def worker(told: Job, transaction: FactsSql) -> Step:
        if told.id == job:
            transaction.sql.rows("passing")
        return ended({})

    assert run(transactions, worker) == 1
    found = row(connection, job)
    assert found["position"] == {"halvings": MOST_HALVINGS}
    assert (found["tries"], found["state"]) == (1, "running")
    assert row(connection, other)["state"] == "done"
    for _ in range(MOST_TRIES):
        run(transactions, worker)
    found = row(connection, job)
    assert (found["tries"], found["state"]) == (MOST_TRIES, "failed")
    assert "StatementTooSlow" in found["error"]


def test_a_phase_begins_with_whole_chunks_and_unknown_members_are_passed_over() -> None:
    class Counted(Position, kw_only=True):
        SHARES: ClassVar[Mapping[str, float]] = {"one": 3.0, "two": 1.0}
        phase: str = "one"
        after: int = 0

    told = Job("", JobKind.AUDIT, AccountId(""), SiteId(""), bytes(16), {}, 0)
    left = {"phase": "one", "halvings": 2, "after": 7, "tomorrow": [1]}
    at = Counted.of(replace(told, position=left))
    assert (at.after, at.at_most(9), at.at_most(3), at.progress) == (7, 2, 1, 0)
    assert at.next_phase()
    assert (at.phase, at.at_most(9), at.progress) == ("two", 9, 0.75)
    assert at.step().position == {"phase": "two", "after": 7}
    assert not at.next_phase()


def test_every_other_chunk_is_one_of_an_erasure(transactions: Transactions, add: Add) -> None:
    kinds: dict[str, JobKind] = {}
    for kind, waiting_s in [("audit", 90), ("rezone", 120), ("erase_visitor", 0)]:
        kinds[add(kind, waiting_s)] = JobKind(kind)
    kinds[add("erase_site", 10)] = JobKind.ERASE_SITE
    turns: list[JobKind] = []

    def worker(job: Job, transaction: FactsSql) -> Step:
        turns.append(kinds[job.id])
        return counting_to(2)(job, transaction)

    workers = dict.fromkeys(JobKind, worker)
    run_jobs(PostgresFacts(transactions), workers, lambda: NOW, lambda: False)
    order = [JobKind.ERASE_SITE, JobKind.REZONE, JobKind.ERASE_VISITOR, JobKind.AUDIT]
    assert turns == order * 2


def test_turns_are_forgotten_after_a_day(transactions: Transactions, connection: Any) -> None:
    connection.execute(
        "insert into job_turns select gen_random_uuid(), true, now() - make_interval(hours => h)"
        " from unnest(array[23, 25]) h"
    )
    with transactions.locked() as transaction:
        queue_audits(transaction)
    assert len(connection.execute("select from job_turns").fetchall()) == 1


def test_a_wrong_statement_s_error_holds_no_words_of_the_server(
    transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_instead(monkeypatch, b"select %(secret)s::uuid")
    with pytest.raises(psycopg.DataError) as raised, transactions.locked() as transaction:
        transaction.rows("wrong", secret=SECRET)
    assert str(raised.value) == "PostgreSQL: InvalidTextRepresentation 22P02"
    assert SECRET not in "".join(traceback.format_exception(raised.value))


def written_instead(patched: pytest.MonkeyPatch, text: bytes) -> None:
    """Put a statement in the place of those SQL files that do not exist."""
    files = module.statement
    instead = {"wrong": text, "passing": text}
    patched.setattr(module, "statement", lambda name: instead.get(name) or files(name))


def test_failures_count_in_a_row_only(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    job = add()
    outcomes = iter([False] * 4 + [True] + [False] * 4)

    def worker(_job: Job, _: FactsSql) -> Step:
        if next(outcomes):
            return Step({"n": 1}, 0.5, not_before=NOW)
        raise ValueError

    for _ in range(8):
        run(transactions, worker)
    found = row(connection, job)
    assert (found["tries"], found["state"]) == (4, "running")


def test_jobs_are_left_to_whoever_holds_the_lock(
    transactions: Transactions, tables: str, connection: Any, add: Add
) -> None:
    job = add()
    other = Transactions(tables, statement_timeout_ms=5_000)
    with other.locked(), pytest.raises(Busy):
        run(transactions, counting_to(1))
    other.close()
    assert row(connection, job)["state"] == "queued"


def test_a_database_that_is_away_is_told() -> None:
    nowhere = Transactions("postgresql://127.0.0.1:1/none", statement_timeout_ms=1_000)
    with pytest.raises(Unavailable):
        run(nowhere, counting_to(1))


def test_audits_are_queued_once_a_site(transactions: Transactions, connection: Any) -> None:
    account = connection.execute(
        "insert into accounts (email) values ('a@pixeltrack.test') returning id"
    ).fetchone()["id"]
    site = connection.execute(
        "insert into sites (tracking_id, url, name) values (%s, 'https://example.com', 'Site')"
        " returning id",
        ["pt_" + "0" * 32],
    ).fetchone()["id"]
    connection.execute(
        "insert into site_members (site_id, account_id, role) values (%s, %s, 'owner')",
        [site, account],
    )

    for expected in (1, 0):
        with transactions.locked() as transaction:
            assert queue_audits(transaction) == expected
    jobs = connection.execute("select kind, account_id, site_id from jobs").fetchall()
    assert jobs == [{"kind": "audit", "account_id": account, "site_id": site}]


def test_audits_are_forgotten_30_days_after_they_ended(
    transactions: Transactions, connection: Any, add: Add
) -> None:
    ended = {add(kind): (kind, days) for kind in ("audit", "rezone") for days in (29, 31)}
    for job, (_, days) in ended.items():
        connection.execute(
            "update jobs set finished_at = now() - make_interval(days => %s) where id = %s",
            [days, job],
        )
    waiting = add("audit")
    with transactions.locked() as transaction:
        queue_audits(transaction)
    left = connection.execute("select id::text from jobs").fetchall()
    gone = {job for job, (kind, days) in ended.items() if kind == "audit" and days == 31}
    assert len(gone) == 1
    assert {row["id"] for row in left} >= {*ended, waiting} - gone
    assert not gone & {row["id"] for row in left}
