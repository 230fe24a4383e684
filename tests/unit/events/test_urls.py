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
        ("HTTPS://EXAMPLE.com:443/Path?Q=A%2fb#part", "https://example.com/Path?Q=A%2Fb"),
        ("http://example.com:80/", "http://example.com/"),
        ("http://127.0.0.1:8081/a", "http://127.0.0.1:8081/a"),
        ("https://user:secret@example.com/", "https://example.com/"),
        ("https://я.рф/я", "https://xn--41a.xn--p1ai/%D1%8F"),
        ("https://example.com./", "https://example.com/"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("https://example.com/a b?c d", "https://example.com/a%20b?c%20d"),
        ("https://example.com/a%7cb|c?d%7Ce", "https://example.com/a|b|c?d|e"),
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
        assert page is None or (page.host and page.path and page.url.isascii())
        assert page is None or len(urls.shown(page.url)) <= urls.MOST_CHARACTERS


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
        ("https://a.example,https://b.example", "a.example,https"),
        ("https://[::1", ""),
    ],
)
def test_a_sender_is_the_host_of_its_page(header: str, host: str | None) -> None:
    assert urls.sender(header) == host


@pytest.mark.parametrize(
    ("spellings", "kept", "shown"),
    [
        (
            ("/%D1%82%D0%B5%D1%81%D1%82", "/%d1%82%d0%b5%d1%81%d1%82", "/тест", "/т%d0%B5ст"),
            "/%D1%82%D0%B5%D1%81%D1%82",
            "/тест",
        ),
        (("/~ann", "/%7Eann", "/%7e%61nn"), "/~ann", "/~ann"),
        (("/a%2Fb", "/a%2fb"), "/a%2Fb", "/a%2Fb"),
        (("/a/b", "/a/./b", "/a/x/../b", "/%2e/a/b", "/../a/b", "/a/x/%2E%2e/b"), "/a/b", "/a/b"),
        (("/a/", "/a/b/..", "/a/."), "/a/", "/a/"),
        (("", "/", "/..", "/."), "/", "/"),
        (("/100%", "/100%25"), "/100%25", "/100%25"),
        (("/%zz", "/%25zz"), "/%25zz", "/%25zz"),
        (("/%%34%31", "/%2541"), "/%2541", "/%2541"),
        (("/a b", "/a%20b"), "/a%20b", "/a%20b"),
        (("/\x00", "/%00"), "/%00", "/%00"),
        (("/\x7f",), "/%7F", "/%7F"),
        (("/%ff", "/%FF"), "/%FF", "/%FF"),
        (("/%C0%AF", "/%c0%af"), "/%C0%AF", "/%C0%AF"),  # overlong: no slash
        (("/%ed%a0%80", "/\ud800"), "/%ED%A0%80", "/%ED%A0%80"),
        (("/%D1%82%D1", "/т%d1"), "/%D1%82%D1", "/т%D1"),
        (("/x\u202egpj.exe", "/x%e2%80%aegpj.exe"), "/x%E2%80%AEgpj.exe", "/x%E2%80%AEgpj.exe"),
        (("/a\u200bb",), "/a%E2%80%8Bb", "/a%E2%80%8Bb"),
        (("/a\u00a0b",), "/a%C2%A0b", "/a%C2%A0b"),
        (("/\u3164", "/%E3%85%A4"), "/%E3%85%A4", "/%E3%85%A4"),
        (("/☕", "/%E2%98%95"), "/%E2%98%95", "/☕"),
        (("/é",), "/%C3%A9", "/é"),
        (("/e\u0301",), "/e%CC%81", "/e\u0301"),  # another address to browsers and servers
        (("/a;b=1,2!$&'()*+@:", "/a;b=1,2!$&'()*+@:"), *["/a;b=1,2!$&'()*+@:"] * 2),
        (("/a%3Bb", "/a%3bb"), "/a%3Bb", "/a%3Bb"),
        (('/"<>`{}^', "/%22%3C%3E%60%7B%7D%5E"), *["/%22%3C%3E%60%7B%7D%5E"] * 2),
        (("//a",), "//a", "//a"),
        (("/a/b", "/a\\b", "/x\\..\\a/b"), "/a/b", "/a/b"),
        (("/a%5Cb", "/a%5cb"), "/a%5Cb", "/a%5Cb"),
        (("/a%3Fb%23c",), "/a%3Fb%23c", "/a%3Fb%23c"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_one_page_is_one_path_however_it_is_spelled(
    spellings: tuple[str, ...], kept: str, shown: str
) -> None:
    for spelling in spellings:
        page = urls.page(f"https://example.com{spelling}", BASE)
        assert page is not None
        assert page.path == kept
    assert urls.shown(kept) == shown
    assert urls.escaped(shown) == kept


@given(st.text())
def test_what_is_shown_leads_back_to_what_is_kept(text: str) -> None:
    kept = urls.escaped(text)
    assert urls.escaped(kept) == kept
    assert urls.escaped(urls.shown(kept)) == kept
    assert all(c.isprintable() for c in urls.shown(kept))


@given(st.binary(max_size=12), st.booleans())
def test_any_bytes_are_one_page_and_shown_safely(path: bytes, is_lower: bool) -> None:
    written = "".join(f"%{byte:02x}" if is_lower else f"%{byte:02X}" for byte in path)
    page = urls.page(f"https://example.com/x{written}", BASE)
    assert page == urls.page(f"https://example.com/x{written.upper()}", BASE)
    assert page is not None
    assert all(c.isprintable() and c != " " for c in urls.shown(page.path))


def test_long_addresses_in_letters_of_any_length_are_kept() -> None:
    for letter in "aт€☕😀":
        page = urls.page(f"https://example.com/{letter * 2028}", BASE)
        assert page is not None
        assert urls.shown(page.path) == f"/{letter * 2028}"


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("https://straße.example/а?б=В#x", "https://xn--strae-oqa.example/%D0%B0?%D0%B1=%D0%92#x",
         "https://straße.example/а?б=В#x"),
        ("STRASSE.example/%7e", "strasse.example/~", "strasse.example/~"),
        ("βόλος.example", "xn--nxasmm1c.example", "βόλος.example"),
        ("https://пример.рф:8443/я", "https://xn--e1afmkfd.xn--p1ai:8443/%D1%8F",
         "https://пример.рф:8443/я"),
        ("/a:b", "/a:b", "/a:b"),
        ("android-app://com.example", "android-app://com.example", "android-app://com.example"),
        ("xn--a/%", "xn--a/%25", "xn--a/%25"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_an_address_is_found_and_shown_in_any_spelling(written: str, kept: str, shown: str) -> None:
    assert urls.spelled(written) == kept == urls.spelled(shown)
    assert urls.shown(kept) == shown


TRANSLATED = "?_x_tr_sl=auto&_x_tr_tl=en&_x_tr_hl=en&_x_tr_pto=wapp"


@pytest.mark.parametrize(
    ("seen", "itself"),
    [
        (f"https://shop-example.translate.goog/a{TRANSLATED}&x=1", "https://shop.example/a?x=1"),
        ("https://my--shop-co-uk.translate.goog/", "https://my-shop.co.uk/"),
        (
            "https://xn----strae--oqa-example.translate.goog/%d1%8f?_x_tr_sch=http",
            "http://xn--strae-oqa.example/%D1%8F",
        ),
        ("https://www-shop-example.translate.goog/amp/s/b.example/", "https://www.shop.example/amp/s/b.example/"),
        ("https://shop-example.cdn.ampproject.org/c/s/shop.example/a?usqp=1&b=2", "https://shop.example/a?b=2"),
        ("https://shop-example.cdn.ampproject.org/v/s/shop.example/a%2fb?amp_js_v=0.1", "https://shop.example/a%2Fb"),
        ("https://cdn.ampproject.org/c/shop.example", "https://shop.example/"),
        ("https://shop-example.cdn.ampproject.org/", "https://shop.example/"),
        ("https://xn--strae-example-edb.cdn.ampproject.org/c/s/straße.example/", "https://xn--strae-oqa.example/"),
        ("https://www-shop-example.bing-amp.com/c/s/www.shop.example/a", "https://www.shop.example/a"),
        ("https://www.google.com/amp/s/shop.example/a/s/b", "https://shop.example/a/s/b"),
        ("https://www.google.co.uk/amp/shop.example/a", "https://shop.example/a"),
        ("https://www.bing.com/amp/s/shop.example/a", "https://shop.example/a"),
        ("https://yandex.ru/turbo/shop.example/s/a", "https://shop.example/a"),
        ("https://yandex.ru/turbo/s/shop.example/search", "https://shop.example/search"),
        ("https://shop-example.turbopages.org/shop.example/s/a?x=1", "https://shop.example/a?x=1"),
        ("https://shop-example.turbopages.org/turbo/shop.example/s/", "https://shop.example/"),
        (
            "https://translated.turbopages.org/proxy_u/en-ru.ru.5f-1/https/shop.example/a",
            "https://shop.example/a",
        ),
    ],
)  # fmt: skip
def test_a_page_seen_through_a_translator_or_a_cache_is_itself(seen: str, itself: str) -> None:
    page = urls.page(seen, BASE)
    assert page == urls.page(itself, BASE)
    assert page is not None
    assert page.url == itself
    assert urls.referrer(seen) == page


@pytest.mark.parametrize(
    "text",
    [
        "https://translate.goog/a",
        "https://shop.translate.goog/a",
        "https://a.shop-example.translate.goog/a",
        "https://shop-example.translate.goog.evil.example/a",
        "https://nottranslate.goog/",
        "https://cdn.ampproject.org/",
        "https://3p.ampproject.net/1/frame.html",
        "https://www.google.com/search?q=/amp/s/shop.example/",
        "https://www.google.com/amp/s/",
        "https://www.google.com.evil.example/amp/s/shop.example/",
        "https://evil.example/amp/s/shop.example/",
        "https://yandex.ru/turbo/",
        "https://a-example.google.com/amp/s/shop.example/",
        "https://a-example.bing.com/",
        "https://a-b.c-example.cdn.ampproject.org/",
        "https://-.translate.goog/",
    ],
)
def test_other_hosts_of_the_same_companies_are_themselves(text: str) -> None:
    page = urls.page(text, BASE)
    assert page is not None
    assert page.url == text


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("https://shop-example.translate.goog", "shop.example"),
        ("https://my--shop-example.cdn.ampproject.org", "my-shop.example"),
        ("https://xn--strae-example-edb.cdn.ampproject.org", "xn--strae-oqa.example"),
        ("https://ΒΌΛΟΣ.example", "xn--nxasmq6b.example"),
    ],
)
def test_a_sender_behind_a_relay_is_the_page_itself(header: str, host: str) -> None:
    assert urls.sender(header) == host
