"""The audit over a real PostgreSQL: nothing on good facts, and every kind of planted difference."""

import random
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from pixeltrack.events.identity import event_key, visitor_key
from pixeltrack.events.mongo.walker import TooMuch
from pixeltrack.events.ports import FOREVER_MS
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.facts import audit as auditing
from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.audit_rules import MOST_SHOWN, Difference
from pixeltrack.facts.days import day_of, start_of
from pixeltrack.facts.sealing import seal_and_expire
from pixeltrack.platform.instants import iso
from tests.fakes.aggregator_fixture import (
    HOUR,
    MINUTE,
    NOON,
    OTHER,
    SECOND,
    SITE,
    ZONES,
    AggregatorFixture,
    event,
)
from tests.fakes.audit_fixtures import DAYS, audit_fixture, audited, random_event, settle
from tests.fakes.facts import FakeBuckets
from tests.fakes.facts_database import DAY_MS, FactsDatabase

Audit = Callable[..., dict[str, Any]]
CHUNKS = ("EVENTS_A_CHUNK", "VISITORS_A_CHUNK", "PERIODS_A_CHUNK")


class NothingExpires:
    """Deletes no bucket."""

    def expire(self, *_: Any) -> int:
        return 0


@pytest.fixture
def fixture(facts_db: FactsDatabase) -> AggregatorFixture:
    return audit_fixture(facts_db)


@pytest.fixture
def audit(facts_db: FactsDatabase, fixture: AggregatorFixture) -> Audit:
    return lambda site=SITE: audited(facts_db, fixture, site)


def test_nothing_on_good_facts(audit: Audit, facts_db: FactsDatabase) -> None:
    result = audit()
    assert result["differences"] == []
    assert result["count"] == 0
    hits = facts_db.rows(
        "select count(*) as n from hits h join fact_sites f on f.id = h.site where f.site_id = %s",
        SITE,
    )[0]["n"]
    assert result["checked"]["hits"] == hits > 100
    assert result["checked"]["events"] > hits, "copies too"
    assert result["checked"]["buckets"] == DAYS * 2 + 2, "two of the fast visit"
    assert result["checked"]["visits"] > 20
    assert result["checked"]["rolledPeriods"] >= 4
    assert result["waiting"] == 0


