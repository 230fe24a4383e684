"""When an event was received is the broker's to say, whatever the collector's clock showed."""

from typing import Any

import pytest

from pixeltrack.platform.consumer import Record, records
from pixeltrack.platform.instants import iso
from tests.fakes.events import FakeEventStore
from tests.fakes.processing import processor
from tests.fakes.records import NOW, delivered, raw, record
from tests.fakes.rejections import FakeRejectionStore

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TEN_YEARS = 3_650 * DAY
OFF = [sign * off for sign in (1, -1) for off in (50_000, 30 * MINUTE, 2 * HOUR, TEN_YEARS)]


def stored(*batch: Record) -> list[Any]:
    events = FakeEventStore()
    processor(events=events)(batch, "r")
    return [event for bucket in events.buckets.values() for event in bucket.events]


def sent(collector: int, **event: Any) -> dict[str, Any]:
    """A record of a collector whose clock shows so much, with what its sender says."""
    return raw({"timestamp": None} | event, receivedAt=collector)


@pytest.mark.parametrize("off", OFF)
def test_an_event_without_a_time_of_its_own_happened_when_the_broker_took_it(off: int) -> None:
    stamped = raw({"timestamp": iso(NOW + off)}, receivedAt=NOW + off)
    [event] = stored(record(stamped, taken_at=NOW + 7))
    assert (event.at, event.received_at, event.clock_fixed) == (NOW + 7, NOW + 7, False)


@pytest.mark.parametrize("off", OFF)
def test_a_browsers_time_is_corrected_by_the_brokers(off: int) -> None:
    browser = NOW - 3 * HOUR
    content = raw({"timestamp": iso(browser - 5_000)}, receivedAt=NOW + off, sentAt=browser)
    [event] = stored(record(content, taken_at=NOW))
    assert (event.at, event.received_at) == (NOW - 5_000, NOW)


@pytest.mark.parametrize("off", OFF)
def test_a_programs_own_time_stays(off: int) -> None:
    content = raw({"timestamp": iso(NOW - HOUR)}, receivedAt=NOW + off)
    [event] = stored(record(content, taken_at=NOW))
    assert (event.at, event.received_at) == (NOW - HOUR, NOW)


def test_who_was_first_is_the_brokers_to_say() -> None:
    late_clock = record(sent(NOW - 2 * HOUR, id="one"), 1, taken_at=NOW + 20)
    early = record(sent(NOW, id="one"), 0, taken_at=NOW)
    first, second = sorted(stored(late_clock, early), key=lambda e: e.received_at)
    assert (first.offset, second.offset) == (0, 1)


def test_a_record_from_before_topics_bore_the_brokers_time_keeps_the_collectors() -> None:
    [event] = stored(record(sent(NOW - MINUTE)))
    assert (event.at, event.received_at) == (NOW - MINUTE, NOW - MINUTE)


def test_the_two_kinds_are_told_apart_in_the_event_sources_event() -> None:
    batch = [record(sent(NOW), 0), record(sent(NOW), 1, taken_at=NOW + 9)]
    read = list(records(delivered(batch)))
    assert [r.is_brokers_time for r in read] == [False, True]
    assert [e.received_at for e in stored(*read)] == [NOW, NOW + 9]


def test_a_dropped_event_is_known_by_the_brokers_time_too() -> None:
    rejections = FakeRejectionStore()
    content = sent(NOW + 2 * HOUR, siteId="nobody")
    processor(rejections=rejections)([record(content, 3, taken_at=NOW)], "r")
    [rejection] = rejections.kept.values()
    assert rejection.id == f"0:3:{NOW}"


def test_the_same_record_again_is_the_same_bucket() -> None:
    events = FakeEventStore()
    process = processor(events=events)
    for _ in range(2):
        process([record(sent(NOW + DAY), 3, taken_at=NOW)], "r")
    assert len(events.buckets) == 1
