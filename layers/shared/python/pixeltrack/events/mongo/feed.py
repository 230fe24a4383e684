"""The feed: copies of events in order, newest first, each event shown once in a walk.

An event is identified by site and id; of its copies the newest stands for it, and a copy is left
out where a newer one was scanned in this call or lies between it and the walk's start. Buckets
are read one site at a time, see `pixeltrack.events.mongo.walker`.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec
from bson.datetime_ms import DatetimeMS
from pymongo.collection import Collection

from pixeltrack.events.mongo.walker import FOREVER_MS, Pace, Walker
from pixeltrack.events.ports import Page, Position
from pixeltrack.events.stored import ERASED, PING, StoredEvent
from pixeltrack.platform.identifiers import SiteId

MOST_SCANNED = 20_000
"""Events read in one call; a page that finds fewer than asked for by then is short."""

PACE = Pace(few=5, many=20, most=1)
"""By buckets; those of one instant come at a time, so that a page reads no more than it shows."""

_BUCKETS_A_FETCH = 5
_Document = dict[str, Any]
_Key = tuple[SiteId, str]


@dataclass(frozen=True, slots=True)
class _Copy:
    """One stored copy of an event; `order` is where it stands, the highest first."""

    order: tuple[int, int, int, int]
    site: SiteId
    event: _Document

    @property
    def key(self) -> _Key:
        return self.site, self.event["id"]

    def position(self, start: int) -> Position:
        return Position(*self.order, start=start)


class Feed:
    """The feed of some sites, of one type of event or all; it begins at `now` (epoch ms).

    `newest` keeps from call to call where each site's newest bucket was: a band ends there, so
    that a site idle after busy hours is not read through to find its last events.
    """

    def __init__(
        self,
        events: Collection[_Document],
        sites: Sequence[SiteId],
        event_type: str | None,
        now: int,
        newest: dict[SiteId, int],
    ) -> None:
        self._events = events
        self._newest = newest
        self._now = now
        self._sites = list(dict.fromkeys(sites))
        self._event_type = event_type

    def page(self, before: Position | None, limit: int) -> Page:
        """Read a page below a position; asks for one event more, to know whether to go on."""
        candidates, start, resume = self._candidates(before, limit + 1)
        hidden = self._hidden(candidates, before) if before else set()
        shown = [copy for copy in candidates if copy.key not in hidden]
        page = shown[:limit]
        if len(shown) > limit:
            resume = page[-1].position(start)
        return Page(
            [(copy.site, msgspec.convert(copy.event, StoredEvent)) for copy in page], resume
        )

    def _candidates(
        self, before: Position | None, wanted: int
    ) -> tuple[list[_Copy], int, Position | None]:
        """Scan down for the first copies of events, to `wanted` or the bound.

        Returns them, the walk's start, and where to go on if the scan ended before the buckets.
        """
        edge = _order(before) if before else None
        start = before.start if before else 0
        seen: set[_Key] = set()
        found: list[_Copy] = []
        scanned = 0
        newest = before.stored_at if before else None
        streams = [self._buckets(site, newest) for site in self._sites]
        merged = heapq.merge(*streams, key=_stored_at, reverse=True)
        for stored_at, group in groupby(merged, key=_stored_at):
            start = start or stored_at
            copies = _in_order(group)
            scanned += len(copies)
            for copy in copies:
                if (edge and copy.order >= edge) or copy.key in seen:
                    continue
                seen.add(copy.key)
                if self._is_wanted(copy.event):
                    found.append(copy)
                    if len(found) == wanted:
                        return found, start, copy.position(start)
            if scanned >= MOST_SCANNED:
                return found, start, Position(stored_at, -1, -1, -1, start=start)
        return found, start, None

    def _is_wanted(self, event: _Document) -> bool:
        """Tell whether an event is shown: none that was erased, and no history brought in."""
        kind: str = event["type"]
        if kind == ERASED or event.get("imported"):
            return False
        return kind == self._event_type if self._event_type else kind != PING

    def _buckets(self, site: SiteId, newest: int | None) -> Iterator[_Document]:
        """Read a site's buckets by descending `storedAt`, at `newest` the first."""

        def find(after: int, until: int) -> Iterator[_Document]:
            span = {"$gt": DatetimeMS(after), "$lte": DatetimeMS(until)}
            query = self._events.find({"site": site, "storedAt": span})
            with query.sort("storedAt", -1).batch_size(_BUCKETS_A_FETCH) as cursor:
                yield from cursor

        until, now = (FOREVER_MS, self._now) if newest is None else (newest, newest)
        walker = Walker(find, _stored_at, PACE, now)
        for piece in walker.backwards(0, until, self._newest.get(site)):
            for bucket in piece.items:
                self._newest[site] = max(self._newest.get(site, 0), _stored_at(bucket))
                yield bucket

    def _hidden(self, candidates: Sequence[_Copy], before: Position) -> set[_Key]:
        """Find the candidates of which a newer copy lies above the page, up to the start.

        The ids are compared here: a filter on them costs some servers more than all the rest.
        """
        hidden: set[_Key] = set()
        orders = {copy.key: copy.order for copy in candidates}
        for site in {copy.site for copy in candidates}:
            span = {"$gte": DatetimeMS(before.stored_at), "$lte": DatetimeMS(before.start)}
            query = {"site": site, "storedAt": span}
            for bucket in self._events.find(query, _ORDER_FIELDS).batch_size(_BUCKETS_A_FETCH):
                for copy in _copies(bucket):
                    order = orders.get(copy.key)
                    if order is not None and copy.order > order:
                        hidden.add(copy.key)
        return hidden


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


def _copies(bucket: _Document) -> Iterator[_Copy]:
    stored_at, partition, site = _stored_at(bucket), int(bucket["partition"]), bucket["site"]
    for event in bucket["events"]:
        order = (stored_at, int(event["receivedAt"]), partition, int(event["offset"]))
        yield _Copy(order, site, event)
