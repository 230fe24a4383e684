"""Reports on a site that the caller is a member of."""

from dataclasses import dataclass

from functions.reports.questions import Detail, Question
from functions.reports.report_models import Breakdown, Summary
from pixeltrack.domain.identifiers import AccountId
from pixeltrack.domain.periods import Compare


@dataclass(frozen=True, slots=True)
class Reports:
    """Answers questions about sites."""

    def summary(self, account: AccountId, question: Question, compare: Compare) -> Summary:
        """Answer the figures of a range."""
        raise NotImplementedError

    def breakdown(
        self, account: AccountId, question: Question, detail: Detail, *, limit: int, page: int
    ) -> Breakdown:
        """Answer a page of the values of a dimension."""
        raise NotImplementedError
