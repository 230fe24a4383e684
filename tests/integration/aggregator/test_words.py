"""Words that nothing names any more: forgotten piece by piece, and never while something does."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database as MongoDatabase

from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts import words
from pixeltrack.facts.dimensions import ATTRIBUTES, PROPERTY, Dimension
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.rollups import roll_closed
from pixeltrack.facts.sealing import Expired, seal_and_expire
from pixeltrack.jobs.ports import JobStatus
from pixeltrack.platform.errors import StatementTooSlow
from pixeltrack.platform.postgres import Transactions
from tests.fakes.erasure_fixture import ANNA, DAY, HOUR, IVAN, MINUTE, ErasureFixture, view
from tests.fakes.facts_database import FactsDatabase, SiteWithFacts, hit

MANY = 100_000
LIMIT_MS = 80
PRIVATE = "/users/ivan@mail.example"

PLANT_MANY = """
insert into hits
select
    %(since)s + n, null, gen_random_uuid(), %(site)s, %(visitor)s, %(page)s, 0, %(context)s, 0, 1,
    decode(repeat('00', 30), 'hex'), array[%(word)s]
from generate_series(1, %(many)s) n
"""

DANGLING = """
select h.at
from hits h
cross join lateral unnest(array[page, name, bot] || coalesce(properties, '{}')) word
where word <> 0 and not exists (select from dictionary d where d.id = word)
union all
select h.at from hits h where not exists (select from contexts c where c.id = h.context)
union all
select c.id
from contexts c
cross join lateral unnest(array[
    referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
    country, region, city, browser, os, device, screen, language, network
]) word
where word <> 0 and not exists (select from dictionary d where d.id = word)
"""
"""Hits and contexts that name what is not there."""

UNUSED = """
select d.value
from dictionary d
where not exists (
    select from hits h
    where d.id = any(array[page, name, bot] || coalesce(properties, '{}'))
)
and not exists (
    select from contexts c
    where d.id = any(array[
        referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content,
        country, region, city, browser, os, device, screen, language, network
    ])
)
and not exists (select from rollups r where r.value = d.id)
union all
select 'context'
from contexts c
where not exists (select from hits h where h.context = c.id)
"""

MARKS = "select digest from word_marks"


@pytest.fixture
def fixture(erasures: ErasureFixture) -> ErasureFixture:
    return erasures


@pytest.fixture
def hasty(
    tables: str, mongo: MongoDatabase[dict[str, Any]], account: str
) -> Iterator[ErasureFixture]:
    """A fixture whose statements must not take long."""
    fixture = ErasureFixture(tables, mongo, account, statement_timeout_ms=LIMIT_MS)
    yield fixture
    fixture.close()


def test_an_erasure_ends_on_a_site_too_large_for_one_statement(
    hasty: ErasureFixture, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(words, "MOST_ROWS", MANY)
    hasty.store(view(hasty.now - HOUR, ANNA), view(hasty.now - HOUR, IVAN, PRIVATE))
    hasty.aggregate()
    [kept] = hasty.rows(
        "select h.site, h.visitor, h.context, h.page, h.at"
        " from hits h join dictionary d on d.id = h.page where d.value = '/'"
    )
    many = {"since": kept.pop("at") - 30 * DAY, "word": kept["page"], "many": MANY}
    hasty.connection.execute(PLANT_MANY.encode(), {**kept, **many})
    hasty.connection.execute("analyze hits")
    result = hasty.finish(hasty.erase(IVAN))
    assert result["events"] == 1
    assert "halved" in capsys.readouterr().out
    assert {row["value"] for row in hasty.rows("select value from dictionary")} == {"/", "direct"}
    assert hasty.rows(MARKS) == hasty.rows(DANGLING) == []


def test_sealing_ends_on_a_site_too_large_for_one_statement(
    facts_db: FactsDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST_ROWS", MANY)
    site, private = sealed_tomorrow(facts_db, many=MANY)
    assert forgets(facts_db, site, LIMIT_MS)
    assert not facts_db.rows("select id from dictionary where id = %s", private)
    assert facts_db.rows(DANGLING) == facts_db.rows(MARKS) == []


def test_words_that_cannot_be_forgotten_stop_nothing_else(
    facts_db: FactsDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def too_slow(*_: object) -> bool:
        raise StatementTooSlow("PostgreSQL: QueryCanceled 57014")

    site, private = sealed_tomorrow(facts_db)
    monkeypatch.setattr(words, "walk_on", too_slow)
    assert not forgets(facts_db, site)
    assert "unused words stay" in capsys.readouterr().out
    monkeypatch.undo()
    assert facts_db.rows("select id from dictionary where id = %s", private)
    assert forgets(facts_db, site)
    assert not facts_db.rows("select id from dictionary where id = %s", private), "taken over"


class NothingExpires:
    """Deletes no bucket."""

    def expire(self, *_: object) -> int:
        return 0


def sealed_tomorrow(facts_db: FactsDatabase, many: int = 10) -> tuple[SiteWithFacts, int]:
    """A site whose first day is about to be sealed, and a word of that day alone."""
    site = facts_db.site(retention_days=30)
    [page] = facts_db.values(site, Dimension.PAGE.kind, ["/"])
    [private] = facts_db.values(site, PROPERTY, ["mail=ivan@mail.example"])
    [context] = facts_db.contexts(site, [(0,) * len(ATTRIBUTES)])
    [visitor] = facts_db.visitors(site, 1)
    first = hit(site, visitor, DAY, page=page, context=context, properties=(private,))
    facts_db.plant(site, [first, hit(site, visitor, 3 * DAY, page=page, context=context)])
    given = {"site": site.number, "visitor": visitor, "context": context, "page": page}
    more = {"since": 3 * DAY, "word": page, "many": many}
    facts_db.connection.execute(PLANT_MANY.encode(), {**given, **more})
    facts_db.connection.execute("analyze hits")
    return site, private


def forgets(facts_db: FactsDatabase, site: SiteWithFacts, limit_ms: int = 5_000) -> bool:
    """Seal what is due; tell whether words were forgotten to the end, without an error."""
    facts_db.swept(32 * DAY + 1)
    roll_closed(facts_db.facts, lambda: 1, lambda: False)
    transactions = Transactions(facts_db.url, statement_timeout_ms=limit_ms)
    try:
        facts = PostgresFacts(transactions)
        expired = seal_and_expire(facts, NothingExpires(), lambda: 1, lambda: False)
        assert expired in (Expired(days=1, hits=1), Expired())
        if expired.days:
            return not facts_db.rows(MARKS)
        return words.forget_unused_words(facts, site.number, lambda: False)
    finally:
        transactions.close()


@pytest.mark.parametrize("chunk", range(1, 14))
def test_a_word_that_is_named_again_meanwhile_stays(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(words, "MOST_ROWS", 3)
    told = {"path": PRIVATE, "city": "Nowhere", "country": "XX"}
    fixture.store(*(view(fixture.now - HOUR + n * MINUTE, ANNA) for n in range(4)))
    # What happens later is not erased, so that the visitor's own id stays.
    fixture.store(view(fixture.now - HOUR, IVAN, **told), view(fixture.now + HOUR, IVAN))
    fixture.aggregate()
    job = fixture.erase(IVAN)
    fixture.now = fixture.clock()
    assert fixture.work(chunks=chunk) == chunk
    # Before everything that the walk has passed, by an aggregator that remembers the words' ids.
    fixture.store(view(fixture.now - DAY, ANNA, **told))
    fixture.now += 1
    assert fixture.aggregate()["hit"] == 1
    fixture.finish(job)
    assert fixture.rows(DANGLING) == fixture.rows(MARKS) == fixture.rows(UNUSED) == []
    assert fixture.differences() == []
    assert fixture.rows("select from dictionary where value = %s", PRIVATE)


@pytest.mark.parametrize("seed", range(4))
def test_erasures_and_events_in_any_order_leave_the_words_that_are_named(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(words, "MOST_ROWS", 4)
    dice = random.Random(seed)
    visitors = [IVAN, ANNA, "user_eve", "user_ben"]

    def event() -> StoredEvent:
        at = fixture.now - dice.randrange(3 * DAY)
        country = dice.choice(["", "DE", "FR", "IT"])
        return view(at, dice.choice(visitors), f"/{dice.randrange(6)}", country=country)

    for _ in range(25):
        match dice.randrange(4):
            case 0:
                fixture.erase(dice.choice(visitors))
            case 1:
                fixture.now = max(fixture.now + 1, fixture.clock())
                fixture.store(*(event() for _ in range(dice.randrange(1, 5))))
                fixture.aggregate()
            case _:
                fixture.work(chunks=dice.randrange(1, 6))
        assert fixture.rows(DANGLING) == []
    fixture.now = max(fixture.now, fixture.clock())
    fixture.work()
    fixture.now += 10 * MINUTE
    fixture.work()
    assert not fixture.rows("select from jobs where finished_at is null")
    assert fixture.rows(DANGLING) == fixture.rows(MARKS) == fixture.rows(UNUSED) == []
    assert fixture.differences() == []


@pytest.mark.parametrize("stage", [s.value for s in words.Stage if s is not words.Stage.HITS])
def test_a_word_that_another_erasure_marks_anew_is_left_to_that(
    fixture: ErasureFixture, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(words, "MOST_ROWS", 3)
    told = {"path": PRIVATE, "city": "Nowhere", "country": "XX"}
    fixture.store(*(view(fixture.now - HOUR + n * MINUTE, ANNA) for n in range(4)))
    fixture.store(view(fixture.now - HOUR, IVAN, **told))
    fixture.store(view(fixture.now - HOUR, IVAN, "/ivan"))
    fixture.aggregate()
    first = fixture.erase(IVAN)
    fixture.now = fixture.clock()
    while not stands(fixture, first, stage):
        assert fixture.work(chunks=1)
    fixture.store(
        view(fixture.now - DAY, ANNA, **told), view(fixture.now - DAY, "user_eve", **told)
    )
    fixture.now += 1
    fixture.aggregate()
    other = fixture.erase("user_eve")
    only(fixture, other)
    assert fixture.work(chunks=1) == 1
    assert fixture.rows(MARKS), "by the other erasure"
    only(fixture, first)
    fixture.work()
    assert fixture.rows(DANGLING) == []
    assert fixture.rows("select from dictionary where value = %s", PRIVATE)
    only(fixture, first, other)
    fixture.now = max(fixture.now, fixture.clock())
    fixture.work()
    assert fixture.rows(DANGLING) == fixture.rows(MARKS) == fixture.rows(UNUSED) == []
    assert fixture.rows("select from dictionary where value = %s", PRIVATE)


def stands(fixture: ErasureFixture, job: JobStatus, stage: str) -> bool:
    """Tell whether an erasure has just begun a stage of its walk."""
    position = fixture.rows("select position from jobs where id = %s", job.id)[0]["position"]
    return bool(position.get("phase") == "words" and position["words"].get("stage") == stage)


def only(fixture: ErasureFixture, *jobs: JobStatus) -> None:
    """Let all other jobs wait."""
    fixture.rows(
        "update jobs set not_before = case when id::text = any(%s) then 0 else 9000000000000000"
        " end where finished_at is null returning id",
        [job.id for job in jobs],
    )
