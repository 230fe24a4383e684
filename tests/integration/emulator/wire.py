"""Speaks HTTP by hand: sends bytes as they are, and reads what comes back."""

import contextlib
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

WITHIN_S = 20.0


@dataclass(frozen=True)
class Answer:
    """What came back on one connection, and whether the other side closed it."""

    data: bytes
    is_closed: bool
    seconds: float

    @property
    def status(self) -> int:
        """The status of the first answer; 0 where there was none."""
        return int(self.data.split(b" ", 2)[1]) if self.data.startswith(b"HTTP/1.1 ") else 0

    @property
    def headers(self) -> dict[str, str]:
        head = self.data.partition(b"\r\n\r\n")[0].decode("latin-1")
        pairs = [line.partition(": ") for line in head.split("\r\n")[1:]]
        names = [name.lower() for name, _, _ in pairs]
        assert len(set(names) - {"set-cookie"}) == len([n for n in names if n != "set-cookie"])
        return {name.lower(): value for name, _, value in pairs}

    @property
    def body(self) -> bytes:
        return self.data.partition(b"\r\n\r\n")[2]


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) as connection:
        yield connection


def request(port: int, target: str = "/fast", *lines: str, method: str = "GET") -> bytes:
    """Write a request for a port under its own name, with more header lines."""
    head = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]
    return "\r\n".join(head).encode("latin-1")


def exchange(port: int, *pieces: bytes, until: bytes | None = None) -> Answer:
    """Send pieces and read until the other side closes, or `until` was seen."""
    with connected(port) as connection:
        for piece in pieces:
            # What is shut out may be so before it said everything.
            with contextlib.suppress(ConnectionError):
                connection.sendall(piece)
        return received(connection, until)


def received(connection: socket.socket, until: bytes | None = None) -> Answer:
    began, data, is_closed = time.monotonic(), b"", False
    while until is None or until not in data:
        try:
            piece = connection.recv(65_536)
        except ConnectionError:
            piece = b""
        if not piece:
            is_closed = True
            break
        data += piece
    return Answer(data, is_closed, time.monotonic() - began)


def pour(connection: socket.socket, piece: bytes, most: int) -> int:
    """Send a piece again and again; return how many bytes until the other side shut us out.

    Fail where it has not after `most` bytes or the time of any test.
    """
    sent, until = 0, time.monotonic() + WITHIN_S
    with contextlib.suppress(ConnectionError):
        while sent < most and time.monotonic() < until:
            sent += connection.send(piece)
            select.select((), (), (), 0.02 if len(piece) < 100 else 0)
        raise AssertionError(f"{sent} bytes were taken")
    return sent


def drip(port: int, first: bytes, more: bytes) -> Answer:
    """Send a beginning, then the same again and again until there is an answer."""
    began = time.monotonic()
    with connected(port) as connection:
        connection.sendall(first)
        while not select.select((connection,), (), (), 0.05)[0]:
            assert time.monotonic() < began + WITHIN_S, "it went on for ever"
            connection.sendall(more)
        data = connection.recv(65_536)
        return Answer(data, not data, time.monotonic() - began)
