import random
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.reports.feed import event_of
from pixeltrack.enrichment.ports import SiteDay
from pixeltrack.events import wire
from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.ports import Unstorable
from pixeltrack.events.rejections import MOST_AN_HOUR, Reason
from pixeltrack.events.stored import Bucket, Device, decode_message
from pixeltrack.facts import days
from pixeltrack.platform import instants
from pixeltrack.platform.errors import ClockDiffers, Refused, Unavailable
from pixeltrack.platform.identifiers import SiteId, TrackingId
from pixeltrack.sites.sites import SiteStatus
from tests.fakes.events import FakeEventStore
from tests.fakes.lookups import FakeSalts, FakeSites
from tests.fakes.processing import processor
from tests.fakes.records import NOW, TRACKING_ID, raw, record, records, site
from tests.fakes.rejections import FakeRejectionStore
from tests.fakes.streams import FakeStream
from tests.fakes.work import FakeTombstones

OTHER = TrackingId("pt_" + "2" * 32)


class PipelineFixture:
    """A processor over fakes, and what it has written."""

    def __init__(self, **parts: Any) -> None:
        self.events, self.rejections = FakeEventStore(), FakeRejectionStore()
        self.stream = FakeStream()
        self.sites = FakeSites(site(), site(tracking_id=OTHER, id=SiteId("other")))
        self.process = processor(
            **(
                {
                    "events": self.events,
                    "rejections": self.rejections,
                    "stream": self.stream,
                    "sites": self.sites,
                }
                | parts
            )
        )

    def ids(self) -> set[tuple[str, str]]:
        return {(b.site, e.id) for b in self.events.buckets.values() for e in b.events}

    def published(self) -> set[tuple[str, str]]:
        buckets = [msgspec.json.decode(m.value, type=Bucket) for m in self.stream.messages]
        return {(b.site, e.id) for b in buckets for e in b.events}

    def offsets(self) -> Counter[tuple[int, int]]:
        held = {(b.partition, e.offset) for b in self.events.buckets.values() for e in b.events}
        return Counter(held) + Counter(
            {(r.partition, r.offset) for r in self.rejections.kept.values()}
        )


def test_a_batch_becomes_buckets_messages_and_rejections() -> None:
    pipeline = PipelineFixture()
    batch = records({}, {"siteId": OTHER}, {"siteId": "nobody"}, {"eventType": "ping"})
    batch.append(record(b"poison", 9))
    report = pipeline.process(batch, "r-1")
    assert report.outcomes == {"stored": 2, "ping": 1, "unknown_site": 1, "malformed": 1}
    assert (report.buckets, report.repeats, report.faults) == (2, 0, [])
    buckets = {b.site: b for b in pipeline.events.buckets.values()}
    assert [e.offset for e in buckets[site().id].events] == [0, 3]
    assert buckets[site().id].stored_at == buckets[SiteId("other")].stored_at == NOW + 1000
    assert {r.reason for r in pipeline.rejections.kept.values()} == {
        Reason.UNKNOWN_SITE,
        Reason.MALFORMED,
    }
    for message in pipeline.stream.messages:
        bucket = decode_message(message.value)
        assert bucket == pipeline.events.buckets[bucket.id]
        assert message.key == bucket.site.encode()
        assert message.headers == {"requestId": "r-1"}


def test_a_message_says_what_of_it_is_history() -> None:
    """Each event says it for itself, and the message where nothing else is in it."""
    pipeline = PipelineFixture()
    old = {"timestamp": "2015-05-17T10:05:03Z"}
    history = [record(raw({"id": f"import-{n}", **old}, source="import"), n) for n in range(2)]
    live = record(raw({"id": "live"}), 2)
    for batch in ([*history, live], history, [live]):
        pipeline.process(batch, "r")
    read = [
        (
            m.headers.get("imported"),
            [e.get("imported", False) for e in msgspec.json.decode(m.value)["events"]],
        )
        for m in pipeline.stream.messages
    ]
    assert read == [
        (None, [True, True, False]),
        ("true", [True, True]),
        (None, [False]),
    ]


