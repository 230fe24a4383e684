import pytest

from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.identifiers import SiteId, TrackingId
from pixeltrack.sites import cache
from pixeltrack.sites.cache import CachedSites
from tests.fakes.lookups import FakeSites
from tests.fakes.records import TRACKING_ID, site

OTHER = TrackingId("pt_" + "2" * 32)
UNKNOWN = TrackingId("pt_" + "3" * 32)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inner() -> FakeSites:
    return FakeSites(site(), site(tracking_id=OTHER, id=SiteId("other")))


@pytest.fixture
def sites(inner: FakeSites, clock: Clock) -> CachedSites:
    return CachedSites(inner, ttl_s=20, now_s=clock)


def test_all_missing_ids_are_one_question(sites: CachedSites, inner: FakeSites) -> None:
    assert set(sites.find({TRACKING_ID, OTHER, UNKNOWN})) == {TRACKING_ID, OTHER}
    assert inner.asked == [{TRACKING_ID, OTHER, UNKNOWN}]
    assert set(sites.find({TRACKING_ID, OTHER, UNKNOWN})) == {TRACKING_ID, OTHER}
    assert len(inner.asked) == 1


def test_a_change_takes_effect_after_its_time(
    sites: CachedSites, inner: FakeSites, clock: Clock
) -> None:
    sites.find({TRACKING_ID})
    inner.sites[TRACKING_ID] = site(url="https://new.example.com")
    clock.now += 19.9
    assert sites.find({TRACKING_ID})[TRACKING_ID].url == "https://example.com"
    clock.now += 0.1
    assert sites.find({TRACKING_ID})[TRACKING_ID].url == "https://new.example.com"


def test_a_removed_site_is_unknown_after_its_time(
    sites: CachedSites, inner: FakeSites, clock: Clock
) -> None:
    sites.find({TRACKING_ID})
    inner.sites.clear()
    clock.now += 20
    assert sites.find({TRACKING_ID}) == {}


def test_an_unknown_id_is_asked_for_again_after_5_s(
    sites: CachedSites, inner: FakeSites, clock: Clock
) -> None:
    assert sites.find({UNKNOWN}) == {}
    inner.sites[UNKNOWN] = site(tracking_id=UNKNOWN)
    clock.now += 4.9
    assert sites.find({UNKNOWN}) == {}
    clock.now += 0.1
    assert set(sites.find({UNKNOWN})) == {UNKNOWN}


@pytest.mark.parametrize("text", ["", "test-site", "pt_x", "pt_" + "\0" * 32, "ж" * 35, "a" * 999])
def test_what_is_no_tracking_id_is_not_asked_for(
    sites: CachedSites, inner: FakeSites, text: str
) -> None:
    assert sites.find({TrackingId(text)}) == {}
    assert inner.asked == []


def test_a_flood_of_unknown_ids_displaces_no_site(
    sites: CachedSites, inner: FakeSites, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(cache, "MOST_SITES", 10)
    sites = CachedSites(inner, ttl_s=20, now_s=clock)
    sites.find({TRACKING_ID})
    sites.find({TrackingId(f"pt_{n:032x}") for n in range(50)})
    sites.find({TRACKING_ID})
    assert len(inner.asked) == 2
    assert len(sites._unknown._values) == 10


def test_the_longest_unused_site_goes_first(clock: Clock) -> None:
    kept = cache._Expiring[str](2)
    one, two, three = TrackingId("1"), TrackingId("2"), TrackingId("3")
    kept.put(one, "a", 200)
    kept.put(two, "b", 200)
    assert kept.get(one, clock.now) == "a"
    kept.put(three, "c", 200)
    assert [kept.get(key, clock.now) for key in (one, two, three)] == ["a", None, "c"]


def test_an_absent_store_is_unavailable_and_not_remembered(
    sites: CachedSites, inner: FakeSites
) -> None:
    inner.is_away = True
    with pytest.raises(Unavailable):
        sites.find({TRACKING_ID})
    inner.is_away = False
    assert set(sites.find({TRACKING_ID})) == {TRACKING_ID}
