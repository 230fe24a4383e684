"""The audit of a site: facts and rollups against a recomputation from its buckets, in chunks.

Each chunk compares under the aggregator's lock what belongs together, so nothing that is on its
way is ever taken for a difference. Sealed days are what they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from functions.aggregator import inspecting
from functions.aggregator.inspecting import Scene
from pixeltrack.adapters.postgres import audits
from pixeltrack.adapters.postgres.facts import PostgresTurn
from pixeltrack.adapters.postgres.transactions import Transaction
from pixeltrack.domain.audit import Findings
from pixeltrack.domain.instants import iso
from pixeltrack.domain.jobs import Job, Step
from pixeltrack.fact_ports import Buckets
from pixeltrack.runtime.logs import logger

FIRST_WIDTH_MS = 10_000
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
        """Answer how much is done, each phase as much as another."""
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
        turn = PostgresTurn(transaction)
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
    """Go through slices of `storedAt` that widen where little is found."""
    after = at.after
    if not at.through:
        at.through = scene.turn.progress().watermark
        first = scene.buckets.first(scene.id)
        at.began_at = at.after = at.through if first is None else min(first - 1, at.through)
        after = 0  # where no bucket is, there must be no hit
    events = 0
    while events < EVENTS_A_CHUNK:
        until = min(at.after + at.width_ms, at.through)
        found = inspecting.slice_of(scene, at.after, until, EVENTS_A_CHUNK)
        inspecting.inspect_slice(scene, after, found)
        width, at.after, after = found.until - at.after, found.until, found.until
        if at.after >= at.through:
            at.next()
            break
        events += found.events
        at.width_ms = width if found.events >= EVENTS_A_CHUNK else at.width_ms * 2


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
