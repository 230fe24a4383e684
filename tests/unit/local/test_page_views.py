from typing import Any

import pytest

from infra_cdk.local.tools import page_views
from infra_cdk.local.tools.access_log import Visit
from infra_cdk.local.tools.page_views import BadPattern, NoView, Rules, is_page
from tests.fakes.records import NOW, site


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/a", "/a/", "//", "/docs/v1.2", "/docs/v1.2/", "/wiki/Mr._Robot", "/@jane.doe"),
        *("/users/j.smith?tab=1", "/products/3.5mm-jack", "/index.php/foo.bar", "/a.cfm"),
        *("/a.HTML", "/a.html?x=b.png", "/index.php?a=1", "/release/1.0.0", "/style.css/", "/.net"),
        *("/a.php/x.y", "/wiki/Amazon.com", "/blob/main/a.py", "/README.md", "/a.do", "/a.action"),
        *("/a.", "/...", "/css", "/wiki/css", "/a.htm", "/a.jsp;jsessionid=1.js", "/a.png%20b"),
        *("/тест.страница", "/feed", "/archive.html", "/a.png.html", "/well-known/x"),
        *("/p/.well-known/x", "/v1.2.x?a.js", "/wiki/File:Logo.png", "/wiki/Datei:Bild%20a.JPG"),
    ],
)  # fmt: skip
def test_what_may_be_a_page_is_one(path: str) -> None:
    assert is_page(path)


@pytest.mark.parametrize(
    "path",
    [
        *("/a.png", "/A.PNG", "/a.b/c.jpg?v=1.2", "/favicon.ico", "/robots.txt", "/sitemap.xml"),
        *("/feed.xml", "/index.rss", "/a.html.gz", "/main.3f2a.js", "/main.js.map", "/a.woff2"),
        *("/a%2Ecss", "/a.cs%73", "/a.css;jsessionid=1", "/manuals/a.pdf", "/a.tar.zst", "/a.json"),
        *("/.well-known/acme-challenge/abc", "/.well-known/security.txt", "/docs/node.js", "/.css"),
        *("/index.php/style.css", "/a.webmanifest", "/video/1.ts", "/backup.sql", "/File:/a.png"),
        *("/hls/1.m4s", "/a.3gp", "/a.wma", "/a.jsonp", "/a.azw3", "/a.gzip", "/Applet.class"),
    ],
)  # fmt: skip
def test_what_is_known_to_be_a_file_is_none(path: str) -> None:
    assert not is_page(path)


def visit(**changes: Any) -> Visit:
    usual: dict[str, Any] = {
        "ip": "192.0.2.7",
        "at_ms": NOW,
        "method": "GET",
        "path": "/a",
        "status": 200,
    }
    return Visit(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"status": 304}, None),
        ({"status": 404}, NoView.OTHER_STATUS),
        ({"status": 301}, NoView.OTHER_STATUS),
        ({"status": 206}, NoView.OTHER_STATUS),
        ({"status": 0}, NoView.OTHER_STATUS),
        ({"method": "HEAD"}, NoView.OTHER_METHOD),
        ({"method": "POST"}, NoView.OTHER_METHOD),
        ({"path": "*"}, NoView.NO_PATH),
        ({"path": "../etc/passwd"}, NoView.NO_PATH),
        ({"path": "/a.png"}, NoView.NO_PAGE),
        ({"host": "example.com"}, None),
        ({"host": "WWW.Example.com."}, None),
        ({"host": "blog.example.com"}, None),
        ({"host": "other.example"}, NoView.OTHER_HOST),
        ({"host": "notexample.com"}, NoView.OTHER_HOST),
        ({"host": "203.0.113.9"}, NoView.OTHER_HOST),
        ({"host": "_"}, NoView.OTHER_HOST),
        ({"host": "a b"}, NoView.OTHER_HOST),
        ({"at_ms": NOW + 5 * 60_000}, None),
        ({"at_ms": NOW + 5 * 60_000 + 1}, NoView.AHEAD),
    ],
)
def test_what_counts_as_a_view(changes: dict[str, Any], fault: NoView | None) -> None:
    assert Rules(site()).fault(visit(**changes), NOW) == fault


def test_a_site_s_settings_hold_for_its_history() -> None:
    rules = Rules(site(allowed_domains=("example.org",), excluded_ips=("192.0.2.0/24",)))
    assert rules.fault(visit(), NOW) == NoView.EXCLUDED_ADDRESS
    elsewhere = {"ip": "198.51.100.1"}
    assert rules.fault(visit(**elsewhere), NOW) is None
    assert rules.fault(visit(host="shop.example.org", **elsewhere), NOW) is None
    assert rules.address_fault("https://shop.example.org/") is None
    assert rules.address_fault("https://example.com/") == NoView.OTHER_HOST
    assert rules.address_fault("https://example.com:x/") == NoView.BAD_ADDRESS
    assert Rules(site()).address_fault("https://elsewhere.example/") is None


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({"path": "/a?b=c"}, "http://example.com:8080/a?b=c"),
        ({"path": "//a/b"}, "http://example.com:8080//a/b"),
        ({"host": "Example.com"}, "http://example.com:8080/a"),
        ({"host": "www.example.com"}, "http://www.example.com/a"),
    ],
)
def test_a_page_lies_on_the_host_that_was_asked(changes: dict[str, Any], url: str) -> None:
    assert Rules(site(url="http://example.com:8080/start")).url(visit(**changes)) == url


@pytest.mark.parametrize(
    ("patterns", "out", "stays"),
    [
        (["/admin/*"], ["/admin/", "/admin/a/b?c", "/%61dmin/x"], ["/admin", "/x/admin/"]),
        (["/admin*", "*/edit"], ["/admin", "/administration", "/a/edit?x"], ["/edit/a", "/a"]),
        (["/p/?"], ["/p/1", "/p/%D1%8F"], ["/p/", "/p/12"]),
        (["/p/[ab].html"], ["/p/a.html"], ["/p/c.html", "/p/axhtml"]),
        (["/тест"], ["/%D1%82%D0%B5%D1%81%D1%82", "/тест?a"], ["/тест/"]),
        (["/%d1%82%D0%B5*", "/a%20b"], ["/%D1%82%D0%B5%D1%81", "/те", "/a b", "/a%20b"], ["/т"]),
        (["/100%"], ["/100%", "/100%25"], ["/100"]),
        (["/(a|b)+$"], ["/(a|b)+$"], ["/a"]),
    ],
)  # fmt: skip
def test_paths_are_left_out_by_pattern(
    patterns: list[str], out: list[str], stays: list[str]
) -> None:
    rules = Rules(site(), page_views.compiled(patterns))
    assert [rules.fault(visit(path=path), NOW) for path in out] == [NoView.LEFT_OUT] * len(out)
    assert [rules.fault(visit(path=path), NOW) for path in stays] == [None] * len(stays)


def test_a_pattern_that_matches_no_path_is_refused() -> None:
    assert page_views.compiled([]) is None
    for pattern in ("", "admin/*", " /a"):
        with pytest.raises(BadPattern, match="begin with"):
            page_views.compiled(["/a", pattern])
