"""A site's events made at random, in texts, with visits cut by the one rule."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from pixeltrack.facts.dimensions import ATTRIBUTES, Dimension
from pixeltrack.facts.visits import Hit, Kind, visits_of
from tests.fakes.truth import true_pace

MINUTE = 60_000
PAGES = [
    *(f"/p{n}" for n in range(12)),
    *("/Blog/One", "/blog/two", "/blog/three", "/50%_off"),
    # As addresses are kept: "Привет/мир" and "82", a slash that is none, a blank.
    *("/%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82/%D0%BC%D0%B8%D1%80", "/82", "/a%2Fb", "/a%20b"),
]
NAMES = ["click", "signup", "outbound", "download"]
BOTS = ["agent", "hosting"]
CHOICES = {
    dimension: ["", f"a {dimension}", f"another {dimension}"] for dimension in ATTRIBUTES
} | {
    Dimension.REFERRER: ["", "", "a.example/x", "b.example", "xn--e1afmkfd.xn--p1ai/%D1%8F"],
    Dimension.SOURCE: ["", "Google", "Yandex", "Привет", "xn--e1afmkfd.xn--p1ai"],
    Dimension.CHANNEL: ["direct", "search", "social"],
    Dimension.COUNTRY: ["", "DE", "RU", "US"],
    Dimension.REGION: ["", "DE/Bavaria", "RU/Moscow"],
    Dimension.CITY: ["", "DE/Bavaria/Munich"],
    Dimension.BROWSER: ["", "Firefox", "Chrome"],
    Dimension.UTM_SOURCE: ["", "", "news:letter", "a,b"],
}


@dataclass(frozen=True, slots=True, eq=False)
class RandomEvent:
    """An event in texts; `visit` is the start of its visit, None for a bot's."""

    key: bytes
    at: int
    visitor: int
    kind: Kind
    page: str
    name: str
    bot: str
    properties: tuple[str, ...]
    context: dict[Dimension, str]
    visit: int | None = None


@dataclass(slots=True, eq=False)
class RandomVisit:
    """A visit in texts, with its events that count."""

    visitor: int
    start: int
    last: int
    counted: list[RandomEvent]
    values: dict[Dimension, str] = field(init=False)

    def __post_init__(self) -> None:
        pages = [told.page for told in self.counted if told.kind is Kind.PAGEVIEW]
        self.values = self.counted[0].context | {
            Dimension.ENTRY_PAGE: pages[0] if pages else "",
            Dimension.EXIT_PAGE: pages[-1] if pages else "",
        }

    @property
    def is_bounce(self) -> bool:
        return [told.kind for told in self.counted] == [Kind.PAGEVIEW]

    @property
    def pace(self) -> int:
        return true_pace([told.at for told in self.counted if told.kind is Kind.PAGEVIEW])

    def texts(self, dimension: Dimension) -> set[str]:
        """Return the values of a dimension that the visit has: one, or those of its events."""
        if dimension in self.values:
            return {self.values[dimension]}
        return {text for told in self.counted for text in texts_of(told, dimension)}


def texts_of(told: RandomEvent, dimension: Dimension | str) -> list[str]:
    """Return what an event counts for in a dimension of events."""
    match dimension:
        case Dimension.PAGE:
            return [told.page] if told.kind is Kind.PAGEVIEW else []
        case Dimension.EVENT:
            return [told.name] if told.kind is Kind.EVENT else []
        case _ if told.name == dimension:
            return [p.removeprefix("url=") for p in told.properties if p.startswith("url=")]
        case _:
            return []


def history(rng: random.Random, visitors: int, start: int, end: int) -> list[list[RandomEvent]]:
    """Make the events of some visitors between two instants."""
    return [list(_visitor(rng, number, start, end)) for number in range(visitors)]


def visits(history: list[RandomEvent]) -> tuple[list[RandomEvent], list[RandomVisit]]:
    """Return one visitor's events with their visits, and these visits."""
    hits = [
        Hit(
            key=told.key,
            copy=told.key + bytes(14),
            at=told.at,
            kind=told.kind,
            site=1,
            visitor=told.visitor,
            page=1,
            name=1,
            bot=int(bool(told.bot)),
        )
        for told in history
    ]
    found = visits_of(hits)
    starts = {hit.key: hit.visit_at for hit in hits}
    placed = [
        RandomEvent(
            told.key,
            told.at,
            told.visitor,
            told.kind,
            told.page,
            told.name,
            told.bot,
            told.properties,
            told.context,
            starts[told.key],
        )
        for told in sorted(history, key=lambda told: (told.at, told.key))
    ]
    return placed, [
        RandomVisit(
            visit.visitor,
            visit.start_at,
            visit.last_at,
            [t for t in placed if t.visit == visit.start_at and t.kind is not Kind.ENGAGEMENT],
        )
        for visit in found
    ]


def _visitor(rng: random.Random, visitor: int, start: int, end: int) -> Iterator[RandomEvent]:
    bot = rng.choice(BOTS) if rng.random() < 0.1 else ""
    if visitor % 25 == 7:
        yield from _burst(rng, visitor, start, end)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(start, end)
        if rng.random() < 0.3:  # before midnight in Moscow
            at += 21 * 60 * MINUTE - at % (24 * 60 * MINUTE) - rng.randrange(40 * MINUTE)
        context = {dimension: rng.choice(CHOICES[dimension]) for dimension in ATTRIBUTES}
        for _ in range(rng.choice([1, 1, 2, 3, 8])):
            if start <= at < end:
                yield _event(rng, visitor, at, context, bot)
            at += rng.randrange(1, 29 * MINUTE)


def _burst(rng: random.Random, visitor: int, start: int, end: int) -> Iterator[RandomEvent]:
    """Make events of which 50 to 70 are page views within a minute, across midnight in Moscow."""
    context = {dimension: rng.choice(CHOICES[dimension]) for dimension in ATTRIBUTES}
    at = rng.randrange(start, end - 24 * 60 * MINUTE)
    at += 21 * 60 * MINUTE - at % (24 * 60 * MINUTE) - MINUTE // 8
    views, left = 0, rng.randint(50, 70)
    while views < left:
        told = _event(rng, visitor, at, context, "")
        views += told.kind is Kind.PAGEVIEW
        at += rng.randrange(500)
        yield told


def _event(
    rng: random.Random, visitor: int, at: int, context: dict[Dimension, str], bot: str
) -> RandomEvent:
    kind = rng.choice([Kind.PAGEVIEW] * 5 + [Kind.EVENT] * 3 + [Kind.ENGAGEMENT])
    name = rng.choice(NAMES) if kind is Kind.EVENT else ""
    properties: tuple[str, ...] = ()
    if name in {"outbound", "download"}:
        host, path = rng.choice(["x.example", "xn--e1afmkfd.xn--p1ai"]), rng.choice(["", "%D1%8F"])
        properties = (f"url=https://{host}/{rng.randrange(4)}{path}", "place=footer")
    elif name == "signup":
        properties = (f"plan={rng.choice(['free', 'Pro'])}",)
    return RandomEvent(
        rng.randbytes(16), at, visitor, kind, rng.choice(PAGES), name, bot, properties, context
    )
