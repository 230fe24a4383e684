"""Hits and visits: what an event counts as, where a visit begins and ends, what belongs to it.

A hit is a counted event or engagement, as compact as facts are kept.

A visit is a sequence of one visitor's events with gaps under 30 minutes of event time, whatever
the hour, the day or the order of arrival; it is cut at the first event 24 hours or more after its
first. Engagement within a visit bridges a gap and lengthens the visit, and never opens one.

The pace of a visit is the most page views within any 60 seconds of it. A visit whose pace is above
the limit of its site is a bot's, with all its hits. Hits and visits are the same whatever the limit
is: it is applied where they are counted, by reports and rollups.
"""

from collections.abc import Iterable, Sequence
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
PACE_MS = 60 * 1000

UNMEASURED = 10
"""A pace up to this is written as 0: no site can set a lower limit (`sites.rules`)."""


_ANY = (1 << 31) - 1


def most_pace(limit: int) -> int:
    """Return the greatest pace of a person's visit under a site's limit; 0 stands for none."""
    return limit or _ANY


@dataclass(slots=True)
class Visit:
    """One visit of a visitor, identified by its start; ids are dictionary ids, instants epoch ms.

    `last_at` is its last instant, engagement included. `events` counts its counted events other
    than page views. `entry_page` and `exit_page` are the first and last page viewed, 0 without
    any; `context` is that of its first counted event. `pages` and `names` are the distinct pages
    viewed and names of events, ascending; `page_views` and `name_events` say how often each
    occurred, and are empty where each did once. `pace` is the most page views in the span from 60
    seconds before one of them, exclusively, up to it; 0 where that is at most `UNMEASURED`.
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
    pace: int = 0
    page_views: tuple[int, ...] = ()
    name_events: tuple[int, ...] = ()

    @property
    def is_bounce(self) -> bool:
        """Tell whether it is one page view and no other counted event."""
        return self.pageviews == 1 and self.events == 0

    @property
    def duration_ms(self) -> int:
        """Return the time from its first to its last instant."""
        return self.last_at - self.start_at


def visits_of(
    hits: Iterable[Hit], latest: Visit | None = None, recent: Sequence[int] = ()
) -> list[Visit]:
    """Return the visits of one visitor in order, and set each hit's `visit_at`.

    `hits` are all of the visitor's from some visit's start on, in any order, each event once; or
    all after `latest`, the visit before them, which they may extend: then it is the first visit
    returned. `recent` are the instants, in order, of the page views of `latest` that `needs_recent`
    asks for.
    """
    visit = None if latest is None else replace(latest)
    visits = [] if visit is None else [visit]
    pages = [_counted(visit.pages, visit.page_views) for visit in visits]
    names = [_counted(visit.names, visit.name_events) for visit in visits]
    views = [list(recent) for visit in visits]
    for hit in sorted(hits, key=lambda hit: hit.order):
        hit.visit_at = None
        if hit.bot:
            continue
        if visit is None or not _continues(visit, hit.at):
            if hit.kind == Kind.ENGAGEMENT:
                continue
            visit = _opened_by(hit)
            visits.append(visit)
            pages.append({})
            names.append({})
            views.append([])
        hit.visit_at = visit.start_at
        visit.last_at = hit.at
        if hit.kind == Kind.PAGEVIEW:
            visit.pageviews += 1
            visit.entry_page = visit.entry_page or hit.page
            visit.exit_page = hit.page
            pages[-1][hit.page] = pages[-1].get(hit.page, 0) + 1
            views[-1].append(hit.at)
        elif hit.kind == Kind.EVENT:
            visit.events += 1
            names[-1][hit.name] = names[-1].get(hit.name, 0) + 1
    for visit, seen, named, viewed in zip(visits, pages, names, views, strict=True):
        visit.pages, visit.page_views = _told(seen, visit.pageviews)
        visit.names, visit.name_events = _told(named, visit.events)
        if len(viewed) > UNMEASURED:
            visit.pace = max(visit.pace, _pace(viewed))
    return visits


def needs_recent(latest: Visit, hits: Iterable[Hit]) -> int | None:
    """Return from which instant on `visits_of` must know the page views of `latest`.

    `hits` are those after it that may extend it. None where its pace cannot rise with them: then
    no earlier page view lies within a minute of theirs, or all are too few.
    """
    views = [hit.at for hit in hits if hit.kind == Kind.PAGEVIEW and not hit.bot]
    if not views or latest.pageviews + len(views) <= UNMEASURED:
        return None
    since = min(views) - PACE_MS + 1
    return since if latest.last_at >= since else None


def _pace(views: Sequence[int]) -> int:
    """Return the most of these ordered instants within 60 seconds, 0 for `UNMEASURED` or fewer."""
    most = first = 0
    for last, at in enumerate(views):
        while views[first] <= at - PACE_MS:
            first += 1
        most = max(most, last - first + 1)
    return most if most > UNMEASURED else 0


def _counted(ids: Iterable[int], times: tuple[int, ...]) -> dict[int, int]:
    return dict(zip(ids, times, strict=True)) if times else dict.fromkeys(ids, 1)


def _told(times: dict[int, int], total: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the ids in order, and how often each occurred unless each did once."""
    ids = tuple(sorted(times))
    return ids, () if len(ids) == total else tuple(times[id_] for id_ in ids)


def _continues(visit: Visit, at: int) -> bool:
    return at - visit.last_at < GAP_MS and at - visit.start_at < LONGEST_MS


def _opened_by(hit: Hit) -> Visit:
    return Visit(hit.site, hit.visitor, hit.at, hit.at, 0, 0, 0, 0, hit.context, (), ())
