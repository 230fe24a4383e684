import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.events import urls

BASE = "https://example.com/shop/"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://example.com/pricing", "https://example.com/pricing"),
        ("https://example.com", "https://example.com/"),
        ("/test", "https://example.com/test"),
        ("cart", "https://example.com/shop/cart"),
        ("?a=1", "https://example.com/shop/?a=1"),
        ("//other.org/x", "https://other.org/x"),
        ("HTTPS://EXAMPLE.com:443/Path?Q=A%2fb#part", "https://example.com/Path?Q=A%2fb"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://127.0.0.1:8081/a", "http://127.0.0.1:8081/a"),
        ("https://user:secret@example.com/", "https://example.com/"),
        ("https://пример.рф/путь", "https://xn--e1afmkfd.xn--p1ai/путь"),
        ("https://example.com./", "https://example.com/"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("https://example.com/a b?c d", "https://example.com/a%20b?c%20d"),
    ],
)
def test_a_page_has_one_spelling(sent: str, kept: str) -> None:
    page = urls.page(sent, BASE)
    assert page is not None
    assert page.url == kept
    assert urls.page(kept, BASE) == page


@pytest.mark.parametrize(
    "sent",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "about:blank",
        "file:///etc/passwd",
        "ftp://example.com/",
        "https://",
        "https://[::1/",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "https://a..b/",
        "https://" + "a" * 300 + ".com/",
        "https://example.com/" + "a" * 5000,
    ],
)
def test_what_is_no_page_is_none(sent: str) -> None:
    assert urls.page(sent, BASE) is None


def test_a_page_is_taken_apart() -> None:
    page = urls.page("https://Example.com:8443/A/b?utm_source=x#y", BASE)
    assert page == urls.Address(
        "https://example.com:8443/A/b?utm_source=x", "example.com", "/A/b", "utm_source=x"
    )


@given(st.text(), st.sampled_from(["", "https://", "//", "/"]), st.sampled_from([BASE, "", "x"]))
def test_no_text_makes_it_fail(text: str, prefix: str, base: str) -> None:
    for page in (urls.page(prefix + text, base), urls.referrer(prefix + text)):
        assert page is None or (page.host and page.path and len(page.url) <= urls.MOST_CHARACTERS)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("https://www.Google.com/search?q=a#b", "https://www.google.com/search?q=a"),
        ("android-app://com.google.android.gm/", "android-app://com.google.android.gm"),
        ("/relative", None),
        ("about:client", None),
        ("nonsense", None),
        ("android-app://", None),
    ],
)
def test_a_referrer_is_absolute(sent: str, kept: str | None) -> None:
    found = urls.referrer(sent)
    assert (found and found.url) == kept


@pytest.mark.parametrize(
    ("host", "domains", "expected"),
    [
        ("example.com", ("example.com",), True),
        ("blog.example.com", ("example.com",), True),
        ("notexample.com", ("example.com",), False),
        ("example.com", ("blog.example.com",), False),
        ("example.com", ("EXAMPLE.com:8080",), True),
        ("a.example.com", ("*.example.com",), True),
        ("xn--e1afmkfd.xn--p1ai", ("пример.рф",), True),
        ("example.com", ("", "  ", "..", "*"), False),
        ("localhost", ("localhost",), True),
    ],
)
def test_a_domain_covers_its_subdomains(
    host: str, domains: tuple[str, ...], expected: bool
) -> None:
    assert urls.is_within(host, domains) is expected


def test_a_site_owns_its_host_with_and_without_www() -> None:
    assert urls.is_own("example.com", "https://www.example.com/", ())
    assert urls.is_own("www.example.com", "https://example.com/", ())
    assert urls.is_own("other.org", "https://example.com/", ("other.org",))
    assert not urls.is_own("other.org", "https://example.com/", ())
    assert not urls.is_own("other.org", "nonsense", ())


def test_parameters_are_taken_out_by_name() -> None:
    url = "https://example.com/a?x=1&GCLID=secret&y=2"
    assert urls.without(url, frozenset({"gclid"})) == "https://example.com/a?x=1&y=2"
    assert urls.without("https://e.com/?gclid=1", frozenset({"gclid"})) == "https://e.com/"


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("https://Example.com", "example.com"),
        ("https://example.com:8443", "example.com"),
        ("https://example.com.", "example.com"),
        ("https://example.com/a?b#c", "example.com"),
        ("http://пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("http://[::1]:8080", "::1"),
        ("capacitor://localhost", "localhost"),
        ("null", None),
        (" NULL ", None),
        ("", None),
        ("example.com", ""),
        ("file://", ""),
        ("https://a.example https://b.example", ""),
        ("https://a.example,https://b.example", ""),
        ("https://[::1", ""),
    ],
)
def test_a_sender_is_the_host_of_its_page(header: str, host: str | None) -> None:
    assert urls.sender(header) == host
