"""Erasures of visitors and sites: facts, dictionary entries, buckets, samples, in two rounds.

All visitors of a site that wait when a pass begins are erased by it together.

A batch that the processor began before the tombstone was set may be written after the first round
has passed; the second round looks at what was stored since. Hits on sealed days are deleted like
others: of these days only sums remain, and they stay.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from pixeltrack.events.erasure import WHOLE_SITE, Erasure, Rewritten, Span
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
from pixeltrack.jobs import batches
from pixeltrack.jobs.jobs import MOST_ERASURES, Job, Position, Step, ended
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

_COUNTS = ("events", "visits", "buckets", "rejections")


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
class Subject:
    """One visitor, or the site, that a pass erases: its job, its key, and what became of it.

    The position of a pass is that of its first subject; of the others `erased_at` and the counts
    are their own.
    """

    job: Job
    key: bytes
    at: ErasurePosition


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
        """Do the next chunk of a visitor's erasure, and of those that follow it.

        A pass starts over if one of its visitors is requested again meanwhile.
        """
        sql = transaction.sql
        subjects = _together(sql, job)
        at = subjects[0].at
        step: Step | None = None
        match at.phase:
            case Phase.FACTS:
                step = _forget_visitors(subjects, transaction)
            case Phase.WORDS:
                step = _forget_words(at, transaction, job)
            case Phase.BUCKETS | Phase.REJECTIONS:
                step = self._walk(subjects, transaction)
        results = [None] * len(subjects) if step else _results(subjects, sql)
        step = step or ended(results[0] or {})
        followers = zip(subjects[1:], results[1:], strict=True)
        saved = [(one.job, msgspec.to_builtins(one.at), result) for one, result in followers]
        batches.save_followers(sql, saved, step.progress)
        return step

    def erase_site(self, job: Job, transaction: PostgresFactsTransaction) -> Step:
        """Do the next chunk of a site's erasure."""
        at, key = ErasurePosition.of(job), site_key(job.site)
        at.erased_at = _erased_at(transaction.sql, [key])[key]
        if at.phase is Phase.FACTS:
            return _forget_site(at, transaction.sql, job.site)
        site = [Subject(job, WHOLE_SITE, at)]
        return self._walk(site, transaction) or ended(_results(site, transaction.sql)[0])

    def _walk(
        self, subjects: Sequence[Subject], transaction: PostgresFactsTransaction
    ) -> Step | None:
        """Rewrite some documents; after the last of a phase move to the next, None at the end."""
        at = subjects[0].at
        if not at.until:
            at.began_at = self.now_ms()
        span: Span | None = Span(at.after, at.until) if at.until else None
        span = span or self.stored.newest(at.began_at)
        most, read = at.at_most(MOST_DOCUMENTS), 0
        while span is not None and read < most:
            rewritten = self._rewrite(subjects, span)
            if rewritten.spared:
                merge_again(transaction, self.buckets.named(rewritten.spared))
            read += rewritten.read
            span = rewritten.next
        if span is None:
            return _next_phase(subjects)
        at.after, at.until = span.after, span.until
        return at.step()

    def _rewrite(self, subjects: Sequence[Subject], span: Span) -> Rewritten:
        first, at = subjects[0], subjects[0].at
        erased_at = {one.key: one.at.erased_at for one in subjects}
        down_to = 0 if at.round == 1 else min(erased_at.values()) - BACK_MS
        erasure = Erasure(
            first.job.site,
            TrackingId(at.tracking_id),
            None if first.key == WHOLE_SITE else erased_at,
        )
        if at.phase is Phase.BUCKETS:
            rewritten = self.stored.rewrite_buckets(erasure, span, down_to)
            for one in subjects:
                one.at.buckets += rewritten.changed.get(one.key, 0)
        else:
            rewritten = self.stored.rewrite_rejections(erasure, span, down_to)
            for one in subjects:
                one.at.rejections += rewritten.changed.get(one.key, 0)
        return rewritten


def forget_hits(transaction: FactsTransaction, site: FactSite, hits: Sequence[Hit]) -> None:
    """Delete hits of a site and all that depends on them: visits, and rollups of their days."""
    transaction.remove_hits([hit.key for hit in hits])
    visits = rebuild(transaction, [], hits)
    sites = {site.number: site}
    touch(transaction, sites, touched_days(sites, hits, visits))


def merge_again(transaction: PostgresFactsTransaction, buckets: Sequence[Bucket]) -> None:
    """Merge what buckets hold of later copies of events whose counted copy was erased."""
    transaction.unapply([bucket_key(bucket.id) for bucket in buckets])
    merge(transaction, DictionaryEncoder(), buckets)


