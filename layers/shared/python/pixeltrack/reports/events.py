"""A site's events in PostgreSQL as texts, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.sql import SQL

from pixeltrack.events.stored import ENGAGEMENT, PAGEVIEW
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.hits import Kind
from pixeltrack.platform.postgres import Transaction, columns
from pixeltrack.reports.selection import Selection


@dataclass(frozen=True, slots=True)
class EventTexts:
    """An event in texts; `context` is in the order of `dimensions.ATTRIBUTES`, `""` is none.

    `at` is in epoch milliseconds; `key` identifies the event, in hexadecimal.
    """

    at: int
    key: str
    type: str
    page: str
    visitor: str
    bot: str
    context: tuple[str, ...]
    properties: tuple[str, ...]


def page(
    transaction: Transaction,
    site: int,
    selection: Selection,
    *,
    since: int,
    until: int,
    after: tuple[int, str] | None,
    limit: int,
) -> list[EventTexts]:
    """Return events between two instants, in order of instant and key, after one of them.

    Bots' are among them unless visits are selected.
    """
    in_selection = SQL(
        "exists (select from visits v"
        " where v.visitor = h.visitor and v.start_at = h.visit_at and {})"
    ).format(selection.condition)
    at, key = after or (since, UUID(int=0).hex)
    rows = transaction.composed(
        "reports/events",
        {
            "attributes": columns(ATTRIBUTES, "c"),
            "selection": SQL("true") if selection.is_all else in_selection,
        },
        site=site,
        since=since,
        until=until,
        after_at=at,
        after_key=key,
        limit=limit,
        **selection.values,
    )
    texts = _texts(transaction, rows)
    return [_event(row, texts) for row in rows]


def _texts(transaction: Transaction, rows: Sequence[DictRow]) -> dict[int, str]:
    named = ("page", "name", "bot", *ATTRIBUTES)
    ids = {row[column] or 0 for row in rows for column in named}
    ids.update(id_ for row in rows for id_ in row["properties"] or ())
    found = transaction.rows("reports/texts", ids=list(ids))
    return {0: ""} | {row["id"]: row["value"] for row in found}


def _event(row: DictRow, texts: dict[int, str]) -> EventTexts:
    match Kind(row["kind"]):
        case Kind.PAGEVIEW:
            name = PAGEVIEW
        case Kind.ENGAGEMENT:
            name = ENGAGEMENT
        case Kind.EVENT:
            name = texts.get(row["name"], "")
    return EventTexts(
        at=row["at"],
        key=row["event"].hex,
        type=name,
        page=texts.get(row["page"], ""),
        visitor=row["visitor"] or "",
        bot=texts.get(row["bot"], ""),
        context=tuple(texts.get(row[column] or 0, "") for column in ATTRIBUTES),
        properties=tuple(texts.get(id_, "") for id_ in row["properties"] or ()),
    )
