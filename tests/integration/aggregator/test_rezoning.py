"""A changed zone on a real PostgreSQL: the same days and sums as if it had always been so."""

import itertools
import random
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from pixeltrack.facts.days import DAY, day_of, edges, month_of, next_month, start_of
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.recutting import Rezoner
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import DueDay, seal
from pixeltrack.facts.visits import Hit
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs
from tests.fakes.counted import Count
from tests.fakes.facts_database import (
    DAY_MS,
    HOUR,
    FactsDatabase,
    SiteWithFacts,
    hit,
    random_hits,
    touch,
)

FROM, TO = "America/Sao_Paulo", "Asia/Kolkata"
BEGIN = start_of(date(2025, 10, 29), FROM)
END = BEGIN + 6 * DAY_MS
SWEPT = END + 60 * DAY_MS


def roll(facts_db: FactsDatabase) -> None:
    roll_closed(facts_db.facts, lambda: SWEPT, lambda: False)


def planted(
    facts_db: FactsDatabase, count: int = 700
) -> tuple[SiteWithFacts, list[Hit], list[Any]]:
    """A site in `FROM` with rolled days, whose zone has just been changed to `TO`."""
    site = facts_db.site(FROM)
    hits = random_hits(facts_db, site, random.Random(count), count, (BEGIN, END))
    visits = facts_db.plant(site, hits)
    facts_db.swept(SWEPT)
    roll(facts_db)
    ask(facts_db, site, TO)
    return site, hits, visits


def ask(facts_db: FactsDatabase, site: SiteWithFacts, zone: str) -> None:
    """Change the zone of a site as its owner does."""
    facts_db.rows("update sites set timezone = %s where id = %s", zone, site.id)
    facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('rezone', %s, %s)"
        " on conflict do nothing",
        uuid4(),
        site.id,
    )


def work(facts_db: FactsDatabase, chunks: int = 1000) -> dict[str, Any]:
    left = iter([False] * chunks)
    workers = {JobKind.REZONE: Rezoner(lambda: SWEPT)}
    run_jobs(facts_db.facts, workers, lambda: SWEPT, lambda: next(left, True))
    return facts_db.rows("select * from jobs order by created_at desc")[0]


def zone_of(facts_db: FactsDatabase, site: SiteWithFacts) -> str:
    return str(
        facts_db.rows("select timezone from fact_sites where id = %s", site.number)[0]["timezone"]
    )


def spans(facts_db: FactsDatabase, site: SiteWithFacts) -> list[tuple[date, int, int]]:
    return [(p["day"], p["start_at"], p["end_at"]) for p in facts_db.periods(site)]


def test_days_months_and_rollups_are_those_of_the_new_zone(facts_db: FactsDatabase) -> None:
    site, hits, visits = planted(facts_db)
    before = {p["id"] for span in ("day", "month") for p in facts_db.periods(site, span)}
    job = work(facts_db)
    assert (job["state"], job["error"]) == ("done", None)
    days = sorted({day_of(h.at, TO) for h in hits})
    assert job["result"] == {"timezone": TO, "days": len(days), "sealedDays": 0}
    assert zone_of(facts_db, site) == TO
    assert spans(facts_db, site) == [(day, *edges(day, day, TO)) for day in days]
    count = Count(facts_db, hits, visits)
    for day in days:
        assert facts_db.rollups(site, "day", day) == count(*edges(day, day, TO))
    months = sorted({month_of(day) for day in days})
    assert len(months) == 2
    for month in facts_db.periods(site, "month"):
        span = (start_of(month["day"], TO), start_of(next_month(month["day"]), TO))
        assert (month["start_at"], month["end_at"]) == span
        assert facts_db.rollups(site, "month", month["day"]) == count(*span)
    orphans = "select count(*) as n from rollups where period = any(%s)"
    assert facts_db.rows(orphans, list(before))[0]["n"] == 0


