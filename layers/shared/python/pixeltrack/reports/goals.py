"""Goals in PostgreSQL: what they match, and how many visits reached them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Identifier

from pixeltrack.facts.dimensions import Dimension
from pixeltrack.reports.coverage import Coverage
from pixeltrack.reports.grouping import GoalIds
from pixeltrack.reports.reader import FigureReader
from pixeltrack.reports.selection import Dictionary, overlap
from pixeltrack.sites.goals import Goal, GoalKind


def goal_ids(goal: Goal, dictionary: Dictionary) -> GoalIds:
    """Find what a goal matches."""
    match goal.kind:
        case GoalKind.PAGE:
            return GoalIds(goal, dictionary.matching(Dimension.PAGE.kind, goal.pattern))
        case GoalKind.EVENT:
            return GoalIds(goal, dictionary.equal(Dimension.EVENT.kind, goal.pattern))


@dataclass(frozen=True, slots=True)
class GoalReader:
    """Reads how the visits of a selection reached goals."""

    figures: FigureReader

    def conversions(self, coverage: Coverage, goals: Sequence[GoalIds]) -> list[int]:
        """Return how many visits reached each goal; rollups can tell only of goals of one id."""
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
        row = self.figures.transaction.composed(
            "reports/conversions",
            {"conversions": SQL(", ").join(counts), "selection": self.figures.selection.condition},
            **ids,
            **self.figures.given(coverage),
        )[0]
        rolled = self._rolled_conversions(coverage, goals)
        return [row[name] + rolled.get(n, 0) for n, name in enumerate(names)]

    def is_cut(self, coverage: Coverage, goal: GoalIds) -> bool:
        """Tell whether rollups to be read lack values that the goal may be among."""
        kind = Dimension[goal.goal.kind.name].rollup
        asked = {"spans": list(coverage.spans), "dimension": kind}
        return bool(self.figures.transaction.rows("reports/is_cut", **asked)[0]["is_cut"])

    def _rolled_conversions(
        self, coverage: Coverage, goals: Sequence[GoalIds]
    ) -> Mapping[int, int]:
        if coverage.is_exact:
            return {}
        asked = [(n, goal, id_) for n, goal in enumerate(goals) for id_ in goal.ids]
        rows = self.figures.transaction.rows(
            "reports/rolled_conversions",
            spans=list(coverage.spans),
            dimensions=[Dimension[goal.goal.kind.name].rollup for _, goal, _ in asked],
            values=[id_ for _, _, id_ in asked],
        )
        return {asked[row["n"] - 1][0]: row["visits"] for row in rows}
