"""Figures in PostgreSQL: sums and distinct visitors of a range, of its points, of a dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable

from pixeltrack.facts.dimensions import OTHER
from pixeltrack.platform.postgres import Transaction, fill
from pixeltrack.reports.coverage import Coverage
from pixeltrack.reports.figures import Counted, Figures, Grouping, Listing
from pixeltrack.reports.grouping import NO_COLUMN, GoalIds, pieces
from pixeltrack.reports.selection import Dictionary, Selection

_WHOLE = -1
"""The slot of all points together."""


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Reads figures of a site's visits that fit a selection."""

    transaction: Transaction
    site: int
    selection: Selection

    def totals(self, coverage: Coverage) -> tuple[Figures, Mapping[int, Figures]]:
        """Return the figures of the whole, and of each slot that has any."""
        parts = fill(
            "reports/of_visits",
            visit_cell=SQL("slot"),
            hit_cell=SQL("hit_slot"),
            hits=fill("reports/hits_of_visit"),
            is_converted=SQL("0"),
        )
        rows = self.transaction.composed(
            "reports/totals",
            {"selected": self._selected(NO_COLUMN), "parts": parts},
            is_sketched=not coverage.is_exact,
            **self.given(coverage),
        )
        by_slot = {row["slot"]: _figures(row) for row in rows}
        return by_slot.pop(_WHOLE, Figures()), by_slot

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
        """Return some rows, most visitors first; `values` are all that may be among them."""
        made = pieces(grouping, goal, Dictionary(self.transaction, self.site))
        rows = self.transaction.composed(
            "reports/breakdown" if coverage.is_exact else "reports/rolled_breakdown",
            {
                "selected": self._selected(made.column),
                "everyone": fill("reports/everyone", hits=fill("reports/hits_of_visit")),
                "leaders": fill("reports/united", cells=SQL("likely")),
                "followers": fill("reports/united", cells=SQL("possible")),
                **made.parts,
            },
            values=values,
            limit=limit,
            offset=offset,
            **made.values,
            **self.given(coverage),
        )
        if not rows and offset:
            first = self.breakdown(coverage, grouping, goal=goal, values=values, limit=1, offset=0)
            return Listing((), first.total, first.visitors)
        if not rows:
            return Listing()
        counted = [_counted(row) for row in rows]
        return Listing(counted, rows[0]["total"], rows[0]["visitors_of_all"])

    def bots(self, coverage: Coverage) -> Mapping[str, int]:
        """Return how many events of bots there were, by what gave them away."""
        rows = self.transaction.rows("reports/bots", **self.given(coverage))
        return {row["reason"]: row["events"] for row in rows}

    def given(self, coverage: Coverage) -> dict[str, Any]:
        """Return the values that every statement over a coverage takes."""
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

    def _selected(self, column: Composable) -> Composable:
        return fill("reports/selected", columns=column, selection=self.selection.condition)


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
