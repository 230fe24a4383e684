"""Errors as HTTP responses: one table from the error tree to RFC 9457 problem details."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from pydantic import BaseModel, Field

from pixeltrack.platform.deadline import DeadlineExceeded
from pixeltrack.platform.errors import (
    FieldError,
    Forbidden,
    LogInRefused,
    NotFound,
    Refused,
    Throttled,
    Unauthenticated,
    Unavailable,
)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

BAD_INPUT = {400: "A field is refused.", 413: "The body is too large.", 415: "Not JSON."}
TOO_OFTEN = {429: "Too many attempts; `Retry-After` says when to try again."}
BAD_PARAMETER = {400: "A parameter is refused."}
UNKNOWN_SITE = {404: "No such site, or not the caller's."}
"""When routes refuse, by status, in the words of the OpenAPI document."""

_encode = msgspec.json.Encoder().encode
_RETRY = {"Retry-After": str(RETRY_AFTER_S)}
_INPUT = "The request was refused; `errors` says why."
_KEY = "Log in, or send an API key as `Authorization: Bearer ptk_…`."
_CHALLENGE = 'Bearer realm="pixeltrack"'
_SOURCES = {"query", "path", "header", "cookie", "body"}


class ProblemField(BaseModel):
    """One refused field."""

    field: str = Field(description="Path of the field, such as `limit` or `events[3].url`.")
    message: str = Field(description="What is wrong with it.")


class ProblemDetails(BaseModel):
    """An error as RFC 9457 problem details."""

    type: str = Field(description="`about:blank`: the status says what kind of problem it is.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What happened here, for people.")
    request_id: str = Field(
        alias="requestId", description="Names the request in the logs; also in `X-Request-Id`."
    )
    errors: list[ProblemField] | None = Field(
        default=None, description="The refused fields; only where input was refused."
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is sent to the client."""

    status: int
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, request_id: str) -> dict[str, Any]:
        """Return the problem in the shape that a Lambda function returns to an HTTP API."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "requestId": request_id,
        }
        if self.errors:
            body["errors"] = self.errors
        return {
            "statusCode": self.status,
            "headers": {"Content-Type": CONTENT_TYPE, **self.headers},
            "body": _encode(body).decode(),
            "isBase64Encoded": False,
        }


def problem_of(error: BaseException) -> Problem:
    """Return the problem for an error; an error that is not in the table is a 500."""
    for kind, problem in _TABLE:
        if isinstance(error, kind):
            return problem(error)
    return Problem(500, "The fault is ours; the request id leads to it in the logs.")


def _challenge(error: Unauthenticated) -> str:
    """Return the challenge of RFC 6750 §3: a reason only where credentials were sent."""
    reason = str(error)
    return f'{_CHALLENGE}, error="{reason}"' if reason else _CHALLENGE


def _field_errors(error: RequestValidationError) -> tuple[FieldError, ...]:
    return tuple(
        FieldError("body" if e["type"] == "json_invalid" else _path(e["loc"]), e["msg"])
        for e in error.errors()
    )


def _path(location: tuple[str | int, ...]) -> str:
    """Return pydantic's location as a path: `("body", "events", 3, "url")` is `events[3].url`."""
    parts = location[1:] if location and location[0] in _SOURCES else location
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in parts)
    return text.removeprefix(".") or "body"


_TABLE: tuple[tuple[type[BaseException], Callable[[Any], Problem]], ...] = (
    (Refused, lambda e: Problem(e.status, _INPUT, e.errors)),
    (RequestValidationError, lambda e: Problem(400, _INPUT, _field_errors(e))),
    (RequestUnsupportedContentType, lambda _: Problem(415, "Send `application/json`.")),
    (LogInRefused, lambda e: Problem(401, str(e), headers={"WWW-Authenticate": _CHALLENGE})),
    (Unauthenticated, lambda e: Problem(401, _KEY, headers={"WWW-Authenticate": _challenge(e)})),
    (Forbidden, lambda e: Problem(403, str(e))),
    (NotFound, lambda _: Problem(404, "There is no such thing, or it is not yours to see.")),
    (Throttled, lambda e: Problem(429, str(e), headers={"Retry-After": str(e.retry_after_s)})),
    (Unavailable, lambda _: Problem(503, "A part of the system is away.", headers=_RETRY)),
    (DeadlineExceeded, lambda _: Problem(503, "It took too long.", headers=_RETRY)),
)
