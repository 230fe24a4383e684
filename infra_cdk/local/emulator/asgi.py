"""The few words of ASGI that the host speaks."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

LOOPBACK_PEERS = frozenset({"127.0.0.1", "::1"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


class TooLarge(Exception):
    """A request body is longer than is taken."""


def header(scope: Scope, name: bytes) -> str:
    """Return a request header; empty when it is absent."""
    return next((v.decode("latin-1") for n, v in scope["headers"] if n == name), "")


def is_local(scope: Scope) -> bool:
    """Tell whether a program of this machine asks, by a name that no foreign page can claim.

    A page that rebinds its own name to 127.0.0.1 still sends that name as `Host`.
    """
    client = scope.get("client")
    host = header(scope, b"host")
    name = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return client is not None and client[0] in LOOPBACK_PEERS and name.lower() in LOOPBACK_HOSTS


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """Read a request body of at most `most` bytes, else raise `TooLarge`.

    A client that leaves before the end raises `ConnectionResetError`.
    """
    announced = header(scope, b"content-length")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    whole = bytearray(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("the client left amid its request")
        whole += message.get("body", b"")
        if len(whole) > most:
            raise TooLarge
    return bytes(whole)


async def respond(send: Send, status: int, body: bytes, headers: Headers = ()) -> None:
    """Send a whole response; statuses that have no body get none."""
    has_body = status >= 200 and status not in {204, 304}
    length = [(b"content-length", str(len(body)).encode())] if has_body else []
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": body if has_body else b""})


async def respond_json(send: Send, status: int, value: Any, headers: Headers = ()) -> None:
    """Send a JSON response."""
    kind = (b"content-type", b"application/json")
    await respond(send, status, msgspec.json.encode(value), [kind, *headers])


async def respond_problem(send: Send, status: int, detail: str, request_id: str) -> None:
    """Send a problem by RFC 9457, with the request's id."""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "requestId": request_id,
    }
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"x-request-id", request_id.encode()),
    ]
    await respond(send, status, msgspec.json.encode(problem), headers)
