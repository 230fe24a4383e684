"""The report engine: whatever shows or compares a site's figures gets them here."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from pixeltrack.facts import days
from pixeltrack.platform.errors import NotFound
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.reports import coverage
from pixeltrack.reports.coverage import Coverage
from pixeltrack.reports.periods import (
    Compare,
    Interval,
    Period,
    Range,
    as_one,
    compared,
    range_of,
    refused,
    with_interval,
)
from pixeltrack.reports.ports import GoalIds, ReportSite, Snapshot, Visits
from pixeltrack.reports.query import Breakdown, Grouping, Query
from pixeltrack.reports.results import (
    BotsResult,
    BreakdownResult,
    GoalResult,
    QualityResult,
    SummaryResult,
    TimeSeries,
)
from pixeltrack.sites import rules

MOST_DAYS_ELSEWHERE = 92
"""Longest range, in days, in a zone other than that of the site's rollups."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A range, and what to read for it.

    `coverage` is for the query, `sums` for what adds up and has no filter, `facts` for what rollups
    do not know; `is_sealed` where the range includes days that have rollups only.
    """

    range: Range
    coverage: Coverage
    sums: Coverage
    facts: Coverage
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A query on one snapshot of the facts; `now` is in epoch milliseconds.

    Visitors are counted where closed days of the range have up to `exact_visits` visits.
    """

    snapshot: Snapshot
    account: AccountId
    site: ReportSite
    query: Query
    timezone: str
    visits: Visits
    now: int
    exact_visits: int

    @property
    def is_rolled_zone(self) -> bool:
        """Tell whether the requested days are those of the rollups."""
        return self.timezone == self.site.rolled_timezone

    @property
    def is_foreign_zone(self) -> bool:
        """Tell whether the requested days are neither the site's nor those of the rollups."""
        return not self.is_rolled_zone and self.timezone != self.site.timezone

    def range(self) -> Range:
        """Return the requested range. Raise `Refused` naming the parameter."""
        query = self.query
        custom = (query.first, query.last) if query.first and query.last else None
        earliest = None
        if query.period is Period.ALL:
            earliest = self.snapshot.earliest(self.site.number)
        found = range_of(
            query.period, now=self.now, timezone=self.timezone, custom=custom, earliest=earliest
        )
        if self.is_foreign_zone and found.day_count > MOST_DAYS_ELSEWHERE:
            fault = (
                f"a range in another zone than the site's has at most {MOST_DAYS_ELSEWHERE} days"
            )
            raise refused("timezone", fault)
        return found

    def cover(self, asked: Range, *, needs_facts: str | None = None) -> Covered:
        """Decide what to read for a range.

        `needs_facts` names the parameter that requires facts. Raise `Refused` naming it where
        days of the range no longer have any.
        """
        spans = self.snapshot.spans(self.site.number, asked)
        sealed_until = coverage.sealed_until(asked, spans)
        if sealed_until is not None:
            needs_facts = needs_facts or ("filter" if self.query.filters else None)
            needs_facts = needs_facts or ("timezone" if self.is_foreign_zone else None)
            if needs_facts is not None:
                first = days.day_of(sealed_until, self.timezone)
                raise refused(needs_facts, f"needs single events, which exist from {first} on")
            if asked.interval is Interval.HOUR:  # which rollups do not have
                asked = with_interval(asked, Interval.DAY)
        read = facts = sums = coverage.from_facts(asked, spans)
        if self.is_rolled_zone or sealed_until is not None:
            sums = coverage.from_rollups(asked, spans, is_aligned=self.is_rolled_zone)
        if self.visits.is_all and needs_facts is None:
            read = sums
            if coverage.closed_visits(asked, spans) <= self.exact_visits:
                read = coverage.from_sealed(asked, spans, is_aligned=self.is_rolled_zone)
        return Covered(asked, read, sums, facts, sealed_until is not None)

    def time_series(self, covered: Covered) -> TimeSeries:
        """Return the figures of a range and of its points."""
        return TimeSeries(covered.range, *self.visits.totals(covered.coverage))

    def conversions(self, covered: Covered) -> Sequence[GoalResult]:
        """Return every goal of the site, oldest first, with the visits that reached it.

        Where rollups do not know, they are counted from facts, as long as facts exist.
        """
        read = covered.sums if self.visits.is_all else covered.coverage
        goals = [
            self.visits.goal_ids(goal) for goal in self.snapshot.goals(self.account, self.site.id)
        ]
        told = [goal for goal in goals if read.is_counted or self._is_rolled(read, goal)]
        reached = self._reached(read, told)
        if not covered.is_sealed:
            reached |= self._reached(covered.facts, [goal for goal in goals if goal not in told])
        return [GoalResult(goal.goal, reached.get(goal.goal.id)) for goal in goals]

    def goal(self, id_: str) -> GoalIds:
        """Return a goal of the site by id. Raise `NotFound`."""
        goals = self.snapshot.goals(self.account, self.site.id)
        found = next((goal for goal in goals if goal.id == id_.lower()), None)
        if found is None:
            raise NotFound
        return self.visits.goal_ids(found)

    def _is_rolled(self, read: Coverage, goal: GoalIds) -> bool:
        """Tell whether rollups know of a goal: it matches one value, and they keep all values."""
        return len(goal.ids) <= 1 and not self.visits.is_cut(read, goal)

    def _reached(self, read: Coverage, goals: Sequence[GoalIds]) -> dict[str, int]:
        counts = self.visits.conversions(read, goals)
        return {goal.goal.id: count for goal, count in zip(goals, counts, strict=True)}


