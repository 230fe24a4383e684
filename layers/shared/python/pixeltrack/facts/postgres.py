"""Facts in PostgreSQL; every change happens in a transaction under one advisory lock."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import UUID

from psycopg.sql import SQL, Placeholder

from pixeltrack.facts.days import month_of, next_month, start_of
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.ports import (
    FactSite,
    NewContext,
    NewValue,
    NewVisitor,
    Progress,
    Since,
    Tail,
    Touched,
)
from pixeltrack.facts.visits import Hit, Visit
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transaction, Transactions, columns, fill

_HIT_COLUMNS = {
    "at": "int8",
    "visit_at": "int8",
    "event": "uuid",
    "site": "int4",
    "visitor": "int4",
    "page": "int4",
    "name": "int4",
    "context": "int4",
    "bot": "int4",
    "kind": "int2",
    "copy": "bytea",
    "properties": "int4[]",
}
_VISIT_COLUMNS: dict[str, str] = {
    "start_at": "int8",
    "last_at": "int8",
    "site": "int4",
    "visitor": "int4",
    "pageviews": "int4",
    "events": "int4",
    "entry_page": "int4",
    "exit_page": "int4",
    "context": "int4",
    "pages": "int4[]",
    "names": "int4[]",
    "pace": "int4",
    "page_views": "int4[]",
    "name_events": "int4[]",
    **{name.value: "int4" for name in ATTRIBUTES},
}
_GIVEN = SQL(", ").join(SQL("{}::integer[]").format(Placeholder(name)) for name in ATTRIBUTES)
"""Ids of each attribute, as parameters of its name."""


class PostgresFacts:
    """The facts in a PostgreSQL database."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @contextmanager
    def transaction(self) -> Iterator["PostgresFactsTransaction"]:
        """Open a transaction; raise `Busy` where another one is open, `StoreUnavailable`."""
        with self._transactions.locked() as transaction:
            yield PostgresFactsTransaction(transaction)

    def close(self) -> None:
        """Close the connection; the next transaction opens another."""
        self._transactions.close()

    def progress(self) -> Progress:
        """Return how far aggregation is."""
        with self.snapshot() as sql:
            return PostgresFactsTransaction(sql).progress()

    def first_site_at(self) -> int | None:
        """Return when the oldest site was created (epoch ms), None where there is none."""
        with self.snapshot() as sql:
            at: int | None = sql.rows("facts/first_site_at")[0]["at"]
        return at

    def unapplied(self, buckets: Collection[bytes]) -> set[bytes]:
        """Return which of these bucket keys are not merged yet."""
        with self.snapshot() as sql:
            return PostgresFactsTransaction(sql).unapplied(buckets)

    def snapshot(self) -> AbstractContextManager[Transaction]:
        """Open a read-only transaction without the lock; raise `StoreUnavailable`."""
        return self._transactions.snapshot()


