"""`/api/v1/sites…` on the running host: every call, every refusal, whose site it is."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from infra_cdk.local.trial import Trial

SITES, KEYS, EVENTS = "/api/v1/sites", "/api/v1/keys", "/api/v1/events"
NOWHERE = "00000000-0000-4000-8000-000000000000"
NEW = {"url": "https://example.com", "name": "A <b>site</b>"}


def add(api: Any, account: Any, **fields: Any) -> dict[str, Any]:
    response = api.request("POST", SITES, json=NEW | fields, headers=account.bearer)
    assert response.status_code == 201, response.text
    site: dict[str, Any] = response.json()
    assert response.headers["Location"] == f"{SITES}/{site['id']}"
    return site


def key_of(api: Any, account: Any, *scopes: str) -> dict[str, str]:
    body = {"name": "A key", "scopes": scopes, "currentPassword": account.password}
    response = api.request("POST", KEYS, json=body, headers=account.bearer)
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json()['key']}"}


def join(host: Trial, site: str, account: Any) -> None:
    """Make an account a viewer of a site."""
    statement = "insert into site_members (site_id, account_id, role) values (%s, %s, 'viewer')"
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        connection.execute(statement, (site, account.id))


def fields(response: httpx.Response) -> list[str]:
    assert response.status_code == 400, response.text
    return [error["field"] for error in response.json()["errors"]]


def told(response: httpx.Response) -> dict[str, Any]:
    return {k: v for k, v in response.json().items() if k != "requestId"}


@pytest.fixture
def account(register: Callable[..., Any]) -> Any:
    """A confirmed account of the test's own."""
    return register(is_confirmed=True)


def test_the_life_of_a_site(api: Any, account: Any, host: Trial) -> None:
    assert api.request("GET", SITES, headers=account.bearer).json() == {"sites": []}
    made = add(api, account)
    place = f"{SITES}/{made['id']}"
    assert (made["url"], made["name"]) == (NEW["url"], NEW["name"])
    assert api.request("GET", place, headers=account.bearer).json() == made
    assert api.request("GET", SITES, headers=account.bearer).json() == {"sites": [made]}
    change = {
        "timezone": "Europe/Moscow",
        "status": "paused",
        "retentionDays": 30,
        "identity": "cookieless",
        "excludedIps": ["10.1.2.3/8", "2001:db8::1"],
        "allowedDomains": ["*.Example.com"],
        "excludeHosting": "none",
        "trackingId": "pt_" + "0" * 32,
    }
    changed = api.request("PATCH", place, json=change, headers=account.bearer).json()
    kept = {"excludedIps": ["10.0.0.0/8", "2001:db8::1"], "allowedDomains": ["example.com"]}
    expected = made | change | kept | {"trackingId": made["trackingId"]}
    assert changed | {"updatedAt": ""} == expected | {"updatedAt": ""}
    assert changed["updatedAt"] > made["updatedAt"]
    snippet = api.request("GET", f"{place}/snippet", headers=account.bearer).json()["html"]
    assert snippet == (
        f'<script defer src="{host.origin}/tracker.js" data-site="{made["trackingId"]}"></script>'
    )
    response = api.request("DELETE", place, headers=account.bearer)
    assert (response.status_code, response.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert api.request(method, place, headers=account.bearer).status_code == 404
    assert api.request("GET", SITES, headers=account.bearer).json() == {"sites": []}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "/pricing"),
        ("url", "javascript:alert(1)"),
        ("url", "https://"),
        ("url", "https://example.com/\u0000"),
        ("name", "ab"),
        ("timezone", "Mars/Olympus"),
        ("status", "gone"),
        ("retentionDays", 0),
        ("retentionDays", "30"),
        ("identity", "none"),
        ("excludedIps", "10.0.0.1"),
        ("allowedDomains", ["example.com"] * 101),
        ("excludeHosting", "some"),
    ],
)
def test_a_refused_field_is_named(api: Any, person: Any, field: str, value: Any) -> None:
    response = api.request("POST", SITES, json=NEW | {field: value}, headers=person.bearer)
    assert fields(response) == [field]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[" * 500 + b"]" * 500, "application/json", 400),
        (b'{"name":"\xff"}', "application/json", 400),
        (b"9" * 5000, "application/json", 400),
        (b"url=x", "application/x-www-form-urlencoded", 415),
        (b"--x", "multipart/form-data; boundary=x", 415),
        (b'{"name":"' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_what_is_no_json_object_is_refused(
    api: Any, person: Any, body: bytes, content_type: str, status: int
) -> None:
    headers = person.bearer | {"Content-Type": content_type}
    response = api.request("POST", SITES, content=body, headers=headers)
    assert response.status_code == status, response.text
    assert [error["field"] for error in response.json()["errors"]] == ["body"]


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("GET {id}", None),
        ("PATCH {id}", {"name": "Stolen"}),
        ("DELETE {id}", None),
        ("GET {id}/snippet", None),
    ],
)
def test_other_peoples_unknown_and_malformed_ids_look_alike(
    api: Any, account: Any, person: Any, call: str, body: Any
) -> None:
    method, _, path = call.partition(" ")
    made = add(api, account)
    answers = []
    for site in (made["id"], NOWHERE, "no-id", "%00", "%22", "' or true --"):
        place = f"{SITES}/{path.replace('{id}', site)}"
        response = api.request(method, place, json=body, headers=person.bearer)
        assert response.status_code == 404, site
        answers.append(told(response))
    assert all(answer == answers[0] for answer in answers)
    seen = api.request("GET", f"{SITES}/{made['id']}", headers=account.bearer)
    assert seen.json() == made


