"""Writes a site's events as facts, without the aggregator, and keeps them for a reference."""

import random
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg

from pixeltrack.facts import days
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, PROPERTY, Dimension
from pixeltrack.facts.visits import Kind
from tests.fakes.random_history import RandomEvent, RandomVisit, history, visits

MOST_PACE = 60
_Connection = psycopg.Connection[Any]


@dataclass(slots=True)
class ReportFixture:
    """A site with what its tables hold, in texts: `visits` are those of people."""

    account: str
    site: str
    number: int
    timezone: str
    hits: list[RandomEvent] = field(default_factory=list)
    visits: list[RandomVisit] = field(default_factory=list)


def new_report_fixture(connection: _Connection, timezone: str = "UTC") -> ReportFixture:
    """Make an account with a site that facts can be written of."""
    row = _one(
        connection,
        "with a as (insert into accounts (email) values (gen_random_uuid() || '@x') returning id),"
        " s as (insert into sites (tracking_id, url, name, timezone)"
        "       values ('pt_' || md5(gen_random_uuid()::text), 'https://x.example', 'Site', %s)"
        "       returning id),"
        " m as (insert into site_members (site_id, account_id, role)"
        "       select s.id, a.id, 'owner' from s, a),"
        " f as (insert into fact_sites (site_id, timezone) select id, %s from s returning id)"
        " select a.id::text, s.id::text, f.id from a, s, f",
        timezone,
        timezone,
    )
    return ReportFixture(row[0], row[1], row[2], timezone)


class Tables:
    """Fills the tables of one site."""

    def __init__(self, connection: _Connection, fixture: ReportFixture) -> None:
        self._connection = connection
        self._fixture = fixture
        self._values: dict[tuple[int, str], int] = {}
        self._contexts: dict[tuple[int, ...], int] = {}

    def fill(self, seed: int, visitors: int, start: int, end: int) -> None:
        """Make events of some visitors between two instants, with all that follows from them."""
        for told in history(random.Random(seed), visitors, start, end):
            self.add(told)
        self.cut_periods()

    def add(self, told: list[RandomEvent]) -> None:
        """Write all events of one visitor."""
        new = "insert into visitors (site, digest, value, imported)"
        visitor = _one(
            self._connection,
            f"{new} values (%s, gen_random_uuid(), 'v', false) returning id",
            self._fixture.number,
        )[0]
        placed, found = visits(told)
        for event in placed:
            self._hit(event, visitor)
        for visit in found:
            self._visit(visit, visitor)
            visit.visitor = visitor
        fast = {visit.start for visit in found if visit.pace > MOST_PACE}
        self._fixture.hits += [
            RandomEvent(
                e.key,
                e.at,
                visitor,
                e.kind,
                e.page,
                e.name,
                "pace" if e.visit in fast else e.bot,
                e.properties,
                e.context,
                e.visit,
            )
            for e in placed
        ]
        self._fixture.visits += [visit for visit in found if visit.start not in fast]

    def cut_periods(self) -> None:
        """Note the days and months that have hits."""
        zone = self._fixture.timezone
        seen = {days.day_of(hit.at, zone) for hit in self._fixture.hits}
        for day in seen:
            self._period("day", day, day + timedelta(days=1))
        for month in {days.month_of(day) for day in seen}:
            self._period("month", month, days.next_month(month))

    def _period(self, span: str, day: Any, end: Any) -> None:
        zone = self._fixture.timezone
        edges = days.start_of(day, zone), days.start_of(end, zone)
        self._connection.execute(
            "insert into periods (site, span, day, start_at, end_at) values (%s, %s, %s, %s, %s)"
            " on conflict do nothing",
            [self._fixture.number, span, day, *edges],
        )

    def _hit(self, told: RandomEvent, visitor: int) -> None:
        self._insert(
            "hits",
            at=told.at,
            visit_at=told.visit,
            event=uuid.UUID(bytes=told.key),
            site=self._fixture.number,
            visitor=visitor,
            page=self._value(Dimension.PAGE.kind, told.page),
            name=self._value(Dimension.EVENT.kind, told.name),
            context=self._context(told),
            bot=self._value(BOT, told.bot),
            kind=int(told.kind),
            copy=told.key + bytes(14),
            properties=[self._value(PROPERTY, p) for p in told.properties] or None,
        )

    def _visit(self, visit: RandomVisit, visitor: int) -> None:
        views = [t.page for t in visit.counted if t.kind is Kind.PAGEVIEW]
        names = [t.name for t in visit.counted if t.kind is Kind.EVENT]
        pages = [self._value(Dimension.PAGE.kind, page) for page in views]
        named = [self._value(Dimension.EVENT.kind, name) for name in names]
        self._insert(
            "visits",
            start_at=visit.start,
            last_at=visit.last,
            site=self._fixture.number,
            visitor=visitor,
            pageviews=len(views),
            events=len(names),
            entry_page=pages[0] if pages else 0,
            exit_page=pages[-1] if pages else 0,
            context=self._context(visit.counted[0]),
            pages=sorted(set(pages)),
            names=sorted(set(named)),
            pace=visit.pace,
            page_views=times(pages),
            name_events=times(named),
            returning="site",
            **{d.value: self._value(d.kind, visit.values[d]) for d in ATTRIBUTES},
        )

    def _context(self, told: RandomEvent) -> int:
        ids = tuple(self._value(d.kind, told.context[d]) for d in ATTRIBUTES)
        if ids not in self._contexts:
            columns: Mapping[str, int] = dict(zip(map(str, ATTRIBUTES), ids, strict=True))
            row = {"site": self._fixture.number, "digest": uuid.uuid4(), **columns}
            self._contexts[ids] = self._insert("contexts", **row, returning="id")
        return self._contexts[ids]

    def _value(self, kind: int, text: str) -> int:
        if not text:
            return 0
        if (kind, text) not in self._values:
            row = {"site": self._fixture.number, "kind": int(kind), "value": text}
            made = self._insert("dictionary", **row, digest=uuid.uuid4(), returning="id")
            self._values[kind, text] = made
        return self._values[kind, text]

    def _insert(self, table: str, *, returning: str = "site", **row: Any) -> int:
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        query = f"insert into {table} ({names}) values ({marks}) returning {returning}"  # noqa: S608
        return int(_one(self._connection, query, *row.values())[0])


def times(ids: Sequence[int]) -> list[int] | None:
    """Return how often each id occurs, in order of ids; None where each does once."""
    counts = Counter(ids)
    return [counts[id_] for id_ in sorted(counts)] if len(counts) < len(ids) else None


def _one(connection: _Connection, query: str, *values: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(query.encode(), values).fetchone()
    assert row
    return row
