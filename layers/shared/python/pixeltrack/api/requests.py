"""A request as a route function sees it: the caller, the input, and extra response headers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pixeltrack.platform.errors import Forbidden, Unauthenticated, Unavailable
from pixeltrack.platform.identifiers import AccountId

USER = "user"
"""In the place of a scope: only a logged-in user may call, no API key."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, according to the authorizer; a logged-in user has every scope.

    `log_in` is the log-in of a user's token, None for an API key.
    """

    account: AccountId
    scopes: frozenset[str]
    log_in: str | None = None


@dataclass(slots=True)
class Request:
    """One request, and headers and cookies of its response; header names are in lower case."""

    peer: str
    headers: Mapping[str, str]
    cookies: Sequence[str]
    path: str = ""
    query: str = ""
    known_caller: Caller | None = None
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer_cookies: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, event: Mapping[str, Any], caller: Caller | None) -> "Request":
        """Read an HTTP API request (payload 2.0)."""
        return cls(
            event["requestContext"]["http"]["sourceIp"],
            event["headers"],
            event.get("cookies", ()),
            event["rawPath"],
            event.get("rawQueryString", ""),
            caller,
        )

    @property
    def caller(self) -> Caller:
        """Return who is calling. Raise `Unauthenticated` on a public route, which has no caller."""
        if self.known_caller is None:
            raise Unauthenticated
        return self.known_caller

    def values(self, name: str) -> list[str]:
        """Return every value of a query parameter, whole: the resolver would split at commas."""
        return [value for key, value in self._pairs() if key == name]

    def cookie(self, name: str) -> str | None:
        """Return the value of the first cookie of that name, or None."""
        found = (c.partition("=") for c in self.cookies)
        return next((value for key, _, value in found if key.strip() == name), None)

    def next_page(self, position: str) -> str:
        """Return this request's address, without the origin, for the page at a position."""
        kept = [pair for pair in self._pairs() if pair[0] != "next"]
        return f"{self.path}?{urlencode([*kept, ('next', position)])}"

    def add_header(self, name: str, value: str) -> None:
        """Add a header to the response; a refusal is sent without it."""
        self.answer_headers[name] = value

    def add_cookie(self, cookie: str) -> None:
        """Add a cookie to the response, written as in `Set-Cookie`; a refusal goes without it."""
        self.answer_cookies.append(cookie)

    def _pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True, errors="replace")


def caller_of(event: Mapping[str, Any], scope: str | None) -> Caller | None:
    """Read the authorizer's verdict. Raise unless it allows `scope`; None allows anybody."""
    if scope is None:
        return None
    verdict = event["requestContext"].get("authorizer", {}).get("lambda") or {}
    match verdict.get("kind"):
        case "key":
            caller = Caller(verdict["account"], frozenset(verdict["scopes"].split()))
        case "user":
            return Caller(verdict["account"], frozenset({"*"}), verdict.get("logIn", ""))
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
