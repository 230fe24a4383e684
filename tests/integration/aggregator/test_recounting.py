"""A changed pace limit on a real PostgreSQL: the same sums as if it had always been so."""

import random
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from pixeltrack.facts.days import edges, next_month, start_of
from pixeltrack.facts.recounting import recount
from pixeltrack.facts.rollups import Day, differing_rows, roll_closed
from pixeltrack.facts.sealing import DueDay, seal
from pixeltrack.facts.visits import Hit, Visit
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.runner import run_jobs
from tests.fakes.counted import Count
from tests.fakes.facts_database import (
    DAY_MS,
    HOUR,
    MINUTE,
    FactsDatabase,
    SiteWithFacts,
    hit,
    random_hits,
)

ZONE = "Asia/Kolkata"
BEGIN = start_of(date(2025, 10, 29), ZONE)
END = BEGIN + 6 * DAY_MS
SWEPT = END + 60 * DAY_MS
NONE = 1 << 40


def roll(facts_db: FactsDatabase) -> None:
    roll_closed(facts_db.facts, lambda: SWEPT, lambda: False)


def planted(facts_db: FactsDatabase) -> tuple[SiteWithFacts, list[Hit], list[Visit]]:
    """A site with rolled days of which two have fast visits: one around midnight, one within."""
    site = facts_db.site(ZONE)
    hits = random_hits(facts_db, site, random.Random(3), 400, (BEGIN, BEGIN + DAY_MS))
    [one, other] = facts_db.visitors(site, 2)
    context = hits[0].context
    for visitor, start, views, pause in (
        (one, BEGIN + 3 * DAY_MS - 20 * 1000, 100, 500),
        (other, BEGIN + 5 * DAY_MS + HOUR, 21, 1000),
    ):
        hits += [
            hit(site, visitor, at, page=hits[0].page, context=context)
            for at in range(start, start + views * pause, pause)
        ]
        hits.append(hit(site, visitor, start + 10 * MINUTE, page=hits[0].page, context=context))
    visits = facts_db.plant(site, hits)
    facts_db.swept(SWEPT)
    roll(facts_db)
    return site, hits, visits


def ask(facts_db: FactsDatabase, site: SiteWithFacts, limit: int) -> None:
    """Change the limit of a site as its owner does."""
    facts_db.rows("update sites set pace_limit = %s where id = %s", limit, site.id)
    facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('recount', %s, %s)"
        " on conflict do nothing",
        uuid4(),
        site.id,
    )


def work(facts_db: FactsDatabase, chunks: int = 1000) -> dict[str, Any]:
    left = iter([False] * chunks)
    run_jobs(facts_db.facts, {JobKind.RECOUNT: recount}, lambda: SWEPT, lambda: next(left, True))
    return facts_db.rows("select * from jobs order by created_at desc, id")[0]


def limit_of(facts_db: FactsDatabase, site: SiteWithFacts) -> int:
    found = facts_db.rows("select pace_limit from fact_sites where id = %s", site.number)
    return int(found[0]["pace_limit"])


def unrolled(facts_db: FactsDatabase, site: SiteWithFacts, span: str = "day") -> list[date]:
    return [p["day"] for p in facts_db.periods(site, span) if p["rolled_at"] is None]


def check_rollups(facts_db: FactsDatabase, site: SiteWithFacts, count: Count) -> None:
    """Hold every day and month against a count by hand."""
    for period in facts_db.periods(site):
        span = edges(period["day"], period["day"], ZONE)
        assert facts_db.rollups(site, "day", period["day"]) == count(*span)
        day = Day(period["id"], site.number, *span)
        with facts_db.transactions.locked() as transaction:
            assert differing_rows(transaction, day) == 0
    for month in facts_db.periods(site, "month"):
        until = start_of(next_month(month["day"]), ZONE)
        expected = count(start_of(month["day"], ZONE), until)
        assert facts_db.rollups(site, "month", month["day"]) == expected


def orphans(facts_db: FactsDatabase) -> int:
    lost = "select count(*) as n from rollups where period not in (select id from periods)"
    return int(facts_db.rows(lost)[0]["n"])


