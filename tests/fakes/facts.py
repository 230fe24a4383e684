"""Facts and buckets in memory; a transaction can be made to die at its n-th call."""

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
from psycopg.errors import UniqueViolation

from pixeltrack.events.mongo.walker import Pace, Walker
from pixeltrack.events.ports import FIRST_WIDTH_MS, MOST_EVENTS, Band
from pixeltrack.events.stored import Bucket
from pixeltrack.facts.days import month_of, next_month, start_of
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
from pixeltrack.platform.errors import Busy, StoreUnavailable
from pixeltrack.platform.identifiers import SiteId


class FakeBuckets:
    """Buckets by name, read as MongoDB hands them out: each time anew."""

    def __init__(self, buckets: Sequence[Bucket] = ()) -> None:
        self.by_name = {bucket.id: bucket for bucket in buckets}

    def add(self, *buckets: Bucket) -> None:
        for bucket in buckets:
            self.by_name.setdefault(bucket.id, bucket)

    def in_span(self, after: int, until: int, site: str | None = None) -> Iterator[Bucket]:
        found = [b for b in self.by_name.values() if after < b.stored_at <= until]
        for bucket in sorted(found, key=lambda bucket: bucket.stored_at):
            if site in (None, bucket.site):
                yield copy.deepcopy(bucket)

    def walk(
        self,
        after: int,
        until: int,
        *,
        site: SiteId | None = None,
        newest_first: bool = False,
        width_ms: int = FIRST_WIDTH_MS,
        most_events: int = MOST_EVENTS,
    ) -> Iterator[Band]:
        pace = Pace.by_weight(most_events, width_ms)

        def find(after: int, until: int) -> list[Bucket]:
            found = list(self.in_span(after, until, site))
            return found[::-1] if newest_first else found

        newest = max((b.stored_at for b in self.by_name.values()), default=0)
        now = min(until, newest)
        walker = Walker(find, lambda b: b.stored_at, pace, now, lambda b: len(b.events))
        for piece in (
            walker.backwards(after, until) if newest_first else walker.forwards(after, until)
        ):
            yield Band(piece.after, piece.until, piece.items)

    def names(self, after: int, until: int | None = None) -> Iterator[list[tuple[str, int]]]:
        found = [b for b in self.by_name.values() if after < b.stored_at]
        names = [(b.id, b.stored_at) for b in found if until is None or b.stored_at <= until]
        for start in range(0, len(names), 3):
            yield names[start : start + 3]

    def named(self, names: Sequence[str]) -> list[Bucket]:
        return [copy.deepcopy(self.by_name[name]) for name in names if name in self.by_name]

    def date_back(self, names: Sequence[str], stored_at: int) -> None:
        for name in names:
            if name in self.by_name and self.by_name[name].stored_at > stored_at:
                self.by_name[name].stored_at = stored_at


@dataclass
class FakePeriod:
    """A row of `periods`; `is_rolled` and `sealed` are set by tests."""

    start_at: int
    end_at: int
    imported_at: int | None = None
    is_rolled: bool = False
    is_sealed: bool = False


@dataclass
class State:
    """All the tables, as dictionaries."""

    watermark: int = 0
    swept_at: int = 0
    generation: int = 0
    sites: dict[SiteId, FactSite] = field(default_factory=dict)
    tombstones: dict[bytes, int] = field(default_factory=dict)
    applied: dict[bytes, int] = field(default_factory=dict)
    visitors: dict[bytes, tuple[int, NewVisitor]] = field(default_factory=dict)
    values: dict[bytes, tuple[int, NewValue]] = field(default_factory=dict)
    contexts: dict[bytes, tuple[int, NewContext]] = field(default_factory=dict)
    hits: dict[bytes, Hit] = field(default_factory=dict)
    conflicts: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    visits: dict[tuple[int, int], Visit] = field(default_factory=dict)
    periods: dict[tuple[int, str, date], FakePeriod] = field(default_factory=dict)


