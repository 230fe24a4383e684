from http.client import HTTPConnection

import httpx
import pytest

from tests.integration.emulator.conftest import SampleHost


@pytest.fixture
def shop(sample: SampleHost) -> str:
    return f"http://127.0.0.1:{sample.shop_port}"


def test_the_dashboard_is_served_with_a_strict_policy(sample: SampleHost) -> None:
    answer = sample.client.get("/")

    assert answer.text == "<h1>dashboard</h1>"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-src" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert sample.client.head("/").content == b""


def test_files_with_a_digest_in_their_name_are_kept_for_ever(sample: SampleHost) -> None:
    answer = sample.client.get("/assets/a.js")

    assert answer.text == "1"
    assert "immutable" in answer.headers["cache-control"]
    missing = sample.client.get("/assets/gone.js")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["/sites", "/sites/1/settings", "/confirm?token=1", "/sites/"])
def test_every_page_of_the_dashboard_is_its_index(sample: SampleHost, path: str) -> None:
    answer = sample.client.get(path)

    assert answer.text == "<h1>dashboard</h1>"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/auth/nothing",
        "/docs/nothing",
        "/mailbox/nothing",
        "/demo/nothing",
        "/track/nothing",
        "/shop/nothing",
        "/assets/nothing",
        "/sites/file.js",
        "//api/v1/nothing",
    ],
)
def test_what_is_no_page_of_the_dashboard_is_not_there(sample: SampleHost, path: str) -> None:
    assert sample.client.get(f"{sample.origin}{path}").status_code == 404


def test_a_page_is_read_and_nothing_else(sample: SampleHost) -> None:
    assert sample.client.post("/sites").status_code == 404


def test_the_demo_page_may_frame_the_shop(sample: SampleHost) -> None:
    answer = sample.client.get("/demo/")

    assert answer.text == "<h1>demo</h1>"
    policy = answer.headers["content-security-policy"]
    assert f"frame-src http://127.0.0.1:{sample.shop_port}" in policy
    assert "unsafe" not in policy


def test_the_tracker_is_checked_each_time(sample: SampleHost) -> None:
    answer = sample.client.get("/tracker.js")

    assert answer.text == "track()"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    again = sample.client.get("/tracker.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/demo.json", "/status.json", "/metrics"])
def test_what_is_for_this_machine_has_no_other_name(sample: SampleHost, path: str) -> None:
    for host in (f"127.0.0.1:{sample.port}", f"localhost:{sample.port}", "[::1]"):
        mine = sample.client.get(path, headers={"Host": host})
        assert mine.status_code == 200
    other = sample.client.get(path, headers={"Host": "rebound.example"})
    # A page's address shows the dashboard, as any unknown one does.
    assert other.status_code == 404 or other.text == "<h1>dashboard</h1>"


def test_the_demo_is_told(sample: SampleHost) -> None:
    answer = sample.client.get("/demo.json")

    assert answer.json() == {"trackingId": "pt_1"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        ("/", "home"),
        ("/catalog/tea-1", "home"),
        ("/cart", "home"),
        ("/about.html", "about"),
    ],
)
def test_shop_pages_carry_the_snippet(
    sample: SampleHost, shop: str, path: str, begins: str
) -> None:
    answer = httpx.get(shop + path)

    assert answer.text == (
        f'{begins} <script src="{sample.origin}/tracker.js" data-site="pt_1"></script>'
    )
    assert answer.headers["content-type"].startswith("text/html")


def test_shop_files_are_served_as_they_are(shop: str) -> None:
    assert httpx.get(f"{shop}/shop.css").text == "a{}"
    assert httpx.get(f"{shop}/none.css").status_code == 404
    assert httpx.get(f"{shop}/none.html").status_code == 404
    assert httpx.post(shop).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../../demo.json",
        "/assets/../../demo.json",
        "/%2e%2e/%2e%2e/demo.json",
        "/..%2f..%2fdemo.json",
        "/../../other.html",
        "//demo.json",
    ],
)
def test_nothing_outside_the_folders_is_served(sample: SampleHost, path: str) -> None:
    (sample.folder / "other.html").write_text("trackingId")
    for port in (sample.port, sample.shop_port):
        connection = HTTPConnection("127.0.0.1", port, timeout=10)  # sends the path as it is
        connection.request("GET", path)
        assert b"trackingId" not in connection.getresponse().read()
        connection.close()


def test_the_shop_is_on_its_own_origin_only(sample: SampleHost) -> None:
    assert sample.client.get("/shop/index.html").status_code == 404
