"""The workers of erasures: facts, then buckets, then samples; and once more when all is quiet.

A batch that the processor began before the tombstone was there may be written after the first
round has passed by; the second round looks at what was stored since.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from pixeltrack.events.erasure import Erasure
from pixeltrack.events.identity import site_key
from pixeltrack.events.mongo.erasures import Band, MongoErasures, Rewritten
from pixeltrack.events.ports import Buckets
from pixeltrack.facts import erasures
from pixeltrack.facts.forgetting import Forgotten, forget_site, forget_visitor, merge_again
from pixeltrack.jobs.jobs import Job, Step
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.postgres import Transaction

QUIET_MS = 120_000
"""After a tombstone: the processor's time-out, and as much again."""

BACK_MS = 3_600_000
"""How much earlier than the tombstone the second round looks, for clocks that differ."""

MOST_DOCUMENTS = 100
"""Documents after which a chunk is over."""


class Phase(StrEnum):
    """What a chunk works on."""

    FACTS = "facts"
    BUCKETS = "buckets"
    REJECTIONS = "rejections"


class Position(msgspec.Struct, rename="camel"):
    """Where an erasure is, and what it came to so far. Instants are epoch milliseconds.

    `imported` is the key of the visitor among imports, in hex; `created_at` is when its site was
    made. A walk through MongoDB began at `began_at` and goes on, backwards, at the band from
    `after` to `until`; beyond what it should find, it looks for what wrong clocks wrote.
    """

    tracking_id: str
    created_at: int = 0
    imported: str = ""
    erased_at: int = 0
    phase: Phase = Phase.FACTS
    round: int = 1
    began_at: int = 0
    after: int = 0
    until: int = 0
    events: int = 0
    visits: int = 0
    buckets: int = 0
    rejections: int = 0

    def begin(self, phase: Phase, round_: int) -> None:
        """Go on to another phase."""
        self.phase, self.round, self.until = phase, round_, 0

    @property
    def progress(self) -> float:
        """Return how much is done, of two rounds of which the first is most of the work."""
        whole = self.began_at - self.created_at
        walked = (self.began_at - self.after) / whole if self.until and whole > 0 else 0.0
        start, end = _SHARES[self.phase]
        done = start + (end - start) * min(max(walked, 0.0), 1.0)
        return done * _FIRST_ROUND if self.round == 1 else _FIRST_ROUND + done * (1 - _FIRST_ROUND)


_FIRST_ROUND = 0.9
_SHARES = {Phase.FACTS: (0.0, 0.2), Phase.BUCKETS: (0.2, 0.8), Phase.REJECTIONS: (0.8, 1.0)}


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases visitors and sites; each call does one chunk. `now_ms` is the clock.

    The result of a job counts what went: `events` and `visits` of the facts, `buckets` and
    `rejections` that were rewritten; and the `sealedDays` of which only sums are kept, and stay.
    """

    stored: MongoErasures
    buckets: Buckets
    now_ms: Callable[[], int]

    def erase_visitor(self, job: Job, transaction: Transaction) -> Step:
        """Go on with the erasure of a visitor; asked again meanwhile, it begins anew."""
        at = msgspec.convert(job.position, Position)
        erased_at = erasures.erased_at(transaction, job.subject)
        if at.erased_at != erased_at:
            at.erased_at = erased_at
            at.begin(Phase.FACTS, 1)
        erasure = Erasure(job.site, TrackingId(at.tracking_id), erased_at, job.subject)
        if at.phase is not Phase.FACTS:
            return self._walk(at, erasure, transaction)
        keys = [job.subject, bytes.fromhex(at.imported.replace("-", ""))]
        return _forgotten(at, forget_visitor(transaction, keys, erased_at))

    def erase_site(self, job: Job, transaction: Transaction) -> Step:
        """Go on with the erasure of a site."""
        at = msgspec.convert(job.position, Position)
        at.erased_at = erasures.erased_at(transaction, site_key(job.site))
        erasure = Erasure(job.site, TrackingId(at.tracking_id), at.erased_at)
        if at.phase is not Phase.FACTS:
            return self._walk(at, erasure, transaction)
        return _forgotten(at, forget_site(transaction, job.site))

    def _walk(self, at: Position, erasure: Erasure, transaction: Transaction) -> Step:
        """Rewrite some documents; after the last of a phase, go on to the next, or end."""
        if not at.until:
            at.began_at = self.now_ms()
        band: Band | None = Band(at.after, at.until) if at.until else Band.first(at.began_at)
        read = 0
        while band is not None and read < MOST_DOCUMENTS:
            rewritten = self._rewrite(at, erasure, band)
            if rewritten.spared:
                merge_again(transaction, self.buckets.named(rewritten.spared))
            read += rewritten.read
            band = rewritten.next
        if band is None:
            return self._next_phase(at, erasure, transaction)
        at.after, at.until = band.after, band.until
        return _step(at)

    def _rewrite(self, at: Position, erasure: Erasure, band: Band) -> Rewritten:
        down_to = 0 if at.round == 1 else at.erased_at - BACK_MS
        if at.phase is Phase.BUCKETS:
            rewritten = self.stored.rewrite_buckets(erasure, band, down_to)
            at.buckets += rewritten.changed
        else:
            rewritten = self.stored.rewrite_rejections(erasure, band, down_to)
            at.rejections += rewritten.changed
        return rewritten

    def _next_phase(self, at: Position, erasure: Erasure, transaction: Transaction) -> Step:
        if at.phase is Phase.BUCKETS:
            at.begin(Phase.REJECTIONS, at.round)
            return _step(at)
        if at.round == 1:
            at.begin(Phase.FACTS, 2)
            return _step(at, not_before=at.erased_at + QUIET_MS)
        sealed = erasures.sealed_days(transaction, erasure.site, at.erased_at)
        return _step(at, {**_counts(at), "sealedDays": sealed})


def _forgotten(at: Position, forgotten: Forgotten) -> Step:
    hits, visits, is_all = forgotten
    at.events, at.visits = at.events + hits, at.visits + visits
    if is_all:
        at.begin(Phase.BUCKETS, at.round)
    return _step(at)


def _step(
    at: Position, result: dict[str, Any] | None = None, not_before: int | None = None
) -> Step:
    progress = at.progress if result is None else 1.0
    return Step(msgspec.to_builtins(at), progress, result, not_before)


def _counts(at: Position) -> dict[str, int]:
    names = ("events", "visits", "buckets", "rejections")
    return {name: getattr(at, name) for name in names}
