"""An access token does nothing any more once its log-in has ended, whatever ended it."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from infra_cdk.local.trial import Trial
from infra_cdk.topology import TOPOLOGY, Method, Route

PASSWORD, NEW_PASSWORD = "goodpassword123", "anotherpassword1"
COOKIE = "pixeltrack_refresh"
SITE = {"url": "https://example.com", "name": "A site"}
KEY = {"name": "A key", "scopes": ["events:read"], "currentPassword": PASSWORD}
READS = {
    "GET /api/v1/events",
    "GET /api/v1/reports/summary",
    "GET /api/v1/reports/bots",
    "GET /api/v1/reports/breakdown",
    "GET /api/v1/reports/quality",
    "GET /api/v1/export",
    "GET /api/v1/sites",
    "GET /api/v1/sites/{id}",
    "GET /api/v1/sites/{id}/snippet",
    "GET /api/v1/sites/{id}/goals",
    "GET /api/v1/jobs/{id}",
}
CLOSED = [route for route in TOPOLOGY.routes if not route.public]


def mails_to(host: Trial, person: Any) -> list[dict[str, Any]]:
    """The mails to a person, newest first."""
    answer = httpx.get(f"{host.local}/mailbox/messages")
    return [mail for mail in answer.json() if mail["to"] == person.email]


def token_in(mail: dict[str, Any]) -> str:
    (link,) = mail["links"]
    return str(link.partition("=")[2])


def end_by_log_out(api: Any, person: Any, _host: Trial) -> None:
    cookie = {"Cookie": f"{COOKIE}={person.cookie}"}
    assert api.request("POST", "/auth/logout", headers=cookie).status_code == 200


def end_everywhere(api: Any, person: Any, _host: Trial) -> None:
    body = {"email": person.email, "password": person.password}
    elsewhere = api.request("POST", "/auth/login", json=body).cookies[COOKIE]
    api.forget_cookies()
    cookie = {"Cookie": f"{COOKIE}={elsewhere}"}
    body = {"everywhere": True}
    assert api.request("POST", "/auth/logout", json=body, headers=cookie).status_code == 200


def end_by_password(api: Any, person: Any, _host: Trial) -> None:
    body = {"password": NEW_PASSWORD, "currentPassword": person.password}
    assert api.request("PATCH", "/auth/me", json=body, headers=person.bearer).status_code == 200


def end_by_reset(api: Any, person: Any, host: Trial) -> None:
    asked = api.request("POST", "/auth/password/forgot", json={"email": person.email})
    assert asked.status_code == 200
    body = {"token": token_in(mails_to(host, person)[0]), "password": NEW_PASSWORD}
    assert api.request("POST", "/auth/password/reset", json=body).status_code == 200


def end_by_theft(api: Any, person: Any, host: Trial) -> None:
    cookie = {"Cookie": f"{COOKIE}={person.cookie}"}
    assert api.request("POST", "/auth/refresh", headers=cookie).status_code == 200
    api.forget_cookies()
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        connection.execute(
            "update refresh_tokens t set rotated_at = rotated_at - interval '11 seconds'"
            " from refresh_families f where f.id = t.family_id and f.account_id = %s",
            [person.id],
        )
    assert api.request("POST", "/auth/refresh", headers=cookie).status_code == 401


def end_by_deletion(api: Any, person: Any, _host: Trial) -> None:
    body = {"password": person.password}
    assert api.request("DELETE", "/auth/me", json=body, headers=person.bearer).status_code == 204


ENDS = [
    end_by_log_out,
    end_everywhere,
    end_by_password,
    end_by_reset,
    end_by_theft,
    end_by_deletion,
]


def call(api: Any, route: Route, person: Any, body: Any = None) -> httpx.Response:
    path = route.path.replace("{id}", str(uuid.uuid4())).replace("{goalId}", str(uuid.uuid4()))
    answer: httpx.Response = api.request(
        route.method, path.replace("{userId}", "u"), json=body, headers=person.bearer
    )
    return answer


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_the_token_of_an_ended_log_in_makes_nothing(
    api: Any, host: Trial, register: Callable[..., Any], end: Callable[..., None]
) -> None:
    person = register(is_confirmed=True)
    end(api, person, host)
    api.forget_cookies()
    for method, path, body in (
        ("POST", "/api/v1/keys", KEY),
        ("POST", "/api/v1/keys", KEY | {"currentPassword": NEW_PASSWORD}),
        ("GET", "/api/v1/keys", None),
        ("POST", "/api/v1/sites", SITE),
        ("GET", "/auth/me", None),
        ("PATCH", "/auth/me", {"name": "Eve"}),
        ("DELETE", "/auth/me", {"password": NEW_PASSWORD}),
        ("POST", "/auth/invitations", {"email": "eve@pixeltrack.test"}),
    ):
        answer = api.request(method, path, json=body, headers=person.bearer)
        assert answer.status_code == 401, (method, path, answer.text)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        left = connection.execute(
            "select 1 from api_keys where account_id = %(id)s"
            " union all select 1 from site_members where account_id = %(id)s",
            {"id": person.id},
        )
        assert left.fetchall() == []


@pytest.fixture(scope="module")
def ended(api: Any, host: Trial, register: Callable[..., Any]) -> Any:
    """A person who has logged out, and whose access token somebody has kept."""
    person = register(is_confirmed=True)
    end_by_log_out(api, person, host)
    return person


@pytest.mark.parametrize("route", CLOSED, ids=lambda route: route.key)
def test_of_all_routes_only_reads_by_scope_still_answer(api: Any, ended: Any, route: Route) -> None:
    answer = call(api, route, ended)
    assert (answer.status_code == 401) is (route.key not in READS), answer.text
    assert route.method is Method.GET or route.key not in READS


def test_who_is_still_logged_in_goes_on(
    api: Any, host: Trial, register: Callable[..., Any]
) -> None:
    person = register(is_confirmed=True)
    body = {"email": person.email, "password": person.password}
    answer = api.request("POST", "/auth/login", json=body)
    api.forget_cookies()
    end_by_log_out(api, person, host)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert api.request("GET", "/auth/me", headers=headers).status_code == 200
    assert api.request("POST", "/api/v1/sites", json=SITE, headers=headers).status_code == 201
    made = api.request("POST", "/api/v1/keys", json=KEY, headers=headers)
    assert made.status_code == 201
    read = {"Authorization": f"Bearer {made.json()['key']}"}
    assert api.request("GET", "/api/v1/events", headers=read).status_code == 200


@pytest.mark.parametrize(
    ("chosen", "is_kept"),
    [({}, True), ({"revokeKeys": True}, False), ({"revokeKeys": False}, True)],
)
def test_a_new_password_revokes_keys_if_wanted(
    api: Any, register: Callable[..., Any], chosen: dict[str, bool], *, is_kept: bool
) -> None:
    person = register(is_confirmed=True)
    key = api.request("POST", "/api/v1/keys", json=KEY, headers=person.bearer).json()["key"]
    body = {"password": NEW_PASSWORD, "currentPassword": PASSWORD} | chosen
    assert api.request("PATCH", "/auth/me", json=body, headers=person.bearer).status_code == 200
    api.forget_cookies()
    read = api.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {key}"})
    assert read.status_code == (200 if is_kept else 401)


@pytest.mark.parametrize(("chosen", "is_kept"), [({}, False), ({"revokeKeys": False}, True)])
def test_a_reset_revokes_keys_unless_they_are_to_stay(
    api: Any,
    host: Trial,
    register: Callable[..., Any],
    chosen: dict[str, bool],
    *,
    is_kept: bool,
) -> None:
    person = register(is_confirmed=True)
    key = api.request("POST", "/api/v1/keys", json=KEY, headers=person.bearer).json()["key"]
    api.request("POST", "/auth/password/forgot", json={"email": person.email})
    asked, made, *_ = mails_to(host, person)
    assert (asked["subject"], made["subject"]) == ("Choose a new password", "A new API key")
    body = {"token": token_in(asked), "password": NEW_PASSWORD} | chosen
    assert api.request("POST", "/auth/password/reset", json=body).status_code == 200
    read = api.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {key}"})
    assert read.status_code == (200 if is_kept else 401)
    newest = mails_to(host, person)[0]
    assert newest["subject"] == "Your password was changed"
    assert NEW_PASSWORD not in newest["text"]


def test_a_stranger_who_registered_an_address_has_nothing_left_of_it(
    api: Any, host: Trial, register: Callable[..., Any]
) -> None:
    person = register()
    body = {"token": token_in(mails_to(host, person)[0])}
    asked = api.request("POST", "/auth/confirm", json=body)
    assert [e["field"] for e in asked.json()["errors"]] == ["password"]
    weak = api.request("POST", "/auth/confirm", json=body | {"password": "123"})
    assert [e["field"] for e in weak.json()["errors"]] == ["password"]
    chosen = body | {"password": NEW_PASSWORD}
    assert api.request("POST", "/auth/confirm", json=chosen).status_code == 200
    cookie = {"Cookie": f"{COOKIE}={person.cookie}"}
    assert api.request("POST", "/auth/refresh", headers=cookie).status_code == 401
    assert api.request("GET", "/auth/me", headers=person.bearer).status_code == 401
    for password, status in ((person.password, 401), (NEW_PASSWORD, 200)):
        proof = {"email": person.email, "password": password}
        assert api.request("POST", "/auth/login", json=proof).status_code == status
    api.forget_cookies()


def test_what_mails_say_is_not_logged(api: Any, host: Trial, register: Callable[..., Any]) -> None:
    person = register(is_confirmed=True)
    assert api.request("POST", "/api/v1/keys", json=KEY, headers=person.bearer).status_code == 201
    logged = "".join(path.read_text() for path in Path(host.stack.logs).glob("*.log"))
    assert '"POST /api/v1/keys"' in logged
    assert person.email not in logged
    assert PASSWORD not in logged