def test_another_accounts_events_are_not_found(api: Any, account: Any, person: Any) -> None:
    site = add(api, account)["id"]
    query = {"siteId": site}
    for headers in (person.bearer, key_of(api, person, "events:read")):
        response = api.request("GET", EVENTS, params=query, headers=headers)
        assert response.status_code == 404
    response = api.request("GET", EVENTS, params=query, headers=account.bearer)
    assert response.json() == {"events": [], "next": None}


def test_a_viewer_sees_and_may_not_change(
    api: Any, host: Trial, account: Any, register: Callable[..., Any]
) -> None:
    viewer = register()
    made = add(api, account)
    place = f"{SITES}/{made['id']}"
    join(host, made["id"], viewer)
    assert api.request("GET", place, headers=viewer.bearer).json() == made
    assert api.request("GET", SITES, headers=viewer.bearer).json() == {"sites": [made]}
    assert api.request("GET", f"{place}/snippet", headers=viewer.bearer).status_code == 200
    for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        response = api.request(method, place, json=body, headers=viewer.bearer)
        assert response.status_code == 403
        assert "owner" in response.json()["detail"]
    assert api.request("GET", place, headers=account.bearer).json() == made


@pytest.mark.parametrize(
    ("scope", "call", "body"),
    [
        ("sites:read", f"POST {SITES}", NEW),
        ("sites:read", f"PATCH {SITES}/{NOWHERE}", {}),
        ("sites:read", f"DELETE {SITES}/{NOWHERE}", None),
        ("sites:write", f"GET {SITES}", None),
        ("sites:write", f"GET {SITES}/{NOWHERE}", None),
        ("sites:write", f"GET {SITES}/{NOWHERE}/snippet", None),
        ("sites:read", f"GET {EVENTS}", None),
    ],
)
def test_a_key_does_what_its_scopes_say(
    api: Any, person: Any, scope: str, call: str, body: Any
) -> None:
    method, _, path = call.partition(" ")
    response = api.request(method, path, json=body, headers=key_of(api, person, scope))
    assert response.status_code == 403
    assert "scope" in response.json()["detail"]


def test_a_key_reads_and_writes_sites(api: Any, account: Any) -> None:
    key = key_of(api, account, "sites:read", "sites:write")
    made = api.request("POST", SITES, json=NEW, headers=key).json()
    assert api.request("GET", SITES, headers=key).json() == {"sites": [made]}
    assert api.request("DELETE", f"{SITES}/{made['id']}", headers=key).status_code == 204


def test_a_new_sites_events_show(api: Any, account: Any) -> None:
    site = add(api, account)
    event = {"siteId": site["trackingId"], "eventType": "signup", "url": "/pricing"}
    assert api.request("POST", "/track", content=json.dumps(event)).status_code == 204
    ends = time.monotonic() + 20
    found: list[dict[str, Any]] = []
    while not found:
        assert time.monotonic() < ends, "the event did not arrive"
        query = {"siteId": site["id"], "eventType": "signup"}
        response = api.request("GET", EVENTS, params=query, headers=account.bearer)
        found = response.json()["events"]
        time.sleep(0.05)
    assert found[0]["url"] == "https://example.com/pricing"
    api.request("DELETE", f"{SITES}/{site['id']}", headers=account.bearer)
    response = api.request("GET", EVENTS, params={"siteId": site["id"]}, headers=account.bearer)
    assert response.status_code == 404


def test_names_are_kept_as_they_are(api: Any, account: Any) -> None:
    hostile = f"<img src=x onerror=alert(1)> {secrets.token_hex(4)} '; drop table sites; --"
    assert add(api, account, name=hostile)["name"] == hostile
