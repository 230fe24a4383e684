"""Who may pass: asks the Lambda authorizer (payload 2.0, simple answers), and remembers.

With identity sources, verdicts are kept by their values for the declared time; a request that
lacks one is refused without asking.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from infra_cdk.local.host.context import ACCOUNT, REGION
from infra_cdk.local.host.outcomes import Ending, Outcome
from infra_cdk.local.host.requests import API_ID
from infra_cdk.local.host.responses import Response, gateway_message
from infra_cdk.topology import Authorizer

MOST_VERDICTS = 10_000
WAIT_S = 5.0

log = logging.getLogger(__name__)


class Invoker(Protocol):
    """What invokes functions by name."""

    async def invoke(
        self,
        name: str,
        event: bytes,
        *,
        request_id: str | None = None,
        wait_s: float | None = None,
    ) -> Outcome:
        """Return how the invocation ended."""


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
        """Judge a request by its payload 2.0 event."""
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
