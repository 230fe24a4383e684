"""The WebSocket API and its `@connections` management API, as API Gateway does them.

The function gets `$connect` (after the authorizer, which answers an IAM policy), each message as
`$default`, and `$disconnect`. Others send through `POST`, look through `GET` and end through
`DELETE /@connections/{id}`, signed; a connection that is gone answers 410.
"""

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from infra_cdk.local.emulator.functions import Invoker
from infra_cdk.local.emulator.invocation import ACCOUNT, REGION, Outcome
from infra_cdk.local.emulator.limits import MOST_MESSAGE_BYTES
from infra_cdk.local.emulator.payload import API_ID
from infra_cdk.local.emulator.signed import Signatures
from infra_cdk.local.emulator.web import TooLarge
from infra_cdk.local.signatures import SignatureRefused
from infra_cdk.topology import Socket, Topology

_MANAGEMENT = "/@connections/{id:path}"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
SERVICE = "execute-api"
WAIT_S = 5.0
_EVENT_TYPES = {"$connect": "CONNECT", "$disconnect": "DISCONNECT", "$default": "MESSAGE"}

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Connection:
    """An open connection; instants in epoch seconds."""

    id: str
    socket: WebSocket
    api: Socket
    connected_at: float
    last_active_at: float
    authorizer: Mapping[str, Any] | None = None


class Sockets:
    """The open connections of this host."""

    def __init__(self, topology: Topology, functions: Invoker) -> None:
        self._apis = {socket.path: socket for socket in topology.sockets}
        self._functions = functions
        self._open: dict[str, Connection] = {}

    def routes(self) -> list[BaseRoute]:
        """Return the APIs of the topology."""
        return [WebSocketRoute(path, self._serve) for path in self._apis]

    def management(self, signatures: Signatures) -> BaseRoute:
        """Return the route of their management API."""

        async def manage(request: Request) -> Response:
            try:
                body = await signatures.read(request, SERVICE, MOST_MESSAGE_BYTES)
            except SignatureRefused as refused:
                kind = {"x-amzn-errortype": refused.code}
                return JSONResponse({"message": str(refused)}, 403, kind)
            except TooLarge:
                kind = {"x-amzn-errortype": "PayloadTooLargeException"}
                return JSONResponse({"message": "Payload too large"}, 413, kind)
            return await self._manage(request, body)

        return Route(_MANAGEMENT, manage, methods=_METHODS)

    async def _serve(self, socket: WebSocket) -> None:
        """Serve one connection from its handshake to its end."""
        api = self._apis[socket.scope["path"]]
        now = time.time()
        connection = Connection(uuid.uuid4().hex, socket, api, now, now)
        if not await self._connects(connection):
            await socket.close()  # before it was accepted: 403
            return
        await socket.accept()
        self._open[connection.id] = connection
        code, reason = 1006, ""
        try:
            code, reason = await self._exchange(connection)
        finally:
            del self._open[connection.id]
            leaving = {"disconnectStatusCode": code, "disconnectReason": reason}
            await self._tell(connection, "$disconnect", leaving)

    async def _manage(self, request: Request, body: bytes) -> Response:
        connection = self._open.get(request.path_params["id"])
        if connection is None:
            return _gone()
        match request.method:
            case "POST":
                return await _post(connection, body)
            case "DELETE":
                await connection.socket.close()
                return Response(None, 204)
            case "GET" | "HEAD":
                return JSONResponse(_description(connection))
        return JSONResponse({"message": "Not Found"}, 404)

    async def _connects(self, connection: Connection) -> bool:
        if connection.api.authorizer:
            outcome = await self._invoke(connection.api.authorizer, _asking(connection))
            allowed, connection.authorizer = _policy(outcome)
            if not allowed:
                return False
        outcome = await self._tell(connection, "$connect", {})
        return outcome.is_done and _status(outcome) < 300

    async def _exchange(self, connection: Connection) -> tuple[int, str]:
        while True:
            message = await connection.socket.receive()
            if message["type"] == "websocket.disconnect":
                return message.get("code") or 1005, message.get("reason") or ""
            connection.last_active_at = time.time()
            data: bytes | None = message.get("bytes")
            text = (message.get("text") or "") if data is None else data.decode(errors="replace")
            outcome = await self._tell(
                connection, "$default", {"messageId": uuid.uuid4().hex}, body=text
            )
            if not outcome.is_done and connection.socket.client_state is WebSocketState.CONNECTED:
                context = {"message": "Internal server error", "connectionId": connection.id}
                await connection.socket.send_text(msgspec.json.encode(context).decode())

    async def _tell(
        self,
        connection: Connection,
        route: str,
        more: Mapping[str, Any],
        body: str | None = None,
    ) -> Outcome:
        event = socket_event(connection, route, more, body)
        outcome = await self._invoke(connection.api.function, event)
        if not outcome.is_done:
            log.warning("socket %s: %s", route, outcome.error_text())
        return outcome

    async def _invoke(self, function: str, event: Mapping[str, Any]) -> Outcome:
        return await self._functions.invoke(
            function,
            msgspec.json.encode(event),
            request_id=event["requestContext"]["requestId"],
            wait_s=WAIT_S,
        )


