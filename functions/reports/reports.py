"""Reports on a site that the caller is a member of, each answered from one state of the facts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from functions.reports import answers
from functions.reports.questions import Detail, Question
from functions.reports.report_models import Bots, Breakdown, Comparison, GoalFigures, Summary
from functions.reports.scope import Covered, Scope, open_scope
from pixeltrack.platform.errors import NotFound
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.instants import iso
from pixeltrack.platform.postgres import Transaction
from pixeltrack.reports.coverage import Coverage
from pixeltrack.reports.goals import GoalReader, goal_ids
from pixeltrack.reports.grouping import GoalIds, search_ids
from pixeltrack.reports.periods import Compare, Range, as_one, compared


@dataclass(frozen=True, slots=True)
class Reports:
    """Answers questions about sites; `now` is the clock, in epoch milliseconds."""

    snapshot: Callable[[], AbstractContextManager[Transaction]]
    now: Callable[[], int]

    def summary(self, account: AccountId, question: Question, compare: Compare) -> Summary:
        """Return the figures of a range."""
        with self.snapshot() as transaction:
            now = self.now()
            scope = open_scope(transaction, account, question)
            asked = scope.range(now)
            before = compared(question.period, compare, asked, now=now)
            covered = scope.covered(asked)
            total, by_slot = scope.figures.totals(covered.coverage)
            reasons = scope.figures.bots(covered.unfiltered)
            return Summary(
                range=answers.range_view(covered.range),
                metrics=answers.metrics(total),
                exact=covered.coverage.is_exact,
                comparison=_comparison(scope, before),
                series=answers.points(covered.range, by_slot),
                goals=_goals(scope, covered, total.visits),
                bots=Bots(events=sum(reasons.values()), by_reason=dict(reasons)),
                through=iso(scope.site.watermark),
            )

    def breakdown(
        self, account: AccountId, question: Question, detail: Detail, *, limit: int, page: int
    ) -> Breakdown:
        """Return a page of the values of a dimension."""
        with self.snapshot() as transaction:
            scope = open_scope(transaction, account, question)
            goal = _goal(scope, detail.goal)
            asked = scope.range(self.now())
            covered = scope.covered(as_one(asked), needs_facts=detail.needs_facts)
            values = None
            if detail.search is not None:
                values = search_ids(detail.grouping, scope.dictionary, detail.search)
            listing = scope.figures.breakdown(
                covered.coverage,
                detail.grouping,
                goal=goal,
                values=values,
                limit=limit,
                offset=(page - 1) * limit,
            )
            return Breakdown(
                range=answers.range_view(asked),
                rows=[
                    answers.row(detail.grouping, one, listing.visitors, has_goal=goal is not None)
                    for one in listing.rows
                ],
                total=listing.total,
                exact=covered.coverage.is_exact,
                through=iso(scope.site.watermark),
            )


def _comparison(scope: Scope, before: Range | None) -> Comparison | None:
    if before is None:
        return None
    covered = scope.covered(before)
    total, by_slot = scope.figures.totals(covered.coverage)
    return Comparison(
        range=answers.range_view(covered.range),
        metrics=answers.metrics(total),
        series=answers.points(covered.range, by_slot),
        exact=covered.coverage.is_exact,
    )


def _goals(scope: Scope, covered: Covered, visits: int) -> list[GoalFigures]:
    """Return every goal's figures: from facts, where rollups cannot tell and there are facts."""
    reader, read = GoalReader(scope.figures), covered.coverage
    goals = [goal_ids(goal, scope.dictionary) for goal in scope.goals()]
    told = [
        goal
        for goal in goals
        if read.is_exact or (len(goal.ids) <= 1 and not reader.is_cut(read, goal))
    ]
    reached = _reached(reader, read, told)
    if not covered.is_sealed:
        reached |= _reached(reader, covered.facts, [goal for goal in goals if goal not in told])
    return [answers.goal_figures(goal.goal, reached.get(goal.goal.id), visits) for goal in goals]


def _reached(reader: GoalReader, read: Coverage, goals: Sequence[GoalIds]) -> dict[str, int]:
    counts = reader.conversions(read, goals)
    return {goal.goal.id: count for goal, count in zip(goals, counts, strict=True)}


def _goal(scope: Scope, asked: str | None) -> GoalIds | None:
    if asked is None:
        return None
    found = next((goal for goal in scope.goals() if goal.id == asked.lower()), None)
    if found is None:
        raise NotFound
    return goal_ids(found, scope.dictionary)
