"""The model of the chain: whatever is delivered, however often, in which order, and whatever dies
in between, the facts end as the reference makes them of the buckets from nothing."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.visits import Hit
from pixeltrack.platform.identifiers import SiteId
from tests.fakes.aggregator_fixture import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    OTHER,
    SECOND,
    SITE,
    UNKNOWN,
    AggregatorFixture,
    bucket,
    event,
)
from tests.fakes.facts import FakePeriod, State

Period = tuple[int, str, date]

GAPS = [0, SECOND, 20 * MINUTE, 30 * MINUTE - 1, 30 * MINUTE, 31 * MINUTE, 6 * HOUR, DAY, 2 * DAY]
PAUSES = [SECOND, 5 * SECOND, 6 * SECOND, 6 * SECOND - 1, 0]
PARTS = [range(12), range(11, 24), range(0, 24, 2), range(24)]
TYPES = ["pageview"] * 5 + ["click", "signup", "engagement", "session_start", "ping"]


@dataclass
class Deliver:
    """A batch of copies that one processor stored, `behind` the clock where it was suspended,
    ahead of it where its own clock is wrong."""

    copies: list[tuple[SiteId, StoredEvent]]
    partition: int
    behind: int


@dataclass
class Burst:
    """Copies that are stored in pieces, with a run after each."""

    copies: list[tuple[SiteId, StoredEvent]]
    cuts: list[int]


@dataclass
class Run:
    """A run or a sweep, which may die at its n-th call."""

    is_sweep: bool
    dies_after: int | None


@dataclass
class Roll:
    """Rollups are made of every period as it is now."""


@dataclass
class Erase:
    """A visitor is erased: the tombstone at once, the facts by the next job that lives."""

    visitor: str
    site: SiteId


@dataclass
class Work:
    """The erasures asked for are done, unless it dies at the n-th call."""

    dies_after: int | None


@dataclass
class Wait:
    """Time goes by."""

    ms: int


@st.composite
def copies(draw: st.DrawFn) -> tuple[SiteId, StoredEvent]:
    number = draw(st.integers(0, 25))
    # An event says one thing of itself, while each copy may be decided otherwise.
    at = NOON - 3 * DAY + sum(GAPS[(number * step) % len(GAPS)] for step in (1, 5, 7, 11))
    site = [SITE, SITE, OTHER, UNKNOWN][number % 7 % 4]
    is_late = draw(st.booleans())
    copy = event(
        f"e{number}",
        at + (draw(st.sampled_from([0, 0, MINUTE])) if is_late else 0),
        type=TYPES[(number * 3) % len(TYPES)],
        visitor=["ann", "ben"][number % 2],
        path=draw(st.sampled_from(["/", "/a", "/b"])),
        bot=draw(st.sampled_from([None, None, None, "crawler"])),
        country=draw(st.sampled_from([None, "DE"])),
        imported=number % 9 == 0,
        offset=draw(st.integers(0, 50)),
        received_at=at + draw(st.sampled_from([0, SECOND, DAY])),
    )
    return site, copy


@st.composite
def bursts(draw: st.DrawFn) -> list[tuple[SiteId, StoredEvent]]:
    """Copies of page views that came fast after one another: in order, or not."""
    number = draw(st.integers(0, len(PAUSES) - 1))
    places = draw(st.sampled_from(PARTS))
    copies = []
    for place in draw(st.one_of(st.just(places), st.permutations(places))):
        at = NOON - 3 * DAY + number * 20 * MINUTE + place * PAUSES[number]
        copy = event(
            f"b{number}-{place}",
            at,
            visitor=["ann", "eve"][number % 2],
            offset=place,
            received_at=at + draw(st.sampled_from([0, DAY])),
        )
        copies.append((SITE, copy))
    return copies


deliveries = st.builds(
    Deliver,
    st.lists(copies(), min_size=1, max_size=8),
    st.integers(0, 1),
    st.sampled_from([0, 0, 0, MINUTE, 2 * MINUTE, 10 * MINUTE, 5 * HOUR, -20 * MINUTE]),
)
fast = st.builds(Burst, bursts(), st.lists(st.integers(0, 24), max_size=4))
runs = st.builds(Run, st.booleans(), st.one_of(st.none(), st.integers(0, 40)))
rolls = st.builds(Roll)
erasures = st.builds(Erase, st.sampled_from(["ann", "ben", "eve"]), st.sampled_from([SITE, OTHER]))
works = st.builds(Work, st.one_of(st.none(), st.integers(0, 12)))
waits = st.builds(Wait, st.sampled_from([SECOND, MINUTE, 10 * MINUTE, HOUR]))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(deliveries, deliveries, fast, runs, rolls, erasures, works, waits), max_size=16
    )
)
def test_the_facts_end_equal_to_the_reference(steps: list[object]) -> None:
    fixture = AggregatorFixture()
    erased: dict[tuple[str, str], int] = {}
    rolled: dict[Period, object] = {}
    for step in steps:
        match step:
            case Deliver(copies, partition, behind):
                deliver(fixture, copies, partition, fixture.now - behind)
            case Burst(copies, cuts):
                trickle(fixture, copies, cuts)
            case Run(is_sweep, dies_after):
                (fixture.sweep if is_sweep else fixture.run)(dies_after)
            case Roll():
                rolled = roll(fixture.facts.state)
            case Erase(visitor, site):
                erased[site, visitor] = fixture.now
                fixture.set_tombstone(site, visitor)
            case Work(dies_after):
                fixture.forget(erased, dies_after)
            case Wait(ms):
                fixture.now += ms
    fixture.settle()
    fixture.forget(erased)
    assert fixture.shown() == fixture.truth(erased)
    now = figures(fixture.facts.state)
    assert now.keys() >= days_with_hits(fixture.facts.state)
    for key, period in fixture.facts.state.periods.items():
        assert not period.is_rolled or rolled[key] == now[key]


def deliver(
    fixture: AggregatorFixture,
    copies: list[tuple[SiteId, StoredEvent]],
    partition: int,
    stored_at: int,
) -> None:
    """Store copies as one batch of a processor's."""
    for site in {site for site, _ in copies}:
        events = [e for s, e in copies if s == site]
        fixture.stored.add(bucket(events, stored_at, site=site, partition=partition))


