"""`/api/v1/keys…` on the running host: a key is shown once, works at once, stops at once."""

from collections.abc import Callable
from typing import Any

import pytest

KEYS, EVENTS = "/api/v1/keys", "/api/v1/events"
PASSWORD = "goodpassword123"
NEW = {"name": "Warehouse", "scopes": ["events:read"], "currentPassword": PASSWORD}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def account(register: Callable[..., Any]) -> Any:
    """A confirmed account of the test's own."""
    return register(is_confirmed=True)


def test_the_life_of_a_key(api: Any, account: Any) -> None:
    assert api.request("GET", KEYS, headers=account.bearer).json() == {"keys": []}
    response = api.request("POST", KEYS, json=NEW, headers=account.bearer)
    assert response.status_code == 201
    issued = response.json()
    place = f"{KEYS}/{issued['id']}"
    assert response.headers["Location"] == place
    key = issued.pop("key")
    assert key.startswith(issued["prefix"])
    listed = api.request("GET", KEYS, headers=account.bearer)
    assert listed.json() == {"keys": [issued]}
    assert key not in listed.text
    assert api.request("GET", EVENTS, headers=bearer(key)).status_code == 200
    response = api.request("DELETE", place, headers=account.bearer)
    assert (response.status_code, response.content) == (204, b"")
    assert api.request("GET", EVENTS, headers=bearer(key)).status_code == 401
    assert api.request("DELETE", place, headers=account.bearer).status_code == 404
    assert api.request("GET", KEYS, headers=account.bearer).json() == {"keys": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scopes": ["events:read"], "currentPassword": PASSWORD}, "name"),
        (NEW | {"name": "  "}, "name"),
        (NEW | {"name": "x" * 201}, "name"),
        (NEW | {"name": "a\nb"}, "name"),
        ({"name": "A key", "currentPassword": PASSWORD}, "scopes"),
        ({"name": "A key", "scopes": ["events:read"]}, "currentPassword"),
        (NEW | {"currentPassword": ""}, "currentPassword"),
        (NEW | {"currentPassword": None}, "currentPassword"),
        (NEW | {"currentPassword": "wrong1password"}, "currentPassword"),
        (NEW | {"currentPassword": "x" * 201}, "currentPassword"),
        (NEW | {"scopes": []}, "scopes"),
        (NEW | {"scopes": "events:read"}, "scopes"),
        (NEW | {"scopes": ["*"]}, "scopes[0]"),
        (NEW | {"scopes": ["events:read", "keys:write"]}, "scopes[1]"),
    ],
)
def test_a_refused_field_is_named(api: Any, person: Any, body: dict[str, Any], field: str) -> None:
    response = api.request("POST", KEYS, json=body, headers=person.bearer)
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_no_key_manages_keys(api: Any, person: Any) -> None:
    scopes = ["events:read", "reports:read", "sites:read", "sites:write"]
    body = NEW | {"scopes": scopes}
    issued = api.request("POST", KEYS, json=body, headers=person.bearer).json()
    assert issued["scopes"] == scopes
    headers = bearer(issued["key"])
    for method, path, sent in (
        ("GET", KEYS, None),
        ("POST", KEYS, NEW),
        ("DELETE", f"{KEYS}/{issued['id']}", None),
    ):
        response = api.request(method, path, json=sent, headers=headers)
        assert response.status_code == 403
        assert "user" in response.json()["detail"]


def test_other_peoples_unknown_and_malformed_keys_look_alike(
    api: Any, person: Any, account: Any
) -> None:
    issued = api.request("POST", KEYS, json=NEW, headers=person.bearer).json()
    answers = []
    for key in (issued["id"], "00000000-0000-4000-8000-000000000000", "no-id", issued["prefix"]):
        response = api.request("DELETE", f"{KEYS}/{key}", headers=account.bearer)
        assert response.status_code == 404
        answers.append({k: v for k, v in response.json().items() if k != "requestId"})
    assert all(answer == answers[0] for answer in answers)
    assert api.request("GET", EVENTS, headers=bearer(issued["key"])).status_code == 200


def test_an_account_has_so_many_keys(api: Any, account: Any) -> None:
    for _ in range(50):
        made = api.request("POST", KEYS, json=NEW, headers=account.bearer)
        assert made.status_code == 201
    response = api.request("POST", KEYS, json=NEW, headers=account.bearer)
    assert response.status_code == 409
    assert "50" in response.json()["errors"][0]["message"]
    response = api.request("DELETE", f"{KEYS}/{made.json()['id']}", headers=account.bearer)
    assert response.status_code == 204
    assert api.request("POST", KEYS, json=NEW, headers=account.bearer).status_code == 201


def test_who_has_not_confirmed_makes_no_key(api: Any, register: Callable[..., Any]) -> None:
    response = api.request("POST", KEYS, json=NEW, headers=register().bearer)
    assert response.status_code == 403
    assert "confirmed mail address" in response.json()["detail"]
