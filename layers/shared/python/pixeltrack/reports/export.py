"""Exports of a site's data, in pages: CSV safe for spreadsheets, or one JSON object a line."""

import csv
import io
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Generic, TypeVar

import msgspec

from pixeltrack.facts import days
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.instants import iso
from pixeltrack.reports import pages
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.periods import Interval, as_one, with_interval
from pixeltrack.reports.query import Breakdown, Query
from pixeltrack.reports.results import EventTexts, Figures, Row

MOST_EVENTS = 15_000
MOST_VALUES = 10_000
_FIGURES = ("visitors", "visits", "pageviews", "events", "bounceRate", "visitDuration", "exact")
_DAY = ("date", *_FIGURES)
_VALUE = ("value", "label", *_FIGURES)
_EVENT = ("at", "type", "path", "visitor", "bot", *map(str, ATTRIBUTES), "properties")
_PLAIN = frozenset(string.ascii_letters + string.digits + "/")
_SIGNS = frozenset("=+-@\N{MINUS SIGN}")
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show as nothing; what else does is in the categories C, M and Z."""

_QUOTES = frozenset("\"'`\xb4\u201a\u201e\uff02\uff07")
"""Quotation marks besides the categories Pi and Pf: straight, low, in full width."""

BYTE_ORDER_MARK = "\ufeff"
"""By which Excel knows that a CSV file is in UTF-8."""

Cell = str | int | float | Sequence[str] | None

EventPlace = tuple[int, str]
"""An event by its instant in epoch milliseconds and its key in hexadecimal."""

Place = TypeVar("Place")
_encode = msgspec.json.Encoder().encode


class Format(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        """Return the format's media type."""
        return "text/csv; charset=utf-8" if self is Format.CSV else "application/jsonl"


@dataclass(frozen=True, slots=True)
class Page(Generic[Place]):
    """A page of an export; `next` is where the next one begins, None at the end."""

    text: str
    next: Place | None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes rows with named columns; a list is written `one; another` in CSV.

    Where it `is_marked`, CSV begins with a byte-order mark.
    """

    form: Format
    names: Sequence[str]
    is_marked: bool = False

    def head(self) -> str:
        """Return what an export begins with."""
        if self.form is Format.JSONL:
            return ""
        return (BYTE_ORDER_MARK if self.is_marked else "") + _csv(self.names)

    def line(self, row: Sequence[Cell]) -> str:
        """Write one row."""
        if self.form is Format.CSV:
            return _csv([_cell(value) for value in row])
        return _encode(dict(zip(self.names, row, strict=True))).decode() + "\n"

    def page(self, rows: Iterable[Sequence[Cell]], *, is_first: bool) -> tuple[str, int]:
        """Write as many rows as fit into a page; return its text, and their number."""
        head = [self.head()] if is_first else []
        lines = pages.fitting(chain(head, map(self.line, rows)))
        return "".join(lines), len(lines) - len(head)


@dataclass(frozen=True, slots=True)
class Exports:
    """Writes exports, each page from one snapshot of the facts; errors are those of `Engine`.

    A page holds at most `pages.MOST_BYTES` as it is sent. A place is the last event written, or
    the number of rows written. `is_marked` is the writer's.
    """

    engine: Engine
    form: Format
    is_marked: bool = False

    def events(
        self, account: AccountId, query: Query, after: EventPlace | None
    ) -> Page[EventPlace]:
        """Return a page of the events of a range, oldest first."""
        with self.engine.open(account, query) as report:
            asked = report.range()
            found = report.visits.events(
                since=asked.start, until=asked.end, after=after, limit=MOST_EVENTS
            )
        text, count = self._writer(_EVENT).page(map(_event_cells, found), is_first=after is None)
        if count == len(found) < MOST_EVENTS:
            return Page(text, None)
        last = found[count - 1]
        return Page(text, (last.at, last.key))

    def days(self, account: AccountId, query: Query, row: int) -> Page[int]:
        """Return a page of the figures of each day of a range."""
        with self.engine.open(account, query) as report:
            asked = with_interval(report.range(), Interval.DAY)
            time_series = report.time_series(report.cover(asked))
        starts = list(enumerate(time_series.range.edges[:-1]))
        rows = (
            (days.day_of(at, asked.timezone).isoformat(), *_cells(time_series.point(number)))
            for number, at in starts[row:]
        )
        text, count = self._writer(_DAY).page(rows, is_first=row == 0)
        return Page(text, _following(row + count, len(starts)))

    def values(self, account: AccountId, query: Query, breakdown: Breakdown, row: int) -> Page[int]:
        """Return a page of the values of a dimension."""
        label: Callable[[str | None], str] = breakdown.grouping.label

        def cells(one: Row) -> Sequence[Cell]:
            return (one.value, label(one.value), *_cells(one.figures))

        with self.engine.open(account, query) as report:
            covered = report.cover(as_one(report.range()), needs_facts=breakdown.needs_facts)
            found = report.visits.rows(
                covered.coverage,
                breakdown.grouping,
                goal=None,
                search=None,
                limit=MOST_VALUES,
                offset=row,
            )
        text, count = self._writer(_VALUE).page(map(cells, found.rows), is_first=row == 0)
        return Page(text, _following(row + count, found.total))

    def _writer(self, names: Sequence[str]) -> Writer:
        return Writer(self.form, names, is_marked=self.is_marked)


def _following(row: int, total: int) -> int | None:
    return row if row < total else None


def _event_cells(event: EventTexts) -> Sequence[Cell]:
    return (
        iso(event.at),
        event.type,
        event.page,
        event.visitor,
        event.bot,
        *event.attributes,
        event.properties,
    )


def _cells(figures: Figures) -> Sequence[Cell]:
    return (
        figures.visitors,
        figures.visits,
        figures.pageviews,
        figures.events,
        figures.bounce_rate,
        figures.visit_duration,
        figures.is_exact,
    )


def _csv(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: Cell) -> str:
    """Write a cell; text that a spreadsheet could take for a formula gets an apostrophe."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str():
            text = value
        case _:
            text = "; ".join(value)
    return f"'{text}" if _is_risky(text) else text


def _is_risky(text: str) -> bool:
    """Tell whether a spreadsheet could read a formula from a text (OWASP, "CSV Injection").

    So it may where `=`, `+`, `-` or `@` of any width comes first, or a line break, a tab or another
    control character; blanks, quotation marks and what is not seen before it are passed over.
    """
    for character in text:
        if character in _PLAIN:
            return False
        category = unicodedata.category(character)
        if category in _BREAKS:
            return True
        is_quote = character in _QUOTES or category in ("Pi", "Pf")
        if not is_quote and category[0] not in "CMZ" and character not in _UNSEEN:
            return unicodedata.normalize("NFKC", character)[0] in _SIGNS
    return False