class PostgresFactsTransaction:
    """An open transaction that holds the lock; see `pixeltrack.facts.ports`.

    `sql` is the same transaction, for the statements of modules that own other tables.
    """

    def __init__(self, transaction: Transaction) -> None:
        self.sql = transaction

    def progress(self) -> Progress:
        """Return how far aggregation is."""
        return Progress(**self.sql.rows("facts/progress")[0])

    def advance(self, watermark: int) -> None:
        """Record that every bucket stored by `watermark` is merged."""
        self.sql.rows("facts/advance", watermark=watermark)

    def swept(self, at: int) -> None:
        """Record that a sweep which began at `at` is complete."""
        self.sql.rows("facts/swept", at=at)

    def turn_back(self, now: int) -> None:
        """Take back a watermark, and a last sweep, that a clock which ran ahead set later than now.

        They become the instant of the last bucket that is known to be merged, 0 without any.
        """
        self.sql.rows("facts/turn_back", now_ms=now)

    def sites(self, ids: Collection[SiteId]) -> Mapping[SiteId, FactSite]:
        """Return the sites that exist, assigning numbers to those that have none yet."""
        rows = self.sql.rows("facts/sites", sites=list(ids))
        return {row["site_id"]: FactSite(row["id"], row["timezone"]) for row in rows}

    def tombstones(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        """Return when visitors or sites of these keys were erased; others are absent."""
        return {key.bytes: at for key, at in self.sql.tuples("events/tombstones", keys=list(keys))}

    def sealed(self, sites: Mapping[int, tuple[int, int]]) -> Mapping[int, list[tuple[int, int]]]:
        """Return each site's sealed days, as start and end, that overlap its two instants."""
        found: dict[int, list[tuple[int, int]]] = {}
        for site, start, end in self.sql.tuples(
            "facts/sealed",
            sites=list(sites),
            firsts=[first for first, _ in sites.values()],
            lasts=[last for _, last in sites.values()],
        ):
            found.setdefault(site, []).append((start, end))
        return found

    def unapplied(self, buckets: Collection[bytes]) -> set[bytes]:
        """Return which of these bucket keys are not merged yet."""
        applied = self.sql.tuples("facts/applied", keys=list(buckets))
        return set(buckets).difference(key.bytes for (key,) in applied)

    def apply(self, buckets: Sequence[tuple[bytes, int]]) -> None:
        """Record buckets, by key and `stored_at`, as merged."""
        rows = [(UUID(bytes=key), stored_at) for key, stored_at in buckets]
        self.sql.copy("applied_buckets", {"digest": "uuid", "stored_at": "int8"}, rows)

    def unapply(self, buckets: Collection[bytes]) -> None:
        """Record buckets, by key, as not merged; they may be merged again then."""
        self.sql.rows("facts/unapply", keys=[UUID(bytes=key) for key in buckets])

    def visitor_ids(self, visitors: Sequence[NewVisitor]) -> Mapping[bytes, tuple[int, bool]]:
        """Return each visitor's id, and whether the visitor is new."""
        rows = self.sql.tuples(
            "facts/visitor_ids",
            keys=[visitor.key for visitor in visitors],
            sites=[visitor.site for visitor in visitors],
            values=[visitor.value for visitor in visitors],
            imported=[visitor.imported for visitor in visitors],
        )
        return {key.bytes: (number, is_new) for key, number, is_new in rows}

    def value_ids(self, values: Sequence[NewValue]) -> Mapping[bytes, int]:
        """Return the id of each value."""
        rows = self.sql.tuples(
            "facts/value_ids",
            keys=[value.key for value in values],
            sites=[value.site for value in values],
            kinds=[int(value.kind) for value in values],
            values=[value.value for value in values],
        )
        return {key.bytes: number for key, number in rows}

    def context_ids(self, contexts: Sequence[NewContext]) -> Mapping[bytes, int]:
        """Return the id of each context."""
        rows = self.sql.tuples(
            fill("facts/context_ids", attributes=columns(ATTRIBUTES), given=_GIVEN),
            keys=[context.key for context in contexts],
            sites=[context.site for context in contexts],
            **{
                name.value: [context.ids[position] for context in contexts]
                for position, name in enumerate(ATTRIBUTES)
            },
        )
        return {key.bytes: number for key, number in rows}

    def contexts(self, ids: Collection[int]) -> Mapping[int, tuple[int, ...]]:
        """Return the sixteen ids of each context."""
        if not ids:
            return {}
        query = fill("facts/contexts", attributes=columns(ATTRIBUTES))
        rows = self.sql.tuples(query, ids=list(ids))
        return {number: tuple(rest) for number, *rest in rows}

    def texts(self, ids: Collection[int]) -> Mapping[int, str]:
        """Return the text of each dictionary id."""
        return dict(self.sql.tuples("facts/values_of", ids=list(ids))) if ids else {}

    def mark_conflicts(self, events: Collection[tuple[bytes, int, int]]) -> None:
        """Record events, by key, site and instant, whose copies say different things."""
        keys, sites, ats = zip(*events, strict=True)
        self.sql.rows("facts/mark_conflicts", keys=list(keys), sites=list(sites), ats=list(ats))

    def hits(self, keys: Collection[bytes]) -> list[Hit]:
        """Return the hits of these events; an event without a hit is left out."""
        return [read_hit(row) for row in self.sql.tuples("facts/hits", keys=list(keys))]

    def hits_by(self, statement: str, /, **values: Any) -> list[Hit]:
        """Return the hits that a statement reads, with its columns in the order of the table."""
        return [read_hit(row) for row in self.sql.tuples(statement, **values)]

    def hits_since(self, since: Sequence[Since]) -> list[Hit]:
        """Return all hits of each visitor from an instant on."""
        return [read_hit(row) for row in self.sql.tuples("facts/hits_since", **_columns(since))]

    def tails(self, before: Sequence[Since]) -> Mapping[int, Tail]:
        """Return each visitor's latest hit, and its last visit that began before an instant."""
        return {
            visitor: Tail(latest_at, None if row[0] is None else _visit(row))
            for visitor, latest_at, *row in self.sql.tuples("facts/tails", **_columns(before))
        }

    def visits_since(self, since: Sequence[Since]) -> list[Visit]:
        """Return all visits of each visitor that began at an instant or later."""
        return [_visit(row) for row in self.sql.tuples("facts/visits_since", **_columns(since))]

    def remove_hits(self, keys: Collection[bytes]) -> None:
        """Delete the hits of these events."""
        self.sql.rows("facts/remove_hits", keys=list(keys))

    def add_hits(self, hits: Sequence[Hit]) -> None:
        """Insert hits; none of their events may have one."""
        self.sql.copy(
            "hits",
            _HIT_COLUMNS,
            [
                (
                    hit.at,
                    hit.visit_at,
                    UUID(bytes=hit.key),
                    hit.site,
                    hit.visitor,
                    hit.page,
                    hit.name,
                    hit.context,
                    hit.bot,
                    hit.kind,
                    hit.copy,
                    list(hit.properties) or None,
                )
                for hit in hits
            ],
        )

    def move_hits(self, hits: Sequence[Hit]) -> None:
        """Set the `visit_at` of existing hits."""
        self.sql.rows(
            "facts/move_hits",
            keys=[hit.key for hit in hits],
            visit_ats=[hit.visit_at for hit in hits],
        )

    def replace_visits(self, since: Sequence[Since], visits: Sequence[Visit]) -> None:
        """Replace all visits that each visitor began at an instant or later."""
        self.sql.rows("facts/remove_visits", **_columns(since))
        contexts = self.contexts({visit.context for visit in visits})
        self.sql.copy(
            "visits",
            _VISIT_COLUMNS,
            [
                (
                    visit.start_at,
                    visit.last_at,
                    visit.site,
                    visit.visitor,
                    visit.pageviews,
                    visit.events,
                    visit.entry_page,
                    visit.exit_page,
                    visit.context,
                    list(visit.pages),
                    list(visit.names),
                    visit.pace,
                    list(visit.page_views) or None,
                    list(visit.name_events) or None,
                    *contexts[visit.context],
                )
                for visit in visits
            ],
        )

    def touch(self, days: Sequence[Touched]) -> None:
        """Record days that have or lost hits; sealed days do not change."""
        if not days:
            return
        zones = dict(self.sql.tuples("facts/zones", sites=list({day.site for day in days})))
        months = {(day.site, month_of(day.day)) for day in days}
        spans = [("day", d.site, d.day, d.start_at, d.end_at, d.imported_at) for d in days]
        spans += [
            (
                "month",
                site,
                month,
                start_of(month, zones[site]),
                start_of(next_month(month), zones[site]),
                None,
            )
            for site, month in sorted(months)
        ]
        kinds, sites, dates, starts, ends, imports = map(list, zip(*spans, strict=True))
        self.sql.rows(
            "facts/touch",
            spans=kinds,
            sites=sites,
            days=dates,
            starts=starts,
            ends=ends,
            imports=imports,
        )


def _columns(since: Sequence[Since]) -> dict[str, list[int]]:
    return {"visitors": [visitor for visitor, _ in since], "ats": [at for _, at in since]}


def read_hit(row: Sequence[Any]) -> Hit:
    """Return a row of the table, with its columns in order, as a hit."""
    at, visit_at, event, site, visitor, page, name, context, bot, kind, copy, properties = row
    return Hit(
        key=event.bytes,
        copy=bytes(copy),
        at=at,
        kind=kind,
        site=site,
        visitor=visitor,
        page=page,
        name=name,
        context=context,
        bot=bot,
        properties=tuple(properties or ()),
        visit_at=visit_at,
    )


def _visit(row: Sequence[Any]) -> Visit:
    *numbers, pages, names, pace, page_views, name_events = row
    site, visitor, start_at, last_at, pageviews, events, entry_page, exit_page, context = numbers
    return Visit(
        site=site,
        visitor=visitor,
        start_at=start_at,
        last_at=last_at,
        pageviews=pageviews,
        events=events,
        entry_page=entry_page,
        exit_page=exit_page,
        context=context,
        pages=tuple(pages),
        names=tuple(names),
        pace=pace,
        page_views=tuple(page_views or ()),
        name_events=tuple(name_events or ()),
    )
