"""The audit of a site: facts and rollups against a recomputation from its buckets, in chunks.

Each chunk compares under the aggregator's lock what belongs together, so nothing that is on its
way is ever taken for a difference. Sealed days are what they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from pixeltrack.events.ports import Buckets
from pixeltrack.facts import audits, inspecting
from pixeltrack.facts.audit import Findings
from pixeltrack.facts.inspecting import Scene, Slice
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.jobs.jobs import Job, Step
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.instants import iso
from pixeltrack.platform.logs import logger
from pixeltrack.platform.postgres import Transaction

FIRST_WIDTH_MS = 10_000
WIDEST_MS = 3_600_000
CLOCKS_MS = 86_400_000
"""How much earlier than its site was made a bucket may say that it was stored."""

FEW_EVENTS, MANY_EVENTS = 500, 2_000
SLICES_A_CHUNK = 200
EVENTS_A_CHUNK = 5_000
VISITORS_A_CHUNK = 1_000
PERIODS_A_CHUNK = 2


class Phase(StrEnum):
    """What is compared: each goes through everything once, in this order."""

    BUCKETS = "buckets"
    """Every event in a bucket has its hit, made of the lowest copy, and says what that says."""
    VISITS = "visits"
    """Visits are those that all hits of their visitor make."""
    DAYS = "days"
    """Days are those of the zone, and every hit lies in one."""
    ROLLUPS = "rollups"
    """Rollups are the sums of their facts, those of months of their days."""
    DONE = "done"


class Position(msgspec.Struct, rename="camel", omit_defaults=True):
    """Where an audit is. Instants are epoch milliseconds.

    Buckets are read up to `through`, from `began_at` on; `after` is the last bucket's `storedAt`,
    or the last visitor or period, that is done.
    """

    phase: Phase = Phase.BUCKETS
    through: int = 0
    began_at: int = 0
    after: int = 0
    width_ms: int = FIRST_WIDTH_MS
    findings: Findings = msgspec.field(default_factory=Findings)

    def next(self) -> None:
        """Go on to the next phase."""
        phases = list(Phase)
        self.phase = phases[phases.index(self.phase) + 1]
        self.after = 0

    @property
    def progress(self) -> float:
        """Return how much is done, each phase as much as another."""
        share = 0.0
        if self.phase is Phase.BUCKETS and self.after > self.began_at:
            share = (self.after - self.began_at) / max(self.through - self.began_at, 1)
        return (list(Phase).index(self.phase) + min(share, 1.0)) / (len(Phase) - 1)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Does chunks of audits; the result of a job is that of `Findings.result`."""

    buckets: Buckets

    def __call__(self, job: Job, transaction: Transaction) -> Step:
        """Compare a chunk."""
        at = msgspec.convert(job.position, Position)
        site = audits.site(transaction, job.site)
        if site is None:
            return Step({}, 1, at.findings.result(iso(0)))
        turn = PostgresFactsTransaction(transaction)
        scene = Scene(job.site, site, self.buckets, transaction, turn, at.findings)
        self._phases()[at.phase](scene, at)
        if at.phase is Phase.DONE:
            if at.findings.total:
                logger("aggregator").error(
                    "an audit found differences", site=job.site, differences=at.findings.by_kind
                )
            return Step({}, 1, at.findings.result(iso(at.through)))
        return Step(msgspec.to_builtins(at), at.progress)

    def _phases(self) -> dict[Phase, Callable[[Scene, Position], None]]:
        return {
            Phase.BUCKETS: _buckets,
            Phase.VISITS: _visits,
            Phase.DAYS: _days,
            Phase.ROLLUPS: _rollups,
        }


def _buckets(scene: Scene, at: Position) -> None:
    """Go through slices of `storedAt`; those of a chunk are held against the hits at once.

    A store may read all of a slice before it answers. So they widen slowly where little is found,
    never to more than an hour, and narrow where there is much, or where one took too long.
    """
    after = at.after
    if not at.through:
        at.through = scene.turn.progress().watermark
        at.began_at = at.after = max(min(scene.site.created_at - CLOCKS_MS, at.through), 0)
        after = 0  # where no bucket can be, there must be no hit
    found = Slice(at.after, [])
    for _ in range(SLICES_A_CHUNK):
        if found.events >= EVENTS_A_CHUNK or found.until >= at.through:
            break
        _widen(scene, at, found)
    inspecting.inspect_slice(scene, after, found)
    at.after = found.until
    if at.after >= at.through:
        at.next()


def _widen(scene: Scene, at: Position, found: Slice) -> None:
    """Add the next slice to what was found, and say how wide the one after it is."""
    until = min(found.until + at.width_ms, at.through)
    try:
        piece = inspecting.slice_of(scene, found.until, until, EVENTS_A_CHUNK)
    except Unavailable:
        if at.width_ms <= FIRST_WIDTH_MS:
            raise
        at.width_ms = max(at.width_ms // 16, FIRST_WIDTH_MS)
        return
    if piece.until < until:
        at.width_ms = piece.until - found.until
    elif piece.events > MANY_EVENTS:
        at.width_ms = max(at.width_ms // 2, 1)
    elif piece.events < FEW_EVENTS:
        at.width_ms = min(at.width_ms * 2, WIDEST_MS)
    found.add(piece)


def _visits(scene: Scene, at: Position) -> None:
    visitors = audits.visitors_after(
        scene.transaction, scene.site.number, at.after, VISITORS_A_CHUNK
    )
    inspecting.inspect_visits(scene, visitors)
    if len(visitors) < VISITORS_A_CHUNK:
        inspecting.inspect_strangers(scene)
        at.next()
    else:
        at.after = visitors[-1].number


def _days(scene: Scene, at: Position) -> None:
    inspecting.inspect_days(scene)
    at.next()


def _rollups(scene: Scene, at: Position) -> None:
    periods = audits.rolled_after(scene.transaction, scene.site.number, at.after, PERIODS_A_CHUNK)
    inspecting.inspect_rollups(scene, periods)
    if len(periods) < PERIODS_A_CHUNK:
        at.next()
    else:
        at.after = periods[-1].period
