"""The parts of a breakdown's statement: which visits and hits make the rows of a grouping."""

from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Identifier

from pixeltrack.facts.dimensions import OTHER, PROPERTY, Dimension
from pixeltrack.facts.hits import Kind
from pixeltrack.platform.postgres import fill
from pixeltrack.reports.ports import GoalIds
from pixeltrack.reports.query import LINKS, Grouping
from pixeltrack.reports.selection import LINK, Dictionary, overlap
from pixeltrack.sites.goals import GoalKind

NO_COLUMN = SQL("null as value")
_HELD_PAGES = SQL("v.pages as held, v.pageviews = cardinality(v.pages) as is_plain")
_HELD_NAMES = SQL("v.names as held, v.events = cardinality(v.names) as is_plain")
_IS_NAMED = SQL("v.names && array[%(name)s]::integer[] as is_named")
_WITH_NONE = frozenset(
    {
        Dimension.SOURCE,
        Dimension.COUNTRY,
        Dimension.REGION,
        Dimension.CITY,
        Dimension.BROWSER,
        Dimension.OS,
        Dimension.DEVICE,
        Dimension.SCREEN,
        Dimension.LANGUAGE,
    }
)
"""Dimensions whose rows include one for visits without a value."""


def column_of(goal: GoalIds) -> str:
    """Return the array of visits that holds a goal's ids."""
    return "pages" if goal.goal.kind is GoalKind.PAGE else "names"


@dataclass(frozen=True, slots=True)
class Pieces:
    """A column that selected visits need, parts of the statement, and their parameters' values."""

    column: Composable
    parts: dict[str, Composable]
    values: dict[str, Any]


def pieces(grouping: Grouping, goal: GoalIds | None, dictionary: Dictionary) -> Pieces:
    """Return the parts of the statement that make the rows of a grouping."""
    made = _of(grouping, dictionary, SQL("0") if goal is None else SQL("is_converted"))
    dimension = grouping.dimension
    values = made.values | {
        "dimension": dimension.rollup if dimension else None,
        "has_none": dimension in _WITH_NONE,
        "prefix": _prefix(dimension),
    }
    if goal is None:
        return Pieces(made.column, made.parts, values)
    reached = overlap(Identifier("v", column_of(goal)), "goal", goal.ids)
    column = SQL("{}, ({})::integer as is_converted").format(made.column, reached)
    return Pieces(column, made.parts, values | {"goal": list(goal.ids)})


def search_ids(grouping: Grouping, dictionary: Dictionary, text: str) -> list[int]:
    """Return the ids of the values of a grouping that contain a text, ignoring case."""
    dimension = grouping.dimension
    kind = PROPERTY if dimension is None else dimension.kind
    return dictionary.containing(kind, text, _prefix(dimension))


def _prefix(dimension: Dimension | None) -> str:
    return LINK if dimension in LINKS else ""


def _of(grouping: Grouping, dictionary: Dictionary, is_converted: Composable) -> Pieces:
    hits = fill("reports/hits_of_visit")
    match grouping.dimension:
        case Dimension.PAGE | Dimension.EVENT as dimension:
            is_page = dimension is Dimension.PAGE
            parts = fill(
                "reports/of_held",
                hit_cell=SQL("page" if is_page else "name"),
                hits=hits,
                is_view=SQL("1" if is_page else "0"),
                is_converted=is_converted,
            )
            kind = Kind.PAGEVIEW if is_page else Kind.EVENT
            column = _HELD_PAGES if is_page else _HELD_NAMES
            return Pieces(column, {"parts": parts, "properties": SQL("")}, {"kind": kind})
        case None | Dimension.OUTBOUND | Dimension.DOWNLOAD as dimension:
            names = dictionary.equal(Dimension.EVENT.kind, dimension or grouping.event)
            properties = SQL("properties as materialized ({}),").format(
                fill("reports/properties", hits=hits)
            )
            parts = fill("reports/of_properties", is_converted=is_converted)
            name = names[0] if names else OTHER
            return Pieces(_IS_NAMED, {"parts": parts, "properties": properties}, {"name": name})
        case dimension:
            parts = fill(
                "reports/of_visits",
                visit_cell=SQL("value"),
                hit_cell=SQL("value"),
                hits=hits,
                is_converted=is_converted,
            )
            value = SQL("v.{} as value").format(Identifier(dimension))
            return Pieces(value, {"parts": parts, "properties": SQL("")}, {})
