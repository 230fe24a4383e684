"""What a report is asked for, checked as far as that goes without a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from functions.reports.parameters import DATASETS, EVENTS, GROUPINGS, PAYLOAD, SUMMARY
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.errors import FieldError, Refused
from pixeltrack.reports import filters
from pixeltrack.reports.figures import Grouping
from pixeltrack.reports.filters import Filter
from pixeltrack.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Question:
    """Which site's visits are asked about: range and filters; None is what the site decides."""

    site: str | None
    period: Period
    first: date | None
    last: date | None
    timezone: str | None
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """What a breakdown groups by; the goal and the values it asks for."""

    grouping: Grouping
    goal: str | None
    search: str | None

    @property
    def needs_facts(self) -> str | None:
        """Name the parameter that rollups cannot answer; None where they can."""
        asked = (
            ("search", self.search is not None),
            ("goal", self.goal is not None),
            ("dimension", self.grouping.dimension is None),
        )
        return next((name for name, is_asked in asked if is_asked), None)

    @classmethod
    def of(
        cls, dimension: str, *, event: str | None, goal: str | None, search: str | None
    ) -> "Detail":
        """Check; raises `Refused` naming the parameter."""
        if dimension not in GROUPINGS:
            raise refused("dimension", f"must be one of {', '.join(GROUPINGS)}")
        if dimension == PAYLOAD and not event:
            raise refused("event", "dimension payload needs the name of an event")
        for name, text in (("event", event), ("search", search), ("goal", goal)):
            if "\0" in (text or ""):
                raise refused(name, "must not contain NUL")
        grouping = Grouping(None if dimension == PAYLOAD else Dimension(dimension), event or "")
        return cls(grouping, goal, search or None)


@dataclass(frozen=True, slots=True)
class Dataset:
    """What an export holds: events, the summary of each day, or else the values of `detail`."""

    name: str
    detail: Detail | None

    @classmethod
    def of(cls, name: str, *, event: str | None) -> "Dataset":
        """Check; raises `Refused` naming the parameter."""
        if name not in DATASETS:
            raise refused("dataset", f"must be one of {', '.join(DATASETS)}")
        if name in {EVENTS, SUMMARY}:
            return cls(name, None)
        return cls(name, Detail.of(name, event=event, goal=None, search=None))


def asked(
    *,
    site: str | None,
    period: Period,
    first: date | None,
    last: date | None,
    timezone: str | None,
    texts: Sequence[str],
) -> Question:
    """Check the parameters that all reports share; raises `Refused` naming the parameter."""
    if period is Period.CUSTOM:
        for name, day in (("from", first), ("to", last)):
            if day is None:
                raise refused(name, "period custom needs it")
    elif first is not None or last is not None:
        raise refused("period", "must be custom where from or to is given")
    return Question(site, period, first, last, timezone, filters.parse(texts))


def refused(field: str, message: str) -> Refused:
    """Make the refusal of one parameter."""
    return Refused(400, FieldError(field, message))
