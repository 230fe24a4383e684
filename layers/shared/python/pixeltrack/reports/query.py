"""Report queries: a site's visits in a range that match filters, and how they are grouped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pixeltrack.facts.dimensions import Dimension
from pixeltrack.reports.periods import Period, refused

MOST_FILTERS = 20
MOST_CHARACTERS = 2048

PAYLOAD = "payload"
"""The one grouping that is no dimension to filter by: members of an event's payload."""

GROUPINGS = (*map(str, Dimension), PAYLOAD)

LINKS = frozenset({Dimension.OUTBOUND, Dimension.DOWNLOAD})
"""Events whose rows are addresses, which lie in the property `url`."""

REST = "(other)"
DIRECT = "Direct"
_PLACES = frozenset({Dimension.REGION, Dimension.CITY})


class Operator(StrEnum):
    """How a visit's values are compared with a filter's."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition that a visit must match; an empty `value` stands for no value."""

    dimension: Dimension
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class Query:
    """Which visits of which site are queried: range and filters; None means the site's default."""

    site: str | None
    period: Period
    first: date | None = None
    last: date | None = None
    timezone: str | None = None
    filters: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        """Raise `Refused` naming the parameter where period and days do not go together."""
        if self.period is Period.CUSTOM:
            for name, day in (("from", self.first), ("to", self.last)):
                if day is None:
                    raise refused(name, "period custom needs it")
        elif self.first is not None or self.last is not None:
            raise refused("period", "must be custom where from or to is given")


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the rows are values of: a dimension, or, with None, the payload of `event`."""

    dimension: Dimension | None
    event: str = ""

    def label(self, value: str | None) -> str:
        """Return a value as people read it: of a place its own name, without region or country."""
        if value is None:
            return REST
        if self.dimension is Dimension.SOURCE:
            return value or DIRECT
        return value.rpartition("/")[2] if self.dimension in _PLACES else value


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The rows of a breakdown: their grouping, a goal's id, a text they must contain."""

    grouping: Grouping
    goal: str | None = None
    search: str | None = None

    @property
    def needs_facts(self) -> str | None:
        """Name the parameter that rollups cannot serve; None where they can."""
        asked = (
            ("search", self.search is not None),
            ("goal", self.goal is not None),
            ("dimension", self.grouping.dimension is None),
        )
        return next((name for name, is_asked in asked if is_asked), None)


def breakdown_of(
    dimension: str, *, event: str | None, goal: str | None = None, search: str | None = None
) -> Breakdown:
    """Parse the parameters of a breakdown. Raise `Refused` naming the parameter."""
    if dimension not in GROUPINGS:
        raise refused("dimension", f"must be one of {', '.join(GROUPINGS)}")
    if dimension == PAYLOAD and not event:
        raise refused("event", "dimension payload needs the name of an event")
    for name, text in (("event", event), ("search", search), ("goal", goal)):
        if "\0" in (text or ""):
            raise refused(name, "must not contain NUL")
    grouping = Grouping(None if dimension == PAYLOAD else Dimension(dimension), event or "")
    return Breakdown(grouping, goal, search or None)


def filters_of(texts: Sequence[str]) -> tuple[Filter, ...]:
    """Parse filters written `dimension:op:value`, each once.

    Raise `Refused` naming `filter` for a text that is not a filter.
    """
    if len(texts) > MOST_FILTERS:
        raise refused("filter", f"there may be at most {MOST_FILTERS}")
    return tuple(dict.fromkeys(map(_filter, texts)))


def _filter(text: str) -> Filter:
    parts = text.split(":", 2)
    if len(parts) < 3:
        raise refused("filter", "must be written dimension:op:value")
    dimension, operator, value = parts
    if dimension not in set(Dimension):
        raise refused("filter", f"{dimension[:40]!r} is no dimension to filter by")
    if operator not in set(Operator):
        allowed = ", ".join(Operator)
        raise refused("filter", f"{operator[:40]!r} is no operator; it is one of {allowed}")
    if len(value) > MOST_CHARACTERS:
        raise refused("filter", f"a value has at most {MOST_CHARACTERS} characters")
    if "\0" in value:
        raise refused("filter", "a value must not contain NUL")
    if operator == Operator.CONTAINS and not value:
        raise refused("filter", "contains needs a value")
    return Filter(Dimension(dimension), Operator(operator), value)
