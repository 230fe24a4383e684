import pytest

from infra_cdk.local.emulator.authority import Authority, authority


@pytest.mark.parametrize(
    ("host", "name", "port"),
    [
        ("127.0.0.1", "127.0.0.1", None),
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("LocalHost:8080", "localhost", 8080),
        ("stats.example", "stats.example", None),
        ("stats.example.", "stats.example.", None),
        ("a_b.example:65535", "a_b.example", 65535),
        ("127.0.0.1.evil.example", "127.0.0.1.evil.example", None),
        ("xn--e1afmkfd.xn--p1ai:443", "xn--e1afmkfd.xn--p1ai", 443),
        ("[::1]", "[::1]", None),
        ("[::FFFF:127.0.0.1]:1", "[::ffff:127.0.0.1]", 1),
    ],
)
def test_a_name_or_address_and_a_port(host: str, name: str, port: int | None) -> None:
    assert authority(host.encode()) == Authority(name, port)


@pytest.mark.parametrize(
    "host",
    [
        *("", " ", ":", ":80", ".", "..", "a..b", ".a", "-a", "a-"),
        *("[::1", "::1", "::1]", "[]", "[::1]]", "[[::1]]", "[::1]8080", "[::1]:", "[:::1]"),
        *("[::1%lo]", "[::1%25lo]", "[fe80::1%25eth0]:80", "[127.0.0.1]", "[g::]"),
        *("127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:99999", "127.0.0.1:+80"),
        *("127.0.0.1:8080.evil.example", "127.0.0.1:80:80", "127.0.0.1:8o", "127.0.0.1: 80"),
        *("user@127.0.0.1", "user:pass@127.0.0.1:80", "127.0.0.1@evil.example"),
        *("127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "127.0.0.0x1"),
        *("127.0.0.01", "0127.0.0.1", "127.0.0.1.", "256.0.0.1", "1.2.3.4.5", "a.0", "a.0x"),
        *("127.0.0.1\t", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\n", "127.0.0.1\x00", "a\x00b"),
        *("127.0.0.1, 127.0.0.1", "a,b", "a/b", "a?b", "a#b", "a\\b", "http://a", "a%2eb", "*"),
        *("localhost%00", "ⓛocalhost", "127。0。0。1", "\uff11.0.0.1", "a" * 64, "a." * 127 + "ab"),
    ],
)
def test_anything_else_is_refused(host: str) -> None:
    assert authority(host.encode()) is None


def test_digits_are_those_of_ascii() -> None:
    assert authority(b"127.0.0.1:\xd9\xa8") is None
    assert authority(b"\xff") is None
