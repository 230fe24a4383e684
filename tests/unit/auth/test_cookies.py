from collections.abc import Callable

import pytest

from functions.auth.cookies import RefreshCookie
from pixeltrack.api.requests import Request
from pixeltrack.platform.errors import Forbidden


def is_allowed(cookie: RefreshCookie, headers: dict[str, str]) -> bool:
    try:
        cookie.check_origin(headers)
    except Forbidden:
        return False
    return True


def attributes(cookie: str) -> list[str]:
    return cookie.split("; ")[1:]


def test_the_cookie_is_for_the_auth_routes_of_this_site_alone() -> None:
    text = RefreshCookie("https://stats.example").text("t0ken")
    assert text.startswith("pixeltrack_refresh=t0ken; ")
    assert attributes(text) == [
        "Path=/auth",
        "Max-Age=2592000",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
    ]


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:8080"])
def test_the_cookie_works_without_tls_on_this_machine_only(host: str) -> None:
    assert "Secure" not in attributes(RefreshCookie(f"http://{host}").text("t"))
    assert "Secure" in attributes(RefreshCookie("http://192.0.2.1").text("t"))


def test_a_known_browser_has_a_cookie_of_its_own_for_ninety_days() -> None:
    text = RefreshCookie("https://stats.example").device("t0ken")
    assert text.startswith("pixeltrack_device=t0ken; ")
    assert attributes(text) == [
        "Path=/auth",
        "Max-Age=7776000",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
    ]
    assert "Secure" not in attributes(RefreshCookie("http://127.0.0.1:8080").device("t"))


def test_logging_out_takes_the_cookie_away() -> None:
    assert RefreshCookie("https://stats.example").cleared().startswith("pixeltrack_refresh=; ")
    assert "Max-Age=0" in attributes(RefreshCookie("https://stats.example").cleared())


@pytest.mark.parametrize(
    ("public", "origin", "passes"),
    [
        ("https://stats.example", None, True),
        ("https://stats.example", "https://stats.example", True),
        ("https://stats.example", "https://app.example", True),
        ("https://stats.example", "https://evil.example", False),
        ("https://stats.example", "http://stats.example", False),
        ("https://stats.example", "https://stats.example.evil.example", False),
        ("https://stats.example", "null", False),
        ("https://stats.example", "", False),
        ("https://stats.example", "http://localhost", False),
        ("http://127.0.0.1:8080", "http://localhost:8080", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8081", False),
    ],
)
def test_only_pages_of_known_origins_may_use_the_cookie(
    public: str, origin: str | None, passes: bool
) -> None:
    cookie = RefreshCookie(public, ("https://app.example",))
    headers = {} if origin is None else {"origin": origin}
    assert is_allowed(cookie, headers) is passes
    # A browser tells the page's relation besides, which never makes up for a foreign origin.
    site = "same-origin" if origin == public else "cross-site"
    expected = passes and origin is not None
    assert is_allowed(cookie, headers | {"sec-fetch-site": site}) is expected


@pytest.mark.parametrize(
    ("site", "passes"),
    [
        ("same-origin", True),
        ("none", True),
        ("cross-site", False),
        ("same-site", False),
        ("", False),
        ("Same-Origin", False),
        ("same-origin,cross-site", False),
        ("whatever comes next", False),
    ],
)
def test_a_page_that_hides_its_origin_is_known_by_its_site(site: str, *, passes: bool) -> None:
    cookie = RefreshCookie("https://stats.example", ("https://app.example",))
    assert is_allowed(cookie, {"sec-fetch-site": site}) is passes


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (RefreshCookie.token, "pixeltrack_refresh"),
        (RefreshCookie.known_device, "pixeltrack_device"),
    ],
)
def test_the_cookies_are_read_from_known_pages_only(
    read: Callable[[RefreshCookie, Request], str | None], name: str
) -> None:
    cookie = RefreshCookie("https://stats.example")
    assert read(cookie, Request("peer", {}, [f"{name}=t0ken"])) == "t0ken"
    assert read(cookie, Request("peer", {}, [])) is None
    with pytest.raises(Forbidden):
        read(cookie, Request("peer", {"sec-fetch-site": "cross-site"}, [f"{name}=t0ken"]))