class FakeFacts:
    """The facts of the sites in `known`, zones by id, which were all made at `made_at`.

    `dies_after` counts calls to the end.
    """

    def __init__(self, known: Mapping[SiteId, str], made_at: int = 0) -> None:
        self.known = dict(known)
        self.made_at = made_at
        self.state = State()
        self.dies_after: int | None = None
        self._is_open = False

    @contextmanager
    def transaction(self) -> Iterator["FakeFactsTransaction"]:
        if self._is_open:
            raise Busy("another transaction is open")
        self._is_open = True
        try:
            draft = copy.deepcopy(self.state)
            yield FakeFactsTransaction(self.known, draft, self.breathe)
            self.breathe()
            self.state = draft
        finally:
            self._is_open = False

    @property
    def is_open(self) -> bool:
        return self._is_open

    def progress(self) -> Progress:
        self.breathe()
        return Progress(self.state.watermark, self.state.swept_at, self.state.generation)

    def first_site_at(self) -> int | None:
        self.breathe()
        return self.made_at if self.known else None

    def unapplied(self, buckets: Collection[bytes]) -> set[bytes]:
        self.breathe()
        return set(buckets) - self.state.applied.keys()

    def breathe(self) -> None:
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after < 0:
                self.dies_after = None
                raise StoreUnavailable("killed")


