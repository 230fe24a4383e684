"""The HTTP API: from a request to a function and back, as API Gateway does it."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from infra_cdk.local.host.asgi import Receive, Scope, Send, TooLarge, read_body, respond
from infra_cdk.local.host.authorizer import Gate, Invoker, Verdict
from infra_cdk.local.host.outcomes import Outcome
from infra_cdk.local.host.requests import request_event
from infra_cdk.local.host.responses import Response, gateway_message, response
from infra_cdk.local.host.routes import RouteTable
from infra_cdk.topology import Route, Topology

MOST_BODY_BYTES = 10 * 1024 * 1024
MOST_EVENT_BYTES = 6 * 1024 * 1024
WAIT_S = 5.0
"""How long a request waits for a free environment before it is throttled."""

_TOO_LARGE = gateway_message(413, "Request Entity Too Large")
_encode = msgspec.json.Encoder().encode

Observe = Callable[[str, int, float], None]


class Gateway:
    """Serves the routes of a topology; `observe` gets route key, status and milliseconds."""

    def __init__(self, topology: Topology, functions: Invoker, observe: Observe) -> None:
        self._routes = RouteTable(topology.routes)
        self._functions = functions
        self._observe = observe
        self._gate = Gate(topology.authorizer, functions) if topology.authorizer else None

    async def serves(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Serve a request that matches a route; return False, untouched, where none does."""
        matched = self._routes.match(scope["method"], scope["path"])
        if matched is None:
            return False
        began = time.perf_counter()
        route, parameters = matched
        try:
            body = await read_body(scope, receive, MOST_BODY_BYTES)
        except TooLarge:
            answer = _TOO_LARGE
        else:
            answer = await self._answer(route, request_event(scope, body, route.key, parameters))
        await respond(send, answer.status, answer.body, answer.headers)
        self._observe(route.key, answer.status, (time.perf_counter() - began) * 1000)
        return True

    async def _answer(self, route: Route, event: dict[str, Any]) -> Response:
        if not route.public and self._gate is not None:
            verdict = await self._gate.verdict(event)
            if verdict.refusal is not None:
                return verdict.refusal
            event["requestContext"]["authorizer"] = _as_lambda(verdict)
        encoded = _encode(event)
        if len(encoded) > MOST_EVENT_BYTES:
            return _TOO_LARGE
        outcome: Outcome = await self._functions.invoke(
            route.function,
            encoded,
            request_id=event["requestContext"]["requestId"],
            wait_s=WAIT_S,
        )
        return response(outcome)


def _as_lambda(verdict: Verdict) -> dict[str, Any]:
    return {"lambda": dict(verdict.context)}
