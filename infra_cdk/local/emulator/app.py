"""Who answers a request: gateway routes first, then what exists on one machine only."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

from infra_cdk.local.emulator.asgi import (
    Receive,
    Scope,
    Send,
    is_local,
    respond,
    respond_json,
    respond_problem,
)
from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.invoke_api import PREFIX as INVOKE_PREFIX
from infra_cdk.local.emulator.invoke_api import InvokeApi
from infra_cdk.local.emulator.mailbox import Mailbox
from infra_cdk.local.emulator.pages import Dashboard
from infra_cdk.local.emulator.sockets import MANAGEMENT_PREFIX, Sockets
from infra_cdk.local.emulator.status import Status

_NO_STORE = (b"cache-control", b"no-store")

log = logging.getLogger(__name__)


class App:
    """The ASGI app of the main port."""

    def __init__(
        self,
        *,
        gateway: Gateway,
        dashboard: Dashboard,
        invoke_api: InvokeApi,
        sockets: Sockets,
        status: Status,
        mailbox: Mailbox,
        demo_file: Path,
    ) -> None:
        self._gateway = gateway
        self._dashboard = dashboard
        self._invoke_api = invoke_api
        self._sockets = sockets
        self._status = status
        self._demo_file = demo_file
        self._local: dict[str, Callable[[Send], Awaitable[None]]] = {
            "/demo.json": self._demo,
            "/mailbox": mailbox.page,
            "/mailbox/messages": mailbox.messages,
            "/status.json": self._describe,
            "/metrics": self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        if scope["type"] == "websocket":
            await self._sockets(scope, receive, send)
            return
        try:
            if not await self._gateway.serves(scope, receive, send):
                await self._serve_beside(scope, receive, send)
        except ConnectionResetError:
            log.debug("a client left amid its request")

    async def _serve_beside(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path == "/health":
            await self._health(send)
        elif is_local(scope) and path in self._local and scope["method"] in {"GET", "HEAD"}:
            await self._local[path](send)
        elif is_local(scope) and path.startswith(INVOKE_PREFIX):
            await self._invoke_api(scope, receive, send)
        elif is_local(scope) and path.startswith(MANAGEMENT_PREFIX):
            await self._sockets.manage(scope, receive, send)
        elif not await self._dashboard.serves(scope, receive, send):
            await respond_problem(send, 404, "There is nothing at this address.", _new_id())

    async def _health(self, send: Send) -> None:
        waiting = self._status.waiting_for()
        answer = {"status": "waiting" if waiting else "ok", "waitingFor": waiting}
        await respond_json(send, 503 if waiting else 200, answer, [_NO_STORE])

    async def _describe(self, send: Send) -> None:
        answer = await asyncio.to_thread(self._status.describe)
        await respond_json(send, 200, answer, [_NO_STORE])

    async def _metrics(self, send: Send) -> None:
        kind = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")
        text = await asyncio.to_thread(self._status.metrics_text)
        await respond(send, 200, text.encode(), [kind, _NO_STORE])

    async def _demo(self, send: Send) -> None:
        if not self._demo_file.is_file():
            await respond_problem(send, 404, "There is no demo site yet.", _new_id())
            return
        kind = (b"content-type", b"application/json")
        await respond(send, 200, self._demo_file.read_bytes(), [kind, _NO_STORE])


def _new_id() -> str:
    return str(uuid.uuid4())
