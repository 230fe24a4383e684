"""The feed: copies of events in order, newest first, each event shown once in a walk.

An event is identified by site and id; of its copies the first received stands for it, as in
reports. Which copy that is, facts say of everything merged before the walk began; what was stored
since is read here. Session starts and pings are in no facts: where the first is older than that,
the newest stands of those copies that lie near each other. No page reads all that lies above it.

A bucket says in `shown` which types it shows, so that imports, and types that were not asked for,
are passed over by an index. Buckets are read one site at a time, see
`pixeltrack.events.mongo.walker`.
"""

import heapq
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice
from typing import Any

import msgspec
from bson.datetime_ms import DatetimeMS
from pymongo.collection import Collection

from pixeltrack.events.identity import copy_of, event_key
from pixeltrack.events.mongo.walker import Pace, Walker
from pixeltrack.events.ports import FOREVER_MS, FirstCopies, Page, Position
from pixeltrack.events.stored import ERASED, PING, StoredEvent
from pixeltrack.platform.identifiers import SiteId

MOST_SCANNED = 40_000
"""Events read in one call; a page that finds fewer than asked for by then is short.

A hundred buckets of 200 events, each of which shows one, are half of it.
"""

NEAR_BUCKETS = 30
"""How far above a page repeats of what is in no facts are looked for."""

ANY = ""
"""Stands in `shown` for every type that is shown unasked; no type is empty."""

PACE = Pace(few=5, many=20, most=1)
"""By buckets; those of one instant come at a time, so that a page reads no more than it shows."""

_BUCKETS_A_FETCH = 5
_ORDERS_A_FETCH = NEAR_BUCKETS
_Document = dict[str, Any]
_Key = tuple[SiteId, str]


@dataclass(frozen=True, slots=True)
class _Copy:
    """One stored copy of an event; `order` is where it stands, the highest first."""

    order: tuple[int, int, int, int]
    site: SiteId
    bucket: str
    event: _Document

    @property
    def key(self) -> _Key:
        return self.site, self.event["id"]

    @property
    def stored_at(self) -> int:
        return self.order[0]

    @property
    def rank(self) -> bytes:
        """Return its order among the event's copies: the lowest was received first."""
        stored_at, received_at, partition, offset = self.order
        return copy_of(received_at, partition, offset, stored_at, self.bucket)


@dataclass(frozen=True, slots=True)
class _Walk:
    """What all pages of a walk share, in epoch milliseconds.

    It begins at the bucket stored at `start`; `merged` is up to when facts knew everything then.
    """

    start: int
    merged: int

    def position(self, order: tuple[int, int, int, int]) -> Position:
        return Position(*order, start=self.start, merged=self.merged)

    def shows(self, copy: _Copy, others: Sequence[_Copy], first: bytes | None) -> bool:
        """Tell whether a copy stands for its event among the others that were met.

        `first` is the one that facts know, if they know the event. One stored before `merged`
        that facts do not know is of a kind that they leave out.
        """
        if first is not None and first < copy.rank:
            return False
        if first is None and copy.stored_at <= self.merged:
            return all(other.order <= copy.order for other in others)
        return all(copy.rank <= other.rank for other in others if other.stored_at > self.merged)


_Met = dict[_Key, list[_Copy]]


def shown_as(events: Iterable[StoredEvent]) -> list[str]:
    """Return under what the feed finds a bucket: the types that it shows of it, and `ANY`.

    Not shown are what was erased, and history brought in; pings where they are asked for.
    """
    types = {event.type for event in events if event.type != ERASED and not event.imported}
    return sorted(types | {ANY} if types - {PING} else types)