class OddSalts(FakeSalts):
    """Salts that cannot be told for one site."""

    def salts(self, asked: Collection[SiteDay]) -> Mapping[SiteDay, bytes]:
        if any(site == "other" for site, _ in asked):
            raise OverflowError("date value out of range")
        return super().salts(asked)


def test_an_event_whose_look_up_fails_is_dropped_alone() -> None:
    """What a stage reads for a whole batch must not fail for one event of it."""
    pipeline = PipelineFixture(salts=OddSalts())
    report = pipeline.process(records({"userId": None}, {"siteId": OTHER, "userId": None}, {}), "r")
    assert report.outcomes == {"stored": 2, "internal": 1}
    [rejection] = pipeline.rejections.kept.values()
    assert (rejection.reason, rejection.detail) == (Reason.INTERNAL, "OverflowError")
    assert len(report.faults) == 1


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/London"])
@pytest.mark.parametrize("received_at", [1, instants.LAST_COUNTED_MS])
def test_days_exist_around_whatever_is_taken(zone: str, received_at: int) -> None:
    """The first and the last instants that are taken have a day in every zone, and are shown."""
    pipeline = PipelineFixture(sites=FakeSites(site(timezone=zone)))
    ends = [
        record(
            raw({"id": f"e-{n}", "userId": f"u-{n}", "timestamp": at}, receivedAt=received_at), n
        )
        for n, at in enumerate((None, instants.iso(instants.LAST_MS), instants.iso(received_at)))
    ]
    assert pipeline.process(ends, "r").outcomes == {"stored": 3}
    beyond = record(raw({"id": "late"}, receivedAt=instants.LAST_COUNTED_MS + 1), 3)
    assert pipeline.process([beyond], "r").outcomes == {"malformed": 1}
    for bucket in pipeline.events.buckets.values():
        for event in bucket.events:
            day = days.day_of(event.at, zone)
            days.start_of(days.next_month(day), zone)
            assert event_of(bucket.site, event).at == instants.iso(event.at)


def test_an_erased_visitors_events_are_dropped_by_one_question_a_batch() -> None:
    key = visitor_key(site().id, "user_1", imported=False)
    tombstones = FakeTombstones({key: NOW})
    pipeline = PipelineFixture(tombstones=tombstones)
    batch = records({}, {"userId": "user_2"}, {"siteId": OTHER}, {"siteId": "nobody"})
    for _ in range(2):
        report = pipeline.process(batch, "r")
        assert report.outcomes == {"erased": 1, "stored": 2, "unknown_site": 1}
    assert {r.reason: r.sample for r in pipeline.rejections.kept.values()}[Reason.ERASED] == ""
    assert pipeline.ids() == {(site().id, "e-0-1"), (SiteId("other"), "e-0-2")}
    other = SiteId("other")
    assert (
        tombstones.asked
        == [
            {
                key,
                visitor_key(site().id, "user_2", imported=False),
                visitor_key(other, "user_1", imported=False),
                site_key(site().id),
                site_key(other),
            }
        ]
        * 2
    )


def test_salts_are_one_question_a_batch() -> None:
    salts = FakeSalts()
    pipeline = PipelineFixture(salts=salts)
    unnamed = {"userId": None}
    pipeline.process(records(unnamed, unnamed, unnamed | {"siteId": OTHER}), "r")
    assert [{site for site, _ in asked} for asked in salts.asked] == [{site().id, SiteId("other")}]
    salts.asked.clear()
    pipeline.process(records({}, {"siteId": "nobody", "userId": None}), "r")
    assert salts.asked == []


def test_forged_sites_leave_little_and_the_ledger_adds_up() -> None:
    pipeline = PipelineFixture()
    forged = [{"siteId": f"pt_{n:032x}", "title": "x" * 500} for n in range(1_000)]
    report = pipeline.process(records(*forged), "r")
    kept = list(pipeline.rejections.kept.values())
    assert len(kept) == report.outcomes["unknown_site"] == 1_000
    assert sum(bool(r.sample) for r in kept) == MOST_AN_HOUR
    assert report.unsampled == 1_000 - MOST_AN_HOUR
    assert max(len(r.sample) for r in kept) <= 160
    assert {r.tracking_id for r in kept} == {wire["siteId"] for wire in forged}


