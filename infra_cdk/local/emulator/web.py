"""What the emulator adds to Starlette: bounded bodies, problems, headers of every answer."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Match, Route
from starlette.types import Scope

from pixeltrack.api.protection import protection

NO_STORE = {"cache-control": "no-store"}
_SERVERS = frozenset(name.lower() for name in protection("anywhere"))


def every_answer(stage: str) -> list[tuple[str, str]]:
    """Return the headers that the server gives every answer, its own errors included."""
    return [(name.lower(), value) for name, value in protection(stage).items()]


def without_the_servers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers but for those that the server gives every answer."""
    return {name: value for name, value in headers.items() if not is_the_servers(name)}


def is_the_servers(name: str) -> bool:
    """Tell whether the server gives every answer this header."""
    return name.lower() in _SERVERS


class TooLarge(Exception):
    """A request body exceeds the limit."""


async def read_body(request: Request, most: int) -> bytes:
    """Return a request body of at most `most` bytes; raise `TooLarge` for a longer one.

    A client that disconnects before the end raises `ClientDisconnect`.
    """
    announced = next((v for n, v in request.scope["headers"] if n == b"content-length"), b"")
    if announced.isdigit() and int(announced) > most:
        raise TooLarge
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most:
            raise TooLarge
        if not message.get("more_body"):
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


class ExactRoute(Route):
    """A route that other methods skip, as in API Gateway, instead of a 405."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match method and path, or nothing."""
        match, child = super().matches(scope)
        return (match, child) if match is Match.FULL else (Match.NONE, {})
