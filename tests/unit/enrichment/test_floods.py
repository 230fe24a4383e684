import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixeltrack.enrichment import visitors
from pixeltrack.enrichment.visitors import WINDOW_MS, Floods, network_of
from pixeltrack.events.rejections import Reason
from pixeltrack.platform.identifiers import SiteId
from tests.fakes.lookups import FakeSites
from tests.fakes.processing import processor
from tests.fakes.records import NOW, TRACKING_ID, raw, record, site
from tests.fakes.rejections import FakeRejectionStore

SITE = SiteId("a")
ADDRESS = "203.0.113.9"


def judged(limit: int, *instants: int, ip: str = ADDRESS) -> list[bool]:
    """Judge events of one address, each the next record of partition 0."""
    flood = Floods(limit)
    return [flood.admits(SITE, ip, (at, 0, offset)) for offset, at in enumerate(instants)]


def is_within_limit(limit: int, instants: list[int]) -> bool:
    """Tell by counting each minute that begins with an event whether none holds more."""
    return all(
        sum(start <= at < start + WINDOW_MS for at in instants) <= limit for start in instants
    )


def test_the_minute_slides() -> None:
    assert judged(2, 0, 30_000, 59_999) == [True, True, False]
    assert judged(2, 0, 30_000, 60_000, 89_999, 90_000) == [True, True, True, False, True]


def test_dropped_events_do_not_lengthen_a_flood() -> None:
    flood = [*range(0, WINDOW_MS, 10), WINDOW_MS, WINDOW_MS + 10]
    verdicts = judged(3, *flood)
    assert sum(verdicts[:-2]) == 3
    assert verdicts[-2:] == [True, True]


def test_a_limit_of_zero_is_none() -> None:
    assert all(judged(0, *([7] * 5_000)))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9", "203.0.113.9", True),
        ("203.0.113.9", "203.0.113.10", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:DB8:1:2::1", "2001:db8:1:2::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::1", "::2", True),
        ("nonsense", "nonsense", True),
        ("nonsense", "", False),
    ],
)
def test_an_address_is_one_machine_or_one_network_of_64_bits(
    one: str, other: str, same: bool
) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_sites_and_addresses_are_counted_apart() -> None:
    flood = Floods(1)
    assert flood.admits(SITE, ADDRESS, (0, 0, 0))
    assert not flood.admits(SITE, ADDRESS, (0, 0, 1))
    assert flood.admits(SiteId("b"), ADDRESS, (0, 0, 2))
    assert flood.admits(SITE, "203.0.113.10", (0, 0, 3))


def test_the_same_place_of_a_topic_made_anew_is_another_record() -> None:
    flood = Floods(1)
    assert flood.admits(SITE, ADDRESS, (0, 0, 0))
    assert not flood.admits(SITE, ADDRESS, (1, 0, 0))


ENTRIES = st.lists(
    st.tuples(st.integers(0, 4 * WINDOW_MS), st.integers(0, 3)), min_size=1, max_size=60
).map(lambda found: [(at, partition, offset) for offset, (at, partition) in enumerate(found)])


@given(ENTRIES, st.integers(1, 6), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_in_any_order_no_minute_has_more_and_what_comes_again_is_decided_alike(
    entries: list[tuple[int, int, int]], limit: int, chance: random.Random
) -> None:
    """Partitions come one after the other, and any of them may come again at any time."""
    flood = Floods(limit)
    verdicts: dict[tuple[int, int, int], bool] = {}
    for entry in entries:
        before = [at for (at, _, _), admitted in verdicts.items() if admitted]
        verdicts[entry] = flood.admits(SITE, ADDRESS, entry)
        assert verdicts[entry] is is_within_limit(limit, [*before, entry[0]])
        again = chance.choice(list(verdicts))
        assert flood.admits(SITE, ADDRESS, again) is verdicts[again]


def remembered(flood: Floods) -> int:
    return sum(len(kept) for part in (flood._newer, flood._older) for kept in part.values())


def test_memory_is_bounded_whatever_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "MOST_REMEMBERED", 1_000)
    many, one = Floods(10), Floods(10)
    for n in range(20_000):
        many.admits(SiteId(f"{n % 7}"), f"2001:db8:{n:x}::1", (n, 0, n))
        one.admits(SITE, ADDRESS, (n * 10_000, 0, n))
    assert remembered(many) <= 2 * 1_000
    assert remembered(one) <= 2 * 1_000


def test_others_do_not_make_it_forget_an_address_that_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(visitors, "MOST_REMEMBERED", 100)
    flood = Floods(5)
    admitted = 0
    for n in range(2_000):
        admitted += flood.admits(SITE, ADDRESS, (n, 0, n))
        flood.admits(SITE, f"10.0.{n // 250}.{n % 250}", (n, 1, n))
    assert admitted == 5


class TestProcessor:
    """The limit as the processor applies it, over whole batches."""

    def batch(self, n: int, partition: int = 0, **changes: Any) -> list[Any]:
        event = {"userId": None, "timestamp": None}
        return [
            record(
                raw(
                    event | {"id": f"e-{partition}-{k}", "userId": f"u-{partition}-{k}"},
                    receivedAt=NOW + k % 340,
                    **changes,
                ),
                k,
                partition,
            )
            for k in range(n)
        ]

    def test_two_thousand_visitors_of_one_address_are_a_flood(self) -> None:
        rejections = FakeRejectionStore()
        process = processor(floods=Floods(600), rejections=rejections)
        found: Counter[str] = Counter()
        for partition in range(4):
            found += process(self.batch(500, partition), "r").outcomes
        assert found == {"stored": 600, "flood": 1_400}
        kept = list(rejections.kept.values())
        assert {r.reason for r in kept} == {Reason.FLOOD}
        assert {r.detail for r in kept} == {"more than 600 in a minute from one address"}
        assert all(r.tracking_id == TRACKING_ID for r in kept)
        assert ADDRESS not in "".join(r.sample + r.detail for r in kept)

    def test_a_batch_that_comes_again_is_decided_alike(self) -> None:
        process = processor(floods=Floods(100))
        batches = [self.batch(150, partition) for partition in range(2)]
        first = [process(batch, "r").outcomes for batch in batches]
        again = [process(batch, "r").outcomes for batch in reversed(batches)]
        assert first == list(reversed(again))
        assert first == [{"stored": 100, "flood": 50}, {"flood": 150}]
        assert process(self.batch(10)[3:7], "r").outcomes == {"stored": 4}

    def test_a_backlog_is_judged_as_it_was_received(self) -> None:
        process = processor(floods=Floods(100), now_ms=lambda: NOW + 3_600_000)
        backlog = [
            record(raw({"id": f"e-{n}", "timestamp": None}, receivedAt=NOW + n * 1_000), n)
            for n in range(3_000)
        ]
        assert process(backlog, "r").outcomes == {"stored": 3_000}

    def test_imports_are_no_flood(self) -> None:
        process = processor(floods=Floods(10))
        assert process(self.batch(50, source="import"), "r").outcomes == {"stored": 50}

    def test_what_is_dropped_otherwise_does_not_use_the_limit_up(self) -> None:
        sites = FakeSites(site(excluded_ips=(ADDRESS,)))
        process = processor(floods=Floods(10), sites=sites)
        assert process(self.batch(50, ip=ADDRESS), "r").outcomes == {"excluded_address": 50}
        sites.sites[TRACKING_ID] = site()
        assert process(self.batch(10, 1, ip=ADDRESS), "r").outcomes == {"stored": 10}
