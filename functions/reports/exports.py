"""Exports of a site's data, a page at a time."""

from dataclasses import dataclass
from enum import StrEnum

from functions.reports.questions import Dataset, Question
from pixeltrack.domain.identifiers import AccountId

MOST_BYTES = 5_000_000
"""Of a page; a Lambda answer ends at 6 MB."""


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        """Answer the media type of it."""
        return "text/csv" if self is Format.CSV else "application/jsonl"


@dataclass(frozen=True, slots=True)
class ExportPage:
    """A page of an export; `next` is where to go on, None at the end."""

    text: str
    name: str
    next: str | None


@dataclass(frozen=True, slots=True)
class Exports:
    """Writes exports."""

    def page(
        self,
        account: AccountId,
        question: Question,
        dataset: Dataset,
        form: Format,
        position: str | None,
    ) -> ExportPage:
        """Answer a page."""
        raise NotImplementedError