@dataclass(frozen=True, slots=True)
class Engine:
    """Runs queries, each on one snapshot of the facts; `now` is in epoch milliseconds.

    Of ranges whose closed days have more than `exact_visits` visits, visitors are estimated. Every
    method raises `NotFound` for a site that is not the account's, `Refused` naming the
    parameter of a query that cannot be answered, and `Unavailable`.
    """

    snapshot: Callable[[], AbstractContextManager[Snapshot]]
    now: Callable[[], int]
    exact_visits: int

    def summary(
        self, account: AccountId, query: Query, compare: Compare = Compare.NONE
    ) -> SummaryResult:
        """Return the figures of a range, and of the range that it is compared with."""
        with self.open(account, query) as report:
            asked = report.range()
            before = compared(query.period, compare, asked, now=report.now)
            covered = report.cover(asked)
            return SummaryResult(
                time_series=report.time_series(covered),
                bots=report.visits.bots(covered.sums),
                comparison=report.time_series(report.cover(before)) if before else None,
                goals=report.conversions(covered),
                through=report.site.watermark,
            )

    def breakdown(
        self, account: AccountId, query: Query, breakdown: Breakdown, *, limit: int, offset: int
    ) -> BreakdownResult:
        """Return up to `limit` values of a dimension from row `offset` on."""
        with self.open(account, query) as report:
            goal = None if breakdown.goal is None else report.goal(breakdown.goal)
            asked = report.range()
            covered = report.cover(as_one(asked), needs_facts=breakdown.needs_facts)
            rows = report.visits.rows(
                covered.coverage,
                breakdown.grouping,
                goal=goal,
                search=breakdown.search,
                limit=limit,
                offset=offset,
            )
            return BreakdownResult(asked, rows, report.site.watermark)

    def bots(
        self,
        account: AccountId,
        query: Query,
        grouping: Grouping,
        *,
        reason: str | None,
        limit: int,
        offset: int,
    ) -> BotsResult:
        """Return up to `limit` values of bots' events, of all or of one reason."""
        with self.open(account, query) as report:
            asked = report.range()
            covered = report.cover(as_one(asked), needs_facts="dimension")
            rows, total = report.visits.bot_rows(
                covered.coverage, grouping, reason=reason, limit=limit, offset=offset
            )
            return BotsResult(asked, rows, total, report.site.watermark)

    def conversions(self, account: AccountId, query: Query) -> Sequence[GoalResult]:
        """Return every goal of the site, oldest first, with the visits that reached it."""
        with self.open(account, query) as report:
            return report.conversions(report.cover(as_one(report.range())))

    def quality(self, account: AccountId, query: Query) -> QualityResult:
        """Return what is wrong with the events of a range."""
        with self.open(account, query) as report:
            asked = report.range()
            return QualityResult(
                range=asked,
                tracking_id=report.site.tracking_id,
                conflicts=report.snapshot.conflicts(report.site.number, asked),
                through=report.site.watermark,
            )

    @contextmanager
    def open(self, account: AccountId, query: Query) -> Iterator[Report]:
        """Open one snapshot of the facts for a query."""
        with self.snapshot() as snapshot:
            site = _site(snapshot, account, query.site)
            timezone = site.timezone
            if query.timezone is not None:
                known = rules.timezone(query.timezone)
                if known is None:
                    raise refused("timezone", "must be the name of an IANA time zone")
                timezone = known
            visits = snapshot.visits(site, query.filters)
            yield Report(
                snapshot, account, site, query, timezone, visits, self.now(), self.exact_visits
            )


def _site(snapshot: Snapshot, account: AccountId, asked: str | None) -> ReportSite:
    found = snapshot.sites(account, asked)
    if asked is not None and not found:
        raise NotFound
    if len(found) != 1:
        fault = "the account has several; say which" if found else "the account has no site"
        raise refused("siteId", fault)
    return found[0]
