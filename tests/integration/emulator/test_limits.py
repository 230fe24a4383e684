"""What a connection may cost, at each port, tried by hand."""

import contextlib
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from infra_cdk.local.emulator.limits import MOST_FRAMES, MOST_MESSAGE_BYTES, Limits
from tests.integration.emulator import wire
from tests.integration.emulator.conftest import SampleHost, eventually, sample_host

LIMITS = Limits(
    head_bytes=8192,
    headers=20,
    body_bytes=100_000,
    held_bytes=150_000,
    connections=12,
    head_s=1.0,
    body_s=1.5,
    answer_s=1.5,
    idle_s=1,
    linger_s=0.5,
)
SOON_S = 15.0
"""The limits in seconds, with a generous margin for a busy machine."""


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleHost]:
    folder = tmp_path_factory.mktemp("bounded")
    (folder / "frontend" / "shop").mkdir(parents=True)
    (folder / "frontend" / "shop" / "index.html").write_text("shop")
    (folder / "frontend" / "index.html").write_text("dashboard")
    (folder / "frontend" / "large.js").write_text("x" * 30_000_000)
    limits = {name: getattr(LIMITS, name) for name in LIMITS.__dataclass_fields__}
    with sample_host(folder, {}, limits=limits) as host:
        yield host


@pytest.fixture(params=["main", "shop", "local"])
def port(request: pytest.FixtureRequest, bounded: SampleHost) -> int:
    return {
        "main": bounded.port,
        "shop": bounded.shop_port,
        "local": bounded.local_port,
    }[request.param]


def get(port: int, *lines: str, target: str = "/") -> bytes:
    return wire.request(port, target, "Connection: close", *lines)


def post(port: int, length: int | str, target: str = "/echo") -> bytes:
    return wire.request(
        port, target, "Connection: close", f"Content-Length: {length}", method="POST"
    )


def is_served(port: int) -> bool:
    return wire.exchange(port, get(port)).status in {200, 404}


def shut_out(answer: wire.Answer, status: int) -> None:
    assert answer.status == status
    assert answer.headers["connection"] == "close"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.body) == int(answer.headers["content-length"])
    assert (answer.headers.get("retry-after", "").isdecimal()) is (status == 503)


def _peak_bytes(process: Path) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
    assert found
    return int(found[1]) * 1024


