"""Hits and visits: what an event counts as, where a visit begins and ends, what belongs to it.

A hit is a counted event or engagement, as compact as facts are kept.

A visit is a sequence of one visitor's events with gaps under 30 minutes of event time, whatever
the hour, the day or the order of arrival; it is cut at the first event 24 hours or more after its
first. Engagement within a visit bridges a gap and lengthens the visit, and never opens one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

import msgspec

from pixeltrack.events.stored import ERASED, PING, SESSION_START, StoredEvent

_UNCOUNTED = frozenset({PING, SESSION_START, ERASED})


class Kind(IntEnum):
    """What a hit counts as: a page view, another counted event, or engagement, which is not."""

    PAGEVIEW = 1
    EVENT = 2
    ENGAGEMENT = 3


class Hit(msgspec.Struct, gc=False):
    """One event of a site; ids are those of the site's dictionary, 0 where there is none.

    `site` is the site's number, `key` identifies the event, `copy` orders its copies (see
    `copy_of`). `name` is the event's name, set for kind `EVENT` only. `visit_at` is the start of
    its visit: None for a bot's hit, and for engagement outside any visit. Instants are epoch
    milliseconds.
    """

    key: bytes
    copy: bytes
    at: int
    kind: int
    site: int
    visitor: int
    page: int = 0
    name: int = 0
    context: int = 0
    bot: int = 0
    properties: tuple[int, ...] = ()
    visit_at: int | None = None

    @property
    def order(self) -> tuple[int, bytes, bytes]:
        """Return the hit's sort key among its visitor's hits: by instant, then copy, then event."""
        return self.at, self.copy, self.key


def kind_of(event: StoredEvent) -> Kind | None:
    """Return what an event counts as; None for a ping, a session start or an erased event."""
    if event.type in _UNCOUNTED:
        return None
    match event.type:
        case "pageview":
            return Kind.PAGEVIEW
        case "engagement":
            return Kind.ENGAGEMENT
        case _:
            return Kind.EVENT


GAP_MS = 30 * 60 * 1000
LONGEST_MS = 24 * 60 * 60 * 1000


@dataclass(slots=True)
class Visit:
    """One visit of a visitor, identified by its start; ids are dictionary ids, instants epoch ms.

    `last_at` is its last instant, engagement included. `events` counts its counted events other
    than page views. `entry_page` and `exit_page` are the first and last page viewed, 0 without
    any; `context` is that of its first counted event. `pages` and `names` are the distinct pages
    viewed and names of events, ascending.
    """

    site: int
    visitor: int
    start_at: int
    last_at: int
    pageviews: int
    events: int
    entry_page: int
    exit_page: int
    context: int
    pages: tuple[int, ...]
    names: tuple[int, ...]

    @property
    def is_bounce(self) -> bool:
        """Tell whether it is one page view and no other counted event."""
        return self.pageviews == 1 and self.events == 0

    @property
    def duration_ms(self) -> int:
        """Return the time from its first to its last instant."""
        return self.last_at - self.start_at


def visits_of(hits: Iterable[Hit], latest: Visit | None = None) -> list[Visit]:
    """Return the visits of one visitor in order, and set each hit's `visit_at`.

    `hits` are all of the visitor's from some visit's start on, in any order, each event once; or
    all after `latest`, the visit before them, which they may extend: then it is the first visit
    returned.
    """
    visit = None if latest is None else replace(latest)
    visits = [] if visit is None else [visit]
    pages = [set(visit.pages) for visit in visits]
    names = [set(visit.names) for visit in visits]
    for hit in sorted(hits, key=lambda hit: hit.order):
        hit.visit_at = None
        if hit.bot:
            continue
        if visit is None or not _continues(visit, hit.at):
            if hit.kind == Kind.ENGAGEMENT:
                continue
            visit = _opened_by(hit)
            visits.append(visit)
            pages.append(set())
            names.append(set())
        hit.visit_at = visit.start_at
        visit.last_at = hit.at
        if hit.kind == Kind.PAGEVIEW:
            visit.pageviews += 1
            visit.entry_page = visit.entry_page or hit.page
            visit.exit_page = hit.page
            pages[-1].add(hit.page)
        elif hit.kind == Kind.EVENT:
            visit.events += 1
            names[-1].add(hit.name)
    for visit, seen, named in zip(visits, pages, names, strict=True):
        visit.pages, visit.names = tuple(sorted(seen)), tuple(sorted(named))
    return visits


def _continues(visit: Visit, at: int) -> bool:
    return at - visit.last_at < GAP_MS and at - visit.start_at < LONGEST_MS


def _opened_by(hit: Hit) -> Visit:
    return Visit(hit.site, hit.visitor, hit.at, hit.at, 0, 0, 0, 0, hit.context, (), ())
