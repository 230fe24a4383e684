import random

import pytest

from pixeltrack.events.stored import MOST_BYTES, MOST_EVENTS, Sized, StoredEvent, cut
from pixeltrack.platform.identifiers import SiteId
from tests.fakes.records import NOW, site

OTHER = site(id=SiteId("other"))


def sized(offset: int, *, partition: int = 0, of: object = None, size: int = 100) -> Sized:
    event = StoredEvent(f"e-{partition}-{offset}", offset, "pageview", NOW, NOW, "v")
    return Sized(partition, of or site(), event, size)  # type: ignore[arg-type]


def offsets(events: list[Sized]) -> list[list[int]]:
    return [[event.offset for event in bucket.events] for bucket in cut(events, NOW)]


def test_a_bucket_holds_one_partition_and_site_in_offset_order() -> None:
    events = [sized(3), sized(1), sized(2, of=OTHER), sized(2, partition=1), sized(7)]
    found = [
        (b.partition, b.site, [e.offset for e in b.events], b.stored_at) for b in cut(events, NOW)
    ]
    assert found == [
        (0, site().id, [1, 3, 7], NOW),
        (0, OTHER.id, [2], NOW),
        (1, site().id, [2], NOW),
    ]


def test_nothing_gives_no_bucket() -> None:
    assert cut([], NOW) == []


def test_a_bucket_is_full_at_200_events() -> None:
    found = offsets([sized(n) for n in range(2 * MOST_EVENTS + 1)])
    assert [len(piece) for piece in found] == [200, 200, 1]
    assert [offset for piece in found for offset in piece] == list(range(401))


def test_a_bucket_is_full_at_its_bytes() -> None:
    third = MOST_BYTES // 3
    assert offsets([sized(n, size=third) for n in range(7)]) == [[0, 1, 2], [3, 4, 5], [6]]
    assert offsets([sized(0, size=MOST_BYTES * 2), sized(1)]) == [[0], [1]]


def test_the_same_records_give_the_same_ids_in_any_order() -> None:
    events = [sized(n, partition=n % 3, of=OTHER if n % 2 else None) for n in range(700)]
    shuffled = random.Random(1).sample(events, len(events))
    assert cut(events, NOW) == cut(shuffled, NOW)
    assert [b.id for b in cut(events, NOW)] == [b.id for b in cut(events, NOW + 9)]


@pytest.mark.parametrize("change", ["left out", "receipt", "id", "site", "partition"])
def test_records_decided_otherwise_give_another_id(change: str) -> None:
    events = [sized(n) for n in range(3)]
    before = {bucket.id for bucket in cut(events, NOW)}
    match change:
        case "left out":
            del events[1]
        case "receipt":
            events[1].event.received_at += 1
        case "id":
            events[1].event.id = "another"
        case "site":
            events = [sized(n, of=OTHER) for n in range(3)]
        case "partition":
            events = [sized(n, partition=1) for n in range(3)]
    after = {bucket.id for bucket in cut(events, NOW)}
    assert not before & after
