"""How an export is written: CSV that no spreadsheet runs, or a JSON object a line."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

Cell = str | int | float | Sequence[str] | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_encode = msgspec.json.Encoder().encode


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        """Return the media type of it."""
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/jsonl"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes rows under names; a list is written `one; another` in CSV."""

    form: Format
    names: Sequence[str]

    def head(self) -> str:
        """Return what an export begins with."""
        return _csv(self.names) if self.form is Format.CSV else ""

    def line(self, row: Sequence[Cell]) -> str:
        """Write one row."""
        if self.form is Format.CSV:
            return _csv([_cell(value) for value in row])
        return _encode(dict(zip(self.names, row, strict=True))).decode() + "\n"


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: Cell) -> str:
    """Write a cell; text that a spreadsheet would take for a formula gets an apostrophe (OWASP)."""
    match value:
        case None:
            return ""
        case int() | float():
            return str(value)
        case str():
            text = value
        case _:
            text = "; ".join(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
