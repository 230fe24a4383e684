"""Who visits and when: visitors with all their visits, drawn from a seed one after the other.

A visit is decided here, not found: inside one, gaps stay under 30 minutes, and between two of a
visitor at least 30 minutes pass. So what must be counted is known without any rule for it.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Generic, TypeVar

from infra_cdk.local.tools.traffic import catalogue
from infra_cdk.local.tools.traffic.catalogue import Address, Country, Entry

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
GAP_MS = 30 * MINUTE_MS
COUNTED, LENGTHENING = frozenset({"pageview"} | {e[1] for e in catalogue.EVENTS}), "engagement"

T = TypeVar("T")


@dataclass(slots=True)
class Action:
    """One event to send, `times` over under one id; `path` is that of the page it lies on."""

    at: int
    type: str
    path: str
    payload: dict[str, Any] | None = None
    times: int = 1


@dataclass(slots=True)
class Visit:
    """One visit: how it began, and its actions in order; the first counted one is a page view.

    `bot` is why it must be left out, whoever its visitor is.
    """

    entry: Entry
    actions: list[Action]
    bot: str | None = None


@dataclass(slots=True)
class Visitor:
    """A visitor of the site numbered `site`; `bot` is why it must be left out.

    A silent one tells neither `screen` nor `language`.
    """

    number: int
    site: int
    country: Country
    agent: str
    bot: str | None
    screen: str | None
    language: str | None
    address: Address
    visits: list[Visit] = field(default_factory=list)

    @property
    def sendings(self) -> int:
        """Return how many events this is to send."""
        return sum(action.times for visit in self.visits for action in visit.actions)


class Crowd:
    """Draws visitors of `sites` sites between two instants (epoch ms, whole UTC days)."""

    def __init__(self, seed: int, sites: int, start: int, end: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - traffic is to be the same each time
        self._start, self._end = start, end
        self._days = (end - start) // DAY_MS
        self._sites = _Choice(range(sites), [1 / n for n in range(1, sites + 1)])
        self._entries = _Choice(catalogue.ENTRIES, [e.weight for e in catalogue.ENTRIES])
        self._countries = _Choice(catalogue.COUNTRIES, [c.weight for c in catalogue.COUNTRIES])
        self._agents = _Choice(catalogue.AGENTS, [agent[0] for agent in catalogue.AGENTS])
        self._bots = _Choice(catalogue.BOTS, [bot[0] for bot in catalogue.BOTS])
        self._addresses = _Choice(catalogue.ADDRESSES, [a.weight for a in catalogue.ADDRESSES])
        self._events = _Choice(catalogue.EVENTS, [event[0] for event in catalogue.EVENTS])
        pages = catalogue.PAGES
        self._pages = _Choice(pages, [1 / n for n in range(1, len(pages) + 1)])
        self._hours = _Choice(range(24), catalogue.HOURS)

    def visitors(self) -> Iterator[Visitor]:
        """Yield visitors without end; one whose visits all lie past the end has none."""
        number = 0
        while True:
            number += 1
            yield self._visitor(number)

    def _visitor(self, number: int) -> Visitor:
        draw = self._random
        country = self._countries(draw)
        _, agent, bot = self._bots(draw) if draw.random() < 0.03 else (*self._agents(draw), None)
        address = self._addresses(draw)
        is_silent = draw.random() < catalogue.SILENT
        screen = None if is_silent else draw.choice(catalogue.SCREENS)
        language = None if is_silent else country.language
        if bot is None and address.network and is_silent:
            bot = "hosting" if any(word in agent for word in catalogue.DESKTOPS) else None
        site = self._sites(draw)
        visitor = Visitor(number, site, country, agent, bot, screen, language, address)
        at = self._arrival(country)
        if draw.random() < 0.0005:
            visitor.visits = self._day_long(at)
        else:
            for _ in range(1 + min(int(draw.expovariate(1.0)), 12)):
                visit = self._visit(at)
                visitor.visits.append(visit)
                at = self._next(visit.actions[-1].at, country)
        self._cut(visitor)
        return visitor

    def _arrival(self, country: Country) -> int:
        """Draw an instant by the rhythm of week and day, in the visitor's own hours."""
        draw = self._random
        while True:
            day = draw.randrange(self._days)
            date = self._start // DAY_MS + day
            # 1 January 1970 was a Thursday.
            if draw.random() * max(catalogue.WEEKDAYS) < catalogue.WEEKDAYS[(date + 3) % 7]:
                break
        hour = (self._hours(draw) - country.offset_h) % 24
        return self._start + day * DAY_MS + hour * HOUR_MS + draw.randrange(HOUR_MS)

    def _next(self, last: int, country: Country) -> int:
        """Draw when a visitor comes again: at once after 30 minutes, or some days later."""
        draw = self._random
        chance = draw.random()
        if chance < 0.02:
            return last + GAP_MS
        if chance < 0.2:
            return last + GAP_MS + draw.randrange(3 * HOUR_MS)
        day = last // DAY_MS + 1 + int(draw.expovariate(1 / 5))
        hour = (self._hours(draw) - country.offset_h) % 24
        return max(last + GAP_MS, day * DAY_MS + hour * HOUR_MS + draw.randrange(HOUR_MS))

    def _visit(self, at: int) -> Visit:
        draw = self._random
        visit = Visit(self._entries(draw), [])
        actions = visit.actions
        if draw.random() < 0.3:
            actions.append(Action(at, "session_start", "/"))
            at += draw.randrange(1, 50)
        for _ in range(1 + min(int(draw.expovariate(0.6)), 20)):
            path = self._pages(draw)
            actions.append(self._action(at, "pageview", path))
            if draw.random() < 0.25:
                _, name, payload = self._events(draw)
                at += draw.randrange(1, 2 * MINUTE_MS)
                actions.append(self._action(at, name, path, payload))
            if draw.random() < 0.15:
                at += draw.randrange(1, MINUTE_MS)
                actions.append(Action(at, "engagement", path, {"ms": 4000, "scroll": 60}))
            if draw.random() < 0.05:
                # Presence alone joins nothing, so the next action's gap begins before it.
                actions.append(Action(at, "ping", path))
            at += self._gap()
        return visit

    def _gap(self) -> int:
        """Draw a pause within a visit: mostly short, now and then the longest there is."""
        draw = self._random
        if draw.random() < 0.01:
            return GAP_MS - 1
        return 1 + min(int(draw.expovariate(1 / (2 * MINUTE_MS))), GAP_MS - 2)

    def _day_long(self, at: int) -> list[Visit]:
        """Draw a page that reloads each 20 minutes for 26 hours: two visits, cut at 24 hours."""
        views = [self._action(at + n * 20 * MINUTE_MS, "pageview", "/") for n in range(79)]
        entry = catalogue.ENTRIES[0]
        return [Visit(entry, views[:72]), Visit(entry, views[72:])]

    def _action(
        self, at: int, kind: str, path: str, payload: dict[str, Any] | None = None
    ) -> Action:
        return Action(at, kind, path, payload, 2 if self._random.random() < 0.01 else 1)

    def _cut(self, visitor: Visitor) -> None:
        """Leave out what would lie past the end."""
        for visit in visitor.visits:
            visit.actions = [action for action in visit.actions if action.at < self._end]
        visitor.visits = [visit for visit in visitor.visits if visit.actions]


def shorten(visitor: Visitor, most: int) -> None:
    """Take the last actions, or a whole fast visit, away until at most so many are left to send."""
    while visitor.sendings > most:
        if visitor.visits[-1].bot:
            visitor.visits.pop()
            continue
        actions = visitor.visits[-1].actions
        if actions[-1].times > 1:
            actions[-1].times -= 1
        else:
            actions.pop()
            if not actions:
                visitor.visits.pop()


class _Choice(Generic[T]):
    """A weighted choice, drawn with one random number."""

    def __init__(self, items: Sequence[T], weights: Sequence[float]) -> None:
        self._items = items
        self._edges = list(accumulate(weights))

    def __call__(self, draw: random.Random) -> T:
        return self._items[bisect_left(self._edges, draw.random() * self._edges[-1])]
