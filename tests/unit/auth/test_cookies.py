import pytest

from functions.auth.cookies import RefreshCookie
from pixeltrack.platform.errors import Forbidden


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
    if passes:
        cookie.check_origin(origin)
    else:
        with pytest.raises(Forbidden):
            cookie.check_origin(origin)