@dataclass(frozen=True, slots=True)
class Feed:
    """The feed of different `sites`, of one type of event or all; it begins at `now` (epoch ms).

    `newest` keeps from call to call where each site's newest bucket was: a band ends there, so
    that a site idle after busy hours is not read through to find its last events.
    """

    events: Collection[_Document]
    sites: Sequence[SiteId]
    event_type: str | None
    now: int
    newest: dict[tuple[SiteId, str | None], int]
    firsts: FirstCopies
    scanned: list[int] = field(default_factory=list)

    def page(self, before: Position | None, limit: int) -> Page:
        """Read a page below a position; what proves to be a repeat is made up for."""
        found: list[tuple[SiteId, StoredEvent]] = []
        self.scanned.clear()
        while True:
            piece = self._piece(before, limit - len(found))
            found += piece.events
            before = piece.next
            if before is None or len(found) >= limit or sum(self.scanned) >= MOST_SCANNED:
                return Page(found, before)

    def _piece(self, before: Position | None, limit: int) -> Page:
        """Read down to one event more than asked for, to know whether to go on."""
        merged = before.merged if before else self.firsts.merged_until()
        candidates, met, walk, resume = self._candidates(before, merged, limit + 1)
        shown = self._shown(candidates, met, before, walk, resume)
        page = shown[:limit]
        if len(shown) > limit:
            resume = walk.position(page[-1].order)
        return Page(
            [(copy.site, msgspec.convert(copy.event, StoredEvent)) for copy in page], resume
        )

    def _candidates(
        self, before: Position | None, merged: int, wanted: int
    ) -> tuple[list[_Copy], _Met, _Walk, Position | None]:
        """Scan down for copies of `wanted` events.

        Returns them, all copies met, the walk, and where to go on if the scan ended before the
        buckets: at `wanted`, or the bound.
        """
        edge = _order(before) if before else None
        walk = _Walk(before.start if before else 0, merged)
        met: _Met = defaultdict(list)
        found: list[_Copy] = []
        events: set[_Key] = set()
        newest = before.stored_at if before else None
        streams = [
            self._buckets(site, value, newest)
            for site in self.sites
            for value in self._values(site, self.event_type or ANY)
        ]
        merging = heapq.merge(*streams, key=_stored_at, reverse=True)
        for stored_at, group in groupby(merging, key=_stored_at):
            if not walk.start:
                walk = _Walk(stored_at, merged)
            copies = _in_order(group)
            self.scanned.append(len(copies))
            end = None
            for copy in copies:
                if edge and copy.order >= edge:
                    continue
                if end and copy.order != end:
                    break
                met[copy.key].append(copy)
                if self._is_wanted(copy.event):
                    found.append(copy)
                    events.add(copy.key)
                    if len(events) == wanted:
                        end = copy.order  # which a copy in another bucket may share
            if end:
                return found, met, walk, walk.position(end)
            if sum(self.scanned) >= MOST_SCANNED:
                return found, met, walk, walk.position((stored_at, -1, -1, -1))
        return found, met, walk, None

    def _shown(
        self,
        candidates: Sequence[_Copy],
        met: _Met,
        before: Position | None,
        walk: _Walk,
        resume: Position | None,
    ) -> list[_Copy]:
        """Return the candidates that stand for their events."""
        if not candidates:
            return []
        keys = {copy.key: event_key(*copy.key) for copy in candidates}
        known = self.firsts.find(list(keys.values()))
        top = before.stored_at if before else walk.start
        # All of what was stored since the merge, but for what the scan has met.
        if before:
            self._meet(met, keys, max(top - 1, walk.merged), walk.start)
        if self.event_type:
            self._meet(met, keys, walk.merged, top)
        elif resume:
            self._meet(met, keys, walk.merged, resume.stored_at)
        unknown = {key for key, digest in keys.items() if digest not in known}
        if before and unknown:
            self._meet_near(met, unknown, top - 1, min(walk.merged, walk.start))
        return [
            copy
            for copy in candidates
            if walk.shows(copy, met[copy.key], known.get(keys[copy.key]))
        ]

    def _meet(self, met: _Met, events: Container[_Key], after: int, until: int) -> None:
        """Add the copies of some events that were stored in a span, of a site's newest there.

        The ids are compared here: a filter on them costs some servers more than all the rest.
        """
        for site in self.sites:
            scanned = 0
            for bucket in self._between(site, after, until, is_newest_first=True):
                _take(met, events, bucket)
                scanned += len(bucket["events"])
                if scanned >= MOST_SCANNED // 2:
                    break

    def _meet_near(self, met: _Met, events: Container[_Key], after: int, until: int) -> None:
        """Add the copies of some events in the oldest buckets of a span."""
        for site in self.sites:
            near = self._between(site, after, until, is_newest_first=False)
            for bucket in islice(near, NEAR_BUCKETS):
                _take(met, events, bucket)

    def _between(
        self, site: SiteId, after: int, until: int, *, is_newest_first: bool
    ) -> Iterator[_Document]:
        """Read what orders the copies in a site's buckets of a span, in order of storage."""
        if after >= until:
            return
        for value in self._values(site, *{ANY, PING if self.event_type == PING else ANY}):

            def find(after: int, until: int, value: str | None = value) -> Iterator[_Document]:
                query = self._query(site, value, after, until)
                with self.events.find(query, _ORDER_FIELDS) as cursor:
                    cursor.sort("storedAt", -1 if is_newest_first else 1)
                    yield from cursor.batch_size(_ORDERS_A_FETCH)

            walker = Walker(find, _stored_at, PACE, until)
            walk = walker.backwards if is_newest_first else walker.forwards
            yield from chain.from_iterable(piece.items for piece in walk(after, until))

    def _values(self, site: SiteId, *wanted: str) -> list[str | None]:
        """Return what `shown` of the buckets to read may hold; None: they say nothing of it.

        Those are from before there was `shown`; none of them is found by one look.
        """
        unmarked = self.events.find({"site": site, "shown": None}, {"_id": 1}).limit(1)
        return [*wanted, None] if list(unmarked) else list(wanted)

    def _query(self, site: SiteId, value: str | None, after: int, until: int) -> _Document:
        stored_at = {"$gt": DatetimeMS(after), "$lte": DatetimeMS(until)}
        return {"site": site, "shown": value, "storedAt": stored_at}

    def _is_wanted(self, event: _Document) -> bool:
        """Tell whether an event is shown: none that was erased, and no history brought in."""
        kind: str = event["type"]
        if kind == ERASED or event.get("imported"):
            return False
        return kind == self.event_type if self.event_type else kind != PING

    def _buckets(self, site: SiteId, value: str | None, newest: int | None) -> Iterator[_Document]:
        """Read a site's buckets by descending `storedAt`, at `newest` the first."""

        def find(after: int, until: int) -> Iterator[_Document]:
            query = self.events.find(self._query(site, value, after, until))
            with query.sort("storedAt", -1).batch_size(_BUCKETS_A_FETCH) as cursor:
                yield from cursor

        until, now = (FOREVER_MS, self.now) if newest is None else (newest, newest)
        walker = Walker(find, _stored_at, PACE, now)
        seen = self.newest
        for piece in walker.backwards(0, until, seen.get((site, value))):
            for bucket in piece.items:
                seen[site, value] = max(seen.get((site, value), 0), _stored_at(bucket))
                yield bucket


_ORDER_FIELDS = {
    "site": 1,
    "storedAt": 1,
    "partition": 1,
    "events.id": 1,
    "events.receivedAt": 1,
    "events.offset": 1,
}


def _order(at: Position) -> tuple[int, int, int, int]:
    return at.stored_at, at.received_at, at.partition, at.offset


def _stored_at(bucket: _Document) -> int:
    return int(bucket["storedAt"])


def _in_order(buckets: Iterator[_Document]) -> list[_Copy]:
    copies = [copy for bucket in buckets for copy in _copies(bucket)]
    copies.sort(key=lambda copy: copy.order, reverse=True)
    return copies


def _take(met: _Met, events: Container[_Key], bucket: _Document) -> None:
    for copy in _copies(bucket):
        if copy.key in events:
            met[copy.key].append(copy)


def _copies(bucket: _Document) -> Iterator[_Copy]:
    stored_at, partition, site = _stored_at(bucket), int(bucket["partition"]), bucket["site"]
    for event in bucket["events"]:
        order = (stored_at, int(event["receivedAt"]), partition, int(event["offset"]))
        yield _Copy(order, site, bucket["_id"], event)
