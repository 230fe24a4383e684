"""Who answers a request: gateway routes first, then what exists on one machine only."""

import logging
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Router
from starlette.types import Receive, Scope, Send

from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.invoke_api import InvokeApi
from infra_cdk.local.emulator.mailbox import Mailbox
from infra_cdk.local.emulator.metrics import CONTENT_TYPE
from infra_cdk.local.emulator.pages import Dashboard
from infra_cdk.local.emulator.sockets import Sockets
from infra_cdk.local.emulator.status import Status
from infra_cdk.local.emulator.web import NO_STORE, ExactRoute, LocalRoute, problem

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
        self._status = status
        self._demo_file = demo_file
        routes: Sequence[BaseRoute] = [
            gateway,
            *sockets.routes(),
            ExactRoute("/health", self._health),
            LocalRoute("/demo.json", self._demo),
            LocalRoute("/mailbox", mailbox.page),
            LocalRoute("/mailbox/messages", mailbox.messages),
            LocalRoute("/status.json", self._describe),
            LocalRoute("/metrics", self._metrics),
            *invoke_api.routes(),
            ExactRoute("/tracker.js", dashboard.tracker),
        ]
        self._router = Router(routes, redirect_slashes=False, default=dashboard)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket."""
        try:
            await self._router(scope, receive, send)
        except ClientDisconnect:
            log.debug("a client left amid its request")

    async def _health(self, _request: Request) -> Response:
        waiting = self._status.waiting_for()
        answer = {"status": "waiting" if waiting else "ok", "waitingFor": waiting}
        return JSONResponse(answer, 503 if waiting else 200, NO_STORE)

    # What asks the brokers runs on a thread: Starlette gives one to a plain function.
    def _describe(self, _request: Request) -> Response:
        return JSONResponse(self._status.describe(), headers=NO_STORE)

    def _metrics(self, _request: Request) -> Response:
        return Response(self._status.metrics(), headers={"content-type": CONTENT_TYPE, **NO_STORE})

    async def _demo(self, _request: Request) -> Response:
        if not self._demo_file.is_file():
            return problem(404, "There is no demo site yet.")
        content = self._demo_file.read_bytes()
        return Response(content, headers=NO_STORE, media_type="application/json")
