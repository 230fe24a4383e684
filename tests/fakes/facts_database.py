"""Inserts hits and their visits into a real database, bypassing the aggregator."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from pixeltrack.events.identity import digest
from pixeltrack.facts.days import DAY, day_of, start_of
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, PROPERTY, Dimension
from pixeltrack.facts.ports import NewContext, NewValue, NewVisitor, Touched
from pixeltrack.facts.postgres import PostgresFacts, PostgresFactsTransaction
from pixeltrack.facts.visits import Hit, Kind, Visit, visits_of
from pixeltrack.platform.postgres import Transactions

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY_MS = 24 * HOUR


@dataclass(frozen=True)
class SiteWithFacts:
    """A site of the database: its id, its number in the facts, the zone of its periods."""

    id: Any
    number: int
    timezone: str


class FactsDatabase:
    """A database to insert facts into; sites, visitors and values are made on demand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.transactions = Transactions(url, statement_timeout_ms=30_000)
        self.facts = PostgresFacts(self.transactions)
        self.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)

    def close(self) -> None:
        self.transactions.close()
        self.connection.close()

    def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        cursor = self.connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def clear(self) -> None:
        """Delete all facts, as if nothing had ever been aggregated."""
        self.rows(
            "truncate fact_sites, visitors, dictionary, contexts, hits, visits, periods, rollups,"
            " applied_buckets, tombstones, jobs"
        )
        self.rows("update aggregation set swept_at = 0, watermark = 0")

    def swept(self, at: int) -> None:
        self.rows("update aggregation set swept_at = %s, watermark = %s", at, at)

    def site(self, timezone: str = "UTC", retention_days: int = 730) -> SiteWithFacts:
        site = self.rows(
            "insert into sites (tracking_id, url, name, timezone, retention_days)"
            " values (%s, 'https://example.com', 'Site', %s, %s) returning id::text",
            f"pt_{uuid4().hex}",
            timezone,
            retention_days,
        )[0]["id"]
        with self.facts.transaction() as transaction:
            number = transaction.sites([site])[site].number
        return SiteWithFacts(site, number, timezone)

    def values(self, site: SiteWithFacts, kind: int, texts: Sequence[str]) -> list[int]:
        keys = [digest("value", str(site.number), str(int(kind)), text) for text in texts]
        with self.facts.transaction() as transaction:
            found = transaction.value_ids(
                [NewValue(k, site.number, kind, t) for k, t in zip(keys, texts, strict=True)]
            )
        return [found[key] for key in keys]

    def contexts(self, site: SiteWithFacts, ids: Sequence[tuple[int, ...]]) -> list[int]:
        keys = [uuid4().bytes for _ in ids]
        with self.facts.transaction() as transaction:
            found = transaction.context_ids(
                [NewContext(k, site.number, i) for k, i in zip(keys, ids, strict=True)]
            )
        return [found[key] for key in keys]

    def visitors(self, site: SiteWithFacts, count: int) -> list[int]:
        new = [NewVisitor(uuid4().bytes, site.number, f"user_{n}", False) for n in range(count)]
        with self.facts.transaction() as transaction:
            found = transaction.visitor_ids(new)
        return [found[visitor.key][0] for visitor in new]

    def plant(self, site: SiteWithFacts, hits: Sequence[Hit]) -> list[Visit]:
        """Insert hits, the visits they make, and the days and months that have any."""
        visits = visits_by_visitor(hits)
        with self.facts.transaction() as transaction:
            transaction.add_hits(hits)
            transaction.replace_visits([], visits)
            touch(transaction, site, [hit.at for hit in hits])
        return visits

    def rollups(self, site: SiteWithFacts, span: str, day: date) -> dict[tuple[int, int], Any]:
        """Return a period's rollups by dimension and value, the last of each its visitors."""
        found = self.rows(
            "select dimension, value, visits, pageviews, events, bounces, duration_ms,"
            " sketched_visitors(visitors) as visitors"
            " from rollups r join periods p on p.id = r.period"
            " where p.site = %s and p.span = %s and p.day = %s",
            site.number,
            span,
            day,
        )
        return {
            (row.pop("dimension"), row.pop("value")): tuple(int(n) for n in row.values())
            for row in found
        }

    def periods(self, site: SiteWithFacts, span: str = "day") -> list[dict[str, Any]]:
        return self.rows(
            "select * from periods where site = %s and span = %s order by start_at",
            site.number,
            span,
        )


def visits_by_visitor(hits: Iterable[Hit]) -> list[Visit]:
    by_visitor: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_visitor[hit.visitor].append(hit)
    return [visit for group in by_visitor.values() for visit in visits_of(group)]


def touch(
    transaction: PostgresFactsTransaction, site: SiteWithFacts, instants: Iterable[int]
) -> None:
    days = {day_of(at, site.timezone) for at in instants}
    transaction.touch(
        [
            Touched(
                site.number,
                day,
                start_of(day, site.timezone),
                start_of(day + DAY, site.timezone),
            )
            for day in sorted(days)
        ]
    )


def hit(site: SiteWithFacts, visitor: int, at: int, kind: Kind = Kind.PAGEVIEW, **more: Any) -> Hit:
    key = uuid4().bytes
    return Hit(
        key=key, copy=key + bytes(14), at=at, kind=kind, site=site.number, visitor=visitor, **more
    )


def random_hits(
    facts_db: FactsDatabase,
    site: SiteWithFacts,
    dice: random.Random,
    count: int,
    span: tuple[int, int],
) -> list[Hit]:
    """Make hits of every kind; about every second follows its visitor's last within the hour.

    Some visitors view pages fast, 58 to 63 within a minute.
    """
    pages = facts_db.values(site, Dimension.PAGE.kind, [f"/{n}" for n in range(12)])
    names = facts_db.values(site, Dimension.EVENT.kind, ["click", "signup", "outbound", "download"])
    links = facts_db.values(site, PROPERTY, [f"url=https://{n}.test" for n in range(4)])
    others = facts_db.values(site, PROPERTY, ["plan=pro", "name=url=none"])
    bots = facts_db.values(site, BOT, ["agent", "speed"])
    texts = facts_db.values(site, Dimension.COUNTRY.kind, ["DE", "RU", "US", "FR"])
    columns = [tuple(dice.choice([0, *texts]) for _ in ATTRIBUTES) for _ in range(8)]
    contexts = facts_db.contexts(site, columns)
    visitors = facts_db.visitors(site, max(2, count // 12))
    last: dict[int, int] = {}
    hits = []
    for _ in range(count):
        visitor = dice.choice(visitors)
        at = dice.randrange(*span)
        if visitor in last and dice.random() < 0.6:
            at = min(last[visitor] + dice.randrange(HOUR), span[1] - 1)
        last[visitor] = at
        kind = dice.choices(list(Kind), [6, 3, 1])[0]
        name = dice.choice(names) if kind is Kind.EVENT else 0
        hits.append(
            hit(
                site,
                visitor,
                at,
                kind,
                page=dice.choice([0, *pages]),
                name=name,
                context=dice.choice(contexts),
                bot=dice.choice(bots) if dice.random() < 0.05 else 0,
                properties=tuple(dice.sample([*links, *others], dice.randrange(3)))
                if kind is Kind.EVENT
                else (),
            )
        )
    for visitor in dice.sample(visitors, max(2, count // 300)):
        start, views = dice.randrange(span[0], span[1] - MINUTE), dice.randrange(58, 64)
        hits += [
            hit(site, visitor, at, page=dice.choice(pages), context=contexts[0])
            for at in range(start, start + views * 900, 900)
        ]
    return hits