def test_samples_are_capped_by_reason_and_site_and_hour() -> None:
    now = [NOW]
    pipeline = PipelineFixture(now_ms=lambda: now[0])
    pipeline.sites.sites[TRACKING_ID] = site(allowed_domains=("other.org",))

    def sampled(first: int, **wire: Any) -> int:
        pipeline.rejections.kept.clear()
        batch = [record(raw({"id": f"s{n}"} | wire), n) for n in range(first, first + 150)]
        pipeline.process(batch, "r")
        return sum(bool(r.sample) for r in pipeline.rejections.kept.values())

    assert sampled(0) == MOST_AN_HOUR
    assert sampled(200) == 0
    assert sampled(400, url="https://[") == MOST_AN_HOUR
    assert sampled(600, siteId=OTHER, url="https://[") == MOST_AN_HOUR
    now[0] += 3_600_000
    assert sampled(800) == MOST_AN_HOUR


def test_a_rejection_that_the_store_refuses_goes_without_what_it_shows() -> None:
    pipeline = PipelineFixture()
    pipeline.rejections.refuses = lambda rejection: bool(rejection.sample)
    report = pipeline.process(records({"siteId": "nobody"}, {}), "r")
    (kept,) = pipeline.rejections.kept.values()
    assert (kept.reason, kept.detail, kept.sample) == (Reason.UNKNOWN_SITE, "", "")
    assert (report.unsampled, report.lost) == (1, [])


def test_a_rejection_that_the_store_will_not_have_is_told() -> None:
    pipeline = PipelineFixture()
    pipeline.rejections.refuses = lambda rejection: rejection.offset == 1
    report = pipeline.process(records({"siteId": "nobody"}, {"siteId": "nobody"}, {}), "r")
    (kept,) = pipeline.rejections.kept.values()
    assert kept.offset == 0
    assert report.lost == [f"0:1:{kept.received_at}"]


def test_without_tombstones_to_read_the_batch_comes_again() -> None:
    tombstones = FakeTombstones()
    tombstones.is_away = True
    pipeline = PipelineFixture(tombstones=tombstones)
    with pytest.raises(Unavailable):
        pipeline.process(records({}), "r")
    assert not pipeline.ids()
    assert not pipeline.rejections.kept


@pytest.mark.parametrize(
    ("part", "written"),
    [("rejections", (0, 0, 0)), ("events", (1, 0, 0)), ("stream", (1, 1, 0))],
)
def test_writes_come_in_order(part: str, written: tuple[int, int, int]) -> None:
    pipeline = PipelineFixture()
    vars(pipeline)[part].is_away = True
    with pytest.raises(Unavailable):
        pipeline.process(records({}, {"siteId": "nobody"}), "r")
    found = (
        len(pipeline.rejections.kept),
        len(pipeline.events.buckets),
        len(pipeline.stream.messages),
    )
    assert found == written


def test_an_empty_batch_asks_nobody() -> None:
    pipeline = PipelineFixture()
    assert pipeline.process([], "r").outcomes == {}
    assert pipeline.sites.asked == []


def test_sites_are_one_question_a_batch() -> None:
    pipeline = PipelineFixture()
    pipeline.process(records({}, {"siteId": OTHER}, {}, {"siteId": OTHER}), "r")
    assert pipeline.sites.asked == [{TRACKING_ID, OTHER}]


def test_a_fault_of_ours_rejects_one_event() -> None:
    ip = "81.2.69.142"

    class Broken:
        def detect(self, user_agent: str) -> Device:
            if "bad" in user_agent:
                raise RuntimeError(f"{ip} said something")
            return Device()

    pipeline = PipelineFixture(devices=Broken())
    batch = [record(raw({"id": "good"}), 0), record(raw({"id": "bad"}, userAgent="bad"), 1)]
    report = pipeline.process(batch, "r")
    assert report.outcomes == {"stored": 1, "internal": 1}
    assert ip not in report.faults[0]
    assert "describe_device" in report.faults[0]
    (rejection,) = pipeline.rejections.kept.values()
    assert (rejection.reason, rejection.detail) == (Reason.INTERNAL, "RuntimeError")


