"""What reports count: sums that add up over parts of a range, and distinct visitors."""

from collections.abc import Sequence
from dataclasses import dataclass

from pixeltrack.facts.dimensions import Dimension


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of something; durations are summed, in milliseconds."""

    visitors: int = 0
    visits: int = 0
    pageviews: int = 0
    events: int = 0
    bounces: int = 0
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a dimension; `value` is None for those that rollups do not keep one by one."""

    value: str | None
    figures: Figures
    conversions: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows of a grouping, how many there are in all, and the visitors of the whole range."""

    rows: Sequence[Counted] = ()
    total: int = 0
    visitors: int = 0


@dataclass(frozen=True, slots=True)
class Grouping:
    """What rows are values of: a dimension, or, with None, the payload of `event`."""

    dimension: Dimension | None
    event: str = ""