def sealed(facts_db: FactsDatabase, site: SiteWithFacts, *places: int) -> list[dict[str, Any]]:
    """Seal days by their place among the site's."""
    days = facts_db.periods(site)
    with facts_db.transactions.locked() as transaction:
        for place in places:
            day = days[place]
            seal(transaction, DueDay(day["id"], site.number, day["start_at"], day["end_at"]), SWEPT)
    return [day for day in facts_db.periods(site) if day["sealed_at"]]


@pytest.mark.parametrize("places", [(0, 1), (1,), (0, 2, 3), (0, 1, 2, 3, 4, 5)], ids=str)
def test_sealed_days_stay_and_days_around_them_are_clipped(
    facts_db: FactsDatabase, places: tuple[int, ...]
) -> None:
    site, hits, visits = planted(facts_db)
    kept = sealed(facts_db, site, *places)
    sums = [facts_db.rollups(site, "day", day["day"]) for day in kept]
    job = work(facts_db)
    assert job["result"]["sealedDays"] == len(places)
    after = facts_db.periods(site)
    assert [day for day in after if day["sealed_at"]] == kept
    for one, other in itertools.pairwise(after):
        assert one["end_at"] <= other["start_at"]
    for each in hits:
        assert sum(day["start_at"] <= each.at < day["end_at"] for day in after) == 1
    by_period = "select dimension, value, visits, pageviews from rollups where period = %s"
    for day, before in zip(kept, sums, strict=True):
        found = facts_db.rows(by_period, day["id"])
        assert {(r["dimension"], r["value"]): (r["visits"], r["pageviews"]) for r in found} == {
            key: row[:2] for key, row in before.items()
        }
    count = Count(facts_db, hits, visits)
    for day in after:
        if not day["sealed_at"]:
            found = facts_db.rows(by_period, day["id"])
            expected = count(day["start_at"], day["end_at"])
            assert {(r["dimension"], r["value"]): (r["visits"], r["pageviews"]) for r in found} == {
                key: row[:2] for key, row in expected.items()
            }
    assert all(p["rolled_at"] for p in (*after, *facts_db.periods(site, "month")))


def test_a_month_of_sealed_days_alone_stays(facts_db: FactsDatabase) -> None:
    site, _, _ = planted(facts_db)
    october = sum(p["day"] < date(2025, 11, 1) for p in facts_db.periods(site))
    sealed(facts_db, site, *range(october))
    before = facts_db.periods(site, "month")[0]
    work(facts_db)
    found = facts_db.periods(site, "month")
    assert len(found) == 2
    # What is left of 31 October in the new zone lies in October, so its month is made anew.
    assert found[0]["day"] == before["day"]
    assert found[1]["start_at"] == start_of(date(2025, 11, 1), TO)


def test_what_is_left_of_a_sealed_day_takes_hits_that_come_later(facts_db: FactsDatabase) -> None:
    site = facts_db.site(FROM)
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    facts_db.plant(site, [hit(site, visitor, BEGIN, context=context)])
    facts_db.swept(SWEPT)
    roll(facts_db)
    [day] = sealed(facts_db, site, 0)
    ask(facts_db, site, TO)
    work(facts_db)
    late = hit(site, visitor, day["end_at"] + HOUR, context=context)
    assert day_of(late.at, TO) == day_of(day["end_at"] - 1, TO)
    moved = SiteWithFacts(site.id, site.number, TO)
    facts_db.plant(moved, [late])
    covering = [p for p in facts_db.periods(site) if p["start_at"] <= late.at < p["end_at"]]
    assert len(covering) == 1
    assert covering[0]["start_at"] == day["end_at"]
    assert covering[0]["rolled_at"] is None
    roll(facts_db)
    assert facts_db.rollups(site, "day", covering[0]["day"])


