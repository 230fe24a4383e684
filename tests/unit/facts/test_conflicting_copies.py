"""Events whose id came with two contents: found whatever comes first, together or alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixeltrack.events.identity import event_key
from tests.fakes.aggregator_fixture import NOON, OTHER, SECOND, SITE, AggregatorFixture, event

CONTENTS: list[dict[str, Any]] = [
    {},
    {"path": "/b"},
    {"type": "signup"},
    {"type": "signup", "payload": '{"plan":"pro"}'},
    {"utm_campaign": "x"},
]
copies = st.tuples(st.integers(0, 3), st.sampled_from(range(len(CONTENTS))), st.integers(0, 5))


def marked(fixture: AggregatorFixture) -> set[bytes]:
    return set(fixture.facts.state.conflicts)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(copies, min_size=1, max_size=6), max_size=6))
def test_an_event_is_in_conflict_when_two_copies_say_different_things(
    batches: list[list[tuple[int, int, int]]],
) -> None:
    fixture = AggregatorFixture()
    said: dict[int, set[int]] = {}
    for batch in batches:
        fixture.take(
            *(
                event(f"e{number}", NOON, received_at=NOON + late, **CONTENTS[content])
                for number, content, late in batch
            )
        )
        fixture.now += SECOND
        fixture.run()
        for number, content, _ in batch:
            said.setdefault(number, set()).add(content)
    expected = {event_key(SITE, f"e{n}") for n, contents in said.items() if len(contents) > 1}
    assert marked(fixture) == expected


@pytest.mark.parametrize("is_together", [True, False])
@pytest.mark.parametrize(
    "change",
    [
        {"path": "/other"},
        {"type": "signup"},
        {"referrer": "https://elsewhere.example/"},
        {"utm_source": "x"},
    ],
)
def test_the_first_counts_and_the_other_is_a_conflict(
    change: dict[str, Any], *, is_together: bool
) -> None:
    fixture = AggregatorFixture()
    first, second = event("e", NOON), event("e", NOON, received_at=NOON + 1, **change)
    if is_together:
        fixture.take(second, first)
    else:
        fixture.take(second)
        fixture.now += SECOND
        fixture.run()
        fixture.take(first)
    fixture.now += SECOND
    fixture.run()
    (hit,) = fixture.facts.state.hits.values()
    assert hit.copy[:6] == NOON.to_bytes(6)
    assert marked(fixture) == {event_key(SITE, "e")}


@pytest.mark.parametrize(
    "change", [{}, {"country": "DE"}, {"visitor": "ben"}, {"device": "mobile"}, {"bot": "crawler"}]
)
def test_a_repeat_from_elsewhere_is_no_conflict(change: dict[str, Any]) -> None:
    fixture = AggregatorFixture()
    fixture.take(event("e", NOON), event("e", NOON, received_at=NOON + 1, **change))
    fixture.now += SECOND
    fixture.run()
    fixture.take(event("e", NOON, received_at=NOON + 2, **change))
    fixture.now += SECOND
    fixture.run()
    assert marked(fixture) == set()


def test_a_record_decided_by_other_rules_is_no_conflict() -> None:
    fixture = AggregatorFixture()
    fixture.take(event("e", NOON, path="/shop?size=1"))
    fixture.run()
    fixture.offset = 0
    fixture.now += SECOND
    fixture.take(event("e", NOON, path="/shop"))
    fixture.run()
    assert marked(fixture) == set()


def test_an_id_is_a_sites_own() -> None:
    fixture = AggregatorFixture()
    fixture.take(event("e", NOON))
    fixture.take(event("e", NOON, path="/b"), site=OTHER)
    fixture.now += SECOND
    fixture.run()
    assert marked(fixture) == set()
