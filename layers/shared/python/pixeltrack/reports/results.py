"""Results of reports: figures, which add up over parts of a range, and distinct visitors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.reports.periods import Range
from pixeltrack.sites.goals import Goal

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts; durations are summed, in milliseconds.

    `is_exact` unless the visitors are an estimate, or something is not counted in.
    """

    visitors: int = 0
    visits: int = 0
    pageviews: int = 0
    events: int = 0
    bounces: int = 0
    duration_ms: int = 0
    is_exact: bool = True

    @property
    def bounce_rate(self) -> float | None:
        """Return the fraction of visits that were one page view and nothing else."""
        return rate(self.bounces, self.visits)

    @property
    def visit_duration(self) -> float | None:
        """Return the mean duration of a visit in seconds."""
        return rate(self.duration_ms / 1000, self.visits)

    @property
    def views_per_visit(self) -> float | None:
        """Return the mean number of page views of a visit."""
        return rate(self.pageviews, self.visits)


def rate(part: float, whole: int) -> float | None:
    """Return a fraction or mean, rounded to four digits; None where the divisor is 0."""
    return round(part / whole, _DIGITS) if whole else None


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """The figures of a range: of the whole, and of each point, which may have none."""

    range: Range
    total: Figures
    points: Mapping[int, Figures]

    @property
    def is_exact(self) -> bool:
        """Tell whether no number is an estimate."""
        return self.total.is_exact and all(point.is_exact for point in self.points.values())

    def point(self, number: int) -> Figures:
        """Return the figures of a point; zeros where nothing happened."""
        return self.points.get(number, Figures())


@dataclass(frozen=True, slots=True)
class GoalResult:
    """How many visits reached a goal; None where that is no longer known."""

    goal: Goal
    conversions: int | None


@dataclass(frozen=True, slots=True)
class SummaryResult:
    """The figures of a range; `bots` counts events by what identified their senders as bots.

    Every bucket stored by `through`, in epoch milliseconds, is aggregated.
    """

    time_series: TimeSeries
    comparison: TimeSeries | None
    goals: Sequence[GoalResult]
    bots: Mapping[str, int]
    through: int


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a dimension; `value` is None for those that rollups do not keep individually."""

    value: str | None
    figures: Figures
    conversions: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a grouping, their number in all, and the visitors of the whole range.

    `is_exact` where no number of any row is an estimate, and no value is missing.
    """

    rows: Sequence[Row] = ()
    total: int = 0
    visitors: int = 0
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class BreakdownResult:
    """The rows of a breakdown in a range; `through` as in the summary."""

    range: Range
    rows: Rows
    through: int


@dataclass(frozen=True, slots=True)
class BotRow:
    """One value of a grouping of bots' events."""

    value: str
    visitors: int
    pageviews: int
    events: int


@dataclass(frozen=True, slots=True)
class BotsResult:
    """Some rows of bots' events in a range, and their number in all; `through` as before."""

    range: Range
    rows: Sequence[BotRow]
    total: int
    through: int


@dataclass(frozen=True, slots=True)
class EventTexts:
    """An event in texts; `attributes` is in the order of `ATTRIBUTES`, `""` means none.

    `at` is in epoch milliseconds; `key` identifies the event, in hexadecimal.
    """

    at: int
    key: str
    type: str
    page: str
    visitor: str
    bot: str
    attributes: tuple[str, ...]
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QualityResult:
    """What a range's data lacks: events of which two copies said different things.

    `tracking_id` is that of the site, by which dropped events are found.
    """

    range: Range
    tracking_id: TrackingId
    conflicts: int
    through: int
