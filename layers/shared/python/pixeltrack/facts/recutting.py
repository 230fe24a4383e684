"""The job that follows a change of a site's time zone: cuts its days and rolls them up again.

From the first chunk on, new hits fall into the new days, and reports count the facts; rollups are
rebuilt day by day. Sealed days stay as they were; days around them are clipped.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

import msgspec

from pixeltrack.events.retention import DAY_MS
from pixeltrack.facts.cuts import Piece, Span, pieces
from pixeltrack.facts.days import month_of, next_month, start_of
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.rollups import closed_before, roll_one
from pixeltrack.jobs.jobs import Job, Position, Step, ended
from pixeltrack.platform.postgres import Transaction

MOST_PERIODS = 100
"""Number of deleted periods whose rollups one chunk deletes."""


class Phase(StrEnum):
    """What a chunk works on."""

    CUT = "cut"
    """Days and months are cut by the new zone."""
    CLEAN = "clean"
    """Rollups of the deleted days and months are deleted."""
    ROLL = "roll"
    """Rollups of the new ones are written, one period a chunk."""


class RecutPosition(Position, kw_only=True):
    """Where a change of zone is.

    `gone` are the ids of deleted periods that may still have rollups; of the `closed` days, some
    are still `unrolled`.
    """

    SHARES: ClassVar[Mapping[str, float]] = {Phase.CUT: 0.05, Phase.CLEAN: 0.05, Phase.ROLL: 0.9}

    phase: Phase = Phase.CUT
    gone: list[int] = msgspec.field(default_factory=list)
    closed: int = 0
    unrolled: int = 0

    @property
    def done_in_phase(self) -> float:
        """Return the fraction of the closed days that has rollups."""
        return (self.closed - self.unrolled) / max(self.closed, 1)


@dataclass(frozen=True, slots=True)
class Zones:
    """A site's number in the facts, the zone of its periods, and the requested zone."""

    site: int
    kept: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Rezoner:
    """Runs the job chunk by chunk; `now_ms` is the clock in epoch milliseconds."""

    now_ms: Callable[[], int]

    def __call__(self, job: Job, transaction: PostgresFactsTransaction) -> Step:
        """Delete what depends on the old days, cut new days, or roll up one period.

        If the zone was changed again meanwhile, the days are cut once more.
        """
        sql = transaction.sql
        at = RecutPosition.of(job)
        if at.gone:
            some = at.at_most(MOST_PERIODS)
            sql.rows("facts/delete_rollups", periods=at.gone[:some])
            at.gone = at.gone[some:]
            if not at.gone:
                at.begin(Phase.ROLL)
            return at.step()
        zones = _zones(sql, job)
        if zones is None:
            return ended({"days": 0, "sealedDays": 0})
        if zones.kept != zones.wanted:
            at.begin(Phase.CLEAN)
            at.gone = _recut(sql, zones)
            return at.step()
        if at.phase is not Phase.ROLL:
            at.begin(Phase.ROLL)
        is_rolled = roll_one(sql, self.now_ms(), site=zones.site)
        days = _count_days(sql, zones.site)
        if not is_rolled:
            result = {"timezone": zones.kept, "days": days["open"], "sealedDays": days["sealed"]}
            return ended(result)
        at.closed, at.unrolled = days["closed"], days["unrolled"]
        return at.step()


def _zones(sql: Transaction, job: Job) -> Zones | None:
    """Return a site's zones, None where it has no facts or is deleted.

    The requested zone is locked until the transaction ends.
    """
    rows = sql.rows("facts/zones_of_site", site=job.site)
    return Zones(**rows[0]) if rows else None


def _count_days(sql: Transaction, site: int) -> dict[str, Any]:
    """Count a site's days: sealed, open, closed among the open, and closed but not yet rolled."""
    return sql.rows("facts/count_days", site=site, closed_at=closed_before(sql))[0]


def _recut(sql: Transaction, zones: Zones) -> list[int]:
    """Cut all days that are not sealed, and their months, by the requested zone.

    Return the ids of the deleted periods; their rollups still exist.
    """
    sql.rows("facts/set_zone", site=zones.site, timezone=zones.wanted)
    sealed = [
        (start_at, end_at)
        for start_at, end_at, sealed_at in sql.tuples("facts/days_of_site", site=zones.site)
        if sealed_at is not None
    ]
    old = sql.rows("facts/delete_open_days", site=zones.site)
    imports = [day for day in old if day["imported_at"] is not None]
    cut = _cut(sql, zones, sealed)
    added = sql.tuples(
        "facts/add_days",
        site=zones.site,
        days=[piece.day for piece in cut],
        starts=[piece.start_at for piece in cut],
        ends=[piece.end_at for piece in cut],
        are_whole=[piece.is_whole for piece in cut],
        import_starts=[day["start_at"] for day in imports],
        import_ends=[day["end_at"] for day in imports],
        imports=[day["imported_at"] for day in imports],
    )
    months = {month_of(day["day"]) for day in old} | {month_of(day) for (day,) in added}
    gone = _recut_months(sql, zones, sorted(months))
    return [day["id"] for day in old] + gone


def _cut(sql: Transaction, zones: Zones, sealed: Sequence[Span]) -> list[Piece]:
    """Cut the time from the first to the last hit, or the day around the sealed ones.

    Zones lie up to 26 hours apart, so a day may lie outside all sealed days and still have the
    date of one.
    """
    hits = sql.rows("facts/span_of_hits", site=zones.site)[0]
    instants = [at for at in hits.values() if at is not None]
    instants += [at for start, end in sealed for at in (start - DAY_MS, end + DAY_MS)]
    if not instants:
        return []
    return list(pieces(min(instants), max(instants), zones.wanted, sealed))


def _recut_months(sql: Transaction, zones: Zones, months: Sequence[date]) -> list[int]:
    gone = sql.tuples("facts/delete_months", site=zones.site, months=list(months))
    sql.rows(
        "facts/add_months",
        site=zones.site,
        months=list(months),
        starts=[start_of(month, zones.wanted) for month in months],
        ends=[start_of(next_month(month), zones.wanted) for month in months],
    )
    return [period for (period,) in gone]
