"""Every route that is not public, with every token that is none."""

import base64
import json
import re
import time
import uuid
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest

from infra_cdk.local.trial import Trial
from infra_cdk.topology import TOPOLOGY, Route
from pixeltrack.accounts.access_tokens import AUDIENCE, ISSUER

CLOSED = [route for route in TOPOLOGY.routes if not route.public]
KINDS = ("absent", "forged", "expired", "wrong audience", "unknown key", "alg none", "nonsense")


@pytest.fixture(scope="module")
def tokens(host: Trial, person: Any) -> dict[str, str]:
    """A token that is believed, and some that differ from it in one respect."""
    kid, _, secret = host.environ["PIXELTRACK_JWT_KEYS"].partition(",")[0].partition(":")
    now = int(time.time())
    live = jwt.decode(person.token, options={"verify_signature": False})["sid"]
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": person.id, "sid": live, "iat": now - 60}
    claims |= {"exp": now + 600}

    def signed(key: str = secret, name: str = kid, **changes: Any) -> str:
        return jwt.encode(claims | changes, key, "HS256", headers={"kid": name})

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return {
        "good": signed(),
        "forged": signed("f" * 64),
        "expired": signed(exp=now - 1),
        "wrong audience": signed(aud="another-api"),
        "unknown key": signed(name="another"),
        "alg none": f"{part({'alg': 'none', 'kid': kid, 'typ': 'JWT'})}.{part(claims)}.",
        "nonsense": "nonsense",
    }


def call(api: Any, route: Route, token: str | None) -> Any:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return api.request(route.method, route.path.replace("{id}", str(uuid.uuid4())), headers=headers)


def test_the_good_token_is_believed(api: Any, tokens: dict[str, str], person: Any) -> None:
    headers = {"Authorization": f"Bearer {tokens['good']}"}
    assert api.request("GET", "/auth/me", headers=headers).json()["id"] == person.id


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.key)
def test_no_closed_route_opens(api: Any, tokens: dict[str, str], route: Route, kind: str) -> None:
    answer = call(api, route, tokens.get(kind))
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["requestId"] == answer.headers["X-Request-Id"]
    challenge = 'Bearer realm="pixeltrack"'
    expected = challenge if kind == "absent" else f'{challenge}, error="invalid_token"'
    assert answer.headers["WWW-Authenticate"] == expected


@pytest.mark.parametrize(
    "route", [r for r in CLOSED if r.path.startswith("/auth/")], ids=lambda route: route.key
)
def test_no_key_opens_what_is_a_persons_own(api: Any, host: Trial, route: Route) -> None:
    assert call(api, route, host.demo.api_key).status_code == 403


ODD = ["%00", "a%00b", "%ff%fe", "%ed%a0%80", "..%2f..", "%2e%2e", "%252e", "a" * 5000, "%0d%0aX:1"]
BY_ID = [route for route in CLOSED if "{" in route.path]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12])
@pytest.mark.parametrize("route", BY_ID, ids=lambda route: route.key)
def test_whatever_stands_for_an_id_is_no_fault_of_ours(
    host: Trial, person: Any, route: Route, odd: str
) -> None:
    path = re.sub(r"\{\w+\}", odd, route.path)
    address = urlsplit(host.origin)
    connection = HTTPConnection(address.netloc, timeout=20)  # sends the path as it is
    connection.request(route.method, path, headers=person.bearer)
    answer = connection.getresponse()
    assert 400 <= answer.status < 500
    connection.close()
