"""Figures in PostgreSQL: sums and distinct visitors of a range, of its points, of a dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable, Identifier

from pixeltrack.adapters.postgres.report_selection import (
    LINK,
    Dictionary,
    Selection,
    overlap,
)
from pixeltrack.adapters.postgres.transactions import Transaction, fill
from pixeltrack.domain.coverage import Coverage
from pixeltrack.domain.dimensions import OTHER, Dimension, Rollup, Values, values_of
from pixeltrack.domain.figures import Counted, Figures, Grouping, Listing
from pixeltrack.domain.goals import Goal, GoalKind
from pixeltrack.domain.hits import Kind

_NOTHING = SQL("")
_SLOT = SQL("slot")
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
"""Dimensions whose rows include that of visits without a value."""


@dataclass(frozen=True, slots=True)
class GoalIds:
    """A goal as dictionary ids: of pages, or of names of events."""

    goal: Goal
    ids: Sequence[int]

    @property
    def column(self) -> str:
        """Answer the array of visits that holds such ids."""
        return "pages" if self.goal.kind is GoalKind.PAGE else "names"


def goal_ids(goal: Goal, dictionary: Dictionary) -> GoalIds:
    """Find what a goal matches."""
    match goal.kind:
        case GoalKind.PAGE:
            return GoalIds(goal, dictionary.matching(Values.PAGE, goal.pattern))
        case GoalKind.EVENT:
            return GoalIds(goal, dictionary.equal(Values.EVENT, goal.pattern))


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Reads figures of a site's visits that fit a selection."""

    transaction: Transaction
    site: int
    selection: Selection

    def totals(self, coverage: Coverage) -> tuple[Figures, Mapping[int, Figures]]:
        """Answer the figures of the whole, and of each slot that has any."""
        rows = self.transaction.composed(
            "reports/totals",
            {
                "selected": self._selected(_SLOT_ONLY),
                "parts": fill(
                    "reports/of_visits",
                    visit_cell=_SLOT,
                    hit_cell=SQL("hit_slot"),
                    hits=fill("reports/hits_of_visit"),
                    is_converted=SQL("0"),
                ),
                "per_visitor": fill("reports/per_visitor"),
            },
            is_sketched=not coverage.is_exact,
            **self._values(coverage),
        )
        by_slot = {row["slot"]: _figures(row) for row in rows}
        return by_slot.pop(-1, Figures()), by_slot

    def breakdown(
        self,
        coverage: Coverage,
        grouping: Grouping,
        *,
        goal: GoalIds | None,
        values: Sequence[int] | None,
        limit: int,
        offset: int,
    ) -> Listing:
        """Answer some rows, most visitors first; `values` are all that may be among them."""
        dimension = grouping.dimension
        prefix = LINK if dimension in {Dimension.OUTBOUND, Dimension.DOWNLOAD} else ""
        given = {
            "dimension": Rollup[dimension.name] if dimension else None,
            "has_none": dimension in _WITH_NONE,
            "prefix": prefix,
            "values": values,
            "limit": limit,
            "offset": offset,
            **self._values(coverage),
        }
        if goal is not None:
            given["goal"] = list(goal.ids)
        name = "reports/breakdown" if coverage.is_exact else "reports/rolled_breakdown"
        rows = self.transaction.composed(name, self._parts(grouping, goal, given), **given)
        if not rows and offset:
            first = self.breakdown(coverage, grouping, goal=goal, values=values, limit=1, offset=0)
            return Listing((), first.total, first.visitors)
        if not rows:
            return Listing()
        visitors = rows[0].get("visitors_of_all")
        if visitors is None:
            visitors = self.totals(coverage)[0].visitors
        return Listing([_counted(row) for row in rows], rows[0]["total"], visitors)

    def bots(self, coverage: Coverage) -> Mapping[str, int]:
        """Answer how many events of bots there were, by what gave them away."""
        rows = self.transaction.rows("reports/bots", **self._values(coverage))
        return {row["reason"]: row["events"] for row in rows}

    def conversions(self, coverage: Coverage, goals: Sequence[GoalIds]) -> list[int]:
        """Answer how many visits reached each goal; rollups can tell only of goals of one id."""
        if not goals:
            return []
        names = [f"goal_{n}" for n in range(len(goals))]
        counts = [
            SQL("count(*) filter (where {}) as {}").format(
                overlap(Identifier("v", goal.column), name, goal.ids), Identifier(name)
            )
            for name, goal in zip(names, goals, strict=True)
        ]
        ids = {name: list(goal.ids) for name, goal in zip(names, goals, strict=True)}
        row = self.transaction.composed(
            "reports/conversions",
            {"conversions": SQL(", ").join(counts), "selection": self.selection.condition},
            **ids,
            **self._values(coverage),
        )[0]
        rolled = self._rolled_conversions(coverage, goals)
        return [row[name] + rolled.get(n, 0) for n, name in enumerate(names)]

    def is_cut(self, coverage: Coverage, goal: GoalIds) -> bool:
        """Tell whether rollups to be read lack values that the goal may be among."""
        kind = Rollup[goal.goal.kind.name]
        asked = {"spans": list(coverage.spans), "dimension": kind}
        return bool(self.transaction.rows("reports/is_cut", **asked)[0]["is_cut"])

    def _rolled_conversions(
        self, coverage: Coverage, goals: Sequence[GoalIds]
    ) -> Mapping[int, int]:
        if coverage.is_exact:
            return {}
        asked = [(n, goal, id_) for n, goal in enumerate(goals) for id_ in goal.ids]
        rows = self.transaction.rows(
            "reports/rolled_conversions",
            spans=list(coverage.spans),
            dimensions=[int(Rollup[goal.goal.kind.name]) for _, goal, _ in asked],
            values=[id_ for _, _, id_ in asked],
        )
        return {asked[row["n"] - 1][0]: row["visits"] for row in rows}

    def _parts(
        self, grouping: Grouping, goal: GoalIds | None, given: dict[str, Any]
    ) -> dict[str, Composable]:
        """Answer the pieces of a breakdown's statement; adds the values that they take."""
        is_converted = SQL("0") if goal is None else SQL("is_converted")
        hits = fill("reports/hits_of_visit")
        properties: Composable = _NOTHING
        column: Composable = _SLOT_ONLY
        match grouping.dimension:
            case Dimension.PAGE | Dimension.EVENT as dimension:
                is_page = dimension is Dimension.PAGE
                given["kind"] = Kind.PAGEVIEW if is_page else Kind.EVENT
                column = _HELD_PAGES if is_page else _HELD_NAMES
                parts = fill(
                    "reports/of_held",
                    hit_cell=SQL("page" if is_page else "name"),
                    hits=hits,
                    is_view=SQL("1" if is_page else "0"),
                    is_converted=is_converted,
                )
            case None | Dimension.OUTBOUND | Dimension.DOWNLOAD as dimension:
                dictionary = Dictionary(self.transaction, self.site)
                names = dictionary.equal(Values.EVENT, dimension or grouping.event)
                given["name"] = names[0] if names else OTHER
                properties = SQL("properties as materialized ({}),").format(
                    fill("reports/properties", hits=hits)
                )
                column = SQL("v.names && array[%(name)s]::integer[] as is_named")
                parts = fill("reports/of_properties", is_converted=is_converted)
            case dimension:
                column = SQL("v.{} as value").format(Identifier(dimension))
                parts = fill(
                    "reports/of_visits",
                    visit_cell=SQL("value"),
                    hit_cell=SQL("value"),
                    hits=hits,
                    is_converted=is_converted,
                )
        if goal is not None:
            reached = overlap(Identifier("v", goal.column), "goal", goal.ids)
            column = SQL("{}, ({})::integer as is_converted").format(column, reached)
        return {
            "selected": self._selected(column),
            "hits": hits,
            "properties": properties,
            "parts": parts,
            "per_visitor": fill("reports/per_visitor"),
            "leaders": fill("reports/united", cells=SQL("likely")),
            "followers": fill("reports/united", cells=SQL("possible")),
        }

    def _selected(self, column: Composable) -> Composable:
        return fill("reports/selected", columns=column, selection=self.selection.condition)

    def _values(self, coverage: Coverage) -> dict[str, Any]:
        return {
            "site": self.site,
            "since": coverage.edges[0],
            "until": coverage.edges[-1],
            "edges": list(coverage.edges),
            "slots": list(coverage.slots),
            "spans": list(coverage.spans),
            "span_slots": list(coverage.span_slots),
            **self.selection.values,
        }


_SLOT_ONLY = SQL("null as value")
_HELD_PAGES = SQL("v.pages as held, v.pageviews = cardinality(v.pages) as is_plain")
_HELD_NAMES = SQL("v.names as held, v.events = cardinality(v.names) as is_plain")


def search_ids(grouping: Grouping, dictionary: Dictionary, text: str) -> Sequence[int]:
    """Answer the ids of the values of a grouping that contain a text, whatever the case."""
    if grouping.dimension is None:
        return dictionary.containing(Values.PROPERTY, text)
    is_link = grouping.dimension in {Dimension.OUTBOUND, Dimension.DOWNLOAD}
    return dictionary.containing(values_of(grouping.dimension), text, LINK if is_link else "")


def _counted(row: DictRow) -> Counted:
    value = None if row["id"] == OTHER else row["value"] or ""
    return Counted(value, _figures(row), row["conversions"])


def _figures(row: DictRow) -> Figures:
    return Figures(
        visitors=row["visitors"] or 0,
        visits=row["visits"] or 0,
        pageviews=row["pageviews"] or 0,
        events=row["events"] or 0,
        bounces=row["bounces"] or 0,
        duration_ms=row["duration_ms"] or 0,
    )