@pytest.mark.parametrize(
    ("first", "then"),
    [("Pacific/Kiritimati", "Pacific/Pago_Pago"), ("Pacific/Pago_Pago", "Pacific/Kiritimati")],
)
def test_a_day_of_a_sealed_ones_date_takes_hits_though_zones_are_25_hours_apart(
    facts_db: FactsDatabase, first: str, then: str
) -> None:
    site = facts_db.site(first)
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    facts_db.plant(site, [hit(site, visitor, BEGIN, context=context)])
    facts_db.swept(SWEPT)
    roll(facts_db)
    [day] = sealed(facts_db, site, 0)
    ask(facts_db, site, then)
    work(facts_db)
    start, end = edges(day["day"], day["day"], then)
    assert start >= day["end_at"] or end <= day["start_at"]
    facts_db.plant(
        SiteWithFacts(site.id, site.number, then), [hit(site, visitor, start, context=context)]
    )
    covering = [p for p in facts_db.periods(site) if p["start_at"] <= start < p["end_at"]]
    assert [(p["start_at"], p["end_at"], p["rolled_at"]) for p in covering] == [(start, end, None)]


def test_a_month_that_has_no_day_any_more_is_gone(facts_db: FactsDatabase) -> None:
    site = facts_db.site(TO)
    [visitor] = facts_db.visitors(site, 1)
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    facts_db.plant(site, [hit(site, visitor, start_of(date(2025, 11, 1), TO), context=context)])
    ask(facts_db, site, FROM)
    work(facts_db)
    assert [month["day"] for month in facts_db.periods(site, "month")] == [date(2025, 10, 1)]


def test_imports_are_remembered_by_the_new_days(facts_db: FactsDatabase) -> None:
    site, _, _ = planted(facts_db)
    second = facts_db.periods(site)[1]
    facts_db.rows("update periods set imported_at = 7 where id = %s", second["id"])
    work(facts_db)
    imported = {p["day"] for p in facts_db.periods(site) if p["imported_at"] == 7}
    assert imported == {second["day"], second["day"] + DAY}


def test_hits_that_come_between_chunks_are_counted(facts_db: FactsDatabase) -> None:
    site, hits, visits = planted(facts_db)
    job = work(facts_db, chunks=3)
    assert job["state"] == "running"
    assert 0 < job["progress"] < 1
    [visitor] = facts_db.visitors(site, 1)
    late = hit(site, visitor, BEGIN + 1, context=hits[0].context)
    visits += facts_db.plant(SiteWithFacts(site.id, site.number, TO), [late])
    assert work(facts_db)["state"] == "done"
    count = Count(facts_db, [*hits, late], visits)
    day = day_of(BEGIN + 1, TO)
    assert facts_db.rollups(site, "day", day) == count(*edges(day, day, TO))


def test_a_zone_changed_again_meanwhile_is_the_one_that_holds(facts_db: FactsDatabase) -> None:
    site, hits, _ = planted(facts_db)
    work(facts_db, chunks=3)
    ask(facts_db, site, "America/New_York")
    job = work(facts_db)
    assert job["result"]["timezone"] == "America/New_York"
    assert zone_of(facts_db, site) == "America/New_York"
    days = sorted({day_of(h.at, "America/New_York") for h in hits})
    assert [day for day, _, _ in spans(facts_db, site)] == days


def test_a_crash_in_a_chunk_leaves_the_old_days(
    facts_db: FactsDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _, _ = planted(facts_db)
    before = facts_db.periods(site)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pixeltrack.jobs.runner._save_step", dies)
    with pytest.raises(KeyboardInterrupt):
        work(facts_db)
    assert facts_db.periods(site) == before
    assert zone_of(facts_db, site) == FROM


def test_a_site_without_facts_or_deleted_has_nothing_to_do(facts_db: FactsDatabase) -> None:
    site = facts_db.site(FROM)
    ask(facts_db, site, TO)
    facts_db.rows("delete from sites where id = %s", site.id)
    assert work(facts_db)["result"] == {"days": 0, "sealedDays": 0}


def test_a_site_whose_hits_are_all_gone_changes_its_zone(facts_db: FactsDatabase) -> None:
    site = facts_db.site(FROM)
    ask(facts_db, site, TO)
    assert work(facts_db)["state"] == "done"
    assert zone_of(facts_db, site) == TO
    with facts_db.facts.transaction() as transaction:
        touch(transaction, SiteWithFacts(site.id, site.number, TO), [BEGIN])
    assert len(facts_db.periods(site)) == 1
