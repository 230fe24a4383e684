"""Erasures between deliveries and runs: the facts end as if what was erased had never come."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pixeltrack.events.erasure import Erasure, remains
from pixeltrack.events.identity import received_at, visitor_key
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.erasing import forget_hits
from pixeltrack.platform.identifiers import TrackingId
from tests.fakes.aggregator_fixture import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SITE,
    AggregatorFixture,
    bucket,
    event,
)

START = NOON - 2 * DAY
TYPES = ("pageview", "pageview", "click", "engagement", "ping")


@dataclass
class Deliver:
    """A batch of copies that one processor stored."""

    copies: list[StoredEvent]


@dataclass
class Erase:
    """A visitor is erased as of an instant; facts and buckets, or facts alone so far."""

    visitor: str
    erased_at: int
    reaches_buckets: bool


@st.composite
def copies(draw: st.DrawFn) -> StoredEvent:
    number = draw(st.integers(0, 30))
    # Events are 10 to 35 minutes apart and instants of erasures lie between them.
    at = START + number * 10 * MINUTE + number // 3 * 25 * MINUTE
    return event(
        f"e{number}",
        at,
        type=TYPES[number % len(TYPES)],
        visitor=("ann", "ben")[number % 2],
        path=draw(st.sampled_from(["/", "/a"])),
        imported=number % 11 == 0,
        offset=draw(st.integers(0, 50)),
        received_at=at + draw(st.sampled_from([-2 * MINUTE, 0, MINUTE, HOUR])),
    )


deliveries = st.builds(Deliver, st.lists(copies(), min_size=1, max_size=8))
erasures = st.builds(
    Erase,
    st.sampled_from(["ann", "ben", "eve"]),
    st.integers(0, 60).map(lambda n: START + n * 5 * MINUTE + MINUTE + 1),
    st.booleans(),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(deliveries, deliveries, erasures, st.none()), max_size=12))
def test_the_facts_end_as_if_it_had_never_come(steps: list[Deliver | Erase | None]) -> None:
    fixture, erased = AggregatorFixture(), dict[tuple[str, str], int]()
    for step in steps:
        match step:
            case Deliver(found):
                fixture.stored.add(bucket(found, fixture.now))
            case Erase(visitor, at, reaches_buckets):
                erased[SITE, visitor] = max(at, erased.get((SITE, visitor), -1))
                erase(fixture, visitor, erased[SITE, visitor])
                if reaches_buckets:
                    rewrite(fixture, visitor, erased[SITE, visitor])
            case None:
                fixture.now += HOUR
                fixture.run()
    fixture.settle()
    assert fixture.shown() == fixture.truth(erased)
    before = fixture.shown()
    for (_, visitor), at in erased.items():
        erase(fixture, visitor, at)
        rewrite(fixture, visitor, at)
    assert fixture.shown() == before == fixture.truth(erased)


def erase(fixture: AggregatorFixture, visitor: str, at: int) -> None:
    keys = [visitor_key(SITE, visitor, imported=imported) for imported in (False, True)]
    with fixture.facts.transaction() as transaction:
        site = transaction.sites([SITE])[SITE]
        fixture_state = transaction._state
        fixture_state.tombstones.update(dict.fromkeys(keys, at))
        for key in keys:
            if key in fixture_state.visitors:
                found = transaction.hits_since([(fixture_state.visitors[key][0], 0)])
                gone = [hit for hit in found if min(hit.at, received_at(hit.copy)) <= at]
                forget_hits(transaction, site, gone)


def rewrite(fixture: AggregatorFixture, visitor: str, at: int) -> None:
    key = visitor_key(SITE, visitor, imported=False)
    erasure = Erasure(SITE, TrackingId("pt_1"), {key: at})
    for stored in fixture.stored.by_name.values():
        stored.events = [remains(e) if erasure.takes(e) else e for e in stored.events]


def test_the_days_it_touched_are_counted_anew() -> None:
    fixture = AggregatorFixture(now=NOON)
    fixture.take(event("a", NOON - 10 * DAY), event("b", NOON - 5 * DAY, visitor="ben"))
    fixture.take(event("c", NOON - 8 * DAY, bot="crawler"))
    fixture.settle()
    for period in fixture.facts.state.periods.values():
        period.is_rolled = True
    erase(fixture, "ann", NOON)
    rolled = {key[1:]: p.is_rolled for key, p in fixture.facts.state.periods.items()}
    assert sorted(rolled.values()) == [False, False, False, True]
    assert [day.isoformat() for (span, day), is_rolled in rolled.items() if is_rolled] == [
        "2026-11-15"
    ], "the day of another visitor; the month holds both"
