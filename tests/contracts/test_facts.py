from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import UniqueViolation

from pixeltrack.events.identity import copy_of, digest
from pixeltrack.facts.dimensions import ATTRIBUTES, Dimension
from pixeltrack.facts.ports import (
    Facts,
    FactsTransaction,
    NewContext,
    NewValue,
    NewVisitor,
    Touched,
)
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.visits import Hit, Visit
from pixeltrack.platform.errors import Busy
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transactions
from tests.fakes.aggregator_fixture import DAY, HOUR, MINUTE, NOON
from tests.fakes.facts import FakeFacts

ZONE = "Asia/Kolkata"
numbers = count()


def key() -> bytes:
    return digest(str(uuid4()))


def new_visitor(transaction: FactsTransaction, site: int) -> int:
    visitor = NewVisitor(key(), site, "ann", imported=False)
    return transaction.visitor_ids([visitor])[visitor.key][0]


def new_context(transaction: FactsTransaction, site: int) -> int:
    context = NewContext(key(), site, tuple(range(1, len(ATTRIBUTES) + 1)))
    return transaction.context_ids([context])[context.key]


def hit(site: int, visitor: int, at: int, **given: Any) -> Hit:
    values: dict[str, Any] = {
        "key": key(),
        "copy": copy_of(at, 1, next(numbers), at, "b"),
        "at": at,
        "kind": 1,
        "site": site,
        "visitor": visitor,
        "visit_at": at,
    }
    return Hit(**{**values, **given})


def visit(site: int, visitor: int, start_at: int, last_at: int, context: int) -> Visit:
    return Visit(
        site, visitor, start_at, last_at, 3, 1, 7, 8, context, (7, 8), (9,), page_views=(1, 2)
    )


