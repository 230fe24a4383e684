"""The HTTP runtime of every function behind the API: who may call, what errors look like, logs.

Denies by default: a route says which scope it asks for, that only users may call it, or that it
is public, and nothing of it runs, its validation included, before the caller has shown as much.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints
from urllib.parse import parse_qsl, urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel

from pixeltrack.api import bodies, cors
from pixeltrack.api.problems import CONTENT_TYPE, ProblemDetails, problem_of
from pixeltrack.platform.deadline import DeadlineExceeded, deadline
from pixeltrack.platform.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.logs import logger
from pixeltrack.platform.metrics import Metrics
from pixeltrack.platform.settings import Api, load

Handler = TypeVar("Handler", bound=Callable[..., Any])

USER = "user"
"""In the place of a scope: only a logged-in user may call, no API key."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the authorizer found out; a logged-in user has every scope."""

    account: AccountId
    scopes: frozenset[str]
    is_user: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a route may ask of the request beside its parameters; header names in lower case."""

    peer: str
    headers: Mapping[str, str]
    cookies: Sequence[str]
    path: str = ""
    query: str = ""

    def next_page(self, position: str) -> str:
        """Return the address, without the origin, of this request's page at a position."""
        pairs = parse_qsl(self.query, keep_blank_values=True, errors="replace")
        kept = [pair for pair in pairs if pair[0] != "next"]
        return f"{self.path}?{urlencode([*kept, ('next', position)])}"

    def values(self, name: str) -> list[str]:
        """Return every value of a query parameter, whole: the resolver would cut at commas."""
        pairs = parse_qsl(self.query, keep_blank_values=True, errors="replace")
        return [value for key, value in pairs if key == name]

    def cookie(self, name: str) -> str | None:
        """Return the value of the first cookie of that name, or None."""
        found = (c.partition("=") for c in self.cookies)
        return next((value for key, _, value in found if key.strip() == name), None)


