"""`GET /api/v1/events` and the door before it: every refusal, and the feed of a real event."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from infra_cdk.local.trial import Trial
from infra_cdk.topology import TOPOLOGY
from pixeltrack.accounts.keys import api_key, key_hash, key_prefix
from pixeltrack.platform.identifiers import new_event_id, tracking_id

EVENTS = "/api/v1/events"
CLOSED = [route for route in TOPOLOGY.routes if not route.public]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def key(host: Trial) -> Callable[..., str]:
    """Make API keys of the demo account: `key(scopes=…, revoked=…)`."""

    def make(scopes: tuple[str, ...] = ("events:read",), *, revoked: bool = False) -> str:
        text = api_key(secrets.token_bytes(32))
        statement = (
            "insert into api_keys (account_id, name, prefix, hash, scopes, revoked_at)"
            " select id, 'A test', %s, %s, %s, case when %s then now() end"
            " from accounts where email = %s"
        )
        values = (key_prefix(text), key_hash(text), list(scopes), revoked, host.demo.email)
        with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
            assert connection.execute(statement, values).rowcount == 1
        return text

    return make


@pytest.fixture(scope="module")
def foreign_site(host: Trial) -> str:
    """The id of a site that belongs to somebody else."""
    statement = (
        "with a as (insert into accounts (email) values (%s) returning id),"
        " s as (insert into sites (tracking_id, url, name)"
        "       values (%s, 'https://foreign.example', 'Foreign') returning id)"
        " insert into site_members (site_id, account_id, role)"
        " select s.id, a.id, 'owner' from a, s returning site_id::text"
    )
    values = (f"{secrets.token_hex(8)}@x", tracking_id(secrets.token_bytes(16)))
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        row = connection.execute(statement, values).fetchone()
    assert row
    return str(row[0])


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["requestId"] == response.headers["X-Request-Id"]
    return body


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.key)
def test_no_closed_route_opens_without_a_key(api: Any, route: Any) -> None:
    response = api.request(route.method, route.path)
    problem(response, 401)
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="pixeltrack"'


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer nonsense",
        "Basic ZGVtbzpkZW1v",
        f"Bearer {api_key(bytes(32))}",
        "ptk_",
    ],
)
def test_what_is_no_key_is_refused(api: Any, header: str) -> None:
    response = api.request("GET", EVENTS, headers={"Authorization": header})
    problem(response, 401)
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_revoked_key_is_refused(api: Any, key: Callable[..., str]) -> None:
    problem(api.request("GET", EVENTS, headers=bearer(key(revoked=True))), 401)


def test_a_key_is_refused_as_soon_as_it_is_revoked(
    api: Any, host: Trial, key: Callable[..., str]
) -> None:
    text = key()
    assert api.request("GET", EVENTS, headers=bearer(text)).status_code == 200
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        statement = "update api_keys set revoked_at = now() where hash = %s"
        connection.execute(statement, [key_hash(text)])
    problem(api.request("GET", EVENTS, headers=bearer(text)), 401)


def test_a_key_without_the_scope_is_refused(api: Any, key: Callable[..., str]) -> None:
    told = problem(api.request("GET", EVENTS, headers=bearer(key(("sites:read",)))), 403)
    assert "events:read" in told["detail"]


def test_foreign_and_unknown_sites_look_alike(api: Any, host: Trial, foreign_site: str) -> None:
    told = []
    for site in (foreign_site, "00000000-0000-4000-8000-000000000000", "no-id"):
        response = api.request(
            "GET", EVENTS, params={"siteId": site}, headers=bearer(host.demo.api_key)
        )
        told.append({k: v for k, v in problem(response, 404).items() if k != "requestId"})
    assert told[0] == told[1] == told[2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "abc"),
        ("limit", ""),
        ("before", "nonsense"),
        ("before", "WzEsMiwzLDRd"),
        ("eventType", "x" * 65),
    ],
)
def test_a_malformed_parameter_is_refused_by_name(
    api: Any, host: Trial, field: str, value: str
) -> None:
    response = api.request("GET", EVENTS, params={field: value}, headers=bearer(host.demo.api_key))
    assert [e["field"] for e in problem(response, 400)["errors"]] == [field]


def test_preflight_from_a_foreign_origin_allows_nothing(api: Any) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    response = api.request("OPTIONS", EVENTS, headers=headers)
    assert response.status_code == 204
    assert "Access-Control-Allow-Origin" not in response.headers


def shown_clicks(api: Any, host: Trial, wanted: str) -> list[dict[str, Any]]:
    """Return the newest clicks of the demo's site once the event `wanted` is among them."""
    query = {"siteId": host.demo.site_id, "eventType": "click", "limit": "100"}
    ends = time.monotonic() + 20
    while True:
        response = api.request("GET", EVENTS, params=query, headers=bearer(host.demo.api_key))
        found: list[dict[str, Any]] = response.json()["events"]
        if any(event["id"] == wanted for event in found):
            return found
        assert time.monotonic() < ends, "the event did not arrive"
        time.sleep(0.05)


def test_an_event_shows_in_the_feed(api: Any, host: Trial) -> None:
    event_id = new_event_id(time.time_ns() // 1_000_000, secrets.token_bytes(10))
    event = {
        "id": event_id,
        "siteId": host.demo.tracking_id,
        "eventType": "click",
        "url": f"{host.shop}/tea?utm_source=news",
        "payload": {"elementId": "buy", "elementText": "Buy now"},
    }
    sent = api.request("POST", "/track", content=json.dumps(event))
    assert sent.status_code == 204
    (shown,) = [e for e in shown_clicks(api, host, event_id) if e["id"] == event_id]
    assert shown["siteId"] == host.demo.site_id
    assert shown["path"] == "/tea"
    assert shown["utmSource"] == "news"
    assert shown["payload"] == event["payload"]
    assert host.demo.email not in json.dumps(shown)


def test_of_two_contents_under_one_id_the_first_is_shown(api: Any, host: Trial) -> None:
    """The second is stored, too, so the feed has read both once the mark after it shows."""
    event_id, mark = (
        new_event_id(time.time_ns() // 1_000_000, secrets.token_bytes(10)) for _ in "ab"
    )
    common = {"siteId": host.demo.tracking_id, "eventType": "click", "userId": "one-visitor"}
    for name, path in ((event_id, "/first"), (event_id, "/second"), (mark, "/mark")):
        event = common | {"id": name, "url": f"{host.shop}{path}"}
        assert api.request("POST", "/track", content=json.dumps(event)).status_code == 204
    shown = [e["path"] for e in shown_clicks(api, host, mark) if e["id"] == event_id]
    assert shown == ["/first"]
