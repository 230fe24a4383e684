"""What reports read: one state of the facts at a time. Every method may raise `Unavailable`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.reports.coverage import Coverage, Span
from pixeltrack.reports.periods import Range
from pixeltrack.reports.query import Filter, Grouping
from pixeltrack.reports.results import EventTexts, Figures, Rows
from pixeltrack.sites.goals import Goal


@dataclass(frozen=True, slots=True)
class ReportSite:
    """A site as reports see it: `number` is 0 while it has no hits.

    Its periods are cut by `rolled_timezone`, which differs from its own while that changes.
    Everything stored by `watermark`, in epoch milliseconds, is in.
    """

    id: SiteId
    timezone: str
    number: int
    rolled_timezone: str
    watermark: int


@dataclass(frozen=True, slots=True)
class GoalIds:
    """A goal as dictionary ids: of pages, or of names of events."""

    goal: Goal
    ids: Sequence[int]


class Visits(Protocol):
    """The visits of a site that fit some filters."""

    @property
    def is_all(self) -> bool:
        """Tell whether every visit fits."""

    def totals(self, coverage: Coverage) -> tuple[Figures, Mapping[int, Figures]]:
        """Return the figures of the whole, and of each slot that has any."""

    def bots(self, coverage: Coverage) -> Mapping[str, int]:
        """Return how many events of bots there were, by what gave them away, whatever fits."""

    def goal_ids(self, goal: Goal) -> GoalIds:
        """Find what a goal matches."""

    def conversions(self, coverage: Coverage, goals: Sequence[GoalIds]) -> Sequence[int]:
        """Return how many visits reached each goal; rollups can tell only of goals of one id."""

    def is_cut(self, coverage: Coverage, goal: GoalIds) -> bool:
        """Tell whether rollups to be read lack values that the goal may be among."""

    def rows(
        self,
        coverage: Coverage,
        grouping: Grouping,
        *,
        goal: GoalIds | None,
        search: str | None,
        limit: int,
        offset: int,
    ) -> Rows:
        """Return some rows, most visitors first, of values that contain `search`."""

    def events(
        self, *, since: int, until: int, after: tuple[int, str] | None, limit: int
    ) -> Sequence[EventTexts]:
        """Return events between two instants, in order of instant and key, after one of them.

        Bots' are among them unless filters are given.
        """


class Snapshot(Protocol):
    """One state of the facts."""

    def sites(self, account: AccountId, site: str | None) -> Sequence[ReportSite]:
        """Return the site if the account is a member, or without one the first two it has."""

    def goals(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Return the goals of a site, oldest first."""

    def earliest(self, site: int) -> int | None:
        """Return when the first day with hits began, in epoch milliseconds; None without any."""

    def spans(self, site: int, asked: Range) -> Sequence[Span]:
        """Return the days and months with hits that overlap a range, in order."""

    def visits(self, site: int, filters: Sequence[Filter]) -> Visits:
        """Return the visits that fit every filter."""
