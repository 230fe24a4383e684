import pytest

from pixeltrack.sites import rules


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://example.com", "https://example.com"),
        ("https://example.com/", "https://example.com/"),
        ("  http://example.com/shop?a=b ", "http://example.com/shop?a=b"),
        ("HTTPS://Example.COM:443", "https://example.com"),
        ("https://example.com:8443/#top", "https://example.com:8443/"),
        ("https://example.com#top", "https://example.com"),
        ("https://ann:secret@example.com/x", "https://example.com/x"),
        ("https://пример.рф", "https://xn--e1afmkfd.xn--p1ai"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
    ],
)
def test_an_address_of_a_site_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert rules.site_url(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        *("", "/pricing", "example.com", "//example.com", "javascript:alert(1)", "mailto:a@b.c"),
        *("https://", "https:///path", "http:example.com", "ftp://example.com", "data:text/html,x"),
        *("https://exa mple.com", "https://exa\nmple.com/", "https://example.com/a b"),
        *("https://example.com/\x00", "https://example.com:99999", "https://?", "https://[::1"),
        *("https://" + "a" * 300 + ".com", "https://example.com/" + "a" * 2048),
        "https://example.com\\@evil.example",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(text: str) -> None:
    assert rules.site_url(text) is None


@pytest.mark.parametrize("name", ["UTC", "Europe/Moscow", "America/Argentina/Ushuaia", "Etc/GMT+3"])
def test_a_zone_of_iana_is_taken(name: str) -> None:
    assert rules.timezone(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "Mars/Olympus", "europe/moscow", "+03:00", "posix/UTC", "right/UTC", "Factory"),
        *("../../etc/passwd", "/etc/localtime", "Europe", "Europe/", "Europe/Moscow\x00", "tzdata"),
        *("Europe/../UTC", "A" * 65, "localtime", "leapseconds", "Europe//Moscow"),
    ],
)
def test_any_other_zone_is_refused(name: str) -> None:
    assert rules.timezone(name) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7/32 ", "203.0.113.7"),
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("2001:DB8::1", "2001:db8::1"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ],
)
def test_an_address_or_network_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert rules.network(text) == kept


@pytest.mark.parametrize(
    "text", ["", "10.0.0", "10.0.0.0/33", "fe80::1%eth0", "example.com", "1.2.3.4\x00", "010.1.1.1"]
)
def test_what_is_no_network_is_refused(text: str) -> None:
    assert rules.network(text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("example.com", "example.com"),
        ("*.Example.com.", "example.com"),
        ("localhost", "localhost"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_a_domain_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert rules.domain(text) == kept


@pytest.mark.parametrize(
    "text",
    ["", "https://example.com", "example.com:80", "example.com/x", "a b", "a..b", "*", "é" * 99],
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    assert rules.domain(text) is None


@pytest.mark.parametrize("number", [0, 10, 60, 600])
def test_a_pace_limit_is_a_number_or_none(number: int) -> None:
    assert rules.pace_limit(number) == number


@pytest.mark.parametrize("number", [-1, 1, 9, 601])
def test_what_is_no_pace_limit_is_refused(number: int) -> None:
    assert rules.pace_limit(number) is None
