"""Reports in PostgreSQL: one read-only transaction is one snapshot of the facts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow
from psycopg.sql import SQL, Composable, Identifier

from pixeltrack.events.stored import ENGAGEMENT, PAGEVIEW, BotReason
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, OTHER, PACE, Dimension
from pixeltrack.facts.visits import Kind, most_pace
from pixeltrack.platform.identifiers import AccountId, SiteId, is_uuid
from pixeltrack.platform.postgres import Database, Transaction, Transactions, columns, fill
from pixeltrack.reports.coverage import Coverage, Span
from pixeltrack.reports.periods import Range
from pixeltrack.reports.ports import GoalIds, ReportSite
from pixeltrack.reports.query import LINK, LINKS, Filter, Grouping, shown
from pixeltrack.reports.results import BotRow, EventTexts, Figures, Row, Rows
from pixeltrack.reports.selection import (
    NO_COLUMN,
    Dictionary,
    Selection,
    column_of,
    overlap,
    pieces,
    selection,
)
from pixeltrack.sites.goals import Goal, GoalKind

_WHOLE = -1
"""The slot of all points together."""


class PostgresReports:
    """The facts in a PostgreSQL database, as reports read them."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @contextmanager
    def snapshot(self) -> Iterator["PostgresSnapshot"]:
        """Open one snapshot of the facts. Raise `StoreUnavailable`."""
        with self._transactions.snapshot() as transaction:
            transaction.rows("reports/settings")
            yield PostgresSnapshot(transaction)


