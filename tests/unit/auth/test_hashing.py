"""Which function hashes passwords: never the one that renews log-ins and shows accounts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from functions.auth.cookies import RefreshCookie
from functions.auth.handler import build
from infra_cdk.topology import TOPOLOGY, Route
from pixeltrack.accounts.keys import Scope
from tests.fakes.gateway import Context, http_event
from tests.unit.accounts.conftest import CLIENT, PASSWORD, Town

EMAIL, NEW = "ann@example.com", "anotherpassword1"
ROUTES = [
    route
    for route in TOPOLOGY.routes
    if TOPOLOGY.function(route.function).folder == "auth" and route.method != "OPTIONS"
]
HASHING = {
    "POST /auth/register",
    "POST /auth/login",
    "PATCH /auth/me",
    "DELETE /auth/me",
    "POST /auth/password/reset",
    "POST /auth/confirm",
    "POST /api/v1/keys",
}


@dataclass
class Door:
    """The handler over fakes, and what each call of it hashed."""

    town: Town = field(default_factory=Town)

    def __post_init__(self) -> None:
        self.opened = self.town.confirmed()
        auth: Any = SimpleNamespace(
            sessions=self.town.sessions,
            registrar=self.town.registrar,
            recovery=self.town.recovery,
            profile=self.town.profile,
            keys=self.town.issuing,
            cookie=RefreshCookie("https://stats.example"),
            client=lambda _request: CLIENT,
        )
        self._handler = build(lambda: auth)

    def call(self, route: Route, body: dict[str, Any], **headers: str) -> tuple[int, int]:
        """Return the status and how many passwords were hashed or checked."""
        before = self.hashed
        verdict = {
            "kind": "user",
            "account": self.opened.account.id,
            "scopes": "*",
            "logIn": self.town.family(self.opened),
        }
        event = http_event(
            route.key,
            path=route.path.replace("{id}", "a-key"),
            verdict=None if route.public else verdict,
            body=json.dumps(body),
            headers=headers,
        )
        event["cookies"] = [f"pixeltrack_refresh={self.opened.refresh_token}"]
        return self._handler(event, Context())["statusCode"], self.hashed - before

    @property
    def hashed(self) -> int:
        return self.town.hasher.made + len(self.town.hasher.checked)


def bodies(door: Door, key: str) -> Iterator[dict[str, Any]]:
    """Yield a body that the route takes."""
    whole = {"email": EMAIL, "password": PASSWORD}
    match key:
        case "POST /auth/register":
            yield {"email": "bob@example.com", "password": PASSWORD}
        case "PATCH /auth/me":
            yield {"name": "Ann"}
            yield {"password": NEW, "currentPassword": PASSWORD}
        case "POST /auth/password/reset":
            door.town.recovery.forgot(EMAIL, CLIENT)
            yield {"token": door.town.link(), "password": NEW}
        case "POST /auth/confirm":
            door.town.register("bob@example.com")
            yield {"token": door.town.link(), "password": NEW}
        case "POST /api/v1/keys":
            yield {"name": "A key", "scopes": [Scope.EVENTS_READ], "currentPassword": PASSWORD}
        case _:
            yield whole


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_what_hashes_is_served_by_a_function_of_its_own(route: Route) -> None:
    door = Door()
    answers = [door.call(route, body) for body in bodies(door, route.key)]
    assert any(hashed for _, hashed in answers) is (route.key in HASHING), answers
    assert all(status < 300 or route.path.endswith("{id}") for status, _ in answers), answers
    assert (route.function == "passwords") is (route.key in HASHING)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_no_route_that_uses_the_cookie_serves_a_page_that_hides_its_origin(route: Route) -> None:
    if not route.public or "password/" in route.path:
        return
    for site in ("cross-site", "same-site"):
        door = Door()
        for body in bodies(door, route.key):
            assert door.call(route, body, **{"sec-fetch-site": site})[0] == 403
        assert door.town.sessions.is_live(door.opened.account.id, door.town.family(door.opened))
