"""The audit of a site: compares facts and rollups with a recomputation from buckets, in chunks.

Each chunk compares what belongs together under the aggregator's lock, so events in transit are
never taken for differences. Sealed days are not audited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import ClassVar, assert_never

import msgspec

from pixeltrack.events.ports import FIRST_WIDTH_MS, FOREVER_MS, Buckets
from pixeltrack.events.stored import Bucket
from pixeltrack.facts.audit_rules import Findings
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.site_audit import SiteAudit, audited_site
from pixeltrack.jobs.jobs import Job, Position, Step, ended
from pixeltrack.platform.instants import iso
from pixeltrack.platform.logs import logger

CLOCKS_MS = 86_400_000
"""How much earlier than its site's creation a bucket may claim to have been stored."""

BANDS_A_CHUNK = 200
EVENTS_A_CHUNK = 5_000
VISITORS_A_CHUNK = 1_000
PERIODS_A_CHUNK = 2


class Phase(StrEnum):
    """What is compared; each phase goes through everything once."""

    BUCKETS = "buckets"
    """Every event in a bucket has its hit, made of the lowest copy and with the same content."""
    VISITS = "visits"
    """Visits are those that all hits of their visitors form."""
    DAYS = "days"
    """Days are those of the zone, and every hit lies in one."""
    ROLLUPS = "rollups"
    """Rollups of days are the sums of their facts, those of months the sums of their days."""
    WAITING = "waiting"
    """What was stored after the last bucket compared is counted, as far as it is not merged yet."""


class AuditPosition(Position, kw_only=True):
    """Where an audit is. Instants are epoch milliseconds.

    Buckets are read up to `through`, starting at `began_at`; `after` is the `storedAt` of the
    last bucket done, or the last visitor or period done. `width_ms` is how much time the last
    band spanned.
    """

    SHARES: ClassVar[Mapping[str, float]] = {
        phase: float(phase is not Phase.WAITING) for phase in Phase
    }

    phase: Phase = Phase.BUCKETS
    through: int = 0
    began_at: int = 0
    after: int = 0
    width_ms: int = FIRST_WIDTH_MS
    findings: Findings = msgspec.field(default_factory=Findings)

    def begin(self, phase: str) -> None:
        """Move to the start of a phase."""
        super().begin(phase)
        self.after = 0

    @property
    def done_in_phase(self) -> float:
        """Return the fraction of the buckets that has been read, by time."""
        if self.phase is not Phase.BUCKETS or self.after <= self.began_at:
            return 0.0
        return (self.after - self.began_at) / max(self.through - self.began_at, 1)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Runs audits chunk by chunk; the result of a job is that of `Findings.result`."""

    buckets: Buckets

    def __call__(self, job: Job, transaction: PostgresFactsTransaction) -> Step:
        """Compare a chunk."""
        at = AuditPosition.of(job)
        site = audited_site(transaction, job.site)
        if site is None:
            return ended(at.findings.result(iso(0)))
        audit = SiteAudit(job.site, site, self.buckets, transaction, at.findings)
        if not _is_phase_over(audit, at) or at.next_phase():
            return at.step()
        if at.findings.total:
            logger("aggregator").error(
                "an audit found differences", site=job.site, differences=at.findings.by_kind
            )
        return ended(at.findings.result(iso(at.through)))


def _is_phase_over(audit: SiteAudit, at: AuditPosition) -> bool:
    """Compare one chunk of the phase; return whether it was the last."""
    match at.phase:
        case Phase.BUCKETS:
            _check_buckets(audit, at)
            return at.after >= at.through
        case Phase.VISITS:
            last = audit.check_visits(at.after, at.at_most(VISITORS_A_CHUNK))
            if last is None:
                audit.check_visits_without_visitor()
        case Phase.DAYS:
            audit.check_days()
            last = None
        case Phase.ROLLUPS:
            last = audit.check_rollups(at.after, at.at_most(PERIODS_A_CHUNK))
        case Phase.WAITING:
            at.after = max(at.after, at.through)
            audit.check_waiting(_read(audit, at, FOREVER_MS))
            return at.after >= FOREVER_MS
        case _:
            assert_never(at.phase)
    at.after = at.after if last is None else last
    return last is None


def _check_buckets(audit: SiteAudit, at: AuditPosition) -> None:
    """Compare the buckets of several bands with the hits at once."""
    after = at.after
    if not at.through:
        at.through = audit.transaction.progress().watermark
        at.began_at = at.after = max(min(audit.site.created_at - CLOCKS_MS, at.through), 0)
        after = 0  # where there can be no bucket, there must be no hit
    buckets = _read(audit, at, at.through)
    audit.check_buckets(after, at.after, buckets)


def _read(audit: SiteAudit, at: AuditPosition, until: int) -> list[Bucket]:
    """Read several bands of buckets, and move the position behind them."""
    most = at.at_most(EVENTS_A_CHUNK)
    bands = audit.buckets.walk(
        at.after, until, site=audit.id, width_ms=at.width_ms, most_events=most
    )
    buckets: list[Bucket] = []
    events = 0
    for band in islice(bands, BANDS_A_CHUNK):
        buckets += band.buckets
        events += band.events
        at.after, at.width_ms = band.until, max(band.until - band.after, 1)
        if events >= most:
            break
    return buckets