class FactsContract:
    @pytest.fixture
    def site(self) -> SiteId:
        raise NotImplementedError

    @pytest.fixture
    def facts(self, site: SiteId) -> Facts:
        raise NotImplementedError

    @pytest.fixture
    def number(self, facts: Facts, site: SiteId) -> int:
        with facts.transaction() as transaction:
            return transaction.sites([site])[site].number

    def test_a_site_keeps_its_number_and_zone_and_an_unknown_one_has_none(
        self, facts: Facts, site: SiteId, number: int
    ) -> None:
        stranger = SiteId(str(uuid4()))
        with facts.transaction() as transaction:
            found = transaction.sites([site, stranger])
        assert found.keys() == {site}
        assert (found[site].number, found[site].timezone) == (number, ZONE)

    def test_the_watermark_and_the_sweep_never_go_back(self, facts: Facts) -> None:
        with facts.transaction() as transaction:
            transaction.advance(1_000)
            transaction.swept(900)
        with facts.transaction() as transaction:
            transaction.advance(500)
            transaction.swept(500)
        with facts.transaction() as transaction:
            progress = transaction.progress()
        assert progress.watermark >= 1_000
        assert progress.swept_at >= 900
        assert facts.progress() == progress

    def test_what_lies_ahead_is_taken_back_to_what_is_known_to_be_merged(
        self, facts: Facts
    ) -> None:
        with facts.transaction() as transaction:
            transaction.apply([(key(), NOON - 5), (key(), NOON + DAY)])
            transaction.advance(NOON + DAY)
            transaction.swept(NOON + HOUR)
            transaction.turn_back(NOON + DAY)
            kept = transaction.progress()
            transaction.turn_back(NOON)
            back = transaction.progress()
        assert (kept.watermark, kept.swept_at) == (NOON + DAY, NOON + HOUR)
        assert NOON - 5 <= back.watermark == back.swept_at <= NOON

    def test_a_bucket_may_be_merged_again(self, facts: Facts) -> None:
        one, other = key(), key()
        with facts.transaction() as transaction:
            transaction.apply([(one, 5), (other, 5)])
            transaction.unapply([one, key()])
            assert transaction.unapplied([one, other]) == {one}
            transaction.apply([(one, 6)])
            assert transaction.unapplied([one, other]) == set()

    def test_when_the_oldest_site_was_made(self, facts: Facts) -> None:
        self.make(facts, NOON)
        assert facts.first_site_at() == NOON

    def test_a_turn_that_fails_leaves_nothing(self, facts: Facts) -> None:
        bucket = key()

        def fail() -> None:
            with facts.transaction() as transaction:
                transaction.apply([(bucket, 5)])
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        with facts.transaction() as transaction:
            assert transaction.unapplied([bucket]) == {bucket}

    def test_a_bucket_is_applied_once(self, facts: Facts) -> None:
        one, other = key(), key()
        with facts.transaction() as transaction:
            transaction.apply([(one, 5)])
        with facts.transaction() as transaction:
            assert transaction.unapplied([one, other]) == {other}
        assert facts.unapplied([one, other]) == {other}
        with pytest.raises(UniqueViolation), facts.transaction() as transaction:
            transaction.apply([(one, 5)])

    def test_ids_stay_and_new_visitors_are_told(self, facts: Facts, number: int) -> None:
        ann = NewVisitor(key(), number, "ann", imported=False)
        ben = NewVisitor(key(), number, "ben", imported=True)
        page = NewValue(key(), number, Dimension.PAGE.kind, "/")
        with facts.transaction() as transaction:
            first = transaction.visitor_ids([ann])
            value = transaction.value_ids([page])
            context = NewContext(key(), number, tuple(range(len(ATTRIBUTES))))
            made = transaction.context_ids([context])
        with facts.transaction() as transaction:
            again = transaction.visitor_ids([ann, ben])
            assert transaction.value_ids([page]) == value
            assert transaction.context_ids([context]) == made
            assert transaction.contexts(made.values()) == {
                made[context.key]: tuple(range(len(ATTRIBUTES)))
            }
        assert first[ann.key][1] is True
        assert again[ann.key] == (first[ann.key][0], False)
        assert again[ben.key][1] is True
        assert again[ben.key][0] != again[ann.key][0]

    def test_hits_come_back_as_they_went(self, facts: Facts, number: int) -> None:
        with facts.transaction() as transaction:
            ann = new_visitor(transaction, number)
            one = hit(number, ann, NOON, kind=2, name=4, page=5, context=6, properties=(1, 2))
            bots = hit(number, ann, NOON + 1, bot=3, visit_at=None)
            transaction.add_hits([one, bots])
        with facts.transaction() as transaction:
            assert transaction.hits([one.key, key()]) == [one]
            assert transaction.hits_since([(ann, NOON + 1)]) == [bots]
            one.visit_at = NOON - 5
            transaction.move_hits([one])
            transaction.remove_hits([bots.key])
        with facts.transaction() as transaction:
            assert transaction.hits_since([(ann, 0)]) == [one]

    def test_ids_are_told_as_texts(self, facts: Facts, number: int) -> None:
        value = NewValue(key(), number, 1, "/tea")
        with facts.transaction() as transaction:
            known = transaction.value_ids([value])[value.key]
        with facts.transaction() as transaction:
            assert transaction.texts([known, 0, 2**30]) == {known: "/tea"}
            assert transaction.texts([]) == {}

    def test_a_conflict_is_marked_once(self, facts: Facts, number: int) -> None:
        event = key()
        for at in (NOON, NOON + 1):
            with facts.transaction() as transaction:
                transaction.mark_conflicts([(event, number, at)])
        assert self.conflicts(facts)[event] == (number, NOON)

    def test_an_event_has_one_hit(self, facts: Facts, number: int) -> None:
        with facts.transaction() as transaction:
            one = hit(number, new_visitor(transaction, number), NOON)
            transaction.add_hits([one])
        with pytest.raises(UniqueViolation), facts.transaction() as transaction:
            transaction.add_hits([one])

    def test_tails_and_visits(self, facts: Facts, number: int) -> None:
        with facts.transaction() as transaction:
            ann, ben = new_visitor(transaction, number), new_visitor(transaction, number)
            context = new_context(transaction, number)
            transaction.add_hits([hit(number, ann, NOON), hit(number, ann, NOON + DAY)])
            morning = visit(number, ann, NOON, NOON + MINUTE, context)
            next_day = visit(number, ann, NOON + DAY, NOON + DAY, context)
            transaction.replace_visits([(ann, 0)], [morning, next_day])
        with facts.transaction() as transaction:
            tails = transaction.tails([(ann, NOON + DAY), (ben, NOON)])
            assert tails.keys() == {ann}
            assert (tails[ann].latest_at, tails[ann].visit) == (NOON + DAY, morning)
            assert transaction.tails([(ann, NOON)])[ann].visit is None
            assert transaction.visits_since([(ann, NOON + 1), (ben, 0)]) == [next_day]
            longer = visit(number, ann, NOON, NOON + HOUR, context)
            transaction.replace_visits([(ann, NOON)], [longer])
        with facts.transaction() as transaction:
            assert transaction.visits_since([(ann, 0)]) == [longer]

    def test_tombstones_of_others_are_not_told(self, facts: Facts) -> None:
        with facts.transaction() as transaction:
            assert transaction.tombstones([key()]) == {}

    def test_touched_days_and_sealed_ones(self, facts: Facts, number: int) -> None:
        day = Touched(number, date(2026, 11, 20), NOON, NOON + DAY, imported_at=5)
        with facts.transaction() as transaction:
            transaction.touch([day])
            transaction.touch([day])
        assert self.periods(facts, number) == {("day", 5, False), ("month", None, False)}
        self.roll(facts, number)
        with facts.transaction() as transaction:
            assert transaction.sealed({number: (NOON, NOON)}) == {}
            transaction.touch([Touched(number, date(2026, 11, 20), NOON, NOON + DAY)])
        assert self.periods(facts, number) == {("day", 5, False), ("month", None, False)}
        self.roll(facts, number)
        self.seal(facts, number)
        with facts.transaction() as transaction:
            assert transaction.sealed({number: (NOON, NOON)}) == {number: [(NOON, NOON + DAY)]}
            assert transaction.sealed({number: (NOON + DAY, NOON + 2 * DAY)}) == {}
            assert transaction.sealed({number: (NOON - DAY, NOON - 1)}) == {}
            transaction.touch([day])
        assert ("day", 5, True) in self.periods(facts, number)

    def periods(self, facts: Facts, number: int) -> set[tuple[str, int | None, bool]]:
        """Return span, `imported_at`, and whether it is rolled up, of a site's periods."""
        raise NotImplementedError

    def conflicts(self, facts: Facts) -> dict[bytes, tuple[int, int]]:
        """Return site and instant of each conflict, by event."""
        raise NotImplementedError

    def make(self, facts: Facts, at: int) -> None:
        """Say when the oldest site was made."""
        raise NotImplementedError

    def roll(self, facts: Facts, number: int) -> None:
        raise NotImplementedError

    def seal(self, facts: Facts, number: int) -> None:
        raise NotImplementedError


