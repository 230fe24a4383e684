from collections.abc import Iterator
from pathlib import Path

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from pixeltrack.enrichment.geoip import IPV4_FILE, IPV6_FILE, DbIpGeo, NullGeo
from pixeltrack.enrichment.ports import GeoLocator
from pixeltrack.events.stored import Place
from tests.fakes.lookups import FakeGeo

MOSCOW = Place("RU", "Moscow", "Moscow")
NOWHERE = Place()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("geoip")
    moscow = {
        "city": "Moscow (Tsentralnyy administrativnyy okrug)",
        "country_code": "RU",
        "state1": "Moscow",
    }
    ipv4 = MMDBWriter(4, "city ipv4")
    ipv4.insert_network(IPSet(["5.8.0.0/16", "10.0.0.0/8", "127.0.0.0/8"]), moscow)
    ipv4.insert_network(IPSet(["5.9.0.0/16"]), {"city": "", "country_code": "DE"})
    ipv4.insert_network(IPSet(["5.10.0.0/16"]), "not a record")
    ipv4.to_db_file(str(folder / IPV4_FILE))
    ipv6 = MMDBWriter(6, "city ipv6")
    ipv6.insert_network(IPSet(["2a02:6b8::/32"]), moscow)
    ipv6.to_db_file(str(folder / IPV6_FILE))
    return folder


class GeoLocatorContract:
    """What every locator that knows 5.8.0.1 holds to."""

    @pytest.fixture
    def geo(self) -> Iterator[GeoLocator]:
        raise AssertionError("each adapter gives its own")

    def test_a_known_address_is_a_place(self, geo: GeoLocator) -> None:
        assert geo.locate("5.8.0.1") == MOSCOW

    @pytest.mark.parametrize("ip", ["9.9.9.9", "127.0.0.1", "10.0.0.1", "::1", "", "nonsense"])
    def test_any_other_is_nowhere(self, geo: GeoLocator, ip: str) -> None:
        assert geo.locate(ip) == NOWHERE


class TestFakeGeo(GeoLocatorContract):
    @pytest.fixture
    def geo(self) -> FakeGeo:
        return FakeGeo(**{"5.8.0.1": MOSCOW})


class TestDbIpGeo(GeoLocatorContract):
    @pytest.fixture
    def geo(self, folder: Path) -> Iterator[DbIpGeo]:
        geo = DbIpGeo(str(folder))
        yield geo
        geo.close()

    @pytest.mark.parametrize(
        ("ip", "place"),
        [
            ("::ffff:5.8.0.1", MOSCOW),
            ("2a02:6b8::1", MOSCOW),
            ("5.9.0.1", Place("DE")),
            ("5.10.0.1", NOWHERE),
            ("fe80::1%eth0", NOWHERE),
        ],
    )
    def test_addresses_of_both_families(self, geo: DbIpGeo, ip: str, place: Place) -> None:
        assert geo.locate(ip) == place

    def test_a_missing_folder_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            DbIpGeo(str(tmp_path))

    def test_a_broken_file_says_so(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / IPV4_FILE).write_bytes((folder / IPV4_FILE).read_bytes())
        (tmp_path / IPV6_FILE).write_bytes(b"broken")
        with pytest.raises(OSError, match="no MaxMind database"):
            DbIpGeo(str(tmp_path))


def test_without_databases_all_is_nowhere() -> None:
    assert NullGeo().locate("5.8.0.1") == NOWHERE