class PostgresSnapshot:
    """One snapshot of the facts; see `pixeltrack.reports.ports`."""

    def __init__(self, transaction: Transaction) -> None:
        self._sql = transaction

    def sites(self, account: AccountId, site: str | None) -> Sequence[ReportSite]:
        """Return the site if the account is a member; without a site id, its first two."""
        if site is not None and not is_uuid(site):
            return []
        rows = self._sql.rows("reports/site", account=account, site=site)
        return [
            ReportSite(
                id=row["id"],
                tracking_id=row["tracking_id"],
                timezone=row["timezone"],
                number=row["number"] or 0,
                rolled_timezone=row["rolled_timezone"] or row["timezone"],
                pace_limit=row["pace_limit"] or 0,
                watermark=row["watermark"],
            )
            for row in rows
        ]

    def goals(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Return the goals of a site, oldest first."""
        rows = self._sql.rows("sites/of_site", account=account, site=site)
        return [Goal(**{**row, "kind": GoalKind(row["kind"])}) for row in rows]

    def earliest(self, site: int) -> int | None:
        """Return when the first day with hits began, in epoch milliseconds; None without any."""
        at: int | None = self._sql.rows("reports/earliest", site=site)[0]["at"]
        return at

    def spans(self, site: int, asked: Range) -> Sequence[Span]:
        """Return the days and months with hits that overlap a range, in order."""
        rows = self._sql.tuples("reports/spans", site=site, since=asked.start, until=asked.end)
        return [Span(*row) for row in rows]

    def conflicts(self, site: int, asked: Range) -> int:
        """Return how many events of a range came with different contents under one id."""
        within = {"site": site, "since": asked.start, "until": asked.end}
        return int(self._sql.rows("reports/conflicts", **within)[0]["events"])

    def visits(self, site: ReportSite, filters: Sequence[Filter]) -> "PostgresVisits":
        """Return the visits of people that match every filter."""
        dictionary = Dictionary(self._sql, site.number)
        selected = selection(filters, dictionary, most_pace(site.pace_limit))
        return PostgresVisits(self._sql, dictionary, selected)


class PostgresFirstCopies:
    """The copies that hits were made of, for readers of the stored events."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def merged_until(self) -> int:
        """Return the instant (epoch ms) up to which everything stored is merged."""
        until: int = self._database.rows("reports/watermark")[0]["watermark"]
        return until

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Return by event key the copy that its hit was made of, where there is one."""
        if not keys:
            return {}
        rows = self._database.rows("reports/first_copies", keys=list(keys))
        return {row["event"].bytes: bytes(row["copy"]) for row in rows}


@dataclass(frozen=True)
class PostgresVisits:
    """The visits of a site that match a selection; see `pixeltrack.reports.ports`."""

    transaction: Transaction
    dictionary: Dictionary
    selection: Selection

    @property
    def is_all(self) -> bool:
        """Tell whether every visit matches."""
        return self.selection.is_all

    def totals(self, coverage: Coverage) -> tuple[Figures, Mapping[int, Figures]]:
        """Return the figures of the whole, and of each slot that has any."""
        parts = fill(
            "reports/of_visits",
            visit_cell=SQL("slot"),
            hit_cell=SQL("hit_slot"),
            hits=self._hits,
            is_converted=SQL("0"),
        )
        rows = self.transaction.rows(
            fill("reports/totals", selected=self._selected(coverage, NO_COLUMN), parts=parts),
            is_sketched=not coverage.is_counted,
            **self._given(coverage),
        )
        by_slot = {row["slot"]: _figures(row) for row in rows}
        return by_slot.pop(_WHOLE, Figures()), by_slot

    def bots(self, coverage: Coverage) -> Mapping[str, int]:
        """Return the number of bots' events by what identified them as bots, ignoring filters."""
        query = fill("reports/bots", hits=fill("reports/bots_hits"))
        rows = self.transaction.rows(query, **self._given(coverage))
        return {row["reason"]: row["events"] for row in rows}

    def bot_rows(
        self, coverage: Coverage, grouping: Grouping, *, reason: str | None, limit: int, offset: int
    ) -> tuple[Sequence[BotRow], int]:
        """Return some rows of bots' events, most events first, and how many there are in all.

        All bots' events, or those of one reason; a grouping without dimension is by reason.
        """
        cell, only = _bot_cell(grouping)
        query = fill("reports/bot_rows", hits=fill("reports/bots_hits"), cell=cell, only=only)
        given = {"reasons": None if reason is None else self._reasons(reason)}
        given |= self._given(coverage)
        found = self.transaction.rows(query, limit=limit, offset=offset, **given)
        if not found:
            first = self.transaction.rows(query, limit=1, offset=0, **given) if offset else []
            return [], first[0]["total"] if first else 0
        return [_bot_row(grouping.dimension, row) for row in found], found[0]["total"]

    def _reasons(self, reason: str) -> list[int]:
        return [PACE] if reason == BotReason.PACE else self.dictionary.of_kind(BOT, [reason])

    def goal_ids(self, goal: Goal) -> GoalIds:
        """Return the dictionary ids that a goal matches."""
        match goal.kind:
            case GoalKind.PAGE:
                ids = self.dictionary.matching(Dimension.PAGE, goal.pattern)
            case GoalKind.EVENT:
                ids = self.dictionary.equal(Dimension.EVENT, goal.pattern)
        return GoalIds(goal, ids)

    def conversions(self, coverage: Coverage, goals: Sequence[GoalIds]) -> Sequence[int]:
        """Return how many visits reached each goal; rollups know only goals of one id."""
        if not goals:
            return []
        ids = {f"goal_{n}": list(goal.ids) for n, goal in enumerate(goals)}
        counts = [
            SQL("count(*) filter (where {}) as {}").format(
                overlap(Identifier("v", column_of(goal)), name, goal.ids), Identifier(name)
            )
            for name, goal in zip(ids, goals, strict=True)
        ]
        query = fill(
            "reports/conversions",
            conversions=SQL(", ").join(counts),
            selection=self.selection.condition,
        )
        row = self.transaction.rows(query, **ids, **self._given(coverage))[0]
        rolled = self._rolled_conversions(coverage, goals)
        return [row[name] + rolled.get(n, 0) for n, name in enumerate(ids)]

    def is_cut(self, coverage: Coverage, goal: GoalIds) -> bool:
        """Tell whether the rollups to be read may lack values of the goal."""
        asked = {"spans": list(coverage.spans), "dimension": _rollup(goal)}
        return bool(self.transaction.rows("reports/is_cut", **asked)[0]["is_cut"])

    def rows(
        self,
        coverage: Coverage,
        grouping: Grouping,
        *,
        goal: GoalIds | None,
        search: str | None,
        limit: int,
        offset: int,
    ) -> Rows:
        """Return some rows, most visitors first, of values that contain `search`."""
        dimension = grouping.dimension
        values = None if search is None else self.dictionary.containing(dimension, search)
        made = pieces(grouping, goal, self.dictionary)
        query = fill(
            "reports/breakdown" if coverage.is_counted else "reports/rolled_breakdown",
            selected=self._selected(coverage, made.column),
            everyone=fill("reports/everyone", hits=self._hits),
            leaders=fill("reports/united", cells=SQL("likely")),
            followers=fill("reports/united", cells=SQL("possible")),
            **made.parts,
        )
        given = {"values": values, **made.values, **self._given(coverage)}
        found = self.transaction.rows(query, limit=limit, offset=offset, **given)
        if found:
            return _rows(found, [_row(dimension, row) for row in found])
        first = self.transaction.rows(query, limit=1, offset=0, **given) if offset else []
        return _rows(first, [])

    def events(
        self, *, since: int, until: int, after: tuple[int, str] | None, limit: int
    ) -> Sequence[EventTexts]:
        """Return events between two instants, in order of instant and key, after a given one."""
        in_selection = SQL(
            "exists (select from visits v"
            " where v.visitor = h.visitor and v.start_at = h.visit_at and {})"
        ).format(self.selection.condition)
        query = fill(
            "reports/events",
            attributes=columns(ATTRIBUTES, "c"),
            selection=SQL("true") if self.is_all else in_selection,
        )
        at, key = after or (since, UUID(int=0).hex)
        rows = self.transaction.rows(
            query,
            site=self.dictionary.site,
            since=since,
            until=until,
            after_at=at,
            after_key=key,
            limit=limit,
            **self.selection.values,
        )
        texts = self._texts(rows)
        return [_event(row, texts) for row in rows]

    def _texts(self, rows: Sequence[DictRow]) -> dict[int, str]:
        named = ("page", "name", "bot", *ATTRIBUTES)
        ids = {row[column] or 0 for row in rows for column in named}
        ids.update(id_ for row in rows for id_ in row["properties"] or ())
        found = self.transaction.rows("reports/texts", ids=list(ids))
        return {0: "", PACE: BotReason.PACE} | {row["id"]: row["value"] for row in found}

    def _rolled_conversions(
        self, coverage: Coverage, goals: Sequence[GoalIds]
    ) -> Mapping[int, int]:
        if coverage.is_counted:
            return {}
        asked = [(n, goal, id_) for n, goal in enumerate(goals) for id_ in goal.ids]
        rows = self.transaction.rows(
            "reports/rolled_conversions",
            spans=list(coverage.spans),
            dimensions=[_rollup(goal) for _, goal, _ in asked],
            values=[id_ for _, _, id_ in asked],
        )
        return {asked[row["n"] - 1][0]: row["visits"] for row in rows}

    def _given(self, coverage: Coverage) -> dict[str, Any]:
        """Return the parameters that every statement over a coverage takes."""
        return {
            "site": self.dictionary.site,
            "since": coverage.edges[0],
            "until": coverage.edges[-1],
            "edges": list(coverage.edges),
            "slots": list(coverage.slots),
            "spans": list(coverage.spans),
            "span_slots": list(coverage.span_slots),
            **self.selection.values,
        }

    @cached_property
    def _hits(self) -> Composable:
        return fill("reports/hits_of_visit")

    def _selected(self, coverage: Coverage, column: Composable) -> Composable:
        condition = self.selection.condition
        kept, crossing = SQL("materialized"), fill("reports/crossing")
        if self.is_all and coverage.is_counted:
            kept = SQL("not materialized")
            crossing = fill("reports/crossing_of_all", columns=column, selection=condition)
        return fill(
            "reports/selected", columns=column, selection=condition, kept=kept, crossing=crossing
        )


def _rollup(goal: GoalIds) -> int:
    return Dimension[goal.goal.kind.name].rollup


def _rows(found: Sequence[DictRow], rows: Sequence[Row]) -> Rows:
    """Return rows; each of `found` knows the totals."""
    if not found:
        return Rows()
    whole = found[0]
    return Rows(rows, whole["total"], whole["visitors_of_all"], whole["is_all_exact"])


def _row(dimension: Dimension | None, row: DictRow) -> Row:
    value = None if row["id"] == OTHER else shown(dimension, row["value"] or "")
    return Row(value, _figures(row), row["conversions"])


def _bot_cell(grouping: Grouping) -> tuple[Composable, Composable]:
    """Return what bots' events `b`, with contexts `c`, are counted by, and which of them are."""
    match grouping.dimension:
        case None:
            return SQL("b.bot"), SQL("true")
        case Dimension.PAGE:
            return SQL("b.page"), SQL("b.kind = 1")
        case Dimension.EVENT:
            return SQL("b.name"), SQL("b.kind = 2")
        case dimension:
            return SQL("coalesce({}, 0)").format(Identifier("c", dimension)), SQL("true")


def _bot_row(dimension: Dimension | None, row: DictRow) -> BotRow:
    is_pace = row["id"] == PACE
    value = str(BotReason.PACE) if is_pace else shown(dimension, row["value"] or "")
    return BotRow(value, row["visitors"], row["pageviews"], row["events"])


def _figures(row: DictRow) -> Figures:
    return Figures(
        visitors=row["visitors"] or 0,
        visits=row["visits"] or 0,
        pageviews=row["pageviews"] or 0,
        events=row["events"] or 0,
        bounces=row["bounces"] or 0,
        duration_ms=row["duration_ms"] or 0,
        is_exact=row["is_exact"],
    )


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
        page=shown(Dimension.PAGE, texts.get(row["page"], "")),
        visitor=row["visitor"] or "",
        bot=texts.get(row["bot"], ""),
        attributes=tuple(shown(each, texts.get(row[each] or 0, "")) for each in ATTRIBUTES),
        properties=tuple(_property(name, texts.get(id_, "")) for id_ in row["properties"] or ()),
    )


def _property(event: str, text: str) -> str:
    """Return a member of an event's payload; the address of a link as people read it."""
    is_address = event in LINKS and text.startswith(LINK)
    return LINK + shown(Dimension(event), text.removeprefix(LINK)) if is_address else text
