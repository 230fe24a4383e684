"""The HTTP runtime of every function behind the API: who may call, error responses, logs.

Denies by default: a route declares which scope it requires, that only users may call it, or that
it is public, and nothing of it runs, its validation included, before the caller is authorized.
A user's token outlives its log-in by minutes: it may still read, and nothing else. Every failure
becomes a problem with the request's id.
"""

import inspect
import json
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel

from pixeltrack.api import bodies, cors
from pixeltrack.api.problems import CONTENT_TYPE, ProblemDetails, problem_of
from pixeltrack.api.protection import protection
from pixeltrack.api.requests import USER, Caller, Request, caller_of
from pixeltrack.platform.deadline import DeadlineExceeded, deadline
from pixeltrack.platform.errors import NotFound, Unauthenticated
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.logs import logger
from pixeltrack.platform.metrics import Metrics
from pixeltrack.platform.settings import Api, Core, load

Handler = TypeVar("Handler", bound=Callable[..., Any])

MOST_BYTES = 6 * 1024 * 1024
"""Lambda's limit for a response, written as JSON, in which the body is escaped again."""

_MOST_GROWTH = 6
"""How many times longer a byte can become by that: a control character, as `\\u0001`."""

_REQUEST = "pixeltrack_request"
_encode = msgspec.json.Encoder().encode


class _Raised(Exception):
    """Carries a route's error out of the resolver, which would word some responses itself."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class AnswerTooLarge(Exception):
    """A response too large for Lambda: a route of ours returns too much."""


class HttpApi:
    """A Lambda handler made of routes.

    `resolver` describes the routes as OpenAPI; `scopes` holds by route key (`GET /api/v1/events`)
    the scope a caller needs, `USER` where a key will not do, or None for a public route.
    `is_live` tells whether a log-in of an account has not ended.
    """

    def __init__(
        self,
        function: str,
        *,
        is_live: Callable[[AccountId, str], bool],
        settings: Callable[[], Api] | None = None,
    ) -> None:
        self.resolver = APIGatewayHttpResolver(
            enable_validation=True,
            response_validation_error_http_code=500,
            serializer=lambda body: _encode(body).decode(),  # letters as they are, in UTF-8
        )
        self.resolver.exception_handler(Exception)(_carry)
        self.scopes: dict[str, str | None] = {}
        self._with_body: set[str] = set()
        self._function = function
        self._is_live = is_live
        self._settings = cache(settings or (lambda: load(Api)))
        self._protection = cache(lambda: protection(load(Core).stage))
        self._metrics = Metrics(function)

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

        Exactly one of `scope`, `user` (logged-in users only) and `public` is given. A function
        that declares a parameter as `Request` gets the request. `status` is that of success: with
        201 the function names what it created by `request.add_header("Location", …)`, with 204 it
        returns None. A function that returns the resolver's `Response` describes it by `texts`,
        the meaning of a body of each media type, and `headers`, those it may add. `problems`
        describes by status when the route refuses; `documentation` (summary, description, tags)
        goes into the OpenAPI document.
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
            add(self._with_request(function))
            return function

        return register

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Handle an HTTP API request (payload 2.0); every error becomes a problem."""
        started = time.perf_counter()
        request_id: str = event["requestContext"]["requestId"]
        headers = {"X-Request-Id": request_id, "Cache-Control": "no-store", **self._protection()}
        try:
            with deadline(context.get_remaining_time_in_millis()):
                headers |= self._cors(event)
                response = self._answer(event, context)
                response["headers"] = {**response.get("headers", {}), **headers}
                _check_size(response)
        except (Exception, DeadlineExceeded) as raised:  # noqa: BLE001 - the last resort
            error = raised.error if isinstance(raised, _Raised) else raised
            response = problem_of(error).response(request_id)
            response["headers"] |= headers
            self._note(error, request_id, response["statusCode"])
        self._record(event, response["statusCode"], (time.perf_counter() - started) * 1000)
        return response

    def _answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        key = event["routeKey"]
        if key not in self.scopes:
            raise NotFound
        if key.startswith("OPTIONS "):
            return {"statusCode": 204, "body": ""}
        caller = caller_of(event, self.scopes[key])
        self._check_log_in(key, caller)
        request = Request.of(event, caller)
        if key in self._with_body:
            bodies.check(event)
        self.resolver.context[_REQUEST] = request
        return _completed(self.resolver.resolve(event, context), request)

    def _check_log_in(self, key: str, caller: Caller | None) -> None:
        """Raise `Unauthenticated` for a token whose log-in has ended, unless it only reads.

        What belongs to the person alone is not merely read.
        """
        if caller is None or caller.log_in is None:
            return
        is_read = key.startswith("GET ") and self.scopes[key] != USER
        if not is_read and not self._is_live(caller.account, caller.log_in):
            raise Unauthenticated("invalid_token")

    def _with_request(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Pass a function its request, and hide that parameter from validation and description."""
        hints = get_type_hints(function, include_extras=True)
        name = next((name for name, kind in hints.items() if kind is Request), None)
        if name is None:
            return function

        def call(**values: Any) -> Any:
            return function(**values, **{name: self.resolver.context[_REQUEST]})

        call.__name__, call.__doc__ = function.__name__, function.__doc__
        signature = inspect.signature(function)
        kept = [
            parameter.replace(annotation=hints.get(parameter.name, parameter.annotation))
            for parameter in signature.parameters.values()
            if parameter.name != name
        ]
        shown = signature.replace(parameters=kept, return_annotation=hints["return"])
        call.__signature__ = shown  # type: ignore[attr-defined] # what inspect looks for
        return call

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
        """Write the request's one log line, and its metrics."""
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


def _completed(answer: dict[str, Any], request: Request) -> dict[str, Any]:
    """Add the route's own headers and cookies; a response without content has no body."""
    if answer["statusCode"] == 204:
        answer["body"] = ""
        answer["headers"] = {}
    answer["headers"] = {**answer.get("headers", {}), **request.answer_headers}
    if request.answer_cookies:
        answer["cookies"] = request.answer_cookies
    return answer


def _check_size(response: dict[str, Any]) -> None:
    """Raise `AnswerTooLarge`, or `UnicodeError`, for a response that Lambda would refuse."""
    if len(response.get("body", "").encode()) * _MOST_GROWTH < MOST_BYTES:
        return
    size = len(json.dumps(response, ensure_ascii=False).encode())  # as Lambda's runtime encodes it
    if size > MOST_BYTES:
        raise AnswerTooLarge(f"the answer has {size} bytes, of which Lambda takes {MOST_BYTES}")


def _is_model(kind: Any) -> bool:
    """Tell whether a parameter of this type is read from the body: a model, or one or None."""
    return any(isinstance(k, type) and issubclass(k, BaseModel) for k in (kind, *get_args(kind)))


def _texts(texts: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """Describe a response that is not JSON, and its optional headers."""
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