class _Raised(Exception):
    """Takes a route's error out of the resolver, which would answer some in its own words."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class HttpApi:
    """A Lambda handler made of routes.

    `resolver` describes the routes as OpenAPI; `scopes` holds by route key (`GET /api/v1/events`)
    the scope a caller needs, `USER` where a key will not do, or None for a public route.
    """

    def __init__(self, function: str, *, settings: Callable[[], Api] | None = None) -> None:
        self.resolver = APIGatewayHttpResolver(
            enable_validation=True, response_validation_error_http_code=500
        )
        self.resolver.exception_handler(Exception)(_carry)
        self.scopes: dict[str, str | None] = {}
        self._with_body: set[str] = set()
        self._function = function
        self._settings = cache(settings or (lambda: load(Api)))
        self._metrics = Metrics(function)
        self._caller: Caller | None = None
        self._request = Request("", {}, ())
        self._headers: dict[str, str] = {}
        self._cookies: list[str] = []

    @property
    def request(self) -> Request:
        """Return the request that is being served."""
        return self._request

    def add_header(self, name: str, value: str) -> None:
        """Give the answer a header; one of a refusal says nothing of it."""
        self._headers[name] = value

    def add_cookie(self, cookie: str) -> None:
        """Give the answer a cookie, as `Set-Cookie` has it."""
        self._cookies.append(cookie)

    @property
    def caller(self) -> Caller:
        """Return who calls; raises `Unauthenticated` on a public route without an identity."""
        if self._caller is None:
            raise Unauthenticated
        return self._caller

    def route(
        self,
        method: str,
        path: str,
        *,
        scope: str | None = None,
        user: bool = False,
        public: bool = False,
        status: int = 200,
        texts: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        problems: Mapping[int, str],
        **documentation: Any,
    ) -> Callable[[Handler], Handler]:
        """Add a route: `{name}` in the path is a parameter.

        Exactly one of `scope`, `user` (logged-in users only) and `public` is given. `status` is
        that of success: with 201 the route names what it made by `add_header("Location", …)`,
        with 204 it answers None. A route that answers the resolver's `Response` describes it by
        `texts`, what a body of each media type is, and `headers`, those it may add. `problems`
        says by status when the route refuses;
        `documentation` (summary, description, tags) goes into the OpenAPI document.
        """
        if [scope is not None, user, public].count(True) != 1:
            raise ValueError(f"{method} {path} needs either a scope, user=True or public=True")
        self.scopes[f"{method} {path}"] = USER if user else scope
        self.scopes[f"OPTIONS {path}"] = None

        def register(function: Handler) -> Handler:
            hints = get_type_hints(function)
            answer = hints.pop("return")
            if any(_is_model(kind) for kind in hints.values()):
                self._with_body.add(f"{method} {path}")
            success: dict[str, Any] = {"description": "Success", "content": {}}
            if texts is not None:
                success |= _texts(texts, headers or {})
            elif status != 204:
                success["content"]["application/json"] = {"model": answer}
            responses: dict[int, Any] = {status: success}
            for refusal, when in sorted(problems.items()):
                content = {CONTENT_TYPE: {"model": ProblemDetails}}
                responses[refusal] = {"description": when, "content": content}
            rule = path.replace("{", "<").replace("}", ">")
            security: list[dict[str, list[str]]] = [] if public else [{"bearer": []}]
            add = self.resolver.route(
                rule,
                method,
                status_code=status,
                responses=responses,
                openapi_extensions={"security": security},
                **documentation,
            )
            add(function)
            return function

        return register

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Return an HTTP API request (payload 2.0); every error becomes a problem."""
        started = time.perf_counter()
        request_id: str = event["requestContext"]["requestId"]
        try:
            with deadline(context.get_remaining_time_in_millis()):
                response = self._answer(event, context)
        except (Exception, DeadlineExceeded) as raised:  # noqa: BLE001 - the last resort
            error = raised.error if isinstance(raised, _Raised) else raised
            response = problem_of(error).response(request_id)
            self._note(error, request_id, response["statusCode"])
        response["headers"] = {
            **response.get("headers", {}),
            **self._cors(event),
            "X-Request-Id": request_id,
            "Cache-Control": "no-store",
        }
        self._record(event, response["statusCode"], (time.perf_counter() - started) * 1000)
        return response

    def _answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        key = event["routeKey"]
        if key not in self.scopes:
            raise NotFound
        if key.startswith("OPTIONS "):
            return {"statusCode": 204, "body": ""}
        self._caller = _caller(event, self.scopes[key])
        peer = event["requestContext"]["http"]["sourceIp"]
        self._request = Request(
            peer,
            event["headers"],
            event.get("cookies", ()),
            event["rawPath"],
            event.get("rawQueryString", ""),
        )
        self._headers, self._cookies = {}, []
        if key in self._with_body:
            bodies.check(event)
        answer = self.resolver.resolve(event, context)
        return self._completed(answer)

    def _completed(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Add the route's own headers and cookies; an answer without content has no body."""
        if answer["statusCode"] == 204:
            answer["body"] = ""
            answer["headers"] = {}
        answer["headers"] = {**answer.get("headers", {}), **self._headers}
        if self._cookies:
            answer["cookies"] = self._cookies
        return answer

    def _cors(self, event: dict[str, Any]) -> dict[str, str]:
        origin = event["headers"].get("origin")
        headers = cors.answer_headers(self._settings().allowed_origins, origin)
        method, _, path = event["routeKey"].partition(" ")
        if method == "OPTIONS":
            methods = [key.partition(" ")[0] for key in self.scopes if key.endswith(f" {path}")]
            headers |= cors.preflight_headers(headers, methods)
        return headers

    def _note(self, error: BaseException, request_id: str, status: int) -> None:
        log = logger(self._function)
        if status == 500:
            log.error("request failed", request_id=request_id, exc_info=error)
        elif status == 503:
            log.warning("request given up", request_id=request_id, reason=repr(error))

    def _record(self, event: dict[str, Any], status: int, duration_ms: float) -> None:
        """Write the request's one line: log and metrics."""
        context, key = event["requestContext"], event["routeKey"]
        labels: dict[str, str] = {
            "route": key if key in self.scopes else "$default",
            "status": str(status),
        }
        self._metrics.count("requests", 1, **labels)
        self._metrics.duration("duration_ms", duration_ms, **labels)
        self._metrics.flush(
            level="INFO",
            message="request",
            method=context["http"]["method"],
            request_id=context["requestId"],
        )


def _is_model(kind: Any) -> bool:
    """Tell whether a parameter of this type is read from the body: a model, or one or None."""
    return any(isinstance(k, type) and issubclass(k, BaseModel) for k in (kind, *get_args(kind)))


def _texts(texts: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """Describe an answer that is not JSON, and its optional headers."""
    text = {"type": "string"}
    return {
        "content": {kind: {"schema": text | {"description": t}} for kind, t in texts.items()},
        "headers": {n: {"description": about, "schema": text} for n, about in headers.items()},
    }


def _carry(error: Exception) -> None:
    """Raise an error past the resolver, which hands its own `NotFoundError` in here twice."""
    if isinstance(error, _Raised):
        raise error
    raise _Raised(NotFound() if isinstance(error, NotFoundError) else error)


def _caller(event: dict[str, Any], scope: str | None) -> Caller | None:
    """Read the authorizer's verdict; raises unless it allows `scope`, or None is asked for."""
    if scope is None:
        return None
    verdict = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    match verdict.get("kind"):
        case "key":
            caller = Caller(verdict["account"], frozenset(verdict["scopes"].split()))
        case "user":
            return Caller(verdict["account"], frozenset({"*"}), is_user=True)
        case "unavailable":
            raise Unavailable("the authorizer could not ask its store")
        case "invalid":
            raise Unauthenticated("invalid_token")
        case _:
            raise Unauthenticated
    if scope == USER:
        raise Forbidden("This needs a logged-in user; an API key cannot do it.")
    if scope not in caller.scopes:
        raise Forbidden(f"This needs a key with the scope {scope}.")
    return caller
