"""Erasures of visitors and sites: facts, dictionary entries, buckets, samples, in two rounds.

A batch that the processor began before the tombstone was set may be written after the first round
has passed; the second round looks at what was stored since. Hits on sealed days are deleted like
others: of these days only sums remain, and they stay.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from pixeltrack.events.erasure import Erasure, Rewritten, Span
from pixeltrack.events.identity import site_key
from pixeltrack.events.ports import Buckets, ErasureStore
from pixeltrack.events.stored import Bucket
from pixeltrack.facts import words
from pixeltrack.facts.encoding import DictionaryEncoder
from pixeltrack.facts.merging import bucket_key, merge, rebuild, touch, touched_days
from pixeltrack.facts.ports import FactSite, FactsTransaction
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.visits import Hit
from pixeltrack.facts.words import Walk
from pixeltrack.jobs.jobs import Job, Position, Step, ended
from pixeltrack.platform.identifiers import SiteId, TrackingId
from pixeltrack.platform.postgres import Transaction

QUIET_MS = 120_000
"""After a tombstone: the processor's time-out, and as much again."""

BACK_MS = 3_600_000
"""How much earlier than the tombstone the second round looks, for clocks that differ."""

MOST_HITS = 20_000
"""Number of a visitor's hits that one chunk deletes."""

MOST_ROWS = 50_000
"""Rows of each table that one chunk of a site's erasure deletes."""

MOST_DOCUMENTS = 100
"""Number of documents after which a chunk is over."""

FIRST_ROUND = 0.9
"""The first round's share of the work of both."""


class Phase(StrEnum):
    """What a chunk works on."""

    FACTS = "facts"
    WORDS = "words"
    BUCKETS = "buckets"
    REJECTIONS = "rejections"


class ErasurePosition(Position, kw_only=True):
    """Where an erasure is, and what it has deleted so far. Instants are epoch milliseconds.

    `imported` is the key of the visitor among imports, in hex; `created_at` is when its site was
    created. A walk through MongoDB began at `began_at` and continues, backwards, with the span
    from `after` to `until`; it also goes beyond the expected range, to find what wrong clocks
    wrote.
    """

    SHARES: ClassVar[Mapping[str, float]] = {
        Phase.FACTS: 0.2,
        Phase.WORDS: 0.1,
        Phase.BUCKETS: 0.5,
        Phase.REJECTIONS: 0.2,
    }

    phase: Phase = Phase.FACTS
    tracking_id: str
    created_at: int = 0
    imported: str = ""
    erased_at: int = 0
    round: int = 1
    words: Walk = msgspec.field(default_factory=Walk)
    began_at: int = 0
    after: int = 0
    until: int = 0
    events: int = 0
    visits: int = 0
    buckets: int = 0
    rejections: int = 0

    def begin(self, phase: str) -> None:
        """Move to the start of a phase."""
        super().begin(phase)
        self.until, self.words = 0, Walk()

    @property
    def done_in_phase(self) -> float:
        """Return the fraction of the time span that a walk through MongoDB has covered."""
        whole = self.began_at - self.created_at
        return (self.began_at - self.after) / whole if self.until and whole > 0 else 0.0

    @property
    def progress(self) -> float:
        """Return the fraction of both rounds that is done."""
        done = super().progress
        return done * FIRST_ROUND if self.round == 1 else FIRST_ROUND + done * (1 - FIRST_ROUND)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases visitors and sites; each call does one chunk. `now_ms` is the clock.

    The result of a job counts what was erased: `events` and `visits` of the facts, `buckets` and
    `rejections` that were rewritten; and the `sealedDays`, of which only sums exist, and stay.
    """

    stored: ErasureStore
    buckets: Buckets
    now_ms: Callable[[], int]

    def erase_visitor(self, job: Job, transaction: PostgresFactsTransaction) -> Step:
        """Do the next chunk of a visitor's erasure; it starts over if requested again meanwhile."""
        at = ErasurePosition.of(job)
        erased_at = _erased_at(transaction.sql, job.subject)
        if at.erased_at != erased_at:
            at.erased_at, at.round = erased_at, 1
            if at.phase is not Phase.FACTS:
                at.begin(Phase.FACTS)
        erasure = Erasure(job.site, TrackingId(at.tracking_id), erased_at, job.subject)
        match at.phase:
            case Phase.FACTS:
                keys = [job.subject, bytes.fromhex(at.imported.replace("-", ""))]
                return _forget_visitor(at, transaction, job, keys)
            case Phase.WORDS:
                return _forget_words(at, transaction, job)
            case Phase.BUCKETS | Phase.REJECTIONS:
                return self._walk(at, erasure, transaction)

    def erase_site(self, job: Job, transaction: PostgresFactsTransaction) -> Step:
        """Do the next chunk of a site's erasure."""
        at = ErasurePosition.of(job)
        at.erased_at = _erased_at(transaction.sql, site_key(job.site))
        if at.phase is Phase.FACTS:
            return _forget_site(at, transaction.sql, job.site)
        erasure = Erasure(job.site, TrackingId(at.tracking_id), at.erased_at)
        return self._walk(at, erasure, transaction)

    def _walk(
        self, at: ErasurePosition, erasure: Erasure, transaction: PostgresFactsTransaction
    ) -> Step:
        """Rewrite some documents; after the last of a phase, move to the next phase, or end."""
        if not at.until:
            at.began_at = self.now_ms()
        span: Span | None = Span(at.after, at.until) if at.until else None
        span = span or self.stored.newest(at.began_at)
        most, read = at.at_most(MOST_DOCUMENTS), 0
        while span is not None and read < most:
            rewritten = self._rewrite(at, erasure, span)
            if rewritten.spared:
                merge_again(transaction, self.buckets.named(rewritten.spared))
            read += rewritten.read
            span = rewritten.next
        if span is None:
            return _next_phase(at, erasure, transaction.sql)
        at.after, at.until = span.after, span.until
        return at.step()

    def _rewrite(self, at: ErasurePosition, erasure: Erasure, span: Span) -> Rewritten:
        down_to = 0 if at.round == 1 else at.erased_at - BACK_MS
        if at.phase is Phase.BUCKETS:
            rewritten = self.stored.rewrite_buckets(erasure, span, down_to)
            at.buckets += rewritten.changed
        else:
            rewritten = self.stored.rewrite_rejections(erasure, span, down_to)
            at.rejections += rewritten.changed
        return rewritten


