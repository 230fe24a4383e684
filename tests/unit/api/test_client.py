import pytest

from pixeltrack.api.client import Client, Clients
from pixeltrack.platform.settings import Ingest


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "expected"),
    [
        pytest.param("203.0.113.9", "", "203.0.113.9", id="direct"),
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", id="header of a stranger"),
        pytest.param("127.0.0.1", "198.51.100.1", "198.51.100.1", id="header of a trusted peer"),
        pytest.param("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1", id="forged hop"),
        pytest.param("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1", id="two proxies"),
        pytest.param("127.0.0.1", "198.51.100.1:4711", "198.51.100.1", id="with port"),
        pytest.param("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1", id="IPv6 with port"),
        pytest.param("127.0.0.1", "2001:db8::1", "2001:db8::1", id="IPv6"),
        pytest.param("127.0.0.1", "nonsense", "127.0.0.1", id="no address"),
        pytest.param("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1", id="nonsense nearest"),
        pytest.param("::1", "198.51.100.1", "198.51.100.1", id="IPv6 loopback"),
    ],
)
def test_believes_forwarded_addresses_of_trusted_peers_only(
    peer: str, forwarded_for: str, expected: str
) -> None:
    clients = Clients(Ingest(trusted_proxies=("127.0.0.0/8", "::1/128", "10.0.0.0/8")))
    assert clients.identify(peer, {"x-forwarded-for": forwarded_for}) == Client(expected)


EDGE = {"cloudfront-viewer-address": "198.51.100.1:46532", "cloudfront-viewer-country": "nl"}


@pytest.mark.parametrize(
    ("secret", "headers", "expected"),
    [
        ("s3", EDGE | {"x-pixeltrack-edge": "s3"}, Client("198.51.100.1", "NL")),
        ("s3", EDGE | {"x-pixeltrack-edge": "s4"}, Client("203.0.113.9")),
        ("s3", EDGE, Client("203.0.113.9")),
        ("", EDGE | {"x-pixeltrack-edge": ""}, Client("203.0.113.9")),
        ("s3", {"x-pixeltrack-edge": "s3"}, Client("203.0.113.9")),
        (
            "s3",
            {
                "x-pixeltrack-edge": "s3",
                "cloudfront-viewer-address": "2001:db8::1:443",
                "cloudfront-viewer-country": "<b>",
            },
            Client("2001:db8::1:443"),
        ),
    ],
)
def test_believes_the_edge_only_with_its_proof(
    secret: str, headers: dict[str, str], expected: Client
) -> None:
    assert Clients(Ingest(edge_secret=secret)).identify("203.0.113.9", headers) == expected
