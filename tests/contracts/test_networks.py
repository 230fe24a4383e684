from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.geoip import hosting
from pixeltrack.enrichment.geoip import NETWORKS_FILE, HostingNetworks, NullNetworks
from pixeltrack.enrichment.ports import Networks
from tests.fakes.lookups import FakeNetworks

IPV4 = """\
1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."
3.0.0.0,3.0.0.127,16509,"Amazon.com, Inc."
3.0.0.128,3.0.1.255,14618,"Amazon.com, Inc."
5.0.0.0,5.0.0.255,64500,"Example Hosting, Ltd"
5.0.2.0,5.0.2.255,64501,"Example Telecom"
6.0.0.0,6.0.0.0,64502,"Example Cloud Telecom"
9.9.9.9,9.9.9.9,24940,"Hetzner Online GmbH"
"""
IPV6 = """\
2a01:4f8::,2a01:4f8:ffff:ffff:ffff:ffff:ffff:ffff,24940,"Hetzner Online GmbH"
2a02::,2a02:0:ffff:ffff:ffff:ffff:ffff:ffff,64501,"Example Telecom"
"""


def numbers(text: str) -> str:
    """Write the addresses of a table as numbers, as its compact sister has them."""
    lines = [line.split(",", 2) for line in text.splitlines()]
    return "".join(f"{int(ip_address(a))},{int(ip_address(b))},{c}\n" for a, b, c in lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    (folder / "asn-ipv4-num.csv").write_text(numbers(IPV4))
    (folder / "asn-ipv6-num.csv").write_text(numbers(IPV6))
    hosting.main(str(folder), str(folder / NETWORKS_FILE))
    return folder


class NetworksContract:
    """What all that know the networks above hold to."""

    @pytest.fixture
    def networks(self) -> Networks:
        raise AssertionError("each adapter gives its own")

    @pytest.mark.parametrize("ip", ["9.9.9.9", "3.0.0.0"])
    def test_a_providers_address_is_known(self, networks: Networks, ip: str) -> None:
        assert networks.is_hosting(ip)

    @pytest.mark.parametrize(
        "ip",
        [
            "8.8.8.8",
            "127.0.0.1",
            "::1",
            "",
            "nonsense",
            "9.9",
            "9.9.9.9 ",
            "9.9.9.9\0",
            "9.9.9.09",
            "９.9.9.9",
        ],
    )
    def test_any_other_is_none(self, networks: Networks, ip: str) -> None:
        assert not networks.is_hosting(ip)


class TestFakeNetworks(NetworksContract):
    @pytest.fixture
    def networks(self) -> FakeNetworks:
        return FakeNetworks("9.9.9.9", "3.0.0.0")


class TestHostingNetworks(NetworksContract):
    @pytest.fixture
    def networks(self, folder: Path) -> HostingNetworks:
        return HostingNetworks(str(folder))

    @pytest.mark.parametrize(
        ("ip", "is_hosting"),
        [
            ("2.255.255.255", False),
            ("3.0.0.127", True),  # listed by number; two ranges that touch
            ("3.0.0.128", True),
            ("3.0.1.255", True),
            ("3.0.2.0", False),
            ("::ffff:3.0.0.1", True),
            ("5.0.0.17", True),  # by its name
            ("5.0.1.0", False),
            ("5.0.2.1", False),
            ("6.0.0.0", False),  # people's, whatever the name has beside
            ("1.0.0.1", False),  # people hide behind it
            ("9.9.9.8", False),
            ("9.9.9.10", False),
            ("0.0.0.1", False),
            ("255.255.255.255", False),
            ("2a01:4f7:ffff::1", False),
            ("2a01:4f8::", True),
            ("2a01:4f8:ffff:ffff:ffff:ffff:ffff:ffff", True),
            ("2a01:4f9::", False),
            ("2a02::1", False),
            ("fe80::1%eth0", False),
        ],
    )
    def test_the_edges_of_ranges(
        self, networks: HostingNetworks, ip: str, is_hosting: bool
    ) -> None:
        assert networks.is_hosting(ip) is is_hosting

    def test_a_missing_file_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            HostingNetworks(str(tmp_path))

    @pytest.mark.parametrize("cut", [0, 5, 10, 20, -1])
    def test_a_broken_file_says_so(self, folder: Path, tmp_path: Path, cut: int) -> None:
        (tmp_path / NETWORKS_FILE).write_bytes((folder / NETWORKS_FILE).read_bytes()[:cut])
        with pytest.raises(OSError, match=r"no table of networks|cut off"):
            HostingNetworks(str(tmp_path))

    def test_an_empty_table_knows_none(self, tmp_path: Path) -> None:
        (tmp_path / NETWORKS_FILE).write_bytes(hosting.table([], []))
        assert not HostingNetworks(str(tmp_path)).is_hosting("9.9.9.9")


def test_without_a_table_there_are_none() -> None:
    assert not NullNetworks().is_hosting("9.9.9.9")


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=12))
def test_merged_ranges_hold_the_same_addresses(drawn: list[tuple[int, int]]) -> None:
    ranges = [(start, start + length) for start, length in drawn]
    found = list(hosting.merged(ranges))
    assert {n for a, b in found for n in range(a, b + 1)} == {
        n for a, b in ranges for n in range(a, b + 1)
    }
    assert all(one[1] + 1 < other[0] for one, other in pairwise(found))


def test_the_list_names_each_system_once() -> None:
    text = Path(hosting.__file__).with_name("hosting.txt").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(hosting.listed_numbers(text)) == len(lines) > 100


@pytest.mark.parametrize("number", [7203, 24867, 214996, 215859, 396949])
def test_every_number_of_a_provider_is_listed(number: int) -> None:
    text = Path(hosting.__file__).with_name("hosting.txt").read_text()
    assert number in hosting.listed_numbers(text)


@pytest.mark.parametrize("number", [10439, 202425, 398324, 398705, 398722])
def test_networks_that_scan_others_are_listed(number: int) -> None:
    text = Path(hosting.__file__).with_name("hosting.txt").read_text()
    assert number in hosting.listed_numbers(text)


@pytest.mark.parametrize(
    ("name", "is_hosting"),
    [
        ("Host Europe GmbH", True),
        ("Servers.com, Inc.", True),
        ("Yandex.Cloud LLC", True),
        ("SD Data Center", True),
        ("Cloudflare, Inc.", False),
        ("The Cloud Networks Limited", False),
        ("CLOUD TELECOM SAS", False),
        ("VPS Securities Joint Stock Company", False),
        ("COLOMBIA TELECOMUNICACIONES S.A. ESP", False),
        ("Deutsche Telekom AG", False),
    ],
)
def test_names_that_say_what_they_are(name: str, is_hosting: bool) -> None:
    assert hosting.is_hosting(64500, name, frozenset()) is is_hosting
