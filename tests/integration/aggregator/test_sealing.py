"""Sealing and expiry on real databases: what goes when, and what stays for ever."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from pixeltrack.events.mongo.expiry import MongoExpiry
from pixeltrack.events.mongo.store import MongoEventStore
from pixeltrack.facts import sealing
from pixeltrack.facts.days import start_of
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, PROPERTY, TOTAL, Dimension
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import DueDay, Expired, due_day, seal_and_expire
from pixeltrack.facts.visits import Hit, Kind
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.postgres import Transaction, statement
from tests.fakes.aggregator_fixture import bucket, event
from tests.fakes.facts_database import DAY_MS, MINUTE, FactsDatabase, SiteWithFacts, hit

ZONE = "America/Sao_Paulo"
DAY = date(2025, 11, 1)
START = start_of(DAY, ZONE)
END = START + DAY_MS
RETENTION = 30
OVER = END + RETENTION * DAY_MS
"""When the retention of `DAY` has passed."""


@pytest.fixture
def stored(environ: Any, mongo_database: str) -> Iterator[Any]:
    """Collection `events`, empty."""
    database = connect(environ["MONGODB_URI"], mongo_database)
    database["events"].delete_many({})
    yield database
    database.client.close()


@pytest.fixture
def site(facts_db: FactsDatabase) -> SiteWithFacts:
    return facts_db.site(ZONE, RETENTION)


def visit(facts_db: FactsDatabase, site: SiteWithFacts, *instants: int, **more: Any) -> list[Hit]:
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    [visitor] = facts_db.visitors(site, 1)
    return [hit(site, visitor, at, context=context, **more) for at in instants]


def run(facts_db: FactsDatabase, stored: Any, at: int, *, rolled: bool = True) -> Expired:
    """Sweep, roll and seal at an instant."""
    facts_db.swept(at)
    if rolled:
        roll_closed(facts_db.facts, lambda: at, lambda: False)
    return seal_and_expire(facts_db.facts, MongoExpiry(stored), lambda: at, lambda: False)


def counts(facts_db: FactsDatabase, site: SiteWithFacts) -> dict[str, int]:
    return facts_db.rows(
        "select (select count(*) from hits where site = %s) as hits,"
        " (select count(*) from visits where site = %s) as visits,"
        " (select count(*) from visitors where site = %s) as visitors",
        *[site.number] * 3,
    )[0]


NOTHING = {"hits": 0, "visits": 0, "visitors": 0}


def test_a_day_is_sealed_when_its_retention_has_passed_at_the_last_sweep(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START, START + MINUTE))
    assert run(facts_db, stored, OVER - 1).days == 0
    assert counts(facts_db, site) == {"hits": 2, "visits": 1, "visitors": 1}
    assert run(facts_db, stored, OVER) == Expired(days=1, hits=2)
    assert counts(facts_db, site) == NOTHING
    [day] = facts_db.periods(site)
    assert day["sealed_at"] == OVER
    assert facts_db.rollups(site, "day", DAY)[TOTAL, 0] == (1, 2, 0, 0, MINUTE, 1)
    assert run(facts_db, stored, OVER + DAY_MS) == Expired()


def test_conflicts_go_with_their_day(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START))
    for at in (START - 1, START, END - 1, END):
        facts_db.rows(
            "insert into conflicts values (gen_random_uuid(), %s, %s) returning at",
            site.number,
            at,
        )
    assert run(facts_db, stored, OVER).days == 1
    left = facts_db.rows("select at from conflicts where site = %s order by at", site.number)
    assert [row["at"] for row in left] == [START - 1, END]


def test_a_day_without_rollups_is_not_sealed(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START))
    assert run(facts_db, stored, OVER, rolled=False).days == 0
    assert run(facts_db, stored, OVER).days == 1


def test_an_import_starts_the_retention_of_its_days_anew(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START))
    imported_at = END + 10 * DAY_MS
    facts_db.rows("update periods set imported_at = %s where site = %s", imported_at, site.number)
    assert run(facts_db, stored, imported_at + RETENTION * DAY_MS - 1).days == 0
    assert run(facts_db, stored, imported_at + RETENTION * DAY_MS).days == 1


def test_a_visit_from_2350_to_0010_stays_whole_until_both_days_are_sealed(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    hits = visit(facts_db, site, END - 10 * MINUTE, END - 1, END + 10 * MINUTE)
    facts_db.plant(site, [*hits, *visit(facts_db, site, END - 10 * MINUTE)])
    assert run(facts_db, stored, OVER) == Expired(days=1, hits=1)
    assert counts(facts_db, site) == {"hits": 3, "visits": 1, "visitors": 1}
    open_day = facts_db.periods(site)[1]["day"]
    before = facts_db.rollups(site, "day", open_day)
    facts_db.rows(
        "update periods set rolled_at = null where site = %s and day = %s", site.number, open_day
    )
    assert run(facts_db, stored, OVER + DAY_MS - 1).days == 0
    assert facts_db.rollups(site, "day", open_day) == before
    assert before[TOTAL, 0] == (0, 1, 0, 0, 0, 1)
    assert run(facts_db, stored, OVER + DAY_MS) == Expired(days=1, hits=3)
    assert counts(facts_db, site) == NOTHING


def test_a_visit_goes_with_the_later_of_its_days_whichever_is_sealed_first(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, END - 10 * MINUTE, END + 10 * MINUTE))
    facts_db.rows(
        "update periods set imported_at = %s where site = %s and day = %s",
        END + 5 * DAY_MS,
        site.number,
        DAY,
    )
    assert run(facts_db, stored, OVER + DAY_MS) == Expired(days=1, hits=0)
    assert counts(facts_db, site) == {"hits": 2, "visits": 1, "visitors": 1}
    assert run(facts_db, stored, OVER + 5 * DAY_MS) == Expired(days=1, hits=2)
    assert counts(facts_db, site) == NOTHING


def test_hits_outside_visits_go_with_their_own_day(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    [bot] = facts_db.values(site, BOT, ["agent"])
    facts_db.plant(
        site,
        [
            *visit(facts_db, site, START, END, bot=bot),
            *visit(facts_db, site, END - 1, END, kind=Kind.ENGAGEMENT),
        ],
    )
    assert run(facts_db, stored, OVER) == Expired(days=1, hits=2)
    left = facts_db.rows("select at from hits where site = %s", site.number)
    assert [row["at"] for row in left] == [END, END]


def test_engagement_goes_with_its_visit(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    hits = visit(facts_db, site, END - MINUTE, END + MINUTE)
    hits[1].kind = Kind.ENGAGEMENT
    facts_db.plant(site, hits)
    assert run(facts_db, stored, OVER).hits == 0
    assert run(facts_db, stored, OVER + DAY_MS).hits == 2


def test_a_visitor_stays_while_one_of_his_hits_does_and_ids_deleted_are_told(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    def generation() -> int:
        return int(facts_db.rows("select generation from aggregation")[0]["generation"])

    facts_db.plant(site, [*visit(facts_db, site, START, END)])
    before = generation()
    run(facts_db, stored, OVER)
    assert counts(facts_db, site) == {"hits": 1, "visits": 1, "visitors": 1}
    assert generation() == before + 1, "words were marked"
    run(facts_db, stored, OVER + DAY_MS)
    assert counts(facts_db, site) == NOTHING
    assert generation() == before + 4, "words were marked, a visitor and a context deleted"


def test_words_go_with_the_last_fact_that_says_them(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    other = facts_db.site(ZONE, RETENTION)
    [elsewhere] = facts_db.values(other, Dimension.PAGE.kind, ["/private"])
    [private] = facts_db.values(site, PROPERTY, ["mail=a@pixeltrack.test"])
    pages = facts_db.values(site, Dimension.PAGE.kind, ["/old", "/both"])
    [name] = facts_db.values(site, Dimension.EVENT.kind, ["order"])
    countries = facts_db.values(site, Dimension.COUNTRY.kind, ["DE", "RU"])
    contexts = facts_db.contexts(
        site,
        [
            tuple(country if name is Dimension.COUNTRY else 0 for name in ATTRIBUTES)
            for country in countries
        ],
    )
    [visitor] = facts_db.visitors(site, 1)
    facts_db.plant(
        site,
        [
            hit(site, visitor, START, page=pages[0], context=contexts[0]),
            hit(
                site,
                visitor,
                START + 1,
                Kind.EVENT,
                page=pages[1],
                name=name,
                context=contexts[0],
                properties=(private,),
            ),
            hit(site, visitor, END + DAY_MS, page=pages[1], context=contexts[1]),
        ],
    )
    generation = facts_db.rows("select generation from aggregation")[0]["generation"]
    run(facts_db, stored, OVER)
    words = {row["id"] for row in facts_db.rows("select id from dictionary")}
    assert private not in words
    assert {elsewhere, *pages, name, *countries} <= words, "in facts or in rollups still"
    left = facts_db.rows("select id from contexts where site = %s", site.number)
    assert [row["id"] for row in left] == [contexts[1]]
    assert facts_db.rows("select generation from aggregation")[0]["generation"] > generation


def test_facts_of_other_sites_and_visitors_stay(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    other = facts_db.site(ZONE, RETENTION + 1)
    facts_db.plant(site, visit(facts_db, site, START))
    [bot] = facts_db.values(other, BOT, ["agent"])
    facts_db.plant(other, [*visit(facts_db, other, START), *visit(facts_db, other, START, bot=bot)])
    run(facts_db, stored, OVER)
    assert counts(facts_db, site) == NOTHING
    assert counts(facts_db, other) == {"hits": 2, "visits": 1, "visitors": 2}


def test_of_a_visitors_visits_only_those_on_sealed_days_go(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, END - 60 * MINUTE, END - MINUTE, END + MINUTE))
    assert run(facts_db, stored, OVER) == Expired(days=1, hits=1)
    assert counts(facts_db, site) == {"hits": 2, "visits": 1, "visitors": 1}


def test_days_of_a_deleted_site_are_left_to_its_erasure(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START))
    facts_db.rows("delete from sites where id = %s", site.id)
    assert run(facts_db, stored, OVER).days == 0


def test_a_day_and_its_facts_go_at_once_or_not_at_all(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts_db.plant(site, visit(facts_db, site, START))

    def dies(transaction: Transaction, day: DueDay, now_ms: int) -> int:
        transaction.rows("facts/mark_sealed", period=day.period, now_ms=now_ms)
        raise KeyboardInterrupt

    monkeypatch.setattr(sealing, "seal", dies)
    with pytest.raises(KeyboardInterrupt):
        run(facts_db, stored, OVER)
    assert [p["sealed_at"] for p in facts_db.periods(site)] == [None]
    monkeypatch.undo()
    assert run(facts_db, stored, OVER) == Expired(days=1, hits=1)


def test_nothing_more_is_sealed_when_it_is_late(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START, END))
    facts_db.swept(OVER + DAY_MS)
    roll_closed(facts_db.facts, lambda: 1, lambda: False)
    late = iter([False, True, True, True])
    expired = seal_and_expire(facts_db.facts, MongoExpiry(stored), lambda: OVER, lambda: next(late))
    assert expired.days == 1


def test_applied_buckets_are_forgotten_six_days_before_the_last_sweep(
    facts_db: FactsDatabase, stored: Any
) -> None:
    for stored_at in (OVER - 6 * DAY_MS - 1, OVER - 6 * DAY_MS):
        facts_db.rows("insert into applied_buckets values (%s, %s)", uuid4(), stored_at)
    run(facts_db, stored, OVER)
    left = facts_db.rows("select stored_at from applied_buckets")
    assert [row["stored_at"] for row in left] == [OVER - 6 * DAY_MS]


def test_buckets_go_four_days_after_the_days_of_their_events(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    facts_db.plant(site, visit(facts_db, site, START, END))
    MongoEventStore(stored).add(
        [
            bucket([event("a", START, offset=1)], START, site=site.id),
            bucket([event("b", START, offset=2), event("c", END, offset=3)], END, site=site.id),
            bucket([event("d", START, offset=4)], START, site=facts_db.site().id),
        ]
    )

    def left() -> set[str]:
        return {b["events"][0]["id"] for b in stored["events"].find()}

    assert run(facts_db, stored, OVER).buckets == 0
    assert run(facts_db, stored, OVER + 4 * DAY_MS - 1).buckets == 0
    assert run(facts_db, stored, OVER + 4 * DAY_MS).buckets == 1
    assert left() == {"b", "d"}
    run(facts_db, stored, OVER + 8 * DAY_MS)
    assert left() == {"d"}


def test_buckets_of_an_erased_site_go_four_days_after_they_were_stored(
    facts_db: FactsDatabase, stored: Any, site: SiteWithFacts
) -> None:
    MongoEventStore(stored).add(
        [
            bucket([event("", 0, type="erased", visitor="")], START, site=site.id),
            bucket([event("", 0, type="erased", visitor="", offset=7)], START + 1, site=site.id),
        ]
    )
    facts_db.rows("delete from sites where id = %s", site.id)
    facts_db.rows(
        "insert into jobs (kind, account_id, site_id) values ('erase_site', %s, %s)",
        uuid4(),
        site.id,
    )
    assert run(facts_db, stored, START + 4 * DAY_MS).buckets == 0
    facts_db.rows("update jobs set state = 'done', finished_at = now()")
    assert run(facts_db, stored, START + 4 * DAY_MS).buckets == 1
    assert run(facts_db, stored, START + 4 * DAY_MS + 1).buckets == 1


@pytest.mark.parametrize("due", [0, 1])
def test_the_day_to_seal_is_found_without_reading_the_days_of_two_years(
    facts_db: FactsDatabase, due: int
) -> None:
    """One site in ten keeps its facts for 30 days, the others for two years."""
    facts_db.rows(
        "with made as (insert into sites (tracking_id, url, name, timezone, retention_days)"
        " select 'pt_' || md5('due' || %s || '-' || n), 'https://example.com', 'Site', 'UTC',"
        " case when n %% 10 = 0 then 30 else 730 end from generate_series(1, 100) n returning id)"
        " insert into fact_sites (site_id, timezone) select id, 'UTC' from made",
        due,
    )
    facts_db.rows(
        "insert into periods (site, span, day, start_at, end_at, rolled_at, sealed_at)"
        " select f.id, 'day', date '2025-11-01' - n, %s - n * 86400000::bigint,"
        " %s - n * 86400000::bigint, 1, case when n >= s.retention_days then 1 end"
        " from fact_sites f join sites s on s.id = f.site_id, generate_series(1, 720) n",
        START,
        END,
    )
    if due:
        facts_db.rows(
            "update periods set sealed_at = null where id = (select max(id) from periods"
            " where sealed_at is not null)"
        )
    facts_db.rows("vacuum analyze sites, fact_sites, periods")
    facts_db.swept(END)
    with facts_db.facts.transaction() as transaction:
        assert (due_day(transaction.sql) is not None) == bool(due)
    plan = facts_db.rows(
        f"explain (analyze, format json) {statement('facts/day_to_seal').decode()}"
    )
    assert _rows_read(plan[0]["QUERY PLAN"][0]["Plan"], "periods") < 1_000


def _rows_read(node: dict[str, Any], table: str) -> int:
    """Count the rows of a table that a plan read, those that it left out included."""
    here = 0
    if node.get("Relation Name") == table:
        here = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return here + sum(_rows_read(child, table) for child in node.get("Plans", ()))
