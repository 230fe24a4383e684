"""Audits the sites of a stack, one after another, as the aggregator's jobs do."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pixeltrack.events.mongo.buckets import MongoBuckets
from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.jobs.jobs import Job, JobKind, Step
from pixeltrack.platform import settings
from pixeltrack.platform.errors import Busy
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.postgres import Transactions

_STATEMENT_TIMEOUT_MS = 60_000
_BUSY_AT_MOST_S = 120
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class Audited:
    """A site and the result of its audit; see `pixeltrack.facts.audit_rules.Findings.result`."""

    tracking_id: str
    name: str
    result: Mapping[str, Any]

    def __str__(self) -> str:
        checked = ", ".join(f"{n:,} {what}" for what, n in self.result["checked"].items())
        waiting = self.result["waiting"]
        equal = "equal as far as it is in" if waiting else "all equal"
        verdict = f"{self.result['count']:,} DIFFERENCES" if self.result["count"] else equal
        lines = [f"{self.tracking_id} {self.name}: {checked or 'no facts'}: {verdict}"]
        if waiting:
            lines.append(
                f"  {self.result['waitingEvents']:,} events in {waiting:,} buckets are stored and "
                f"in no report yet, the newest of {self.result['waitingUntil']}; "
                f"all stored by {self.result['through']} was compared"
            )
        lines += [f"  {d['kind']}: {d['where']}" for d in self.result["differences"]]
        return "\n".join(lines)


def audit(
    environ: Mapping[str, str], tracking_id: str | None, tell: Callable[[str], None]
) -> Iterator[Audited]:
    """Audit every site that has facts, or one; `tell` is called with how far it is."""
    mongo = settings.load(settings.Mongo, environ)
    database = connect(mongo.uri, mongo.database)
    postgres = settings.load(settings.Postgres, environ)
    transactions = Transactions(postgres.url, statement_timeout_ms=_STATEMENT_TIMEOUT_MS)
    facts = PostgresFacts(transactions)
    try:
        with transactions.snapshot() as transaction:
            sites = transaction.rows("facts/sites_with_facts")
        for site in sites:
            if tracking_id in (None, site["tracking_id"]):
                told = _teller(tell, site["tracking_id"])
                result = _run(facts, Auditor(MongoBuckets(database)), site["site"], told)
                yield Audited(site["tracking_id"], site["name"], result)
    finally:
        transactions.close()
        database.client.close()


def _teller(tell: Callable[[str], None], tracking_id: str) -> Callable[[float], None]:
    return lambda progress: tell(f"{tracking_id} {progress:.0%}")


def _run(
    facts: PostgresFacts, auditor: Auditor, site: str, tell: Callable[[float], None]
) -> Mapping[str, Any]:
    position: dict[str, Any] = {}
    while True:
        job = Job("", JobKind.AUDIT, AccountId(""), SiteId(site), bytes(16), position, 0)
        step = _chunk(facts, auditor, job)
        if step.result is not None:
            return step.result
        position = step.position
        tell(step.progress)


def _chunk(facts: PostgresFacts, auditor: Auditor, job: Job) -> Step:
    """Do a chunk as soon as no aggregator is at work."""
    give_up_at = time.monotonic() + _BUSY_AT_MOST_S
    while True:
        try:
            with facts.transaction() as transaction:
                return auditor(job, transaction)
        except Busy:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(_PAUSE_S)
