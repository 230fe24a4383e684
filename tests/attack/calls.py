"""An example of every call of the OpenAPI document: what its parameters and fields are.

A value that is an `Own` is the caller's own thing of that kind, and others' ids are tried in its
place. `{}` in a text becomes another text each time. The document says what there is; where this
table lacks a call, a parameter or a field, the tests of tenancy fail and say so.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from infra_cdk.local.tools import openapi
from tests.attack.door import REFRESH
from tests.attack.people import SCOPES, Own, Person

DOCUMENT = openapi.document()
METHODS = ("get", "post", "put", "patch", "delete")


class Special(Enum):
    """Values that need more than a text."""

    LEFT_OUT = auto()
    """Not part of the example: it is no id, and works only after another call."""
    PASSWORD = auto()
    """The caller's password, which is no id."""
    RESET_TOKEN = auto()
    """The token of a mail to the caller, for a new password."""
    CONFIRMATION_TOKEN = auto()
    """The token of a mail to somebody who has just registered."""


@dataclass(frozen=True, slots=True)
class Call:
    """An example of a call, and the status that its owner gets.

    `sets_cookie` where the answer touches the refresh cookie, `with_cookie` where it needs one.
    `meant` are fields in which another's value is meant to do something.
    """

    status: int = 200
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    with_cookie: bool = False
    sets_cookie: bool = False
    meant: frozenset[str] = frozenset()

    @property
    def uses_up_a_token(self) -> bool:
        """Tell whether it takes a token from a mail."""
        values = (self.body or {}).values()
        return Special.RESET_TOKEN in values or Special.CONFIRMATION_TOKEN in values


_ADDRESS = "{}@pixeltrack.test"
_SITE = {"id": Own.SITE}
_SITE_FIELDS = {
    "url": "https://{}.example",
    "name": "Site {}",
    "timezone": "Europe/Moscow",
    "status": "active",
    "retentionDays": 400,
    "identity": "storage",
    "excludedIps": ["203.0.113.0/24"],
    "allowedDomains": ["example.com"],
    "excludeHosting": "all",
    "paceLimit": 60,
}
_EVENT = {
    "id": "{}",
    "siteId": Own.TRACKING_ID,
    "eventType": "pageview",
    "url": "/{}",
    "referrer": "https://example.org/",
    "title": "A page",
    "timestamp": "2026-11-22T10:00:00.000Z",
    "userId": Own.VISITOR,
    "screen": "1440x900",
    "touchPoints": 0,
    "language": "en",
    "timezone": "Europe/Moscow",
}
_RANGE = {
    "siteId": Own.SITE,
    "period": "custom",
    "from": "2026-11-01",
    "to": "2026-11-20",
    "timezone": "UTC",
    "filter": "page:contains:/a",
}

