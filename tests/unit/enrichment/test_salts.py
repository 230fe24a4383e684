from datetime import date

import pytest

from pixeltrack.enrichment import visitors as module
from pixeltrack.enrichment.visitors import CachedSalts
from pixeltrack.platform.identifiers import SiteId
from tests.fakes.lookups import FakeSalts

HERE, THERE = SiteId("s"), SiteId("t")
FIRST, NEXT, LATER = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 25)


def test_a_salt_is_asked_for_once_and_forgotten_after_its_days() -> None:
    inner = FakeSalts()
    salts = CachedSalts(inner)
    assert salts.salts([(HERE, FIRST)]) == salts.salts([(HERE, FIRST)])
    assert inner.asked == [{(HERE, FIRST)}]
    salts.salts([(HERE, LATER)])
    salts.salts([(HERE, FIRST)])
    assert inner.asked.count({(HERE, FIRST)}) == 2


def test_what_is_missing_of_a_batch_is_one_question() -> None:
    inner = FakeSalts()
    salts = CachedSalts(inner)
    salts.salts([(HERE, FIRST)])
    found = salts.salts({(HERE, FIRST), (HERE, NEXT), (THERE, NEXT)})
    assert set(found) == {(HERE, FIRST), (HERE, NEXT), (THERE, NEXT)}
    assert inner.asked == [{(HERE, FIRST)}, {(HERE, NEXT), (THERE, NEXT)}]
    assert salts.salts([]) == {}


def test_of_too_many_the_longest_unused_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SALTS", 2)
    inner = FakeSalts()
    salts = CachedSalts(inner)
    for site in (HERE, THERE, HERE):
        salts.salts([(site, FIRST)])
    salts.salts([(SiteId("u"), FIRST)])
    salts.salts([(HERE, FIRST)])
    assert len(inner.asked) == 3
    salts.salts([(THERE, FIRST)])
    assert len(inner.asked) == 4


def test_more_than_are_kept_are_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SALTS", 2)
    asked = {(SiteId(str(n)), FIRST) for n in range(5)}
    assert set(CachedSalts(FakeSalts()).salts(asked)) == asked
