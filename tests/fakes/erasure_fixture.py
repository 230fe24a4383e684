"""Two sites of one account on real databases, from which visitors and sites are erased."""

from itertools import chain, count, repeat
from typing import Any

import psycopg
from psycopg.rows import dict_row
from pymongo.database import Database as MongoDatabase

from pixeltrack.events.mongo.buckets import MongoBuckets
from pixeltrack.events.mongo.erasures import MongoErasures
from pixeltrack.events.mongo.store import MongoEventStore
from pixeltrack.events.stored import Bucket, StoredEvent, bucket_id
from pixeltrack.facts.aggregation import Aggregation
from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.erasing import QUIET_MS, Erasing
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.ports import JobStatus
from pixeltrack.jobs.postgres import PostgresJobs
from pixeltrack.jobs.runner import run_jobs
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, tracking_id
from pixeltrack.platform.postgres import Database, Transactions
from pixeltrack.sites.postgres import PostgresSites
from pixeltrack.sites.sites import MemberSite, SiteSettings

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
IVAN, ANNA = "user_ivan@mail.example", "user_anna"


class ErasureFixture:
    """Two sites of one account, an aggregator and a job runner; `now` is its clock."""

    def __init__(
        self,
        tables: str,
        mongo: MongoDatabase[dict[str, Any]],
        account: str,
        statement_timeout_ms: int = 5_000,
    ) -> None:
        self.connection = psycopg.connect(tables, autocommit=True, row_factory=dict_row)
        self.database = Database(tables)
        self.transactions = Transactions(tables, statement_timeout_ms=statement_timeout_ms)
        self.mongo = mongo
        self.account = AccountId(account)
        self.now = self.clock()
        self.sites = PostgresSites(self.database)
        self.jobs = PostgresJobs(self.database)
        self.events = MongoEventStore(mongo)
        self.stored = MongoErasures(mongo)
        self.facts = PostgresFacts(self.transactions)
        self.aggregation = Aggregation(MongoBuckets(mongo), self.facts, lambda: self.now)
        self.offsets = count()
        self.site, self.other = self.add_site(b"1"), self.add_site(b"2")

    def close(self) -> None:
        self.connection.close()
        self.database.close()
        self.transactions.close()

    def clock(self) -> int:
        """Return PostgreSQL's clock, by which tombstones are written."""
        return int(self.rows("select extract(epoch from clock_timestamp()) * 1000 as ms")[0]["ms"])

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        return self.connection.execute(statement.encode(), values).fetchall()

    def add_site(self, seed: bytes) -> MemberSite:
        settings = SiteSettings("https://x.example", "Site")
        made = self.sites.add(self.account, tracking_id(seed * 16), settings)
        assert made
        older = "update sites set created_at = now() - interval '9 days' where id = %s returning id"
        self.rows(older, made.id)
        return made

    def store(
        self, *events: StoredEvent, site: MemberSite | None = None, stored_at: int = 0
    ) -> str:
        """Store one bucket, as the processor does; its events get their offsets here."""
        site = site or self.site
        for event in events:
            event.offset = next(self.offsets)
        name = bucket_id(0, site.id, events)
        at = stored_at or self.now
        owner = self.account
        self.events.add([Bucket(name, 0, site.id, owner, site.tracking_id, at, list(events))])
        return name

    def aggregate(self) -> dict[str, int]:
        return dict(self.aggregation.catch_up(lambda: False).outcomes)

    def erase(self, visitor: str) -> JobStatus:
        job = self.jobs.erase_visitor(self.account, self.site.id, visitor)
        assert job
        return job

    def work(self, stored: Any = None, chunks: int = 100_000) -> int:
        """Do every chunk of the erasures that is due, or some; return how many were done."""
        late = chain(repeat(False, chunks), repeat(True))
        erasing = Erasing(stored or self.stored, MongoBuckets(self.mongo), lambda: self.now)
        workers = {
            JobKind.ERASE_VISITOR: erasing.erase_visitor,
            JobKind.ERASE_SITE: erasing.erase_site,
        }
        return run_jobs(self.facts, workers, lambda: self.now, lambda: next(late))

    def differences(self) -> list[Any]:
        """Audit the site and return how the facts differ from its buckets."""
        self.aggregation.sweep(lambda: False)
        job = self.jobs.audit(self.account, self.site.id)
        assert job
        auditor = Auditor(MongoBuckets(self.mongo))
        run_jobs(self.facts, {JobKind.AUDIT: auditor}, lambda: self.now, lambda: False)
        found = self.jobs.find(self.account, job.id)
        assert found
        assert found.state == "done"
        assert found.result
        assert found.result["waiting"] == 0
        assert found.result["checked"]["hits"] == self.hits()
        differences: list[Any] = found.result["differences"]
        return differences

    def finish(self, job: JobStatus) -> dict[str, Any]:
        """Do a job to its end and return its result."""
        self.now = self.clock()
        self.work()
        assert self.state(job) == "running"
        self.now += QUIET_MS + 1000
        self.work()
        found = self.jobs.find(self.account, job.id)
        assert found
        assert (found.state, found.progress) == ("done", 1)
        assert found.result is not None
        return found.result

    def state(self, job: JobStatus) -> str | None:
        found = self.jobs.find(self.account, job.id)
        return found.state if found else None

    def bucket(self, name: str) -> list[dict[str, Any]]:
        document = self.mongo["events"].find_one({"_id": name})
        assert document
        events: list[dict[str, Any]] = document["events"]
        return events

    def dump(self) -> str:
        """Write out everything that is stored, but for tombstones and jobs."""
        tables = ("hits", "visits", "visitors", "dictionary", "contexts", "rollups", "periods")
        found = [row for table in tables for row in self.rows(f"select t::text from {table} t")]  # noqa: S608
        documents = [*self.mongo["events"].find(), *self.mongo["rejected"].find()]
        return str((found, sorted(documents, key=lambda d: d["_id"])))

    def hits(self, site: MemberSite | None = None) -> int:
        statement = "select from hits h join fact_sites f on f.id = h.site where f.site_id = %s"
        return len(self.rows(statement, (site or self.site).id))


_ids = count()


def view(at: int, visitor: str = IVAN, path: str = "/", **more: Any) -> StoredEvent:
    return StoredEvent(
        id=f"e-{next(_ids)}",
        offset=-1,
        type="pageview",
        at=at,
        received_at=more.pop("received_at", at),
        visitor=visitor,
        path=path,
        **more,
    )


def stub(event: StoredEvent) -> dict[str, Any]:
    left = {"id": "", "type": "erased", "at": 0, "visitor": ""}
    return left | {"offset": event.offset, "receivedAt": event.received_at}


class Dying:
    """MongoDB that goes away in the middle of a chunk: before it writes, or after."""

    def __init__(self, stored: MongoErasures, *, is_written: bool) -> None:
        self._stored = stored
        self._is_written = is_written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stored, name)

    def rewrite_buckets(self, *rest: Any) -> Any:
        if self._is_written:
            self._stored.rewrite_buckets(*rest)
        raise StoreUnavailable("killed")