async def _post(connection: Connection, body: bytes) -> Response:
    try:
        await connection.socket.send_text(body.decode(errors="replace"))
    except (RuntimeError, WebSocketDisconnect):
        return _gone()
    return Response()


def _gone() -> Response:
    return JSONResponse({"message": "Gone"}, 410, {"x-amzn-errortype": "GoneException"})


def socket_event(
    connection: Connection, route: str, more: Mapping[str, Any], body: str | None = None
) -> dict[str, Any]:
    """Build the event of a WebSocket API; only a handshake carries headers and query.

    The headers of `$disconnect` are API Gateway's own.
    """
    now = datetime.now(UTC)
    headers = connection.socket.headers
    client = connection.socket.client
    request_id = str(uuid.uuid4())
    host = headers.get("host", "")
    event: dict[str, Any] = {
        "requestContext": {
            "routeKey": route,
            "eventType": _EVENT_TYPES[route],
            "extendedRequestId": request_id,
            "requestTime": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
            "messageDirection": "IN",
            "stage": "$default",
            "connectedAt": int(connection.connected_at * 1000),
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "identity": {
                "sourceIp": client.host if client else "",
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "domainName": host,
            "connectionId": connection.id,
            "apiId": API_ID,
            **more,
        },
        "isBase64Encoded": False,
    }
    if connection.authorizer is not None:
        event["requestContext"]["authorizer"] = dict(connection.authorizer)
    if body is not None:
        event["body"] = body
    if route == "$connect":
        event |= _handshake(connection.socket)
    elif route == "$disconnect":
        bare = {"Host": host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": ""}
        event["headers"] = bare
        event["multiValueHeaders"] = {name: [value] for name, value in bare.items()}
    return event


def _handshake(socket: WebSocket) -> dict[str, Any]:
    query = parse_qs(socket.scope["query_string"].decode("latin-1"), keep_blank_values=True)
    names = dict.fromkeys(socket.headers.keys())
    parts: dict[str, Any] = {
        "headers": {name: socket.headers.getlist(name)[-1] for name in names},
        "multiValueHeaders": {name: socket.headers.getlist(name) for name in names},
    }
    if query:
        parts["queryStringParameters"] = {name: values[-1] for name, values in query.items()}
        parts["multiValueQueryStringParameters"] = query
    return parts


def _asking(connection: Connection) -> dict[str, Any]:
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API_ID}/$default/$connect"
    return {"type": "REQUEST", "methodArn": arn, **socket_event(connection, "$connect", {})}


def _policy(outcome: Outcome) -> tuple[bool, dict[str, Any]]:
    """Read the authorizer's IAM policy: allowed when something allows and nothing denies."""
    if not outcome.is_done:
        log.warning("socket authorizer failed: %s", outcome.error_text())
        return False, {}
    try:
        answer = msgspec.json.decode(outcome.payload)
        statements = answer["policyDocument"]["Statement"]
        effects = {statement["Effect"] for statement in statements}
        context = {"principalId": answer["principalId"], **(answer.get("context") or {})}
    except (KeyError, TypeError):
        log.warning("socket authorizer answered something else than a policy")
        return False, {}
    return effects == {"Allow"}, context


def _status(outcome: Outcome) -> int:
    try:
        return int(msgspec.json.decode(outcome.payload)["statusCode"])
    except (KeyError, TypeError, ValueError):
        return 500


def _description(connection: Connection) -> dict[str, Any]:
    client = connection.socket.client
    return {
        "connectedAt": _iso(connection.connected_at),
        "lastActiveAt": _iso(connection.last_active_at),
        "identity": {
            "sourceIp": client.host if client else "",
            "userAgent": connection.socket.headers.get("user-agent", ""),
        },
    }


def _iso(instant: float) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"