class TestFakeFacts(FactsContract):
    @pytest.fixture
    def site(self) -> SiteId:
        return SiteId(str(uuid4()))

    @pytest.fixture
    def facts(self, site: SiteId) -> FakeFacts:
        return FakeFacts({site: ZONE})

    def periods(self, facts: Facts, number: int) -> set[tuple[str, int | None, bool]]:
        assert isinstance(facts, FakeFacts)
        rows = facts.state.periods.items()
        return {(k[1], p.imported_at, p.is_rolled) for k, p in rows if k[0] == number}

    def conflicts(self, facts: Facts) -> dict[bytes, tuple[int, int]]:
        assert isinstance(facts, FakeFacts)
        return facts.state.conflicts

    def make(self, facts: Facts, at: int) -> None:
        assert isinstance(facts, FakeFacts)
        facts.made_at = at

    def roll(self, facts: Facts, _number: int) -> None:
        assert isinstance(facts, FakeFacts)
        for period in facts.state.periods.values():
            period.is_rolled = True

    def seal(self, facts: Facts, _number: int) -> None:
        assert isinstance(facts, FakeFacts)
        for period in facts.state.periods.values():
            period.is_sealed = True


class TestPostgresFacts(FactsContract):
    @pytest.fixture
    def site(self, tables: str) -> SiteId:
        statement = (
            "insert into sites (tracking_id, url, name, timezone)"
            " values ('pt_' || encode(%s, 'hex'), 'https://example.com', 'Site', %s)"
            " returning id::text"
        )
        with psycopg.connect(tables) as connection:
            row = connection.execute(statement, [key(), ZONE]).fetchone()
        assert row
        return SiteId(row[0])

    @pytest.fixture
    def facts(self, tables: str) -> Iterator[PostgresFacts]:
        self.url = tables
        transactions = Transactions(tables, statement_timeout_ms=5_000)
        yield PostgresFacts(transactions)
        transactions.close()

    def periods(self, _facts: Facts, number: int) -> set[tuple[str, int | None, bool]]:
        statement = "select span, imported_at, rolled_at is not null from periods where site = %s"
        with psycopg.connect(self.url) as connection:
            return set(connection.execute(statement, [number]).fetchall())

    def conflicts(self, _facts: Facts) -> dict[bytes, tuple[int, int]]:
        with psycopg.connect(self.url) as connection:
            rows = connection.execute("select event, site, at from conflicts").fetchall()
        return {event.bytes: (site, at) for event, site, at in rows}

    def make(self, _facts: Facts, at: int) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(
                "update sites set created_at = to_timestamp(%s::numeric / 1000)"
                " where created_at = (select min(created_at) from sites)",
                [at],
            )

    def roll(self, _facts: Facts, number: int) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("update periods set rolled_at = 1 where site = %s", [number])

    def seal(self, _facts: Facts, number: int) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("update periods set sealed_at = 1 where site = %s", [number])

    def test_two_turns_at_once_are_refused(self, facts: Facts, tables: str) -> None:
        other = Transactions(tables, statement_timeout_ms=5_000)
        with facts.transaction(), pytest.raises(Busy), PostgresFacts(other).transaction():
            pass
        with PostgresFacts(other).transaction() as transaction:
            assert transaction.progress().generation >= 0
        other.close()

    def test_touching_voids_the_rollups_of_day_and_month(
        self, facts: Facts, number: int, tables: str
    ) -> None:
        day = Touched(number, date(2026, 11, 20), NOON, NOON + DAY)
        with facts.transaction() as transaction:
            transaction.touch([day])
        self.roll(facts, number)
        with psycopg.connect(tables) as connection:
            connection.execute(
                "insert into rollups select id, 0, 0, 1, 1, 1, 1, 1, hll_empty(14, 5, -1, 1)"
                " from periods where site = %s",
                [number],
            )
        with facts.transaction() as transaction:
            transaction.touch([day])
        with psycopg.connect(tables) as connection:
            left = connection.execute(
                "select count(*) from rollups r join periods p on p.id = r.period"
                " where p.site = %s",
                [number],
            ).fetchone()
        assert left == (0,)
