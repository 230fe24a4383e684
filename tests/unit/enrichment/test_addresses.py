import pytest

from pixeltrack.enrichment.visitors import is_excluded


@pytest.mark.parametrize(
    ("ip", "networks", "expected"),
    [
        ("192.0.2.7", (), False),
        ("192.0.2.7", ("192.0.2.7",), True),
        ("192.0.2.8", ("192.0.2.7",), False),
        ("192.0.2.7", ("192.0.2.0/24",), True),
        ("192.0.2.7", ("192.0.2.9/24",), True),
        ("::ffff:192.0.2.7", ("192.0.2.0/24",), True),
        ("192.0.2.7", ("::ffff:192.0.2.0/120",), True),
        ("192.0.2.7", ("::ffff:192.0.2.7",), True),
        ("2001:db8::1", ("2001:db8::/32", "10.0.0.0/8"), True),
        ("2001:db8::1", ("10.0.0.0/8",), False),
        ("192.0.2.7", ("::/0",), False),
        ("192.0.2.7", ("nonsense", " 192.0.2.7 "), True),
        ("nonsense", ("0.0.0.0/0",), False),
        ("", ("0.0.0.0/0",), False),
    ],
)
def test_an_address_is_left_out_by_network(
    ip: str, networks: tuple[str, ...], expected: bool
) -> None:
    assert is_excluded(ip, networks) is expected