class TestHead:
    def test_one_within_bounds_is_served(self, port: int) -> None:
        lines = [f"Accept-Language: {'x' * 350}", "Dnt: 1", *["Cookie: a"] * 14]
        assert wire.exchange(port, get(port, *lines)).status in {200, 404}

    @pytest.mark.parametrize("size", [8200, 100_000, 2_000_000])
    def test_a_large_one_is_431(self, port: int, size: int) -> None:
        shut_out(wire.exchange(port, get(port, f"Cookie: {'x' * size}")), 431)
        shut_out(wire.exchange(port, get(port, f"{'x' * size}: a")), 431)
        shut_out(wire.exchange(port, get(port, target=f"/{'x' * size}")), 431)

    def test_forty_eight_mebibytes_are_not_kept(self, port: int, bounded: SampleHost) -> None:
        process = Path(f"/proc/{bounded.process.pid}")
        (process / "clear_refs").write_text("5")  # the peak begins anew
        before = _peak_bytes(process)
        first = wire.request(port)[:-2] + b"Cookie: "
        shut_out(wire.exchange(port, first, *[b"x" * 1024 * 1024] * 48), 431)
        assert _peak_bytes(process) < before + 8 * 1024 * 1024

    @pytest.mark.parametrize("count", [21, 1000])
    def test_many_headers_are_431(self, port: int, count: int) -> None:
        shut_out(wire.exchange(port, get(port, *["A: b"] * count)), 431)

    def test_one_that_does_not_end_is_408(self, port: int) -> None:
        answer = wire.exchange(port, wire.request(port)[:-2])
        shut_out(answer, 408)
        assert answer.seconds < SOON_S

    def test_one_that_drips_is_408(self, port: int) -> None:
        answer = wire.drip(port, wire.request(port)[:-2], b"C: a\r\n")
        shut_out(answer, 408)
        assert answer.seconds < SOON_S

    @pytest.mark.parametrize("first", [b"", b"\r\n", b"\r\n\r\n\r\n"])
    def test_a_connection_without_a_request_is_closed(self, port: int, first: bytes) -> None:
        answer = wire.exchange(port, first)
        assert answer.is_closed
        assert answer.seconds < SOON_S

    def test_so_is_one_between_requests(self, port: int) -> None:
        answer = wire.exchange(port, wire.request(port, "/"))
        assert answer.status in {200, 404}
        assert answer.is_closed
        assert answer.seconds < SOON_S

    def test_empty_lines_between_requests_keep_nothing_open(self, port: int) -> None:
        with wire.connected(port) as connection:
            connection.sendall(wire.request(port, "/none.js"))
            wire.received(connection, b"\r\n\r\n")
            wire.pour(connection, b"\r\n", 10_000)

    def test_a_request_that_began_too_early_waits_for_the_one_before(
        self, bounded: SampleHost
    ) -> None:
        order = '{"sleep_s":2.5,"return":{"a":1}}'  # longer than a head may take
        first = wire.request(bounded.port, f"/slow?do={quote(order)}", "Authorization: let me in")
        with wire.connected(bounded.port) as connection:
            connection.sendall(first + b"\r\nGET /fast HT")
            assert wire.received(connection, b"}").status == 200
            connection.sendall(b"TP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert wire.received(connection).status == 204

    @pytest.mark.parametrize(
        "bad",
        [
            b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
            b"\x00\x01\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 40 + b"\r\n",
            b"GET / HTTP/1.1\r\nCookie: " + b"x" * 20_000,
        ],
    )
    @pytest.mark.parametrize("at_once", [True, False])
    def test_a_request_is_answered_though_the_next_is_refused(
        self, bounded: SampleHost, bad: bytes, at_once: bool
    ) -> None:
        order = quote('{"sleep_s":0.3,"return":{"a":1}}')
        first = wire.request(bounded.port, f"/slow?do={order}", "Authorization: let me in")
        answer = wire.exchange(bounded.port, *([first + bad] if at_once else [first, bad]))
        assert (answer.status, answer.body) == (200, b'{"a": 1}')
        assert answer.is_closed


class TestBody:
    def test_one_within_bounds_is_served(self, bounded: SampleHost) -> None:
        sent = post(bounded.port, 90_000)
        assert wire.exchange(bounded.port, sent, b"x" * 90_000).status == 200

    def test_a_large_one_is_413(self, bounded: SampleHost) -> None:
        sent = post(bounded.port, 400_000)
        shut_out(wire.exchange(bounded.port, sent, *[b"x" * 40_000] * 10), 413)

    def test_so_is_a_large_one_in_small_chunks(self, bounded: SampleHost) -> None:
        head = wire.request(bounded.port, "/echo", "Transfer-Encoding: chunked", method="POST")
        shut_out(wire.exchange(bounded.port, head, *[b"1\r\nx\r\n" * 5000] * 10), 413)

    def test_one_that_nobody_reads_is_not_taken_either(self, port: int) -> None:
        head = wire.request(port, "/none.js", "Content-Length: 100000000", method="POST")
        answer = wire.exchange(port, head, *[b"x" * 40_000] * 20)
        assert answer.status in {404, 405, 413}
        assert answer.data.count(b"HTTP/1.1") == 1
        assert answer.is_closed

    @pytest.mark.parametrize("first", [b"", b"x" * 100])
    def test_one_that_does_not_end_is_408(self, bounded: SampleHost, first: bytes) -> None:
        answer = wire.exchange(bounded.port, post(bounded.port, 1000) + first)
        shut_out(answer, 408)
        assert answer.seconds < SOON_S

    def test_one_that_drips_is_408(self, bounded: SampleHost) -> None:
        answer = wire.drip(bounded.port, post(bounded.port, 1_000_000), b"x")
        shut_out(answer, 408)
        assert answer.seconds < SOON_S

    def test_one_that_nobody_reads_and_drips_is_ended(self, port: int) -> None:
        head = wire.request(port, "/none.js", "Content-Length: 1000000", method="POST")
        with wire.connected(port) as connection:
            connection.sendall(head)
            assert wire.received(connection, b"\r\n\r\n").status in {404, 405}
            wire.pour(connection, b"x", 10_000)

    def test_bodies_of_all_are_bounded_together(self, bounded: SampleHost) -> None:
        one, other = post(bounded.port, 90_000), post(bounded.port, 90_000)
        with wire.connected(bounded.port) as first:
            first.sendall(one + b"x" * 89_999)
            told = eventually(lambda: _refused(bounded.port, other + b"x" * 90_000))
            shut_out(told[0], 503)
            first.sendall(b"x")
            assert wire.received(first).status == 200
        assert wire.exchange(bounded.port, other, b"x" * 90_000).status == 200

    def test_what_follows_a_body_is_no_header(self, bounded: SampleHost) -> None:
        head = wire.request(
            bounded.port,
            "/echo",
            *("Transfer-Encoding: chunked", "Trailer: X-Forwarded-For", "Connection: close"),
            method="POST",
        )
        trailers = b"0\r\nX-Forwarded-For: 192.0.2.1\r\nHost: evil.example\r\n\r\n"
        answer = wire.exchange(bounded.port, head + b"1\r\nx\r\n" + trailers)
        assert answer.status == 200
        assert b"192.0.2.1" not in answer.body
        assert b"evil.example" not in answer.body


def _refused(port: int, sent: bytes) -> list[wire.Answer]:
    answer = wire.exchange(port, sent)
    return [answer] if answer.status == 503 else []


class TestConnections:
    def test_one_too_many_is_told_so_and_the_next_is_served(self, port: int) -> None:
        eventually(lambda: is_served(port))
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(LIMITS.connections)]
        try:
            told = eventually(lambda: _refused(port, get(port)))
            shut_out(told[0], 503)
        finally:
            for connection in held:
                connection.close()
        eventually(lambda: is_served(port))

    def test_hundreds_do_not_stay(self, port: int) -> None:
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
        try:
            eventually(lambda: is_served(port), within_s=SOON_S)
        finally:
            for connection in held:
                connection.close()

    def test_an_answer_that_is_not_read_is_given_up(self, bounded: SampleHost) -> None:
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", bounded.port))
            connection.sendall(get(bounded.port, target="/large.js"))
            client = f"{connection.getsockname()[1]:04X}"
            is_there = _connections_of(bounded.port)
            eventually(lambda: client in is_there())
            eventually(lambda: client not in is_there(), within_s=SOON_S)