class FakeFactsTransaction:
    """A transaction over a draft of the state."""

    def __init__(
        self,
        known: Mapping[SiteId, str],
        state: State,
        breathe: Callable[[], None],
    ) -> None:
        self._known = known
        self._state = state
        self._breathe = breathe

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("_"):
            self._breathe()
        return object.__getattribute__(self, name)

    def progress(self) -> Progress:
        s = self._state
        return Progress(s.watermark, s.swept_at, s.generation)

    def advance(self, watermark: int) -> None:
        self._state.watermark = max(watermark, self._state.watermark)

    def swept(self, at: int) -> None:
        self._state.swept_at = max(at, self._state.swept_at)

    def turn_back(self, now: int) -> None:
        s = self._state
        last = max((at for at in s.applied.values() if at <= now), default=0)
        s.watermark = s.watermark if s.watermark <= now else last
        s.swept_at = s.swept_at if s.swept_at <= now else last

    def sites(self, ids: Collection[SiteId]) -> Mapping[SiteId, FactSite]:
        sites = self._state.sites
        for site in ids:
            if site in self._known and site not in sites:
                sites[site] = FactSite(len(sites) + 1, self._known[site])
        return {site: sites[site] for site in ids if site in self._known}

    def tombstones(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        return {key: at for key, at in self._state.tombstones.items() if key in keys}

    def sealed(self, sites: Mapping[int, tuple[int, int]]) -> Mapping[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for (site, span, _), p in self._state.periods.items():
            if span == "day" and p.is_sealed and site in sites:
                first, last = sites[site]
                if p.start_at <= last and p.end_at > first:
                    found.setdefault(site, []).append((p.start_at, p.end_at))
        return found

    def unapplied(self, buckets: Collection[bytes]) -> set[bytes]:
        return set(buckets) - self._state.applied.keys()

    def apply(self, buckets: Sequence[tuple[bytes, int]]) -> None:
        for key, stored_at in buckets:
            if key in self._state.applied:
                raise UniqueViolation("a bucket is in already")
            self._state.applied[key] = stored_at

    def unapply(self, buckets: Collection[bytes]) -> None:
        for key in buckets:
            self._state.applied.pop(key, None)

    def visitor_ids(self, visitors: Sequence[NewVisitor]) -> Mapping[bytes, tuple[int, bool]]:
        found = {}
        for visitor in visitors:
            is_new = visitor.key not in self._state.visitors
            number = _number(self._state.visitors, visitor)
            found[visitor.key] = (number, is_new)
        return found

    def value_ids(self, values: Sequence[NewValue]) -> Mapping[bytes, int]:
        return {value.key: _number(self._state.values, value) for value in values}

    def context_ids(self, contexts: Sequence[NewContext]) -> Mapping[bytes, int]:
        return {context.key: _number(self._state.contexts, context) for context in contexts}

    def contexts(self, ids: Collection[int]) -> Mapping[int, tuple[int, ...]]:
        return {n: context.ids for n, context in self._state.contexts.values() if n in ids}

    def texts(self, ids: Collection[int]) -> Mapping[int, str]:
        return {n: value.value for n, value in self._state.values.values() if n in ids}

    def mark_conflicts(self, events: Collection[tuple[bytes, int, int]]) -> None:
        for key, site, at in events:
            self._state.conflicts.setdefault(key, (site, at))

    def hits(self, keys: Collection[bytes]) -> list[Hit]:
        return [_copied(self._state.hits[key]) for key in keys if key in self._state.hits]

    def hits_since(self, since: Sequence[Since]) -> list[Hit]:
        asked = dict(since)
        return [
            _copied(hit)
            for hit in self._state.hits.values()
            if hit.visitor in asked and hit.at >= asked[hit.visitor]
        ]

    def tails(self, before: Sequence[Since]) -> Mapping[int, Tail]:
        found = {}
        for visitor, at in before:
            hits = [hit.at for hit in self._state.hits.values() if hit.visitor == visitor]
            visits = [v for v in self._state.visits.values() if v.visitor == visitor]
            earlier = [visit for visit in visits if visit.start_at < at]
            if hits:
                latest = max(earlier, key=lambda visit: visit.start_at) if earlier else None
                found[visitor] = Tail(max(hits), copy.deepcopy(latest))
        return found

    def visits_since(self, since: Sequence[Since]) -> list[Visit]:
        asked = dict(since)
        return [
            copy.deepcopy(visit)
            for visit in self._state.visits.values()
            if visit.visitor in asked and visit.start_at >= asked[visit.visitor]
        ]

    def remove_hits(self, keys: Collection[bytes]) -> None:
        for key in keys:
            self._state.hits.pop(key, None)

    def add_hits(self, hits: Sequence[Hit]) -> None:
        for hit in hits:
            if hit.key in self._state.hits:
                raise UniqueViolation("an event has a hit already")
            self._state.hits[hit.key] = _copied(hit)

    def move_hits(self, hits: Sequence[Hit]) -> None:
        for hit in hits:
            self._state.hits[hit.key].visit_at = hit.visit_at

    def replace_visits(self, since: Sequence[Since], visits: Sequence[Visit]) -> None:
        asked = dict(since)
        for key in list(self._state.visits):
            if key[0] in asked and key[1] >= asked[key[0]]:
                del self._state.visits[key]
        for visit in visits:
            if (visit.visitor, visit.start_at) in self._state.visits:
                raise UniqueViolation("a visit is there already")
            self._state.visits[visit.visitor, visit.start_at] = copy.deepcopy(visit)

    def touch(self, days: Sequence[Touched]) -> None:
        zones = {site.number: site.timezone for site in self._state.sites.values()}
        for day in days:
            self._touch((day.site, "day", day.day), day.start_at, day.end_at, day.imported_at)
            month, zone = month_of(day.day), zones[day.site]
            ends = start_of(month, zone), start_of(next_month(month), zone)
            self._touch((day.site, "month", month), *ends, None)

    def _touch(
        self, key: tuple[int, str, date], start_at: int, end_at: int, imported_at: int | None
    ) -> None:
        period = self._state.periods.setdefault(key, FakePeriod(start_at, end_at))
        if not period.is_sealed:
            period.is_rolled = False
            period.imported_at = max(filter(None, (period.imported_at, imported_at)), default=None)


def _number(table: dict[bytes, tuple[int, Any]], entry: Any) -> int:
    return table.setdefault(entry.key, (len(table) + 1, entry))[0]


def _copied(hit: Hit) -> Hit:
    return msgspec.structs.replace(hit)
