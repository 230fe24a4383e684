"""The job that follows a change of the pace above which a site's visits are a bot's.

Its first chunk puts the new limit in force, for everything that is read from facts, and takes the
rollups away from the days where it makes a difference; they are made anew like those of any other
day. Sealed days stay as they were.
"""

from dataclasses import dataclass
from typing import ClassVar

import msgspec

from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.recutting import MOST_PERIODS
from pixeltrack.facts.visits import most_pace
from pixeltrack.jobs.jobs import Job, Position, Step, ended
from pixeltrack.platform.postgres import Transaction

PHASE = "clean"


class RecountPosition(Position, kw_only=True):
    """Where a recount is: `gone` are old ids of periods that may still have rollups.

    `days` counts the days that are made anew.
    """

    SHARES: ClassVar[dict[str, float]] = {PHASE: 1.0}

    phase: str = PHASE
    gone: list[int] = msgspec.field(default_factory=list)
    periods: int = 0
    days: int = 0

    @property
    def done_in_phase(self) -> float:
        """Return the fraction of the old rollups that is deleted."""
        return 1 - len(self.gone) / max(self.periods, 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """A site's number in the facts, the limit in force, and the requested one; 0 is none."""

    site: int
    kept: int
    wanted: int


def recount(job: Job, transaction: PostgresFactsTransaction) -> Step:
    """Put the requested limit in force, or delete some of the rollups that depended on the old one.

    If the limit was changed again meanwhile, that is put in force, too.
    """
    sql = transaction.sql
    at = RecountPosition.of(job)
    if at.gone:
        some = at.at_most(MOST_PERIODS)
        sql.rows("facts/delete_rollups", periods=at.gone[:some])
        at.gone = at.gone[some:]
        return at.step()
    rows = sql.rows("facts/pace_limits", site=job.site)
    limits = Limits(**rows[0]) if rows else None
    if limits is None or limits.kept == limits.wanted:
        return ended({"days": at.days})
    renewed = _change(sql, limits)
    at.gone = [period for period, _ in renewed]
    at.periods = len(renewed)
    at.days += sum(span == "day" for _, span in renewed)
    return at.step()


def _change(sql: Transaction, limits: Limits) -> list[tuple[int, str]]:
    """Put a limit in force; return id and kind of the periods whose rollups must go."""
    above, up_to = sorted(map(most_pace, (limits.kept, limits.wanted)))
    sql.rows("facts/set_pace_limit", site=limits.site, pace_limit=limits.wanted)
    found = sql.tuples("facts/renew_days_of_pace", site=limits.site, above=above, up_to=up_to)
    return [(period, span) for period, span in found]