CALLS: dict[str, Call] = {
    "POST /track": Call(
        204,
        body={
            **_EVENT,
            "payload": {"plan": "pro"},
            # Members of a batch, of which one event stands for all.
            "events": Special.LEFT_OUT,
            "sentAt": Special.LEFT_OUT,
        },
    ),
    "GET /pixel.gif": Call(query={**_EVENT, "payload": '{"plan":"pro"}'}),
    "POST /auth/register": Call(
        201,
        body={
            "email": _ADDRESS,
            "password": Special.PASSWORD,
            "name": "Person {}",
            "language": "en",
            "invitation": Special.LEFT_OUT,
        },
        sets_cookie=True,
        meant=frozenset({"email"}),  # who registers must learn that the address has an account
    ),
    "POST /auth/login": Call(
        body={"email": Own.EMAIL, "password": Special.PASSWORD}, sets_cookie=True
    ),
    "POST /auth/refresh": Call(with_cookie=True, sets_cookie=True),
    "POST /auth/logout": Call(body={"everywhere": True}, with_cookie=True, sets_cookie=True),
    "GET /auth/me": Call(),
    "PATCH /auth/me": Call(
        body={
            "name": "Person {}",
            "language": "ru",
            "password": Special.PASSWORD,
            "currentPassword": Special.PASSWORD,
            "revokeKeys": False,
        },
        sets_cookie=True,
    ),
    "DELETE /auth/me": Call(204, body={"password": Special.PASSWORD}, sets_cookie=True),
    "POST /auth/me/confirmation": Call(),
    "POST /auth/invitations": Call(body={"email": _ADDRESS, "language": "en"}),
    "POST /auth/password/forgot": Call(
        body={"email": Own.EMAIL},
        meant=frozenset({"email"}),  # a mail goes there; that the answers are alike is test_doors'
    ),
    "POST /auth/password/reset": Call(
        body={"token": Special.RESET_TOKEN, "password": Special.PASSWORD, "revokeKeys": True}
    ),
    "POST /auth/confirm": Call(
        body={"token": Special.CONFIRMATION_TOKEN, "password": Special.PASSWORD}
    ),
    "GET /api/v1/events": Call(
        query={
            "siteId": Own.SITE,
            "limit": 10,
            "before": Own.FEED_PLACE,
            "eventType": "pageview",
        }
    ),
    "GET /api/v1/reports/summary": Call(query={**_RANGE, "compare": "previous"}),
    "GET /api/v1/reports/breakdown": Call(
        query={
            **_RANGE,
            "dimension": "page",
            "event": Special.LEFT_OUT,
            "goal": Own.GOAL,
            "search": "a",
            "limit": 10,
            "page": 1,
            "next": Special.LEFT_OUT,
        }
    ),
    "GET /api/v1/reports/bots": Call(
        query={name: value for name, value in _RANGE.items() if name != "filter"}
        | {"dimension": "page", "reason": "crawler", "limit": 10, "page": 1}
    ),
    "GET /api/v1/reports/quality": Call(
        query={name: value for name, value in _RANGE.items() if name != "filter"}
    ),
    "GET /api/v1/export": Call(
        query={
            **_RANGE,
            "dataset": "page",
            "event": Special.LEFT_OUT,
            "format": "csv",
            "bom": "true",
            "next": Special.LEFT_OUT,
        }
    ),
    "GET /api/v1/openapi.json": Call(),
    "GET /api/v1/sites": Call(),
    "POST /api/v1/sites": Call(201, body=_SITE_FIELDS),
    "GET /api/v1/sites/{id}": Call(path=_SITE),
    "PATCH /api/v1/sites/{id}": Call(path=_SITE, body=_SITE_FIELDS),
    "DELETE /api/v1/sites/{id}": Call(204, path=_SITE),
    "GET /api/v1/sites/{id}/snippet": Call(path=_SITE),
    "GET /api/v1/sites/{id}/goals": Call(path=_SITE),
    "POST /api/v1/sites/{id}/goals": Call(
        201, path=_SITE, body={"name": "Goal", "kind": "page", "pattern": "/{}/*"}
    ),
    "DELETE /api/v1/sites/{id}/goals/{goalId}": Call(204, path={**_SITE, "goalId": Own.GOAL}),
    "DELETE /api/v1/sites/{id}/visitors/{userId}": Call(202, path={**_SITE, "userId": Own.VISITOR}),
    "POST /api/v1/sites/{id}/erasures": Call(202, path=_SITE, body={"userId": Own.VISITOR}),
    "POST /api/v1/sites/{id}/audits": Call(202, path=_SITE),
    "GET /api/v1/jobs/{id}": Call(path={"id": Own.JOB}),
    "GET /api/v1/keys": Call(),
    "POST /api/v1/keys": Call(
        201, body={"name": "Key {}", "scopes": SCOPES, "currentPassword": Special.PASSWORD}
    ),
    "DELETE /api/v1/keys/{id}": Call(204, path={"id": Own.KEY}),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the document."""

    method: str
    path: str
    described: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Return the name under which the table has it."""
        return f"{self.method} {self.path}"

    @property
    def call(self) -> Call:
        """Return the table's example."""
        assert self.key in CALLS, f"{self.key} has no example: add it to {__name__}.CALLS"
        return CALLS[self.key]

    @property
    def required(self) -> set[str]:
        """Return the names of the fields without which its body is refused."""
        content = self.described.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        return set(_resolved(schema).get("required", ()))

    @property
    def is_closed(self) -> bool:
        """Tell whether it needs credentials."""
        return bool(self.described["security"])

    def named(self, place: str) -> set[str]:
        """Return the names of its parameters in `path` or `query`, or of its `body`'s fields."""
        if place != "body":
            return {p["name"] for p in self.described.get("parameters", ()) if p["in"] == place}
        content = self.described.get("requestBody", {}).get("content", {})
        return set().union(*(_fields(kind["schema"]) for kind in content.values()))


def operations() -> Iterator[Operation]:
    """Yield every call of the document but preflights."""
    for path, methods in DOCUMENT["paths"].items():
        for method, described in methods.items():
            if method in METHODS:
                yield Operation(method.upper(), path, described)


def missing(operation: Operation) -> list[str]:
    """Return what the table lacks of a call, in words."""
    if operation.key not in CALLS:
        return [f"{operation.key} has no example"]
    given = {
        "path": operation.call.path,
        "query": operation.call.query,
        "body": operation.call.body or {},
    }
    return [
        f"{operation.key} has no value for {name} in its {place}"
        for place, values in given.items()
        for name in sorted(operation.named(place) - set(values))
    ]


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _fields(schema: Mapping[str, Any]) -> set[str]:
    schema = _resolved(schema)
    parts = [*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())]
    parts += [schema["contentSchema"]] if "contentSchema" in schema else []
    return set(schema.get("properties", ())).union(*map(_fields, parts))


