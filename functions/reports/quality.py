"""Data quality: what of a site's events is in no report, and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import Field

from functions.reports.parameters import (
    PROBLEMS,
    FromParameter,
    PeriodParameter,
    SiteParameter,
    ToParameter,
    ZoneParameter,
)
from functions.reports.reports import RangeView
from pixeltrack.accounts.keys import Scope
from pixeltrack.api.http import HttpApi
from pixeltrack.api.requests import Request
from pixeltrack.api.shapes import INSTANT, View
from pixeltrack.events.ports import MOST_DROPPED, DropCounts
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.instants import iso
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.periods import Period
from pixeltrack.reports.query import Query


class Dropped(View):
    """Events that were refused after their receipt, and are counted nowhere."""

    events: int = Field(description="How many.")
    by_reason: dict[str, int] = Field(description="The same, by reason, the most frequent first.")
    is_more: bool = Field(description=f"True where more than {MOST_DROPPED:,} were dropped.")


class QualityReport(View):
    """What of a range's events is in no report."""

    range: RangeView = Field(description="What it covers.")
    dropped: Dropped = Field(
        description="Events dropped in the range, by when they were; kept for 30 days."
    )
    conflicts: int = Field(
        description="Events of the range whose id came again with another content. The first "
        "received is counted and shown, the others are not: ids must not be guessable."
    )
    through: str = Field(description="Everything stored by then is in.", json_schema_extra=INSTANT)


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts what is in no report."""

    engine: Engine
    drops: DropCounts

    def report(self, account: AccountId, query: Query) -> QualityReport:
        """Return the counts of a range. Raise as the engine does."""
        found = self.engine.quality(account, query)
        start, end = found.range.start, found.range.end
        return QualityReport(
            range=RangeView.of(found.range),
            dropped=_dropped(self.drops.dropped(found.tracking_id, start, end)),
            conflicts=found.conflicts,
            through=iso(found.through),
        )


def _dropped(counts: Mapping[str, int]) -> Dropped:
    total = sum(counts.values())
    by_reason = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return Dropped(events=total, by_reason=by_reason, is_more=total >= MOST_DROPPED)


def add(api: HttpApi, quality: Callable[[], Quality]) -> None:
    """Add the route of data quality to an API."""

    @api.route(
        "GET",
        "/api/v1/reports/quality",
        scope=Scope.REPORTS_READ,
        problems=PROBLEMS,
        summary="Data quality of a range",
        description="What of a range's events is in no report: those that were dropped, by "
        "reason, and those whose id came again with another content.",
        tags=["reports"],
    )
    def show_quality(
        request: Request,
        *,
        site_id: SiteParameter = None,
        period: PeriodParameter = Period.LAST_30_DAYS,
        first: FromParameter = None,
        last: ToParameter = None,
        timezone: ZoneParameter = None,
    ) -> QualityReport:
        asked = Query(site_id, period, first, last, timezone)
        return quality().report(request.caller.account, asked)
