import re
from pathlib import Path

import httpx
import pytest

from tests.integration.emulator import wire
from tests.integration.emulator.conftest import SampleHost, sample_host


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
    assert f"connect-src 'self' {sample.local_origin}" in policy
    assert "unsafe" not in policy


def test_the_tracker_is_checked_each_time(sample: SampleHost) -> None:
    answer = sample.client.get("/tracker.js")

    assert answer.text == "track()"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    again = sample.client.get("/tracker.js", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_any_page_may_load_the_tracker_in_any_mode(sample: SampleHost) -> None:
    first = sample.client.get("/tracker.js", headers={"Origin": "https://shop.example"})
    again = sample.client.get("/tracker.js", headers={"If-None-Match": first.headers["etag"]})

    for answer in (first, again):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


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


ESCAPES = [
    *("/../../demo.json", "/assets/../../demo.json", "/%2e%2e/%2e%2e/demo.json", "//demo.json"),
    *("/..%2f..%2fdemo.json", "/..%2F..%2Fdemo.json", "/%2e%2e%2fdemo.json", "/.%2e/demo.json"),
    *("/..%5c..%5cdemo.json", "/..\\..\\demo.json", "/..%252fdemo.json", "/%252e%252e/demo.json"),
    *("/..%c0%afdemo.json", "/..%ef%bc%8fdemo.json", "/%uff0e%uff0e/demo.json", "/..;/demo.json"),
    *("/....//demo.json", "/assets/..%00/demo.json", "/demo.json%00", "/demo.json%00.js"),
    *("/../../other.html", "/..%2fother.html", "/%2e%2e/other.html", "/./../other.html"),
]


@pytest.mark.parametrize("path", ESCAPES)
def test_nothing_outside_the_folders_is_served(sample: SampleHost, path: str) -> None:
    (sample.folder / "other.html").write_text("trackingId")
    for port in (sample.port, sample.shop_port):
        answer = wire.exchange(port, wire.request(port, path, "Connection: close"))
        assert b"trackingId" not in answer.data
        assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    "path",
    [
        *("/shop/index.html", "/demo/../shop/index.html", "/demo/..%2fshop/index.html"),
        *("/demo/..%2Fshop/index.html", "/demo/%2e%2e/shop/index.html", "/%73hop/index.html"),
        *("/demo/..%5cshop/index.html", "/demo/..%252fshop/index.html", "/demo%2f..%2fshop/"),
        *("/./shop/index.html", "//shop/index.html", "/%2fshop/index.html", "/shop%2findex.html"),
        *("/assets/..%2fshop/index.html", "/docs/../shop/index.html", "/x/..%2f/shop/index.html"),
    ],
)
def test_the_shop_is_on_its_own_origin_only(sample: SampleHost, path: str) -> None:
    answer = wire.exchange(sample.port, wire.request(sample.port, path, "Connection: close"))
    assert answer.status == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/%00", "/%00.html", "/a%00b.css", "/about.html%00", "/\x7f", "/%0a", "/%0d%0aX:%20a"),
        *("/%ff%fe", "/%ed%a0%80", "/%c3", "/%ff.css", "/%ed%a0%80.html", "/%", "/%zz", "/%2"),
        *(f"/{'a' * 300}", f"/{'a' * 5000}", f"/{'a' * 300}.css", f"/{'a' * 5000}.html"),
        *("/" + "a/" * 3000, "/" + "a/" * 3000 + "a.html", "/a:b", "/con", "/~", "/*", "/|"),
    ],
)
def test_what_no_file_is_called_is_no_fault_of_ours(sample: SampleHost, path: str) -> None:
    for port in (sample.port, sample.shop_port, sample.local_port):
        answer = wire.exchange(port, wire.request(port, path, "Connection: close"))
        assert answer.status < 500
        if not re.fullmatch(r"/[a-z~]{,128}", path):
            assert answer.status >= 400