def forget_hits(transaction: FactsTransaction, site: FactSite, hits: Sequence[Hit]) -> None:
    """Delete hits of a site and all that depends on them: visits, and rollups of their days."""
    transaction.remove_hits([hit.key for hit in hits])
    visits = rebuild(transaction, [], hits)
    sites = {site.number: site}
    touch(transaction, sites, touched_days(sites, hits, visits))


def merge_again(transaction: PostgresFactsTransaction, buckets: Sequence[Bucket]) -> None:
    """Merge what buckets hold of later copies of events whose counted copy was erased."""
    keys = [UUID(bytes=bucket_key(bucket.id)) for bucket in buckets]
    transaction.sql.rows("facts/unapply", keys=keys)
    merge(transaction, DictionaryEncoder(), buckets)


def _erased_at(sql: Transaction, key: bytes) -> int:
    """Return the instant of a tombstone (epoch ms), which is locked until the chunk is over."""
    return int(sql.rows("facts/erased_at", key=UUID(bytes=key))[0]["erased_at"])


def _forget_visitor(
    at: ErasurePosition, transaction: PostgresFactsTransaction, job: Job, keys: Sequence[bytes]
) -> Step:
    """Delete some of a visitor's hits up to an instant, and correct its visits and days.

    Dictionary entries that only these hits used must go too: a path or a property may identify
    the person.
    """
    sql = transaction.sql
    for row in sql.rows("facts/visitors_by_key", keys=[UUID(bytes=key) for key in keys]):
        visitor, site = row["visitor"], FactSite(row["site"], row["timezone"])
        gone = transaction.hits_by(
            "facts/hits_to_erase",
            visitor=visitor,
            erased_at=at.erased_at,
            later=(at.erased_at + 1).to_bytes(6),
            most=at.at_most(MOST_HITS),
        )
        if gone:
            before = _count_visits(sql, visitor)
            forget_hits(transaction, site, gone)
            at.events += len(gone)
            at.visits += before - _count_visits(sql, visitor)
            sql.rows("facts/delete_visitors_without_hits", visitors=[visitor])
            words.mark_words_of(sql, site.number, words.owner_of(job.subject), gone)
            return at.step()
    at.next_phase()
    return at.step()


def _count_visits(sql: Transaction, visitor: int) -> int:
    return int(sql.rows("facts/count_visits", visitor=visitor)[0]["visits"])


def _forget_words(at: ErasurePosition, transaction: PostgresFactsTransaction, job: Job) -> Step:
    site = transaction.sql.rows("facts/site_number", site=job.site)
    owner, most = words.owner_of(job.subject), at.at_most(words.MOST_ROWS)
    if not site or not words.walk_on(transaction.sql, site[0]["number"], owner, at.words, most):
        at.next_phase()
    return at.step()


def _forget_site(at: ErasurePosition, sql: Transaction, site: SiteId) -> Step:
    """Delete some of a site's facts, and at last its number and its dictionary."""
    most = at.at_most(MOST_ROWS)
    of: dict[str, Any] = {"site": site, "most": most}
    hits = sql.count("facts/delete_site_hits", **of)
    visits = sql.count("facts/delete_site_visits", **of)
    others = [
        sql.count(f"facts/delete_site_{table}", **of)
        for table in ("rollups", "visitors", "contexts", "entries")
    ]
    at.events, at.visits = at.events + hits, at.visits + visits
    if max(hits, visits, *others) < most:
        sql.rows("facts/delete_site", site=site)
        at.begin(Phase.BUCKETS)
    return at.step()


def _next_phase(at: ErasurePosition, erasure: Erasure, sql: Transaction) -> Step:
    if at.next_phase():
        return at.step()
    if at.round == 1:
        at.round = 2
        at.begin(Phase.FACTS)
        return at.step(not_before=at.erased_at + QUIET_MS)
    until = {"site": erasure.site, "until": at.erased_at}
    counts: dict[str, Any] = {
        name: getattr(at, name) for name in ("events", "visits", "buckets", "rejections")
    }
    return ended({**counts, "sealedDays": sql.rows("facts/sealed_days", **until)[0]["days"]})