def _erased_at(sql: Transaction, keys: Sequence[bytes]) -> Mapping[bytes, int]:
    """Return the instants of tombstones (epoch ms), which are locked until the chunk is over."""
    rows = sql.rows("facts/erased_at", keys=[UUID(bytes=key) for key in keys])
    return {row["digest"].bytes: row["erased_at"] for row in rows}


def _together(sql: Transaction, job: Job) -> list[Subject]:
    """Return the visitors that a pass erases; a new one takes all that wait.

    Tombstones are locked before any job, as by who requests an erasure.
    """
    first = ErasurePosition.of(job)
    is_new = not first.erased_at
    others = (
        batches.waiting_alike(sql, job, MOST_ERASURES) if is_new else batches.followers(sql, job)
    )
    subjects = [Subject(job, job.subject, first)]
    subjects += [Subject(one, one.subject, ErasurePosition.of(one)) for one in others]
    erased_at = _erased_at(sql, [one.key for one in subjects])
    if any(one.at.erased_at != erased_at[one.key] for one in subjects):
        first.round = 1
        if first.phase is not Phase.FACTS:
            first.begin(Phase.FACTS)
    for one in subjects:
        one.at.erased_at = erased_at[one.key]
    if is_new:
        batches.follow(sql, job, others)
    return subjects


def _forget_visitors(subjects: Sequence[Subject], transaction: PostgresFactsTransaction) -> Step:
    """Delete some of the visitors' hits up to their instants, and correct visits and days.

    Dictionary entries that only these hits used must go too: a path or a property may identify
    the person.
    """
    sql, at = transaction.sql, subjects[0].at
    by_key = {key: one.at for one in subjects for key in _keys(one)}
    found = sql.rows("facts/visitors_by_key", keys=[UUID(bytes=key) for key in by_key])
    of = {row["visitor"]: by_key[row["digest"].bytes] for row in found}
    gone = transaction.hits_by(
        "facts/hits_to_erase",
        visitors=list(of),
        erased_ats=[one.erased_at for one in of.values()],
        laters=[(one.erased_at + 1).to_bytes(6) for one in of.values()],
        most=at.at_most(MOST_HITS),
    )
    if not gone:
        at.next_phase()
        return at.step()
    site = FactSite(found[0]["site"], found[0]["timezone"])
    visitors = list({hit.visitor for hit in gone})
    before = _count_visits(sql, visitors)
    forget_hits(transaction, site, gone)
    sql.rows("facts/delete_conflicts", events=[UUID(bytes=hit.key) for hit in gone])
    after = _count_visits(sql, visitors)
    for hit in gone:
        of[hit.visitor].events += 1
    for visitor in visitors:
        of[visitor].visits += before[visitor] - after[visitor]
    sql.rows("facts/delete_visitors_without_hits", visitors=visitors)
    words.mark_words_of(sql, site.number, words.owner_of(subjects[0].key), gone)
    return at.step()


def _keys(visitor: Subject) -> tuple[bytes, bytes]:
    """Return the keys of a visitor and of the same id among imports."""
    return visitor.key, UUID(visitor.at.imported).bytes


def _count_visits(sql: Transaction, visitors: Sequence[int]) -> Counter[int]:
    return Counter(dict(sql.tuples("facts/count_visits", visitors=visitors)))


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
        for table in ("conflicts", "rollups", "visitors", "contexts", "entries")
    ]
    at.events, at.visits = at.events + hits, at.visits + visits
    if max(hits, visits, *others) < most:
        sql.rows("facts/delete_site", site=site)
        at.begin(Phase.BUCKETS)
    return at.step()


def _next_phase(subjects: Sequence[Subject]) -> Step | None:
    at = subjects[0].at
    if at.next_phase():
        return at.step()
    if at.round == 1:
        at.round = 2
        at.begin(Phase.FACTS)
        return at.step(not_before=max(one.at.erased_at for one in subjects) + QUIET_MS)
    return None


def _results(subjects: Sequence[Subject], sql: Transaction) -> list[dict[str, Any]]:
    """Return what each job came to."""
    sealed = [start for (start,) in sql.tuples("facts/sealed_days", site=subjects[0].job.site)]
    return [
        {
            **{name: getattr(one.at, name) for name in _COUNTS},
            "sealedDays": bisect_right(sealed, one.at.erased_at),
        }
        for one in subjects
    ]
