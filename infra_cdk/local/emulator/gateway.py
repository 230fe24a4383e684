"""The HTTP API, as in API Gateway: route, authorizer, function, response.

With identity sources, verdicts are cached by their values for the declared time; a request that
lacks one is refused without a call.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, compile_path
from starlette.types import Receive, Scope, Send

from infra_cdk.local.emulator.functions import Invoker
from infra_cdk.local.emulator.invocation import ACCOUNT, REGION, Ending
from infra_cdk.local.emulator.payload import API_ID, gateway_message, request_event, response
from infra_cdk.local.emulator.probes import Disks
from infra_cdk.local.emulator.web import NO_STORE, TooLarge, problem, read_body
from infra_cdk.topology import Authorizer, Method, Need, Route, Topology

MOST_BODY_BYTES = 10 * 1024 * 1024
MOST_EVENT_BYTES = 6 * 1024 * 1024
MOST_VERDICTS = 10_000
FULL_RETRY_AFTER_S = 30
WAIT_S = 5.0
"""How long a request waits for a free environment before it is throttled."""

_NO_PARAMETERS: Mapping[str, str] = {}
_TOO_LARGE = gateway_message(413, "Request Entity Too Large")
RETRY_AFTER_S = 1
_encode = msgspec.json.Encoder().encode

Observe = Callable[[str, int, float], None]
"""Takes the route key, status and milliseconds of a request."""

log = logging.getLogger(__name__)


class RouteTable:
    """The routes of a topology by method and path; a fixed path goes before a pattern."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._fixed: dict[tuple[str, str], Route] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], Route]]] = {}
        for route in sorted(routes, key=lambda r: r.path.count("{")):
            method = str(route.method)
            if "{" in route.path:
                pattern, *_ = compile_path(route.path)
                self._patterns.setdefault(method, []).append((pattern, route))
            else:
                self._fixed[method, route.path] = route

    def match(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """Return the route and its path parameters, or None: API Gateway's `$default`."""
        route = self._fixed.get((method, path))
        if route is not None:
            return route, _NO_PARAMETERS
        for pattern, candidate in self._patterns.get(method, ()):
            found = pattern.fullmatch(path)
            if found:
                return candidate, found.groupdict()
        return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Let through with a context for the function, or refused with a response."""

    context: Mapping[str, Any] = field(default_factory=dict)
    refusal: Response | None = None


class _Simple(msgspec.Struct, rename="camel"):
    is_authorized: bool
    context: dict[str, Any] | None = None


_UNAUTHORIZED = Verdict(refusal=gateway_message(401, "Unauthorized"))
_FORBIDDEN = Verdict(refusal=gateway_message(403, "Forbidden"))
_BROKEN = Verdict(refusal=gateway_message(500, "Internal Server Error"))
_AWAY = Verdict(refusal=gateway_message(503, "Service Unavailable"))


class Gate:
    """The authorizer in front of all routes that are not public."""

    def __init__(
        self,
        authorizer: Authorizer,
        functions: Invoker,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._authorizer = authorizer
        self._functions = functions
        self._now = now
        self._verdicts: dict[tuple[str, ...], tuple[float, Verdict]] = {}

    async def verdict(self, event: Mapping[str, Any]) -> Verdict:
        """Return the verdict on a request by its payload 2.0 event."""
        sources = [_value(event, source) for source in self._authorizer.identity_sources]
        if not all(sources):
            return _UNAUTHORIZED
        key = tuple(sources)
        if self._authorizer.ttl_s:
            until, known = self._verdicts.get(key, (0.0, None))
            if known is not None and self._now() < until:
                return known
        verdict, is_answer = await self._ask(event, sources)
        if self._authorizer.ttl_s and is_answer:
            self._verdicts.pop(key, None)
            while len(self._verdicts) >= MOST_VERDICTS:
                del self._verdicts[next(iter(self._verdicts))]
            self._verdicts[key] = (self._now() + self._authorizer.ttl_s, verdict)
        return verdict

    async def _ask(self, event: Mapping[str, Any], sources: list[str]) -> tuple[Verdict, bool]:
        outcome = await self._functions.invoke(
            self._authorizer.function,
            msgspec.json.encode(authorizer_event(event, sources)),
            request_id=event["requestContext"]["requestId"],
            wait_s=WAIT_S,
        )
        if not outcome.is_done:
            log.warning("authorizer failed: %s", outcome.error_text())
            return (_BROKEN if outcome.ending is Ending.ERROR else _AWAY), False
        try:
            answer = msgspec.json.decode(outcome.payload, type=_Simple)
        except msgspec.ValidationError:
            log.warning("authorizer answered something else than isAuthorized and context")
            return _BROKEN, False
        return (Verdict(answer.context or {}) if answer.is_authorized else _FORBIDDEN), True


def authorizer_event(event: Mapping[str, Any], sources: list[str]) -> dict[str, Any]:
    """Build the authorizer's REQUEST event from the integration's."""
    context = event["requestContext"]
    http = context["http"]
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API_ID}/$default/{http['method']}{http['path']}"
    kept = (
        "version",
        "routeKey",
        "rawPath",
        "rawQueryString",
        "cookies",
        "headers",
        "queryStringParameters",
        "pathParameters",
        "requestContext",
    )
    return {
        "type": "REQUEST",
        "routeArn": arn,
        "identitySource": sources or None,
        **{name: event[name] for name in kept if name in event},
    }


def _value(event: Mapping[str, Any], source: str) -> str:
    """Evaluate `$request.header.x`, `$request.querystring.x` or `$context.x`; empty: absent."""
    place, _, name = source.rpartition(".")
    match place:
        case "$request.header":
            found = event["headers"].get(name.lower())
        case "$request.querystring":
            found = event.get("queryStringParameters", {}).get(name)
        case "$context":
            found = event["requestContext"].get(name)
        case _:
            raise ValueError(f"unknown identity source {source}")
    return str(found or "")


def _full(origin: str | None) -> Response:
    """Refuse an event before it is written anywhere; a page of any origin may read that."""
    answer = problem(503, "There is no room to store events. Try again later.")
    answer.headers.update({"retry-after": str(FULL_RETRY_AFTER_S), **NO_STORE})
    if origin:
        answer.headers["access-control-allow-origin"] = origin
        answer.headers["access-control-allow-credentials"] = "true"
        answer.headers["vary"] = "Origin"
    return answer


class Gateway(BaseRoute):
    """Serves the routes of a topology; `observe` is told of every request.

    What would write to the broker is refused while `disks` have no room for it.
    """

    def __init__(
        self,
        topology: Topology,
        functions: Invoker,
        observe: Observe,
        disks: Disks | None = None,
    ) -> None:
        self._routes = RouteTable(topology.routes)
        self._functions = functions
        self._observe = observe
        self._disks = disks
        self._writing = frozenset(f.name for f in topology.functions if Need.KAFKA in f.needs)
        self._bounded = {f.name for f in topology.functions if f.most_waiting is not None}
        self._gate = Gate(topology.authorizer, functions) if topology.authorizer else None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the route that a request takes."""
        if scope["type"] != "http":
            return Match.NONE, {}
        found = self._routes.match(scope["method"], scope["path"])
        return (Match.NONE, {}) if found is None else (Match.FULL, {"gateway": found})

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request of the route that was found."""
        began = time.perf_counter()
        route, parameters = scope["gateway"]
        try:
            body = await read_body(Request(scope, receive), MOST_BODY_BYTES)
        except TooLarge:
            answer = _TOO_LARGE
        else:
            answer = await self._answer(route, request_event(scope, body, route.key, parameters))
        await answer(scope, receive, send)
        self._observe(route.key, answer.status_code, (time.perf_counter() - began) * 1000)

    def _would_fill(self, route: Route) -> bool:
        """Tell whether a route writes to the broker while its disk has no room."""
        return (
            self._disks is not None
            and self._disks.refuses
            and route.function in self._writing
            and route.method is not Method.OPTIONS
        )

    async def _answer(self, route: Route, event: dict[str, Any]) -> Response:
        if self._would_fill(route):
            return _full(event["headers"].get("origin"))
        caller = None
        if not route.public and self._gate is not None:
            verdict = await self._gate.verdict(event)
            if verdict.refusal is not None:
                return verdict.refusal
            event["requestContext"]["authorizer"] = {"lambda": dict(verdict.context)}
            caller = verdict.context.get("account")
        encoded = _encode(event)
        if len(encoded) > MOST_EVENT_BYTES:
            return _TOO_LARGE
        outcome = await self._functions.invoke(
            route.function,
            encoded,
            request_id=event["requestContext"]["requestId"],
            wait_s=WAIT_S,
            caller=caller,
        )
        if outcome.ending is Ending.THROTTLED and route.function in self._bounded:
            refusal = problem(429, "Too many people at once; try again in a moment.")
            refusal.headers["retry-after"] = str(RETRY_AFTER_S)
            return refusal
        return response(outcome)