def test_a_file_that_may_not_be_read_is_not_there(sample: SampleHost) -> None:
    for folder in ("frontend", "frontend/shop"):
        link = sample.folder / folder / "loop.css"
        link.symlink_to(link)
    try:
        assert sample.client.get("/loop.css").status_code == 404
        assert httpx.get(f"http://127.0.0.1:{sample.shop_port}/loop.css").status_code == 404
    finally:
        for folder in ("frontend", "frontend/shop"):
            (sample.folder / folder / "loop.css").unlink()


class TestHeaders:
    @pytest.fixture
    def answers(self, sample: SampleHost) -> dict[str, httpx.Response]:
        asked = {
            f"{client.base_url}{path} {headers}": client.get(path, headers=headers)
            for client, paths in (
                (sample.client, MAIN),
                (sample.local, LOCAL),
                (httpx.Client(base_url=f"http://127.0.0.1:{sample.shop_port}"), SHOP),
            )
            for path, headers in paths
        }
        asked["refused"] = sample.client.post("/echo", content=b"x" * 7 * 1024 * 1024)
        asked["throttled"] = sample.do(**{"return": {"statusCode": 429}})
        asked["broken"] = sample.do(**{"raise": "no"})
        asked["away"] = sample.do(exit=0)
        return asked

    def test_no_answer_is_guessed_at(self, answers: dict[str, httpx.Response]) -> None:
        statuses = {answer.status_code for answer in answers.values()}
        assert statuses >= {200, 204, 400, 401, 403, 404, 413, 429, 500, 503}
        for what, answer in answers.items():
            assert answer.headers.get_list("x-content-type-options") == ["nosniff"], what
            assert "strict-transport-security" not in answer.headers, what

    def test_every_page_has_a_policy(self, answers: dict[str, httpx.Response]) -> None:
        pages = {
            what: answer
            for what, answer in answers.items()
            if answer.headers.get("content-type", "").startswith("text/html")
        }
        assert len(pages) == len([*MAIN_PAGES, *SHOP_PAGES, *LOCAL_PAGES])
        for what, page in pages.items():
            policy = page.headers["content-security-policy"]
            assert re.search(r"default-src '(self|none)'", policy), what
            assert "unsafe" not in policy, what
            assert "frame-ancestors" in policy, what
            assert "camera=()" in page.headers["permissions-policy"], what

    def test_what_a_function_says_of_them_comes_once(self, sample: SampleHost) -> None:
        headers = {"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=1"}
        answer = sample.do(**{"return": {"statusCode": 200, "headers": headers}})
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
        assert "strict-transport-security" not in answer.headers

    def test_elsewhere_https_is_kept_to(self, tmp_path: Path) -> None:
        with sample_host(tmp_path / "host", {"PIXELTRACK_STAGE": "prod"}) as host:
            for path in ("/fast", "/echo", "/none.js", "/health", "/closed", "/[::1"):
                answer = host.client.get(path)
                seconds = re.findall(r"max-age=(\d+)", answer.headers["strict-transport-security"])
                assert [int(s) >= 31_536_000 for s in seconds] == [True]


MAIN_PAGES = ["/", "/demo/", "/sites/1"]
MAIN: list[tuple[str, dict[str, str]]] = [
    *((path, {}) for path in MAIN_PAGES),
    *((path, {}) for path in ("/assets/a.js", "/tracker.js", "/none.js", "/health", "/fast")),
    *((path, {}) for path in ("/echo", "/closed", "/api/v1/none", "/demo/local.json", "/demo")),
    ("/closed", {"Authorization": "no"}),
    ("/", {"Host": "[::1"}),
]
SHOP_PAGES = ["/", "/about.html", "/catalog/tea-1"]
SHOP: list[tuple[str, dict[str, str]]] = [
    *((path, {}) for path in (*SHOP_PAGES, "/shop.css", "/none.css")),
    ("/", {"Host": "[::1"}),
]
LOCAL_PAGES = ["/mailbox"]
LOCAL: list[tuple[str, dict[str, str]]] = [
    *((path, {}) for path in (*LOCAL_PAGES, "/mailbox/messages", "/metrics", "/none")),
    *((path, {}) for path in ("/status.json", "/demo.json", "/2015-03-31/functions/echo")),
    ("/mailbox", {"X-Forwarded-For": "192.0.2.1"}),
    ("/", {"Host": "[::1"}),
]
