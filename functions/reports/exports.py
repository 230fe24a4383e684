"""Exports of a site's data, a page at a time."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from functions.reports import answers, export_position
from functions.reports.export_lines import Cell, Format, Writer
from functions.reports.parameters import EVENTS
from functions.reports.questions import Dataset, Detail, Question
from functions.reports.scope import Scope, open_scope
from pixeltrack.facts import days
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.instants import iso
from pixeltrack.platform.postgres import Transaction
from pixeltrack.reports import events
from pixeltrack.reports.figures import Figures
from pixeltrack.reports.periods import Interval, as_one, with_interval

MOST_BYTES = 5_000_000
"""Of a page; a Lambda answer ends at 6 MB."""

MOST_EVENTS = 15_000
_HEAD_BYTES = 1000
MOST_VALUES = 10_000
_FIGURES = (
    "visitors",
    "visits",
    "pageviews",
    "events",
    "bounceRate",
    "visitDuration",
)
_EVENT = ("at", "type", "path", "visitor", "bot", *map(str, ATTRIBUTES), "properties")


@dataclass(frozen=True, slots=True)
class ExportPage:
    """A page of an export; `next` is where to go on, None at the end."""

    text: str
    name: str
    next: str | None


@dataclass(frozen=True, slots=True)
class Exports:
    """Writes exports, each page from one state of the facts; `now` is in epoch milliseconds."""

    snapshot: Callable[[], AbstractContextManager[Transaction]]
    now: Callable[[], int]

    def page(
        self,
        account: AccountId,
        question: Question,
        dataset: Dataset,
        form: Format,
        position: str | None,
    ) -> ExportPage:
        """Return a page; raises `NotFound`, or `Refused` naming the parameter."""
        with self.snapshot() as transaction:
            scope = open_scope(transaction, account, question)
            if dataset.detail is not None:
                text, after = self._values(scope, form, dataset.detail, position)
            elif dataset.name == EVENTS:
                text, after = self._events(scope, form, position)
            else:
                text, after = self._days(scope, form), None
        return ExportPage(text, f"{dataset.name}.{form}", after)

    def _events(self, scope: Scope, form: Format, position: str | None) -> tuple[str, str | None]:
        after = None if position is None else export_position.event(position)
        asked = scope.range(self.now())
        found = events.page(
            scope.transaction,
            scope.site.number,
            scope.figures.selection,
            since=asked.start,
            until=asked.end,
            after=after,
            limit=MOST_EVENTS,
        )
        writer = Writer(form, _EVENT)
        lines, size = [writer.head() if after is None else ""], 0
        for event in found:
            line = writer.line(
                (
                    iso(event.at),
                    event.type,
                    event.page,
                    event.visitor,
                    event.bot,
                    *event.context,
                    event.properties,
                )
            )
            size += len(line.encode())
            if size > MOST_BYTES - _HEAD_BYTES:
                return "".join(lines), export_position.write(after) if after else None
            lines.append(line)
            after = event.at, event.key
        if after is None or len(found) < MOST_EVENTS:
            return "".join(lines), None
        return "".join(lines), export_position.write(after)

    def _days(self, scope: Scope, form: Format) -> str:
        asked = with_interval(scope.range(self.now()), Interval.DAY)
        covered = scope.covered(asked)
        _, by_slot = scope.figures.totals(covered.coverage)
        writer = Writer(form, ("date", *_FIGURES))
        shown = [writer.head()]
        for slot, at in enumerate(covered.range.edges[:-1]):
            day = days.day_of(at, asked.timezone).isoformat()
            shown.append(writer.line((day, *_cells(by_slot.get(slot, Figures())))))
        return "".join(shown)

    def _values(
        self, scope: Scope, form: Format, detail: Detail, position: str | None
    ) -> tuple[str, str | None]:
        offset = 0 if position is None else export_position.row(position)
        covered = scope.covered(as_one(scope.range(self.now())), needs_facts=detail.needs_facts)
        listing = scope.figures.breakdown(
            covered.coverage,
            detail.grouping,
            goal=None,
            values=None,
            limit=MOST_VALUES,
            offset=offset,
        )
        writer = Writer(form, ("value", "label", *_FIGURES))
        lines = [writer.head() if position is None else ""]
        for one in listing.rows:
            label = answers.label(detail.grouping, one.value)
            lines.append(writer.line((one.value, label, *_cells(one.figures))))
        end = offset + len(listing.rows)
        return "".join(lines), export_position.write(end) if end < listing.total else None


def _cells(figures: Figures) -> Sequence[Cell]:
    return (
        figures.visitors,
        figures.visits,
        figures.pageviews,
        figures.events,
        answers.rate(figures.bounces, figures.visits),
        answers.rate(figures.duration_ms / 1000, figures.visits),
    )
