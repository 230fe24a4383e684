"""Every kind of difference, planted into good facts one at a time, is found by the audit."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from pixeltrack.facts.audit import Auditor
from pixeltrack.facts.audit_rules import Difference
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.jobs.jobs import Job, JobKind
from pixeltrack.platform.identifiers import AccountId, SiteId
from tests.fakes.aggregator_fixture import OTHER, SITE, AggregatorFixture
from tests.fakes.audit_fixtures import audit_fixture
from tests.fakes.facts_database import FactsDatabase

PLACES = {
    ":a_visit": "ctid = (select min(ctid) from visits where site = :site)",
    ":last_day": "day = (select max(day) from periods where site = :site)",
    ":first_day": "(select min(id) from periods where site = :site and span = 'day')",
    ":site": "(select id from fact_sites where site_id = '00000000-0000-4000-8000-000000000001')",
}
"""What the words in the statements below stand for."""

HITS: dict[str, Callable[[Any], bool]] = {
    ":pageview": lambda hit: hit["kind"] == 1 and hit["is_within"],
    ":bot": lambda hit: hit["bot"] and hit["kind"] < 3,
    ":signup": lambda hit: bool(hit["properties"]),
}
"""Each the latest of its kind, whose day is not rolled."""

SPOILT = {
    "a hit is missing": (
        ("delete from hits where event = :pageview"),
        {Difference.MISSING_HIT, Difference.WRONG_VISIT},
    ),
    "a hit too much": (
        (
            "insert into hits select at, visit_at, gen_random_uuid(), site, visitor, page, "
            "name, context, bot, kind, overlay(copy placing '\\x01'::bytea from 30), "
            "properties from hits where event = :pageview"
        ),
        {Difference.HIT_WITHOUT_EVENT, Difference.WRONG_VISIT},
    ),
    "a hit of a copy stored before all buckets": (
        (
            "insert into hits select at, visit_at, gen_random_uuid(), site, visitor, page, "
            "name, context, bot, kind, overlay(copy placing '\\x000000000001'::bytea from 17), "
            "properties from hits where event = :bot"
        ),
        {Difference.HIT_WITHOUT_EVENT},
    ),
    "a hit of another page": (
        (
            "update hits set page = (select id from dictionary where site = :site and kind "
            "= 1 and id <> page limit 1) where event = :bot"
        ),
        {Difference.WRONG_CONTENT},
    ),
    "a hit of a value that is no page": (
        (
            "update hits set page = (select id from dictionary where site = :site and kind "
            "= 4) where event = :bot"
        ),
        {Difference.WRONG_CONTENT},
    ),
    "a hit at another instant": (
        ("update hits set at = at + 1 where event = :bot"),
        {Difference.WRONG_CONTENT},
    ),
    "a hit of another kind": (
        "update hits set kind = 3 - kind where event = :bot",
        {Difference.WRONG_CONTENT},
    ),
    "a hit without its properties": (
        ("update hits set properties = null where event = :signup"),
        {Difference.WRONG_CONTENT},
    ),
    "a hit in another context": (
        (
            "update hits set context = (select id from contexts where site = :site and id "
            "<> context limit 1) where event = :bot"
        ),
        {Difference.WRONG_CONTENT},
    ),
    "a hit of another visitor": (
        (
            "update hits set visitor = (select id from visitors where site = :site and id "
            "<> visitor limit 1) where event = :bot"
        ),
        {Difference.WRONG_CONTENT},
    ),
    "a hit in no visit": (
        ("update hits set visit_at = null where event = :pageview"),
        {Difference.WRONG_MEMBERSHIP},
    ),
    "a visit is missing": (
        ("delete from visits where :a_visit"),
        {Difference.MISSING_VISIT},
    ),
    "a visit too much": (
        (
            "insert into visits select (jsonb_populate_record(v, '{\"start_at\": 5}')).* "
            "from visits v where :a_visit"
        ),
        {Difference.EXTRA_VISIT},
    ),
    "a visit of nobody": (
        (
            'insert into visits select (jsonb_populate_record(v, \'{"visitor": '
            "99999999}')).* from visits v where :a_visit"
        ),
        {Difference.EXTRA_VISIT},
    ),
    "a visit that lasts longer": (
        ("update visits set last_at = last_at + 1 where :a_visit"),
        {Difference.WRONG_VISIT},
    ),
    "a visit of another pace": (
        ("update visits set pace = 11 where :a_visit"),
        {Difference.WRONG_VISIT},
    ),
    "a pace limit by which nothing was rolled": (
        ("update fact_sites set pace_limit = 0 where id = :site"),
        {Difference.WRONG_ROLLUPS},
    ),
    "a visit from another country": (
        ("update visits set country = 99999999 where :a_visit"),
        {Difference.WRONG_VISIT},
    ),
    "another visitor's value": (
        ("update visitors set value = 'someone' where site = :site and value = 'v1'"),
        {Difference.WRONG_VISITOR},
    ),
    "a day is missing": (
        (
            "delete from periods where site = :site and span = 'day' and rolled_at is null "
            "and :last_day"
        ),
        {Difference.HIT_OUTSIDE_DAYS},
    ),
    "the first day is missing": (
        "delete from periods where id = :first_day",
        {Difference.HIT_OUTSIDE_DAYS},
    ),
    "a month is rolled before its days": (
        (
            "update periods set rolled_at = 1 where site = :site and span = 'month'"
            " and rolled_at is null"
        ),
        {Difference.STRAY_ROLLUPS, Difference.WRONG_ROLLUPS},
    ),
    "a day begins late": (
        (
            "update periods set start_at = start_at + 60000 where site = :site and span = "
            "'day' and :last_day"
        ),
        {Difference.WRONG_DAY},
    ),
    "days overlap": (
        (
            "update periods set end_at = end_at + 1 where site = :site and span = 'day' and "
            "rolled_at is null and day < (select max(day) from periods where site = :site) "
            "and day > (select max(day) - 2 from periods where site = :site)"
        ),
        {Difference.WRONG_DAY},
    ),
    "rollups of a day count one more": (
        (
            "update rollups set pageviews = pageviews + 1 where dimension = 0 and period = "
            ":first_day"
        ),
        {Difference.WRONG_ROLLUPS},
    ),
    "rollups of a day know another visitor": (
        (
            "update rollups set visitors = hll_add(visitors, hll_hash_integer(-1)) where "
            "dimension = 0 and period = :first_day"
        ),
        {Difference.WRONG_ROLLUPS},
    ),
    "a row of rollups is missing": (
        ("delete from rollups where dimension = 1 and period = :first_day"),
        {Difference.WRONG_ROLLUPS},
    ),
    "rollups left behind": (
        (
            "update periods set rolled_at = null where site = :site and span = 'day' and id "
            "= :first_day"
        ),
        {Difference.STRAY_ROLLUPS},
    ),
}


@pytest.fixture(scope="module")
def good(tables: str) -> Iterator[tuple[FactsDatabase, AggregatorFixture]]:
    """Facts without a difference; whoever spoils them does it in a transaction undone after."""
    facts_db = FactsDatabase(tables)
    facts_db.clear()
    yield facts_db, audit_fixture(facts_db)
    facts_db.close()


def kinds_found(auditor: Auditor, transaction: PostgresFactsTransaction, site: SiteId) -> set[str]:
    position: dict[str, Any] = {}
    while True:
        job = Job("", JobKind.AUDIT, AccountId(""), site, bytes(16), position, 0)
        step = auditor(job, transaction)
        if step.result is not None:
            return set(step.result["byKind"])
        position = step.position


class Undone(Exception):
    """Undoes a transaction."""


@pytest.mark.parametrize("why", SPOILT)
def test_every_planted_difference_is_found(
    good: tuple[FactsDatabase, AggregatorFixture], why: str
) -> None:
    facts_db, fixture = good
    statement, expected = SPOILT[why]
    for word, place in {**PLACES, **_hits(facts_db)}.items():
        statement = statement.replace(word, place)
    auditor = Auditor(fixture.stored)
    with suppress(Undone), facts_db.facts.transaction() as transaction:
        assert transaction.sql._connection.execute(statement.encode()).rowcount > 0
        found = kinds_found(auditor, transaction, SITE)
        elsewhere = kinds_found(auditor, transaction, OTHER)
        raise Undone
    assert found - {Difference.WRONG_ROLLUPS} == expected - {Difference.WRONG_ROLLUPS}
    assert expected <= found
    assert not elsewhere


def _hits(facts_db: FactsDatabase) -> dict[str, str]:
    ordered = facts_db.rows(
        "select h.event, h.kind, h.bot, h.visit_at < h.at as is_within, h.properties"
        " from hits h join fact_sites f on f.id = h.site where f.site_id = %s order by h.at desc",
        SITE,
    )
    return {
        word: "'" + str(next(hit for hit in ordered if fits(hit))["event"]) + "'"
        for word, fits in HITS.items()
    }
