"""Sealing and expiry on real databases: what goes when, and what stays for ever."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from fakes.planted import DAY_MS, MINUTE, Ground, PlantedSite, hit
from fakes.worlds import bucket, event

from pixeltrack.events.mongo.expiry import MongoExpiry
from pixeltrack.events.mongo.store import MongoEventStore
from pixeltrack.facts import sealing
from pixeltrack.facts.days import start_of
from pixeltrack.facts.dimensions import BOT, PROPERTY, TOTAL, Dimension
from pixeltrack.facts.hits import Hit, Kind
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import DueDay, Expired, due_day, seal_and_expire
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.postgres import Transaction, statement

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
def site(ground: Ground) -> PlantedSite:
    return ground.site(ZONE, RETENTION)


def visit(ground: Ground, site: PlantedSite, *instants: int, **more: Any) -> list[Hit]:
    [context] = ground.contexts(site, [(0,) * 16])
    [visitor] = ground.visitors(site, 1)
    return [hit(site, visitor, at, context=context, **more) for at in instants]


def run(ground: Ground, stored: Any, at: int, *, rolled: bool = True) -> Expired:
    """Sweep, roll and seal at an instant."""
    ground.swept(at)
    if rolled:
        roll_closed(ground.facts, lambda: at, lambda: False)
    return seal_and_expire(ground.facts, MongoExpiry(stored), lambda: at, lambda: False)


def counts(ground: Ground, site: PlantedSite) -> dict[str, int]:
    return ground.rows(
        "select (select count(*) from hits where site = %s) as hits,"
        " (select count(*) from visits where site = %s) as visits,"
        " (select count(*) from visitors where site = %s) as visitors",
        *[site.number] * 3,
    )[0]


NOTHING = {"hits": 0, "visits": 0, "visitors": 0}


def test_a_day_is_sealed_when_its_retention_has_passed_at_the_last_sweep(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, START, START + MINUTE))
    assert run(ground, stored, OVER - 1).days == 0
    assert counts(ground, site) == {"hits": 2, "visits": 1, "visitors": 1}
    assert run(ground, stored, OVER) == Expired(days=1, hits=2)
    assert counts(ground, site) == NOTHING
    [day] = ground.periods(site)
    assert day["sealed_at"] == OVER
    assert ground.rollups(site, "day", DAY)[TOTAL, 0] == (1, 2, 0, 0, MINUTE, 1)
    assert run(ground, stored, OVER + DAY_MS) == Expired()


def test_a_day_without_rollups_is_not_sealed(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, START))
    assert run(ground, stored, OVER, rolled=False).days == 0
    assert run(ground, stored, OVER).days == 1


def test_an_import_starts_the_retention_of_its_days_anew(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, START))
    imported_at = END + 10 * DAY_MS
    ground.rows("update periods set imported_at = %s where site = %s", imported_at, site.number)
    assert run(ground, stored, imported_at + RETENTION * DAY_MS - 1).days == 0
    assert run(ground, stored, imported_at + RETENTION * DAY_MS).days == 1


def test_a_visit_from_2350_to_0010_stays_whole_until_both_days_are_sealed(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    hits = visit(ground, site, END - 10 * MINUTE, END - 1, END + 10 * MINUTE)
    ground.plant(site, [*hits, *visit(ground, site, END - 10 * MINUTE)])
    assert run(ground, stored, OVER) == Expired(days=1, hits=1)
    assert counts(ground, site) == {"hits": 3, "visits": 1, "visitors": 1}
    open_day = ground.periods(site)[1]["day"]
    before = ground.rollups(site, "day", open_day)
    ground.rows(
        "update periods set rolled_at = null where site = %s and day = %s", site.number, open_day
    )
    assert run(ground, stored, OVER + DAY_MS - 1).days == 0
    assert ground.rollups(site, "day", open_day) == before
    assert before[TOTAL, 0] == (0, 1, 0, 0, 0, 1)
    assert run(ground, stored, OVER + DAY_MS) == Expired(days=1, hits=3)
    assert counts(ground, site) == NOTHING


def test_a_visit_goes_with_the_later_of_its_days_whichever_is_sealed_first(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, END - 10 * MINUTE, END + 10 * MINUTE))
    ground.rows(
        "update periods set imported_at = %s where site = %s and day = %s",
        END + 5 * DAY_MS,
        site.number,
        DAY,
    )
    assert run(ground, stored, OVER + DAY_MS) == Expired(days=1, hits=0)
    assert counts(ground, site) == {"hits": 2, "visits": 1, "visitors": 1}
    assert run(ground, stored, OVER + 5 * DAY_MS) == Expired(days=1, hits=2)
    assert counts(ground, site) == NOTHING


def test_hits_outside_visits_go_with_their_own_day(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    [bot] = ground.values(site, BOT, ["agent"])
    ground.plant(
        site,
        [
            *visit(ground, site, START, END, bot=bot),
            *visit(ground, site, END - 1, END, kind=Kind.ENGAGEMENT),
        ],
    )
    assert run(ground, stored, OVER) == Expired(days=1, hits=2)
    left = ground.rows("select at from hits where site = %s", site.number)
    assert [row["at"] for row in left] == [END, END]


def test_engagement_goes_with_its_visit(ground: Ground, stored: Any, site: PlantedSite) -> None:
    hits = visit(ground, site, END - MINUTE, END + MINUTE)
    hits[1].kind = Kind.ENGAGEMENT
    ground.plant(site, hits)
    assert run(ground, stored, OVER).hits == 0
    assert run(ground, stored, OVER + DAY_MS).hits == 2


def test_a_visitor_stays_while_one_of_his_hits_does_and_ids_deleted_are_told(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    def generation() -> int:
        return int(ground.rows("select generation from aggregation")[0]["generation"])

    ground.plant(site, [*visit(ground, site, START, END)])
    before = generation()
    run(ground, stored, OVER)
    assert counts(ground, site) == {"hits": 1, "visits": 1, "visitors": 1}
    assert generation() == before + 1, "words were marked"
    run(ground, stored, OVER + DAY_MS)
    assert counts(ground, site) == NOTHING
    assert generation() == before + 4, "words were marked, a visitor and a context deleted"


def test_words_go_with_the_last_fact_that_says_them(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    other = ground.site(ZONE, RETENTION)
    [elsewhere] = ground.values(other, Dimension.PAGE.kind, ["/private"])
    [private] = ground.values(site, PROPERTY, ["mail=a@pixeltrack.test"])
    pages = ground.values(site, Dimension.PAGE.kind, ["/old", "/both"])
    [name] = ground.values(site, Dimension.EVENT.kind, ["order"])
    countries = ground.values(site, Dimension.COUNTRY.kind, ["DE", "RU"])
    contexts = ground.contexts(site, [(*[0] * 8, country, *[0] * 7) for country in countries])
    [visitor] = ground.visitors(site, 1)
    ground.plant(
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
    generation = ground.rows("select generation from aggregation")[0]["generation"]
    run(ground, stored, OVER)
    words = {row["id"] for row in ground.rows("select id from dictionary")}
    assert private not in words
    assert {elsewhere, *pages, name, *countries} <= words, "in facts or in rollups still"
    left = ground.rows("select id from contexts where site = %s", site.number)
    assert [row["id"] for row in left] == [contexts[1]]
    assert ground.rows("select generation from aggregation")[0]["generation"] > generation


def test_facts_of_other_sites_and_visitors_stay(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    other = ground.site(ZONE, RETENTION + 1)
    ground.plant(site, visit(ground, site, START))
    [bot] = ground.values(other, BOT, ["agent"])
    ground.plant(other, [*visit(ground, other, START), *visit(ground, other, START, bot=bot)])
    run(ground, stored, OVER)
    assert counts(ground, site) == NOTHING
    assert counts(ground, other) == {"hits": 2, "visits": 1, "visitors": 2}


def test_of_a_visitors_visits_only_those_on_sealed_days_go(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, END - 60 * MINUTE, END - MINUTE, END + MINUTE))
    assert run(ground, stored, OVER) == Expired(days=1, hits=1)
    assert counts(ground, site) == {"hits": 2, "visits": 1, "visitors": 1}


def test_days_of_a_deleted_site_are_left_to_its_erasure(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, START))
    ground.rows("delete from sites where id = %s", site.id)
    assert run(ground, stored, OVER).days == 0


def test_a_day_and_its_facts_go_at_once_or_not_at_all(
    ground: Ground, stored: Any, site: PlantedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.plant(site, visit(ground, site, START))

    def dies(transaction: Transaction, day: DueDay, now_ms: int) -> int:
        transaction.rows("facts/mark_sealed", period=day.period, now_ms=now_ms)
        raise KeyboardInterrupt

    monkeypatch.setattr(sealing, "seal", dies)
    with pytest.raises(KeyboardInterrupt):
        run(ground, stored, OVER)
    assert [p["sealed_at"] for p in ground.periods(site)] == [None]
    monkeypatch.undo()
    assert run(ground, stored, OVER) == Expired(days=1, hits=1)


def test_nothing_more_is_sealed_when_it_is_late(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, START, END))
    ground.swept(OVER + DAY_MS)
    roll_closed(ground.facts, lambda: 1, lambda: False)
    late = iter([False, True, True, True])
    expired = seal_and_expire(ground.facts, MongoExpiry(stored), lambda: OVER, lambda: next(late))
    assert expired.days == 1


def test_applied_buckets_are_forgotten_six_days_before_the_last_sweep(
    ground: Ground, stored: Any
) -> None:
    for stored_at in (OVER - 6 * DAY_MS - 1, OVER - 6 * DAY_MS):
        ground.rows("insert into applied_buckets values (%s, %s)", uuid4(), stored_at)
    run(ground, stored, OVER)
    left = ground.rows("select stored_at from applied_buckets")
    assert [row["stored_at"] for row in left] == [OVER - 6 * DAY_MS]


def test_buckets_go_four_days_after_the_days_of_their_events(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    ground.plant(site, visit(ground, site, START, END))
    MongoEventStore(stored).add(
        [
            bucket([event("a", START, offset=1)], START, site=site.id),
            bucket([event("b", START, offset=2), event("c", END, offset=3)], END, site=site.id),
            bucket([event("d", START, offset=4)], START, site=ground.site().id),
        ]
    )

    def left() -> set[str]:
        return {b["events"][0]["id"] for b in stored["events"].find()}

    assert run(ground, stored, OVER).buckets == 0
    assert run(ground, stored, OVER + 4 * DAY_MS - 1).buckets == 0
    assert run(ground, stored, OVER + 4 * DAY_MS).buckets == 1
    assert left() == {"b", "d"}
    run(ground, stored, OVER + 8 * DAY_MS)
    assert left() == {"d"}


def test_buckets_of_an_erased_site_go_four_days_after_they_were_stored(
    ground: Ground, stored: Any, site: PlantedSite
) -> None:
    MongoEventStore(stored).add(
        [
            bucket([event("", 0, type="erased", visitor="")], START, site=site.id),
            bucket([event("", 0, type="erased", visitor="", offset=7)], START + 1, site=site.id),
        ]
    )
    ground.rows("delete from sites where id = %s", site.id)
    ground.rows(
        "insert into jobs (kind, account_id, site_id) values ('erase_site', %s, %s)",
        uuid4(),
        site.id,
    )
    assert run(ground, stored, START + 4 * DAY_MS).buckets == 0
    ground.rows("update jobs set state = 'done', finished_at = now()")
    assert run(ground, stored, START + 4 * DAY_MS).buckets == 1
    assert run(ground, stored, START + 4 * DAY_MS + 1).buckets == 1


@pytest.mark.parametrize("due", [0, 1])
def test_the_day_to_seal_is_found_without_reading_the_days_of_two_years(
    ground: Ground, due: int
) -> None:
    """One site in ten keeps its facts for 30 days, the others for two years."""
    ground.rows(
        "with made as (insert into sites (tracking_id, url, name, timezone, retention_days)"
        " select 'pt_' || md5('due' || %s || '-' || n), 'https://example.com', 'Site', 'UTC',"
        " case when n %% 10 = 0 then 30 else 730 end from generate_series(1, 100) n returning id)"
        " insert into fact_sites (site_id, timezone) select id, 'UTC' from made",
        due,
    )
    ground.rows(
        "insert into periods (site, span, day, start_at, end_at, rolled_at, sealed_at)"
        " select f.id, 'day', date '2025-11-01' - n, %s - n * 86400000::bigint,"
        " %s - n * 86400000::bigint, 1, case when n >= s.retention_days then 1 end"
        " from fact_sites f join sites s on s.id = f.site_id, generate_series(1, 720) n",
        START,
        END,
    )
    if due:
        ground.rows(
            "update periods set sealed_at = null where id = (select max(id) from periods"
            " where sealed_at is not null)"
        )
    ground.rows("vacuum analyze sites, fact_sites, periods")
    ground.swept(END)
    with ground.facts.transaction() as transaction:
        assert (due_day(transaction.sql) is not None) == bool(due)
    plan = ground.rows(f"explain (analyze, format json) {statement('facts/day_to_seal').decode()}")
    assert _rows_read(plan[0]["QUERY PLAN"][0]["Plan"], "periods") < 1_000


def _rows_read(node: dict[str, Any], table: str) -> int:
    """Count the rows of a table that a plan read, those that it left out included."""
    here = 0
    if node.get("Relation Name") == table:
        here = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return here + sum(_rows_read(child, table) for child in node.get("Plans", ()))
