"""The job that follows a change of a site's zone: its days are cut anew and rolled again.

From the first chunk on, new hits fall into the new days, and reports count the facts; rollups
come back day by day. Sealed days stay what they were; days around them are clipped.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pixeltrack.facts import recutting
from pixeltrack.facts.recutting import Days
from pixeltrack.facts.rollups import closed_before, roll_one
from pixeltrack.jobs.jobs import Job, Step
from pixeltrack.platform.postgres import Transaction

_PERIODS_A_CHUNK = 100
_CUT = 0.1


@dataclass(frozen=True, slots=True)
class Rezoner:
    """Does chunks of the job; `now_ms` is the clock in epoch milliseconds."""

    now_ms: Callable[[], int]

    def __call__(self, job: Job, transaction: Transaction) -> Step:
        """Delete what hung on the old days, cut anew, or roll a period.

        `position` holds the ids of periods that are gone and may still have rollups. A zone
        changed again meanwhile is cut by once more.
        """
        gone: list[int] = job.position.get("gone", [])
        if gone:
            recutting.delete_rollups(transaction, gone[:_PERIODS_A_CHUNK])
            return Step({"gone": gone[_PERIODS_A_CHUNK:]}, _CUT)
        zones = recutting.zones(transaction, job.site)
        if zones is None:
            return Step({}, 1, {"days": 0, "sealedDays": 0})
        if zones.kept != zones.wanted:
            return Step({"gone": recutting.recut(transaction, zones)}, _CUT)
        rolled = roll_one(transaction, self.now_ms(), site=zones.site)
        days = recutting.count_days(transaction, zones.site, closed_before(transaction))
        if rolled:
            return Step({}, _progress(days))
        result = {"timezone": zones.kept, "days": days.open, "sealedDays": days.sealed}
        return Step({}, 1, result)


def _progress(days: Days) -> float:
    return _CUT + (1 - _CUT) * (days.closed - days.unrolled) / max(days.closed, 1)