def _connections_of(port: int) -> Callable[[], str]:
    """Return what lists the clients of a port whose connections the host holds open."""
    wanted = re.compile(rf"\d+: 0100007F:{port:04X} 0100007F:([0-9A-F]{{4}}) 01 ")
    return lambda: " ".join(wanted.findall(Path("/proc/net/tcp").read_text()))


class TestTarget:
    @pytest.mark.parametrize(
        "hosts",
        [
            *([], [""], [" "], ["[::1"], ["127.0.0.1:8080.evil.example"], ["user@127.0.0.1"]),
            *(["127.0.0.1:99999"], ["[::1%25lo]:80"], ["127.1"], ["0x7f.1"], ["2130706433"]),
            *(["127.0.0.1", "127.0.0.1"], ["127.0.0.1", "evil.example"], ["a b"], ["a,b"]),
        ],
    )
    def test_a_host_that_is_none_is_400(self, port: int, hosts: list[str]) -> None:
        lines = "".join(f"Host: {host}\r\n" for host in hosts)
        shut_out(wire.exchange(port, f"GET / HTTP/1.1\r\n{lines}\r\n".encode()), 400)

    @pytest.mark.parametrize(
        "target", ["http://evil.example/", "*", "evil.example:80", "x", "?a", "//[::1", "/\u00e9"]
    )
    def test_a_target_that_is_no_path_is_no_fault_of_ours(self, port: int, target: str) -> None:
        answer = wire.exchange(port, get(port, target=target))
        assert 400 <= answer.status < 500
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("sent", [b"\x00\x01\x02\x03\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01"])
    def test_what_is_no_http_is_400(self, port: int, sent: bytes) -> None:
        shut_out(wire.exchange(port, sent + b"\r\n\r\n"), 400)


class TestSockets:
    @pytest.mark.parametrize(
        ("target", "lines", "status"),
        [
            ("/live?ticket=bad", ["Host: localhost"], 403),
            ("/nowhere", ["Host: localhost"], 403),
            ("/live?ticket=good", ["Host: [::1"], 400),
            ("/live?ticket=good", [], 400),
            ("/live?ticket=good", ["Host: localhost", "Sec-WebSocket-Key: a"], 400),
        ],
    )
    def test_one_that_is_refused_is_an_answer_like_any(
        self, bounded: SampleHost, target: str, lines: list[str], status: int
    ) -> None:
        upgrade = [
            *("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        ]
        sent = "\r\n".join([f"GET {target} HTTP/1.1", *lines, *upgrade, "", ""]).encode()
        answer = wire.exchange(bounded.port, sent)
        assert answer.status == status
        assert answer.headers["x-content-type-options"] == "nosniff"

    def address(self, host: SampleHost) -> str:
        return f"ws://127.0.0.1:{host.port}/live?ticket=good"

    def test_a_message_within_bounds_arrives(self, bounded: SampleHost) -> None:
        before = len(bounded.seen("live"))
        with connect(self.address(bounded)) as socket:
            socket.send("x" * MOST_MESSAGE_BYTES)
            eventually(lambda: len(bounded.seen("live")) >= before + 2)

    @pytest.mark.parametrize("size", [MOST_MESSAGE_BYTES + 1, 20_000_000])
    def test_a_large_message_ends_the_connection(self, bounded: SampleHost, size: int) -> None:
        with connect(self.address(bounded)) as socket:
            with contextlib.suppress(ConnectionClosed):
                socket.send("x" * size)
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=SOON_S)
            assert socket.close_code in {1006, 1009}

    def test_so_does_one_in_many_frames(self, bounded: SampleHost) -> None:
        with connect(self.address(bounded)) as socket:
            with contextlib.suppress(ConnectionClosed):
                socket.send("" for _ in range(MOST_FRAMES + 2))
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=SOON_S)

    def test_one_stays_open_though_no_request_may_take_so_long(self, bounded: SampleHost) -> None:
        with connect(self.address(bounded)) as socket:
            opened = time.monotonic()
            before = len(bounded.seen("live"))
            eventually(lambda: time.monotonic() > opened + LIMITS.body_s + 1)
            socket.send("still here")
            eventually(lambda: len(bounded.seen("live")) > before)
