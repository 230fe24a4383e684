"""Who answers a request at which port: the product at one, what is for this machine at another."""

import logging
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.health import Health
from infra_cdk.local.emulator.invoke_api import InvokeApi
from infra_cdk.local.emulator.mailbox import Mailbox
from infra_cdk.local.emulator.metrics import CONTENT_TYPE
from infra_cdk.local.emulator.pages import Dashboard
from infra_cdk.local.emulator.signed import Signatures
from infra_cdk.local.emulator.sockets import Sockets
from infra_cdk.local.emulator.status import Status
from infra_cdk.local.emulator.web import NO_STORE, ExactRoute, problem

log = logging.getLogger(__name__)


DEMO = "/demo.json"
"""What the dashboard's origin may read at the local port: its demo page needs it."""


class App:
    """The ASGI app of the main port; `local_origin` is where the local port is, if there is one."""

    def __init__(
        self,
        *,
        gateway: Gateway,
        dashboard: Dashboard,
        sockets: Sockets,
        health: Health,
        local_origin: str | None,
    ) -> None:
        self._local_origin = local_origin
        self._gateway = gateway
        routes: list[BaseRoute] = [
            *sockets.routes(),
            *health.routes(),
            ExactRoute("/tracker.js", dashboard.tracker),
        ]
        if local_origin:
            routes.append(ExactRoute("/demo/local.json", self._where))
        self._router = Router(routes, redirect_slashes=False, default=dashboard)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or socket; the API's, most of all, without a look at other routes."""
        match, found = self._gateway.matches(scope)
        if match is Match.FULL:
            scope.update(found)
            await _served(self._gateway.handle, scope, receive, send)
        else:
            await _served(self._router, scope, receive, send)

    async def _where(self, _request: Request) -> Response:
        return JSONResponse({"origin": self._local_origin}, headers=NO_STORE)


class LocalApp:
    """The ASGI app of the local port, behind `LocalDoor`."""

    def __init__(
        self,
        *,
        invoke_api: InvokeApi,
        sockets: Sockets,
        signatures: Signatures,
        status: Status,
        mailbox: Mailbox,
        demo_file: Path,
    ) -> None:
        self._status = status
        self._demo_file = demo_file
        routes: Sequence[BaseRoute] = [
            ExactRoute(DEMO, self._demo),
            ExactRoute("/mailbox", mailbox.page),
            ExactRoute("/mailbox/messages", mailbox.messages),
            ExactRoute("/status.json", self._describe),
            ExactRoute("/metrics", self._metrics),
            sockets.management(signatures),
            *invoke_api.routes(),
        ]
        self._router = Router(routes, redirect_slashes=False, default=_nothing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await _served(self._router, scope, receive, send)

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


async def _served(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        await app(scope, receive, send)
    except ClientDisconnect:
        log.debug("a client left amid its request")


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await problem(404, "There is nothing at this address.")(scope, receive, send)
