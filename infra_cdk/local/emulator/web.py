"""What the emulator adds to Starlette: bounded bodies, problems, routes for this machine alone."""

import uuid
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import Scope

LOOPBACK_PEERS = frozenset({"127.0.0.1", "::1"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
NO_STORE = {"cache-control": "no-store"}


class TooLarge(Exception):
    """A request body exceeds the limit."""


async def read_body(request: Request, most: int) -> bytes:
    """Return a request body of at most `most` bytes; raise `TooLarge` for a longer one.

    A client that disconnects before the end raises `ClientDisconnect`.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge
    return bytes(body)


def problem(status: int, detail: str) -> JSONResponse:
    """Return a problem as in RFC 9457, with an id for the request."""
    request_id = str(uuid.uuid4())
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "requestId": request_id,
    }
    headers = {"x-request-id": request_id}
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def is_local(scope: Scope) -> bool:
    """Tell whether a program on this machine sent it, under a name that no foreign page can claim.

    A page that rebinds its own name to 127.0.0.1 still sends that name as `Host`.
    """
    client = scope.get("client")
    host = next((value.decode("latin-1") for n, value in scope["headers"] if n == b"host"), "")
    name = host[: host.index("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return client is not None and client[0] in LOOPBACK_PEERS and name.lower() in LOOPBACK_HOSTS


class ExactRoute(Route):
    """A route that other methods skip, as in API Gateway, instead of a 405."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match method and path, or nothing."""
        match, child = super().matches(scope)
        return (match, child) if match is Match.FULL else (Match.NONE, {})


class LocalRoute(ExactRoute):
    """A route for programs on this machine only."""

    def matches(self, scope: Scope) -> tuple[Match, Any]:
        """Match where `is_local` says so."""
        return super().matches(scope) if is_local(scope) else (Match.NONE, {})