@dataclass(slots=True)
class Asked:
    """A request that is ready to be sent, all of whose parts may still be changed."""

    method: str
    template: str
    path: dict[str, Any]
    query: dict[str, Any]
    body: dict[str, Any] | None
    headers: dict[str, str]

    def place(self, where: str) -> dict[str, Any]:
        """Return the values in `path`, `query` or `body`."""
        return {"path": self.path, "query": self.query, "body": self.body or {}}[where]


def asked(
    operation: Operation, caller: Person, headers: Mapping[str, str], *, quick: bool = False
) -> Asked:
    """Return the example with the caller's own things in it; `quick` changes no password."""
    call = operation.call
    body = dict(call.body or {})
    if quick:
        kept = operation.required
        body = {k: v for k, v in body.items() if v is not Special.PASSWORD or k in kept}
    headers = dict(headers)
    if call.with_cookie:
        headers["Cookie"] = f"{REFRESH}={caller.log_in().cookie}"
    return Asked(
        operation.method,
        operation.path,
        _filled(call.path, caller),
        _filled(call.query, caller),
        None if call.body is None else _filled(body, caller),
        headers,
    )


def _filled(values: Mapping[str, Any], caller: Person) -> dict[str, Any]:
    return {
        name: value
        for name, sample in values.items()
        if (value := _value(sample, caller)) is not Special.LEFT_OUT
    }


def _value(sample: Any, caller: Person) -> Any:
    match sample:
        case Own():
            return caller.own(sample)
        case Special.PASSWORD:
            return caller.password
        case Special.RESET_TOKEN:
            return caller.secret("reset token", lambda: _reset_token(caller))
        case Special.CONFIRMATION_TOKEN:
            return caller.secret("confirmation token", lambda: _confirmation_token(caller))
        case str():
            return sample.replace("{}", secrets.token_hex(8))
        case _:
            return sample


def _reset_token(caller: Person) -> str:
    body = {"email": caller.own(Own.EMAIL)}
    assert caller.door.send("POST", "/auth/password/forgot", json=body).is_success
    return caller.door.mailed_token(caller.email, "/reset?token=")


def _confirmation_token(caller: Person) -> str:
    newcomer = Person(caller.door, is_confirmed=False)
    assert newcomer.session
    return caller.door.mailed_token(newcomer.email, "/confirm?token=")
