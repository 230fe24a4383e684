from typing import Any

import pytest

from infra_cdk.local.emulator.doors import LocalDoor, fetched, origin_of

DASHBOARD, PUBLIC = "http://127.0.0.1:8080", "https://stats.example"


async def app(*_: Any) -> None:
    raise AssertionError("nobody came in")


DOOR = LocalDoor(app, port=8082, origins=(DASHBOARD, PUBLIC), shared=frozenset({"/demo.json"}))


def refused(
    path: str = "/mailbox",
    *,
    method: str = "GET",
    host: str | None = "127.0.0.1:8082",
    peer: str | None = "127.0.0.1",
    version: str = "1.1",
    **headers: str,
) -> bool:
    pairs = [] if host is None else [(b"host", host.encode())]
    pairs += [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
    return is_refused(path, method, peer, version, pairs)


def is_refused(
    path: str, method: str, peer: str | None, version: str, pairs: list[tuple[bytes, bytes]]
) -> bool:
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "http_version": version,
        "headers": pairs,
        "client": peer and (peer, 1),
    }
    return DOOR.refusal(scope) is not None


def test_a_program_of_this_machine_comes_in() -> None:
    assert not refused()
    for host in ("localhost:8082", "LOCALHOST:8082", "[::1]:8082"):
        assert not refused(host=host)
    assert not refused(user_agent="curl/8", accept="*/*")
    assert not refused(peer="127.0.0.2")
    assert not refused(peer="::1")


@pytest.mark.parametrize("peer", [None, "192.0.2.1", "10.0.0.1", "::2", "169.254.1.1"])
def test_another_machine_does_not(peer: str | None) -> None:
    assert refused(peer=peer)


@pytest.mark.parametrize(
    "host",
    [
        *(None, "", "evil.example", "evil.example:8082", "127.0.0.1", "127.0.0.1:8080", "[::2]"),
        *("127.0.0.1.evil.example:8082", "127.0.0.1:8082.evil.example", "localhost.:8082"),
        *("localhost.evil.example:8082", "127.1:8082", "[::ffff:127.0.0.1]:8082", "0.0.0.0:8082"),
        *("2130706433:8082", "user@127.0.0.1:8082", "[::1", "[::1%25lo]:8082", "127.0.0.2:8082"),
    ],
)
def test_the_port_goes_by_its_own_names_alone(host: str | None) -> None:
    assert refused(host=host)


def test_two_hosts_are_no_host() -> None:
    pair = (b"host", b"127.0.0.1:8082")
    assert is_refused("/mailbox", "GET", "127.0.0.1", "1.1", [pair, pair])


@pytest.mark.parametrize(
    "name",
    [
        *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
        *("x-forwarded", "x-forwarded-port", "x-forwarded-server", "x-forwarded-ssl"),
        *("x_forwarded_for", "x-original-forwarded-for", "forwarded-for", "x-forward-for"),
        *("x-real-ip", "x-client-ip", "client-ip", "x-cluster-client-ip", "true-client-ip"),
        *("cf-connecting-ip", "cf-ray", "cdn-loop", "fastly-client-ip", "fly-client-ip"),
        *("x-azure-clientip", "x-azure-socketip", "x-appengine-user-ip", "x-vercel-ip-country"),
        *("x-envoy-external-address", "x-envoy-peer-metadata", "x-proxyuser-ip", "proxy-client-ip"),
        *("wl-proxy-client-ip", "x-original-url", "x-rewrite-url", "x-original-host", "x-host"),
        *(
            "x-http-host-override",
            "x-originating-ip",
            "x-remote-ip",
            "x-remote-addr",
            "remote-addr",
        ),
        *("x-pixeltrack-edge", "cloudfront-viewer-address", "cloudfront-viewer-country"),
        *("x-amz-cf-id", "x-amzn-trace-id", "x-request-id", "x-b3-traceid", "traceparent"),
        *("x-varnish", "x-scheme", "x-url-scheme", "front-end-https", "x-ssl-client-verify"),
        *("proxy-connection", "proxy-authorization", "max-forwards", "x-arr-log-id", "x-anything"),
    ],
)
@pytest.mark.parametrize("value", ["", "127.0.0.1"])
def test_what_a_proxy_adds_gives_it_away(name: str, value: str) -> None:
    assert is_refused(
        *("/mailbox", "GET", "127.0.0.1", "1.1"),
        [(b"host", b"127.0.0.1:8082"), (name.encode(), value.encode())],
    )


def test_http_1_0_is_what_proxies_speak() -> None:
    assert refused(version="1.0")


class TestPages:
    def test_one_s_own_page_may_ask(self) -> None:
        assert not refused(sec_fetch_site="same-origin", sec_fetch_mode="cors")
        assert not refused(origin="http://127.0.0.1:8082", sec_fetch_site="same-origin")
        assert not refused(sec_fetch_site="none", sec_fetch_mode="navigate")

    @pytest.mark.parametrize("site", ["cross-site", "same-site", "", "odd", "none, none"])
    def test_a_page_of_another_origin_may_not(self, site: str) -> None:
        # Port 8081 of this machine is the same site, and another origin.
        for mode in ("no-cors", "cors", "websocket", "same-origin"):
            assert refused(sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest="empty")
        assert refused(sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe")
        assert refused(sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image")

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_it_may_open_one_in_a_tab(self, site: str) -> None:
        visit = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
        assert not refused(sec_fetch_site=site, **visit)
        assert refused(sec_fetch_site=site, method="POST", **visit)
        assert refused(sec_fetch_site=site, origin="null", **visit)

    @pytest.mark.parametrize(
        "origin",
        [
            *("null", "", "http://evil.example", "http://127.0.0.1:8081", "http://127.0.0.1"),
            *("https://127.0.0.1:8082", "http://127.0.0.1:8082.evil.example", "http://localhost"),
            *("http://127.0.0.1:8080/", "http://127.0.0.1:8080 http://evil.example", "file://"),
        ],
    )
    def test_an_origin_is_ours_to_the_letter(self, origin: str) -> None:
        for path in ("/mailbox", "/demo.json", "/metrics"):
            assert refused(path, origin=origin)

    @pytest.mark.parametrize("origin", [DASHBOARD, PUBLIC])
    def test_the_dashboard_reads_what_its_demo_needs(self, origin: str) -> None:
        for site in ("same-site", "cross-site"):
            assert not refused("/demo.json", origin=origin, sec_fetch_site=site)
            for path in ("/mailbox", "/mailbox/messages", "/metrics", "/status.json"):
                assert refused(path, origin=origin, sec_fetch_site=site)

    def test_origins_come_one_at_a_time(self) -> None:
        pairs = [(b"host", b"127.0.0.1:8082")] + 2 * [(b"origin", DASHBOARD.encode())]
        assert is_refused("/demo.json", "GET", "127.0.0.1", "1.1", pairs)


def test_a_browser_is_known_by_what_it_says() -> None:
    assert fetched([(b"host", b"a"), (b"user-agent", b"Mozilla")]) is None
    assert fetched([(b"origin", b"")]) == "origin"
    assert fetched([(b"sec-fetch-site", b"none")]) == "sec-fetch-site"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Stats.Example/a?b", "https://stats.example"),
        ("https://stats.example:443", "https://stats.example"),
        ("http://stats.example:443/", "http://stats.example:443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str) -> None:
    assert origin_of(address) == origin