def trickle(
    fixture: AggregatorFixture, copies: list[tuple[SiteId, StoredEvent]], cuts: list[int]
) -> None:
    """Store copies piece by piece, and run after each."""
    for start, end in pairwise([0, *sorted(cuts), len(copies)]):
        deliver(fixture, copies[start:end], 0, fixture.now)
        fixture.now += SECOND
        fixture.run()


def roll(state: State) -> dict[Period, object]:
    """Make rollups of every period; return what each was made of."""
    for period in state.periods.values():
        period.is_rolled = True
    return figures(state)


def figures(state: State) -> dict[Period, object]:
    """Return whatever the rollup of a period could depend on."""
    return {
        key: (
            {
                (h.key, h.at, h.visit_at, h.bot, h.page)
                for h in of(state.hits.values(), key, period)
            },
            {
                astuple(visit)
                for visit in state.visits.values()
                if visit.site == key[0]
                and visit.start_at < period.end_at
                and visit.last_at >= period.start_at
            },
        )
        for key, period in state.periods.items()
    }


def of(hits: Iterable[Hit], key: Period, period: FakePeriod) -> list[Hit]:
    """Return the hits of a period."""
    return [h for h in hits if h.site == key[0] and period.start_at <= h.at < period.end_at]


def days_with_hits(state: State) -> set[Period]:
    """Return the days, by the zones' own calendars, that have hits, and their months."""
    zones = {site.number: ZoneInfo(site.timezone) for site in state.sites.values()}
    days = {
        (hit.site, datetime.fromtimestamp(hit.at / 1000, zones[hit.site]).date())
        for hit in state.hits.values()
    }
    return {(site, "day", day) for site, day in days} | {
        (site, "month", day.replace(day=1)) for site, day in days
    }
