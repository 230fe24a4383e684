"""Queries as SQL: filters as conditions on visits, and the parts that make a breakdown's rows.

Every value is a parameter, every name one of ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Placeholder

from pixeltrack.facts.dimensions import NONE, OTHER, PROPERTY, Dimension
from pixeltrack.facts.visits import Kind
from pixeltrack.platform.postgres import Transaction, fill
from pixeltrack.reports.ports import GoalIds
from pixeltrack.reports.query import LINKS, Filter, Grouping, Operator
from pixeltrack.sites.goals import GoalKind

LINK = "url="
"""Prefix of the property that holds the address of an outbound link or a download."""

_FEW = 32
_OF_ANYWHERE = {Dimension.PAGE: "pages", Dimension.EVENT: "names"}


@dataclass(frozen=True, slots=True)
class Selection:
    """A condition on visits `v` and its parameters; `is_all` where every visit matches."""

    condition: Composable
    values: dict[str, Any]
    is_all: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Looks up the ids of a site's values."""

    transaction: Transaction
    site: int

    def equal(self, kind: int, text: str) -> list[int]:
        """Return the id of a value; for an empty text, the id of no value."""
        if not text:
            return [NONE]
        return self._ids("values_equal", kind=kind, text=text)

    def containing(self, kind: int, text: str, prefix: str = "") -> list[int]:
        """Return the ids of values that contain a text after a prefix, ignoring case."""
        return self._ids("values_containing", kind=kind, text=text, prefix=prefix)

    def matching(self, kind: int, pattern: str) -> list[int]:
        """Return the ids of values that match a pattern in which `*` stands for anything."""
        return self._ids("values_like", kind=kind, pattern=like(pattern).replace("*", "%"))

    def _ids(self, name: str, **values: Any) -> list[int]:
        rows = self.transaction.rows(f"reports/{name}", site=self.site, **values)
        return [row["id"] for row in rows]


def selection(filters: Iterable[Filter], dictionary: Dictionary) -> Selection:
    """Return the condition that visits match every filter."""
    conditions: list[Composable] = []
    values: dict[str, Any] = {}
    for n, asked in enumerate(filters):
        name = f"filter_{n}"
        values[name] = _ids(asked, dictionary)
        conditions.append(_condition(asked, name, values, dictionary))
    if not conditions:
        return Selection(SQL("true"), {}, is_all=True)
    return Selection(SQL(" and ").join(conditions), values, is_all=False)


def overlap(column: Composable, name: str, ids: Sequence[int]) -> Composable:
    """Return whether an array contains one of the ids; many ids are looked up by hash."""
    if len(ids) <= _FEW:
        return SQL("{} && {}::integer[]").format(column, Placeholder(name))
    among = SQL("exists (select from unnest({}) one where one = any({}::integer[]))")
    return among.format(column, Placeholder(name))


def like(text: str) -> str:
    """Return a text as a `like` pattern that matches only the text itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _ids(asked: Filter, dictionary: Dictionary) -> list[int]:
    kind, prefix = asked.dimension.kind, LINK if asked.dimension in LINKS else ""
    if asked.operator is Operator.CONTAINS:
        return dictionary.containing(kind, asked.value, prefix)
    return dictionary.equal(kind, asked.value and prefix + asked.value)


def _condition(
    asked: Filter, name: str, values: dict[str, Any], dictionary: Dictionary
) -> Composable:
    fits = _fits(asked.dimension, name, values, dictionary)
    return SQL("not ({})").format(fits) if asked.operator is Operator.IS_NOT else fits


def _fits(
    dimension: Dimension, name: str, values: dict[str, Any], dictionary: Dictionary
) -> Composable:
    if dimension in _OF_ANYWHERE:
        return overlap(Identifier("v", _OF_ANYWHERE[dimension]), name, values[name])
    if dimension in LINKS:
        values[f"{name}_name"] = dictionary.equal(Dimension.EVENT.kind, dimension)
        return _follows(name, values[name])
    return SQL("{} = any({}::integer[])").format(Identifier("v", dimension), Placeholder(name))


def _follows(name: str, ids: Sequence[int]) -> Composable:
    text = SQL(
        "v.names && {named}::integer[] and exists (select from hits h where h.visitor = v.visitor"
        " and h.at >= v.start_at and h.at <= v.last_at and h.visit_at = v.start_at"
        " and h.name = any({named}) and {holds})"
    )
    holds = overlap(Identifier("h", "properties"), name, ids)
    return text.format(named=Placeholder(f"{name}_name"), holds=holds)


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