def test_chunks_of_any_size_check_the_same(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = audit()
    for name in CHUNKS:
        monkeypatch.setattr(auditing, name, 1)
    assert audit() == whole


def test_a_copy_that_is_not_the_lowest(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture
) -> None:
    lowest = min(fixture.stored.by_name.values(), key=lambda bucket: bucket.stored_at)
    first = next(e for e in lowest.events if e.type == "pageview")
    facts_db.rows(
        "update hits set copy = overlay(copy placing '\\x7f'::bytea from 1) where event = %s",
        event_key(SITE, first.id).hex(),
    )
    found = audit()["byKind"]
    assert found[Difference.HIGHER_COPY] >= 1
    assert found[Difference.HIT_WITHOUT_EVENT] == 1


def test_a_hit_of_a_bucket_older_than_its_site(audit: Audit, facts_db: FactsDatabase) -> None:
    facts_db.rows(
        "update hits set copy = overlay(copy placing '\\x000000000001'::bytea from 17)"
        " where event = (select h.event from hits h join fact_sites f on f.id = h.site"
        " where f.site_id = %s limit 1)",
        SITE,
    )
    assert audit()["byKind"][Difference.HIT_WITHOUT_EVENT] == 1


class Slices(FakeBuckets):
    """Buckets that give up a slice of too many events, and note how wide each was."""

    def __init__(self, stored: FakeBuckets, most: int) -> None:
        self.by_name, self.most = stored.by_name, most
        self.widths: list[int] = []
        self.failures = 0

    def in_span(self, after: int, until: int, site: str | None = None) -> Iterator[Bucket]:
        if until < FOREVER_MS:  # the last slice is all that lies ahead
            self.widths.append(until - after)
        found = list(super().in_span(after, until, site))
        if sum(len(bucket.events) for bucket in found) > self.most:
            self.failures += 1
            raise TooMuch
        return iter(found)


@pytest.fixture
def dense(facts_db: FactsDatabase, fixture: AggregatorFixture) -> AggregatorFixture:
    """Forty quiet days before 600 events in ten minutes."""
    fixture.now += 40 * DAY_MS
    for second in range(0, 600, 2):
        at = fixture.now + second * SECOND
        fixture.take(event(f"d{second}", at), event(f"e{second}", at), stored_at=at)
    fixture.now += HOUR
    settle(facts_db, fixture)
    return fixture


@pytest.mark.parametrize("most", [10**9, 100])
def test_slices_are_an_hour_at_most_and_shrink_where_there_is_much(
    audit: Audit, dense: AggregatorFixture, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    whole = audit()
    monkeypatch.setattr(auditing, "EVENTS_A_CHUNK", 50)
    dense.stored = slices = Slices(dense.stored, most)
    assert audit() == whole
    assert max(slices.widths) == HOUR
    assert len(slices.widths) < 53 * 24 + 200
    assert slices.failures <= (5 if most == 100 else 0)
    assert slices.failures > 0 or most > 100
    assert min(slices.widths) < MINUTE


def test_a_bucket_that_was_never_taken_in(audit: Audit, fixture: AggregatorFixture) -> None:
    fixture.take(event("lost", NOON, visitor="lost"), stored_at=fixture.now - 2 * DAY_MS)
    assert audit()["byKind"] == {Difference.BUCKET_NOT_IN: 1}


def test_a_bucket_that_waits_for_the_sweep_is_no_difference(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture
) -> None:
    fixture.take(event("late", NOON, visitor="late"), stored_at=fixture.now - 2 * HOUR)
    result = audit()
    assert (result["count"], result["waiting"], result["waitingEvents"]) == (0, 1, 1)
    settle(facts_db, fixture)
    result = audit()
    assert (result["count"], result["waiting"]) == (0, 0)


def test_buckets_after_the_watermark_are_no_difference(
    audit: Audit, fixture: AggregatorFixture
) -> None:
    fixture.now += MINUTE
    fixture.take(event("fresh", fixture.now, visitor="fresh"))
    fixture.take(event("other", fixture.now, visitor="fresh"), site=OTHER)
    assert audit()["count"] == 0


@pytest.mark.parametrize("ahead", [SECOND, 30 * MINUTE, 2 * HOUR, 3_650 * DAY_MS])
def test_what_is_in_no_report_yet_is_said(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture, ahead: int
) -> None:
    through = audit()["through"]
    fixture.now += MINUTE
    fixture.take(event("fresh", fixture.now, visitor="fresh"))
    for n in range(3):
        fresh = [event(f"ahead-{n}-{m}", fixture.now, visitor="fresh") for m in range(77)]
        fixture.take(*fresh, stored_at=fixture.now + ahead)
    result = audit()
    assert (result["count"], result["waiting"], result["waitingEvents"]) == (0, 4, 232)
    assert result["waitingUntil"] == iso(fixture.now + ahead)
    assert result["through"] == through
    fixture.now += MINUTE
    settle(facts_db, fixture)
    result = audit()
    assert (result["count"], result["waiting"], result["waitingUntil"]) == (0, 0, None)


def test_what_comes_in_between_chunks_is_no_difference(
    audit: Audit,
    facts_db: FactsDatabase,
    fixture: AggregatorFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in CHUNKS:
        monkeypatch.setattr(auditing, name, 10)
    dice = random.Random(3)
    ask = Auditor.__call__

    def interrupted(self: Auditor, job: Any, transaction: Any) -> Any:
        fixture.now += MINUTE
        step = ask(self, job, transaction)
        extra.append(random_event(dice, fixture.now - dice.randrange(DAYS) * DAY_MS))
        return step

    extra: list[StoredEvent] = []
    monkeypatch.setattr(Auditor, "__call__", interrupted)
    commit = facts_db.transactions.locked

    def locked() -> Any:
        if extra:
            fixture.take(*extra)
            extra.clear()
            monkeypatch.setattr(facts_db.transactions, "locked", commit)
            fixture.aggregation.catch_up(lambda: False)
            monkeypatch.setattr(facts_db.transactions, "locked", locked)
        return commit()

    monkeypatch.setattr(facts_db.transactions, "locked", locked)
    assert audit()["differences"] == []


def test_sealed_days_are_what_they_are(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture
) -> None:
    before = audit()
    fixture.now += 22 * DAY_MS
    settle(facts_db, fixture)
    expired = seal_and_expire(facts_db.facts, NothingExpires(), lambda: fixture.now, lambda: False)
    assert 0 < expired.days < DAYS
    facts_db.rows(
        "update rollups set visits = 99 from periods p where p.id = period"
        " and p.sealed_at is not null"
    )
    result = audit()
    assert 0 < result["checked"]["hits"] < before["checked"]["hits"]
    months = [d for d in result["differences"] if d["kind"] == Difference.WRONG_ROLLUPS]
    assert result["differences"] == months, "months add up sealed days too"
    fixture.take(event("late", NOON, visitor="late"))
    fixture.now += HOUR
    settle(facts_db, fixture)
    assert audit()["byKind"] == result["byKind"]


def test_nothing_is_asked_of_what_a_visit_keeps_on_a_sealed_day(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture
) -> None:
    midnight = start_of(day_of(fixture.now, ZONES[SITE]), ZONES[SITE])
    before = event("before", midnight - 10 * MINUTE, visitor="night")
    fixture.take(before)
    fixture.take(event("after", midnight + 10 * MINUTE, visitor="night"))
    settle(facts_db, fixture)
    fixture.now = midnight + 30 * DAY_MS + HOUR
    settle(facts_db, fixture)
    seal_and_expire(facts_db.facts, NothingExpires(), lambda: fixture.now, lambda: False)
    kept = facts_db.rows(
        "select at from hits where site = (select id from fact_sites"
        " where site_id = %s) and at < %s",
        SITE,
        midnight,
    )
    assert [row["at"] for row in kept] == [before.at]
    # Its bucket may be gone, and a copy that would be lower changes nothing any more.
    fixture.stored.by_name = {
        name: one
        for name, one in fixture.stored.by_name.items()
        if "before" not in {e.id for e in one.events}
    }
    fixture.take(event("before", midnight + MINUTE, received_at=1, visitor="night"))
    settle(facts_db, fixture)
    assert audit()["differences"] == []


def test_events_of_an_erased_visitor_need_no_hit(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture
) -> None:
    facts_db.rows(
        "insert into tombstones values (%s, %s)",
        visitor_key(SITE, "gone", imported=False).hex(),
        fixture.now,
    )
    fixture.take(event("retried", fixture.now, visitor="gone"))
    settle(facts_db, fixture)
    assert audit()["differences"] == []


def test_an_erased_visitors_hits_are_found_once_the_erasure_is_over(
    audit: Audit, facts_db: FactsDatabase, fixture: AggregatorFixture
) -> None:
    facts_db.rows(
        "insert into tombstones values (%s, %s)",
        visitor_key(SITE, "v1", imported=False).hex(),
        fixture.now,
    )
    facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('erase_visitor', %s, %s)",
        uuid4(),
        SITE,
    )
    assert audit()["count"] == 0
    facts_db.rows("update jobs set state = 'done', finished_at = now() where kind <> 'audit'")
    assert audit()["byKind"].keys() == {Difference.HIT_OF_ERASED}


def test_many_differences_are_counted_and_a_hundred_shown(
    audit: Audit, facts_db: FactsDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    facts_db.rows(
        "delete from hits where site = (select id from fact_sites where site_id = %s)", SITE
    )
    result = audit()
    assert result["count"] > len(result["differences"]) == MOST_SHOWN
    assert {"kind", "where"} == result["differences"][0].keys()
    assert not any("v1" in d["where"] for d in result["differences"])
    assert '"missing_hit":' in capsys.readouterr().out


def test_a_site_without_facts_or_deleted(audit: Audit) -> None:
    assert audit(str(uuid4()))["count"] == 0
