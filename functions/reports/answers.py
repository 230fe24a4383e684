"""Figures as answers: rates, means, points without gaps, labels."""

from collections.abc import Mapping

from functions.reports.report_models import GoalFigures, Metrics, Point, RangeView, Row
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.instants import iso
from pixeltrack.reports.figures import Counted, Figures, Grouping
from pixeltrack.reports.periods import Range
from pixeltrack.sites.goals import Goal

REST = "(other)"
DIRECT = "Direct"
_DIGITS = 4
_PLACES = frozenset({Dimension.REGION, Dimension.CITY})


def range_view(asked: Range) -> RangeView:
    """Show a range."""
    days = {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    return RangeView(**days, timezone=asked.timezone, interval=asked.interval)


def metrics(figures: Figures) -> Metrics:
    """Show the figures of a range."""
    return Metrics(
        visitors=figures.visitors,
        visits=figures.visits,
        pageviews=figures.pageviews,
        events=figures.events,
        bounce_rate=rate(figures.bounces, figures.visits),
        visit_duration=rate(figures.duration_ms / 1000, figures.visits),
        views_per_visit=rate(figures.pageviews, figures.visits),
    )


def points(asked: Range, by_slot: Mapping[int, Figures]) -> list[Point]:
    """Show the course of a range; a point where nothing happened is zero."""
    shown = []
    for slot, at in enumerate(asked.edges[:-1]):
        figures = by_slot.get(slot, Figures())
        shown.append(
            Point(
                at=iso(at),
                visitors=figures.visitors,
                visits=figures.visits,
                pageviews=figures.pageviews,
            )
        )
    return shown


def goal_figures(goal: Goal, conversions: int | None, visits: int) -> GoalFigures:
    """Show how often a goal was reached."""
    return GoalFigures(
        id=goal.id,
        name=goal.name,
        conversions=conversions,
        rate=None if conversions is None else rate(conversions, visits),
    )


def row(grouping: Grouping, counted: Counted, visitors: int, *, has_goal: bool) -> Row:
    """Show a value of a dimension; `visitors` are those of the whole range."""
    figures = counted.figures
    return Row(
        value=counted.value,
        label=label(grouping, counted.value),
        visitors=figures.visitors,
        visits=figures.visits,
        pageviews=figures.pageviews,
        events=figures.events,
        bounce_rate=rate(figures.bounces, figures.visits),
        visit_duration=rate(figures.duration_ms / 1000, figures.visits),
        share=min(1.0, rate(figures.visitors, visitors) or 0.0),
        conversions=counted.conversions if has_goal else None,
        conversion_rate=rate(counted.conversions, figures.visits) if has_goal else None,
    )


def label(grouping: Grouping, value: str | None) -> str:
    """Word a value for people: of a place its own name, without what it lies in."""
    if value is None:
        return REST
    if grouping.dimension is Dimension.SOURCE:
        return value or DIRECT
    return value.rpartition("/")[2] if grouping.dimension in _PLACES else value


def rate(part: float, whole: int) -> float | None:
    """Return a fraction or mean, to four digits; None of nothing."""
    return round(part / whole, _DIGITS) if whole else None
