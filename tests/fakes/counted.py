"""Counts the rows of rollups in plain Python, an event and a visit at a time."""

from collections import defaultdict
from collections.abc import Sequence

from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, PACE, TOTAL, Dimension
from pixeltrack.facts.visits import Hit, Kind, Visit
from tests.fakes.facts_database import FactsDatabase

Rows = dict[tuple[int, int], tuple[int, ...]]
Group = tuple[int, int]


class Row:
    """What a row of rollups sums, and its visitors."""

    def __init__(self) -> None:
        self.sums = [0, 0, 0, 0, 0]
        self.visitors: set[int] = set()

    def add(self, visits: int, pageviews: int, events: int, visit: Visit | None = None) -> None:
        bounce = int(visit is not None and visit.pageviews == 1 and visit.events == 0)
        duration = visit.last_at - visit.start_at if visit else 0
        for n, add in enumerate((visits, pageviews, events, bounce, duration)):
            self.sums[n] += add


class Count:
    """Counts what happens from one instant up to another; call it with both.

    Visits with a pace above `most_pace` are a bot's.
    """

    def __init__(
        self,
        facts_db: FactsDatabase,
        hits: Sequence[Hit],
        visits: Sequence[Visit],
        most_pace: int = 60,
    ) -> None:
        rows = facts_db.rows("select id, value from dictionary")
        self.texts = {row["id"]: row["value"] for row in rows}
        self.contexts = {row.pop("id"): row for row in facts_db.rows("select * from contexts")}
        fast = {(v.visitor, v.start_at) for v in visits if v.pace > most_pace}
        self.fast = [hit for hit in hits if (hit.visitor, hit.visit_at) in fast]
        self.hits = [hit for hit in hits if (hit.visitor, hit.visit_at) not in fast]
        of = {(visit.visitor, visit.start_at): visit for visit in visits}
        self.visits = {key: visit for key, visit in of.items() if key not in fast}

    def __call__(self, start: int, end: int) -> Rows:
        rows: dict[Group, Row] = defaultdict(Row)
        for one in self.hits:
            if start <= one.at < end and one.kind != Kind.ENGAGEMENT:
                self.add_hit(rows, one)
        for one in self.fast:
            if start <= one.at < end and one.kind != Kind.ENGAGEMENT:
                rows[BOT, PACE].add(0, 0, 1)
        for visit in self.visits.values():
            if start <= visit.start_at < end:
                for group in {*self.of_visit(visit), *self.within(visit)}:
                    rows[group].add(1, 0, 0, visit)
        return {
            (int(dimension), value): (*row.sums, len(row.visitors))
            for (dimension, value), row in rows.items()
        }

    def add_hit(self, rows: dict[Group, Row], one: Hit) -> None:
        if one.bot:
            rows[BOT, one.bot].add(0, 0, 1)
            return
        view = int(one.kind == Kind.PAGEVIEW)
        own = (Dimension.PAGE.rollup, one.page) if view else (Dimension.EVENT.rollup, one.name)
        visit = self.visits[one.visitor, one.visit_at or 0]
        for group in [*self.of_visit(visit), own, *self.links(one)]:
            rows[group].add(0, view, 1 - view)
            rows[group].visitors.add(one.visitor)

    def of_visit(self, visit: Visit) -> list[Group]:
        context = self.contexts[visit.context]
        return [
            (TOTAL, 0),
            (Dimension.ENTRY_PAGE.rollup, visit.entry_page),
            (Dimension.EXIT_PAGE.rollup, visit.exit_page),
            *((name.rollup, context[name.value]) for name in ATTRIBUTES),
        ]

    def within(self, visit: Visit) -> list[Group]:
        mine = (visit.visitor, visit.start_at)
        linked = [
            link for h in self.hits if (h.visitor, h.visit_at) == mine for link in self.links(h)
        ]
        pages = [(Dimension.PAGE.rollup, page) for page in visit.pages]
        return [*linked, *pages, *((Dimension.EVENT.rollup, name) for name in visit.names)]

    def links(self, one: Hit) -> list[Group]:
        name = self.texts.get(one.name, "")
        if one.bot or one.kind != Kind.EVENT or name not in ("outbound", "download"):
            return []
        urls = [p for p in one.properties if self.texts[p].startswith("url=")]
        return [(Dimension[name.upper()].rollup, url) for url in urls]