def test_what_the_store_cannot_hold_rejects_one_event() -> None:
    class Narrow(FakeEventStore):
        def encode(self, event: Any) -> bytes:
            if event.id == "bad":
                raise Unstorable("InvalidDocument")
            return super().encode(event)

    store = Narrow()
    pipeline = PipelineFixture(events=store)
    report = pipeline.process(records({"id": "bad"}, {}), "r")
    assert report.outcomes == {"stored": 1, "unstorable": 1}
    (rejection,) = pipeline.rejections.kept.values()
    assert (rejection.reason, rejection.detail) == (Reason.UNSTORABLE, "InvalidDocument")


def test_a_bucket_that_the_store_refuses_is_rejected_and_not_published() -> None:
    pipeline = PipelineFixture()
    batch = records({}, {}, {"siteId": OTHER})
    pipeline.process(batch, "r")
    bad = next(b.id for b in pipeline.events.buckets.values() if b.site == site().id)
    again = PipelineFixture()
    again.events.refuses = {bad}
    report = again.process(batch, "r")
    assert report.outcomes == {"stored": 1, "unstorable": 2}
    assert again.ids() == again.published() == {("other", "e-0-2")}
    assert again.offsets() == Counter({(0, 0): 1, (0, 1): 1, (0, 2): 1})


@pytest.mark.parametrize("part", ["sites", "salts", "rejections", "events", "stream"])
def test_what_is_away_brings_the_batch_again(part: str) -> None:
    salts = FakeSalts()
    pipeline = PipelineFixture(salts=salts)
    away: Any = {"salts": salts} | vars(pipeline)
    away[part].is_away = True
    batch = records({}, {"userId": None}, {"siteId": "nobody"})
    with pytest.raises(Unavailable):
        pipeline.process(batch, "r")
    away[part].is_away = False
    pipeline.process(batch, "r")
    assert pipeline.ids() == pipeline.published()
    assert pipeline.offsets() == Counter({(0, 0): 1, (0, 1): 1, (0, 2): 1})


def test_a_clock_that_is_refused_is_so_before_anything_is_done() -> None:
    is_refused = True

    def now_ms() -> int:
        if is_refused:
            raise ClockDiffers("MongoDB", 7_200_000)
        return NOW + 1000

    pipeline = PipelineFixture(now_ms=now_ms)
    batch = records({}, {"siteId": "nobody"})
    with pytest.raises(Unavailable):
        pipeline.process(batch, "r")
    assert pipeline.offsets() == Counter()
    assert pipeline.sites.asked == []
    is_refused = False
    assert pipeline.process(batch, "r").outcomes == {"stored": 1, "unknown_site": 1}


def test_a_repeat_changes_nothing_and_is_counted() -> None:
    pipeline = PipelineFixture()
    batch = records({}, {"siteId": OTHER}, {"siteId": "nobody"})
    pipeline.process(batch, "r")
    before = dict(pipeline.events.buckets), dict(pipeline.rejections.kept)
    assert pipeline.process(batch, "r").repeats == 2
    assert (pipeline.events.buckets, pipeline.rejections.kept) == before


@given(st.randoms(use_true_random=False), st.integers(1, 60))
@settings(max_examples=50, deadline=None)
def test_any_order_and_split_gives_the_same_events(rng: random.Random, size: int) -> None:
    batch = [
        item
        for partition in range(3)
        for item in records(
            *({"siteId": rng.choice([TRACKING_ID, OTHER, "x"])} for _ in range(size)),
            partition=partition,
        )
    ]
    once, thrice = PipelineFixture(), PipelineFixture()
    once.process(batch, "r")
    for _ in range(3):
        rest = rng.sample(batch, len(batch))
        while rest:
            cut = rng.randint(1, len(rest))
            thrice.process(rest[:cut], "r")
            rest = rest[cut:]
    assert thrice.ids() == once.ids() == thrice.published()
    assert (
        thrice.offsets()
        == once.offsets()
        == Counter({(item.partition, item.offset): 1 for item in batch})
    )