@pytest.mark.parametrize(("limit", "most"), [(0, NONE), (10, 10), (20, 20), (15, 15), (600, 600)])
def test_days_and_months_are_those_of_the_new_limit(
    facts_db: FactsDatabase, limit: int, most: int
) -> None:
    site, hits, visits = planted(facts_db)
    check_rollups(facts_db, site, Count(facts_db, hits, visits))
    ask(facts_db, site, limit)
    job = work(facts_db)
    assert (job["state"], job["error"], job["progress"]) == ("done", None, 1)
    assert limit_of(facts_db, site) == limit
    assert job["result"] == {"days": len(unrolled(facts_db, site))}
    assert job["result"]["days"]
    assert orphans(facts_db) == 0
    roll(facts_db)
    check_rollups(facts_db, site, Count(facts_db, hits, visits, most))


def test_only_days_where_it_makes_a_difference_are_rolled_anew(facts_db: FactsDatabase) -> None:
    site, _, _ = planted(facts_db)
    ask(facts_db, site, 100)
    work(facts_db)
    # Only the visit around midnight is that fast: 100 views within a minute, one later.
    first, last = date(2025, 10, 31), date(2025, 11, 1)
    assert unrolled(facts_db, site)[-2:] == [first, last]
    assert date(2025, 11, 3) not in unrolled(facts_db, site)
    assert unrolled(facts_db, site, "month") == [date(2025, 10, 1), date(2025, 11, 1)]
    ask(facts_db, site, 101)
    assert work(facts_db)["result"] == {"days": 0}


def test_a_limit_that_is_asked_for_again_changes_nothing(facts_db: FactsDatabase) -> None:
    site, _, _ = planted(facts_db)
    before = facts_db.periods(site)
    ask(facts_db, site, 60)
    assert work(facts_db)["result"] == {"days": 0}
    assert facts_db.periods(site) == before


def test_sealed_days_stay_as_they_were(facts_db: FactsDatabase) -> None:
    site, hits, visits = planted(facts_db)
    sealed = facts_db.periods(site)[0]
    due = DueDay(sealed["id"], site.number, sealed["start_at"], sealed["end_at"])
    with facts_db.transactions.locked() as transaction:
        seal(transaction, due, SWEPT)
    before = facts_db.rollups(site, "day", sealed["day"])
    ask(facts_db, site, 0)
    work(facts_db)
    roll(facts_db)
    after = facts_db.periods(site)
    assert (after[0]["id"], after[0]["sealed_at"]) == (sealed["id"], SWEPT)
    assert facts_db.rollups(site, "day", sealed["day"]) == before
    count = Count(facts_db, hits, visits, NONE)
    for period in after[1:]:
        span = edges(period["day"], period["day"], ZONE)
        assert facts_db.rollups(site, "day", period["day"]) == count(*span)


def test_a_limit_changed_again_meanwhile_is_the_one_that_holds(facts_db: FactsDatabase) -> None:
    site, hits, visits = planted(facts_db)
    ask(facts_db, site, 0)
    assert work(facts_db, chunks=1)["state"] == "running"
    ask(facts_db, site, 20)
    assert work(facts_db)["state"] == "done"
    assert limit_of(facts_db, site) == 20
    assert orphans(facts_db) == 0
    roll(facts_db)
    check_rollups(facts_db, site, Count(facts_db, hits, visits, 20))


def test_a_crash_in_a_chunk_leaves_the_old_limit(
    facts_db: FactsDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _, _ = planted(facts_db)
    before = facts_db.periods(site)
    ask(facts_db, site, 0)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pixeltrack.jobs.runner._save_step", dies)
    with pytest.raises(KeyboardInterrupt):
        work(facts_db)
    assert (facts_db.periods(site), limit_of(facts_db, site)) == (before, 60)


def test_a_site_without_facts_or_deleted_has_nothing_to_do(facts_db: FactsDatabase) -> None:
    site = facts_db.site(ZONE)
    ask(facts_db, site, 0)
    facts_db.rows("delete from sites where id = %s", site.id)
    assert work(facts_db)["result"] == {"days": 0}


def test_a_site_s_first_hit_takes_the_limit_of_its_settings(facts_db: FactsDatabase) -> None:
    made = facts_db.rows(
        "insert into sites (tracking_id, url, name, pace_limit)"
        " values (%s, 'https://example.com', 'Site', 25) returning id::text",
        f"pt_{uuid4().hex}",
    )[0]["id"]
    with facts_db.facts.transaction() as transaction:
        number = transaction.sites([made])[made].number
    assert limit_of(facts_db, SiteWithFacts(made, number, "UTC")) == 25
