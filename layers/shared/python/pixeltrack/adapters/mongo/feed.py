"""The feed: copies of events in order, newest first, each event shown once in a walk.

An event is identified by site and id; of its copies the newest stands for it, and a copy is left
out where a newer one was scanned in this call or lies between it and the walk's start. Buckets
are read one site at a time, on the index of site and `storedAt`, which every server serves alike.
"""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bson.datetime_ms import DatetimeMS
from pymongo.collection import Collection

from pixeltrack.adapters.mongo.documents import read_event
from pixeltrack.domain.events import PING
from pixeltrack.domain.identifiers import SiteId
from pixeltrack.ports import Page, Position

MOST_SCANNED = 20_000
"""Events read in one call; a page that finds fewer than asked for by then is short."""

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
    """The feed of some sites, of one type of event or all."""

    def __init__(
        self, events: Collection[_Document], sites: Sequence[SiteId], event_type: str | None
    ) -> None:
        self._events = events
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
        return Page([(copy.site, read_event(copy.event)) for copy in page], resume)

    def _candidates(
        self, before: Position | None, wanted: int
    ) -> tuple[list[_Copy], int, Position | None]:
        """Scan down for the first copies of events, to `wanted` or the bound.

        Answers them, the walk's start, and where to go on if the scan ended before the buckets.
        """
        edge = _order(before) if before else None
        start = before.start if before else 0
        seen: set[_Key] = set()
        found: list[_Copy] = []
        scanned = 0
        with ExitStack() as cursors:
            buckets = self._buckets(before.stored_at if before else None, cursors)
            for stored_at, group in groupby(buckets, key=_stored_at):
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
        kind: str = event["type"]
        return kind == self._event_type if self._event_type else kind != PING

    def _buckets(self, newest: int | None, cursors: ExitStack) -> Iterator[_Document]:
        """Merge the sites' buckets by descending `storedAt`, at `newest` the first."""
        streams = []
        for site in self._sites:
            query: _Document = {"site": site}
            if newest is not None:
                query["storedAt"] = {"$lte": DatetimeMS(newest)}
            cursor = self._events.find(query).sort("storedAt", -1).batch_size(_BUCKETS_A_FETCH)
            streams.append(cursors.enter_context(cursor))
        return heapq.merge(*streams, key=_stored_at, reverse=True)

    def _hidden(self, candidates: Sequence[_Copy], before: Position) -> set[_Key]:
        """Find the candidates of which a newer copy lies above the page, up to the start."""
        hidden: set[_Key] = set()
        orders = {copy.key: copy.order for copy in candidates}
        for site in {copy.site for copy in candidates}:
            ids = [copy.event["id"] for copy in candidates if copy.site == site]
            span = {"$gte": DatetimeMS(before.stored_at), "$lte": DatetimeMS(before.start)}
            query = {"site": site, "storedAt": span, "events.id": {"$in": ids}}
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