def test_a_rule_changed_between_tries_hides_nothing() -> None:
    pipeline = PipelineFixture()
    batch = records(*({"url": f"https://{'abc'[n % 3]}.org/"} for n in range(201)))
    pipeline.stream.is_away = True
    with pytest.raises(Unavailable):
        pipeline.process(batch, "r")
    pipeline.stream.is_away = False
    pipeline.sites.sites[TRACKING_ID] = site(allowed_domains=("a.org", "b.org"))
    pipeline.process(batch, "r")
    offsets = pipeline.offsets()
    assert set(offsets) == {(0, n) for n in range(201)}
    assert pipeline.published() == {(site().id, f"e-0-{n}") for n in range(201) if n % 3 != 2}
    assert len(pipeline.rejections.kept) == 67


def test_a_topic_made_anew_hides_nothing() -> None:
    pipeline = PipelineFixture()
    pipeline.process(records({}, {}), "r")
    anew = [record(raw({"id": f"new-{n}"}, receivedAt=NOW + 9), n) for n in range(2)]
    pipeline.process(anew, "r")
    assert {i for _, i in pipeline.ids()} == {"e-0-0", "e-0-1", "new-0", "new-1"}


def test_a_site_paused_later_keeps_what_was_stored() -> None:
    pipeline = PipelineFixture()
    pipeline.process(records({}), "r")
    pipeline.sites.sites[TRACKING_ID] = site(status=SiteStatus.PAUSED)
    pipeline.process(records({}), "r")
    assert len(pipeline.ids()) == len(pipeline.rejections.kept) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
TEXTS = st.text() | st.sampled_from(
    ["", "/", "//", "https://[", "http://a:b/", "https://ж.рф/", "\ud7ff", "a\0", "ping", "$x.y"]
)
WIRE = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXTS,
        "siteId": st.sampled_from([TRACKING_ID, OTHER]) | TEXTS,
        "eventType": TEXTS,
        "url": TEXTS,
        "referrer": TEXTS,
        "title": TEXTS,
        "timestamp": TEXTS | st.datetimes().map(str),
        "userId": TEXTS,
        "screen": TEXTS,
        "timezone": TEXTS,
        "touchPoints": st.integers(),
        "payload": st.dictionaries(st.text() | st.sampled_from(["a.b", "$c"]), JSON),
    },
)
RAW = st.builds(
    lambda wire, extra: raw(wire, **extra),
    WIRE,
    st.fixed_dictionaries(
        {},
        optional={
            "ip": TEXTS,
            "userAgent": TEXTS,
            "country": TEXTS,
            "receivedAt": st.integers(),
            "sentAt": st.integers(),
            "v": st.integers(0, 2),
        },
    ),
)


@given(st.lists(st.binary() | RAW | JSON, max_size=20))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_record_makes_a_batch_fail(contents: list[Any]) -> None:
    pipeline = PipelineFixture()
    batch = [record(content, n) for n, content in enumerate(contents)]
    report = pipeline.process(batch, "r")
    assert report.faults == []
    assert sum(report.outcomes.values()) == len(batch)
    assert pipeline.offsets() == Counter({(0, n): 1 for n in range(len(batch))})


@given(WIRE)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_passes_the_gate_is_malformed(sent: dict[str, Any]) -> None:
    body = msgspec.json.encode({"siteId": TRACKING_ID, "eventType": "e", "url": "/"} | sent)
    try:
        gated = wire.read(body).events[0]
    except Refused:
        return
    gated.id = gated.id or "made"
    event = msgspec.to_builtins(gated)
    report = PipelineFixture().process([record(raw(event))], "r")
    assert report.faults == []
    assert not report.outcomes.keys() & {Reason.MALFORMED, Reason.INTERNAL, Reason.UNSTORABLE}
