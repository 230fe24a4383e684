"""What a connection may cost: bytes and number of headers, time, bodies held, connections.

uvicorn bounds an idle connection and a WebSocket message itself; the rest is counted here, where
bytes arrive, so that nothing unread is kept. A client that exceeds a limit is told by a status
and shut out; what it goes on sending is read and thrown away for a moment, or the answer would
be lost with it.
"""

import asyncio
import math
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any, cast

import msgspec
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Response

from infra_cdk.local.emulator.authority import authority

MOST_MESSAGE_BYTES = 128 * 1024
"""API Gateway's limit for a message of a WebSocket."""

MOST_FRAMES = 1000
"""How many frames a message of a WebSocket may be cut into; empty ones count for no bytes."""

_LOOK_EVERY_S = 1.0
_RETRY_AFTER_S = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one port; bytes and seconds."""

    head_bytes: int = 80 * 1024
    """Request line and headers: `GET /pixel.gif` may carry an event of 64 KiB in its query."""
    headers: int = 100
    body_bytes: int = 11 * 1024 * 1024
    """A body with its framing; the gateway itself refuses more than 10 MiB of content."""
    held_bytes: int = 128 * 1024 * 1024
    """Bodies of all requests that are not answered yet."""
    connections: int = 1000
    head_s: float = 10.0
    """From the first byte of a request, or the connection, to the end of its headers."""
    body_s: float = 30.0
    answer_s: float = 60.0
    """How long a client may leave an answer unread that fills its connection."""
    idle_s: int = 15
    """Between two requests of a connection."""
    linger_s: float = 2.0
    """How long a connection that is being closed may take to take its last bytes."""


@dataclass(slots=True)
class _Port:
    """What all connections of a port share."""

    held: int = 0
    """Bytes of bodies that are not answered yet."""


class _Phase(Enum):
    HEAD = "head"
    BODY = "body"
    IDLE = "idle"


class _Exceeded(Exception):
    """A request is refused before anybody serves it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol within the limits of its port; made by `bounded`."""

    limits: Limits
    port: _Port

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._phase = _Phase.HEAD
        self._bytes = 0
        self._held_here = 0
        self._deadline = math.inf
        self._stalled_until = math.inf
        self._fault: _Exceeded | None = None
        self._is_refused = False
        self._is_ending = False
        self._watcher: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or tell one too many so."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._deadline = self.loop.time() + self.limits.head_s
        self._look()
        if len(self.connections) > 2 * self.limits.connections:
            self.transport.abort()
        elif len(self.connections) > self.limits.connections:
            self._refuse(_Exceeded(503, "Too Many Connections"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection and what was held for it."""
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; count it by what part of a request it belongs to."""
        if self._is_refused:
            return
        if self._phase is _Phase.IDLE:
            self._begin_head()
        self._bytes += len(data)
        super().data_received(data)
        limits = self.limits
        if self._phase is _Phase.HEAD:
            if self._bytes > limits.head_bytes:
                self._refuse(_head_too_large(limits))
        elif self._bytes > limits.body_bytes and self._phase is _Phase.BODY:
            self._refuse(_Exceeded(413, "Request Entity Too Large"))

    def send_400_response(self, msg: str) -> None:
        """Refuse what could not be parsed, or exceeded a limit while it was."""
        self._refuse(self._fault or _Exceeded(400, msg))

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection to uvicorn's WebSocket protocol, which has limits of its own."""
        self._forget()
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        """Begin a request, maybe behind another in the same bytes."""
        if self._phase is _Phase.IDLE:
            self._begin_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Serve a request whose headers are within bounds and name one host."""
        self._fault = self._fault_of_head()
        if self._fault is not None:
            raise self._fault
        self._phase, self._bytes = _Phase.BODY, 0
        self._deadline = self.loop.time() + self.limits.body_s
        super().on_headers_complete()
        # What follows a body in chunks comes as headers, too, and shall not be taken for any.
        self.headers = self.headers.copy()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body, while there is room for it."""
        if self.cycle.response_complete:
            return
        if self._held_here + len(body) > self.limits.body_bytes:
            self._fault = _Exceeded(413, "Request Entity Too Large")
        elif self.port.held + len(body) > self.limits.held_bytes:
            self._fault = _Exceeded(503, "Service Unavailable")
        if self._fault is not None:
            raise self._fault
        self.port.held += len(body)
        self._held_here += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End the time of a body."""
        self._phase, self._deadline = _Phase.IDLE, math.inf
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Give back the room of the body that is answered."""
        self._release()
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Begin the time within which a client must read."""
        self._stalled_until = self.loop.time() + self.limits.answer_s
        super().pause_writing()

    def resume_writing(self) -> None:
        """End that time."""
        self._stalled_until = math.inf
        super().resume_writing()

    def _begin_head(self) -> None:
        self._phase, self._bytes = _Phase.HEAD, 0
        self._deadline = self.loop.time() + self.limits.head_s

    def _fault_of_head(self) -> _Exceeded | None:
        if self._bytes > self.limits.head_bytes:  # or the body came with them
            size = len(self.url) + sum(len(n) + len(v) + 4 for n, v in self.headers)
            if size > self.limits.head_bytes:
                return _head_too_large(self.limits)
        if len(self.headers) > self.limits.headers:
            return _head_too_large(self.limits)
        if not self.url.startswith(b"/"):
            return _Exceeded(400, "The target of a request must be a path.")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) != 1 or authority(hosts[0]) is None:
            return _Exceeded(400, "Host must be sent once and be a name or address, and a port.")
        return None

    def _look(self) -> None:
        """End the connection if its time is up; otherwise look again in a moment."""
        now = self.loop.time()
        if self.transport.is_closing() and not self._is_ending:
            self._is_ending, self._deadline = True, now + self.limits.linger_s
        elif self._phase is _Phase.HEAD and self._is_serving() and not self._is_ending:
            self._deadline = now + self.limits.head_s  # the next request may wait for this one
        until = min(self._deadline, self._stalled_until)
        if now < until:
            pause_s = min(until - now, _LOOK_EVERY_S)
            self._watcher = self.loop.call_later(pause_s, self._look)
        elif self._is_ending or self._stalled_until <= now or self._is_unused():
            self.transport.abort()
        else:
            self._refuse(_Exceeded(408, "Request Timeout"))

    def _is_serving(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_unused(self) -> bool:
        return self._phase is _Phase.HEAD and not self._bytes

    def _refuse(self, fault: _Exceeded) -> None:
        """Take no more; answer in the place of whoever would have served the request."""
        if self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        self._unset_keepalive_if_required()
        is_answered = False
        if self.cycle is not None and self.cycle.response_complete:
            is_answered = self._phase is _Phase.BODY
        elif self.cycle is not None and self._phase is not _Phase.BODY:
            self.cycle.keep_alive = False  # the requests before this one are answered, then we end
            return
        elif self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        if not is_answered:
            self.transport.write(_answer(fault, self.server_state.default_headers))
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._linger()

    def _linger(self) -> None:
        """Read and throw away for a moment, so that the answer arrives; then end."""
        self._is_ending = True
        self._deadline = self._stalled_until = self.loop.time() + self.limits.linger_s
        if self._watcher is not None:
            self._watcher.cancel()
        self._look()

    def _forget(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            self._watcher = None
        self._release()

    def _release(self) -> None:
        if self._held_here:
            self.port.held -= self._held_here
            self._held_here = 0


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """uvicorn's protocol, which bounds the bytes of a message, with a bound of its frames.

    A handshake that is refused gets the headers of every answer, too.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._send_response = self.conn.send_response
        self.conn.send_response = self._answer  # type: ignore[method-assign]

    def handle_cont(self, event: Frame) -> None:
        """Take a piece of a message, or end a connection that sends too many."""
        if len(self.frames) < MOST_FRAMES:
            super().handle_cont(event)
        else:
            self.transport.abort()

    def _answer(self, response: Response) -> None:
        for name, value in self.default_headers:
            if name.decode() not in response.headers:
                response.headers[name.decode()] = value.decode("latin-1")
        self._send_response(response)


def bounded(limits: Limits) -> type[BoundedHttp]:
    """Return the protocol of one port."""
    return type("BoundedHttp", (BoundedHttp,), {"limits": limits, "port": _Port()})


def _head_too_large(limits: Limits) -> _Exceeded:
    text = f"Send at most {limits.headers} headers and {limits.head_bytes // 1024} KiB of them."
    return _Exceeded(431, text)


def _answer(fault: _Exceeded, headers: list[tuple[bytes, bytes]]) -> bytes:
    body = msgspec.json.encode({"message": fault.text})
    lines = [f"HTTP/1.1 {fault.status} {HTTPStatus(fault.status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    lines += [b"content-type: application/json", b"connection: close"]
    if fault.status == HTTPStatus.SERVICE_UNAVAILABLE:
        lines.append(b"retry-after: %d" % _RETRY_AFTER_S)
    return b"\r\n".join([*lines, b"content-length: %d" % len(body), b"", body])
