"""What reports read: one snapshot of the facts at a time. Every method may raise `Unavailable`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.reports.coverage import Coverage, Span
from pixeltrack.reports.periods import Range
from pixeltrack.reports.query import Filter, Grouping
from pixeltrack.reports.results import BotRow, EventTexts, Figures, Rows
from pixeltrack.sites.goals import Goal


@dataclass(frozen=True, slots=True)
class ReportSite:
    """A site as reports see it: `number` is 0 while it has no hits.

    Its periods are cut by `rolled_timezone`, which differs from its own while a change of zone is
    in progress. Its visits are counted by `pace_limit` (0 for none), which differs from its own
    likewise. Every bucket stored by `watermark`, in epoch milliseconds, is aggregated.
    """

    id: SiteId
    tracking_id: TrackingId
    timezone: str
    number: int
    rolled_timezone: str
    pace_limit: int
    watermark: int


@dataclass(frozen=True, slots=True)
class GoalIds:
    """A goal as dictionary ids, either of pages or of names of events."""

    goal: Goal
    ids: Sequence[int]


class Visits(Protocol):
    """The visits of people on a site that match some filters."""

    @property
    def is_all(self) -> bool:
        """Tell whether every visit matches."""

    def totals(self, coverage: Coverage) -> tuple[Figures, Mapping[int, Figures]]:
        """Return the figures of the whole, and of each slot that has any."""

    def bots(self, coverage: Coverage) -> Mapping[str, int]:
        """Return the number of bots' events by what identified them as bots, ignoring filters."""

    def bot_rows(
        self, coverage: Coverage, grouping: Grouping, *, reason: str | None, limit: int, offset: int
    ) -> tuple[Sequence[BotRow], int]:
        """Return some rows of bots' events, most events first, and how many there are in all.

        All bots' events, or those of one reason; a grouping without dimension is by reason.
        """

    def goal_ids(self, goal: Goal) -> GoalIds:
        """Return the dictionary ids that a goal matches."""

    def conversions(self, coverage: Coverage, goals: Sequence[GoalIds]) -> Sequence[int]:
        """Return how many visits reached each goal; rollups know only goals of one id."""

    def is_cut(self, coverage: Coverage, goal: GoalIds) -> bool:
        """Tell whether the rollups to be read may lack values of the goal."""

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
        """Return events between two instants, in order of instant and key, after a given one.

        Bots' events are included unless there are filters.
        """


class Snapshot(Protocol):
    """One snapshot of the facts."""

    def sites(self, account: AccountId, site: str | None) -> Sequence[ReportSite]:
        """Return the site if the account is a member; without a site id, its first two."""

    def goals(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Return the goals of a site, oldest first."""

    def earliest(self, site: int) -> int | None:
        """Return when the first day with hits began, in epoch milliseconds; None without any."""

    def spans(self, site: int, asked: Range) -> Sequence[Span]:
        """Return the days and months with hits that overlap a range, in order."""

    def conflicts(self, site: int, asked: Range) -> int:
        """Return how many events of a range came with different contents under one id."""

    def visits(self, site: ReportSite, filters: Sequence[Filter]) -> Visits:
        """Return the visits of people that match every filter."""
