"""Who visits as fast as no person does, or almost: scanners that call themselves browsers.

Each way is decided around the limit, and its visits say themselves whether they are a bot's.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from infra_cdk.local.tools.traffic.catalogue import ENTRIES, PAGES
from infra_cdk.local.tools.traffic.people import (
    DAY_MS,
    GAP_MS,
    MINUTE_MS,
    Action,
    Visit,
    Visitor,
)

PACE = "pace"
SLOW, FAST = 60, 61
"""Page views within a minute: the most of a person, the fewest of a bot."""

EVERY = 150
"""One in so many visitors is a scanner."""


def with_scanners(visitors: Iterable[Visitor], end: int) -> Iterator[Visitor]:
    """Give some visitors the visits of scanners, as far as these end before an instant."""
    for visitor in visitors:
        way, rest = divmod(visitor.number, EVERY)
        if rest == 0 and visitor.visits and not visitor.bot:
            draw = random.Random(visitor.number)  # noqa: S311 - traffic is to be the same each time
            visits = WAYS[way % len(WAYS)](draw, visitor.visits[0].actions[0].at)
            if visits[-1].actions[-1].at < end:
                visitor.visits = visits
        yield visitor


def _views(draw: random.Random, count: int, start: int, over_ms: int) -> list[Action]:
    """Make page views from an instant to another, `over_ms` later, evenly."""
    return [
        Action(start + over_ms * n // (count - 1), "pageview", draw.choice(PAGES), None, 1 + n % 2)
        for n in range(count)
    ]


def _visit(actions: Sequence[Action], bot: str | None = None) -> Visit:
    return Visit(ENTRIES[0], list(actions), bot)


def _just_slow(draw: random.Random, at: int) -> list[Visit]:
    return [_visit(_views(draw, SLOW, at, MINUTE_MS - 1))]


def _just_fast(draw: random.Random, at: int) -> list[Visit]:
    return [_visit(_views(draw, FAST, at, MINUTE_MS - 1), PACE)]


def _edge(draw: random.Random, at: int) -> list[Visit]:
    """The first view lies a whole minute before the last: no longer with it."""
    return [_visit(_views(draw, FAST, at, MINUTE_MS))]


def _scan(draw: random.Random, at: int) -> list[Visit]:
    """Hundreds of views in three seconds, and more than views."""
    actions = _views(draw, draw.randrange(100, 400), at, 3000)
    actions.append(Action(at + 3000, "signup", "/", {"plan": "pro"}))
    actions.append(Action(at + 3500, "engagement", "/", {"ms": 500, "scroll": 10}))
    return [_visit(actions, PACE)]


def _fast_then_slow(draw: random.Random, at: int) -> list[Visit]:
    """A second visit half an hour later is a person's again."""
    fast = _visit(_views(draw, FAST, at, MINUTE_MS // 2), PACE)
    return [fast, _visit(_views(draw, 3, fast.actions[-1].at + GAP_MS, MINUTE_MS))]


def _slow_and_fast(draw: random.Random, at: int) -> list[Visit]:
    """One visit: a few pages, a burst after the longest pause there is, a few pages again."""
    before = _views(draw, 3, at, MINUTE_MS)
    burst = _views(draw, FAST, before[-1].at + GAP_MS - 1, MINUTE_MS - 1)
    after = _views(draw, 3, burst[-1].at + GAP_MS - 1, MINUTE_MS)
    return [_visit([*before, *burst, *after], PACE)]


def _around_midnight(draw: random.Random, at: int) -> list[Visit]:
    midnight = (at // DAY_MS + 1) * DAY_MS
    return [_visit(_views(draw, FAST, midnight - MINUTE_MS // 3, MINUTE_MS - 1), PACE)]


def _two_halves(draw: random.Random, at: int) -> list[Visit]:
    """Too few in either visit."""
    first = _views(draw, 40, at, MINUTE_MS // 4)
    return [_visit(first), _visit(_views(draw, 40, first[-1].at + GAP_MS, MINUTE_MS // 4))]


def _halves_of_one(draw: random.Random, at: int) -> list[Visit]:
    """Too few in either minute of one visit."""
    first = _views(draw, 40, at, MINUTE_MS // 4)
    return [_visit([*first, *_views(draw, 40, first[-1].at + MINUTE_MS, MINUTE_MS // 4)])]


WAYS: tuple[Callable[[random.Random, int], list[Visit]], ...] = (
    _just_slow,
    _just_fast,
    _edge,
    _scan,
    _fast_then_slow,
    _slow_and_fast,
    _around_midnight,
    _two_halves,
    _halves_of_one,
)
