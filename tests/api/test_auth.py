"""`/auth/…` on the running host: every call, every refusal."""

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from infra_cdk.local.trial import Trial
from pixeltrack.accounts import throttles

PASSWORD, NEW_PASSWORD = "goodpassword123", "anotherpassword1"
COOKIE, DEVICE = "pixeltrack_refresh", "pixeltrack_device"


@pytest.fixture
def address() -> dict[str, str]:
    """A header by which the test calls from an address of its own."""
    groups = ":".join(secrets.token_hex(2) for _ in range(3))
    return {"X-Forwarded-For": f"2001:{groups}::1"}


@pytest.fixture
def browser(api: Any) -> Iterator[Any]:
    """A client with cookies of its own."""
    client = api.another()
    yield client
    client.close()


@pytest.fixture
def mails(host: Trial) -> Callable[[str], list[dict[str, Any]]]:
    """Return the mails to an address, newest first."""

    def to(email: str) -> list[dict[str, Any]]:
        answer = httpx.get(f"{host.local}/mailbox/messages")
        return [mail for mail in answer.json() if mail["to"] == email]

    return to


def an_email() -> str:
    return f"{secrets.token_hex(8)}@pixeltrack.test"


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["requestId"] == response.headers["X-Request-Id"]
    return body


def fields(response: httpx.Response) -> list[str]:
    return [error["field"] for error in problem(response, 400)["errors"]]


def log_in(client: Any, email: str, password: str, headers: dict[str, str]) -> httpx.Response:
    body = {"email": email, "password": password}
    answer: httpx.Response = client.request("POST", "/auth/login", json=body, headers=headers)
    return answer


def refresh(client: Any, cookie: str | None, headers: dict[str, str]) -> httpx.Response:
    if cookie is not None:
        headers = headers | {"Cookie": f"{COOKIE}={cookie}"}
    client.forget_cookies()
    answer: httpx.Response = client.request("POST", "/auth/refresh", headers=headers)
    return answer


def token_in(mail: dict[str, Any]) -> str:
    (link,) = mail["links"]
    return str(link.partition("=")[2])


def test_a_stranger_registers(
    browser: Any, host: Trial, address: dict[str, str], mails: Callable[..., Any]
) -> None:
    email = an_email()
    body = {"email": f" {email} ", "password": PASSWORD, "name": "Ann", "language": "ru"}
    answer = browser.request("POST", "/auth/register", json=body, headers=address)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/auth/me"
    told = answer.json()
    assert set(told) == {"token", "expiresIn", "user"}
    assert set(told["user"]) == {"id", "email", "name", "language", "confirmed", "createdAt"}
    assert told["expiresIn"] == 900
    assert (told["user"]["email"], told["user"]["name"]) == (email, "Ann")
    refresh_cookie, device = (c.split("; ") for c in answer.headers.get_list("Set-Cookie"))
    assert refresh_cookie[0].startswith(f"{COOKIE}=")
    assert refresh_cookie[1:] == ["Path=/auth", "Max-Age=2592000", "HttpOnly", "SameSite=Strict"]
    assert device[0].startswith(f"{DEVICE}=")
    assert device[1:] == ["Path=/auth", "Max-Age=7776000", "HttpOnly", "SameSite=Strict"]
    me = browser.request("GET", "/auth/me", headers={"Authorization": f"Bearer {told['token']}"})
    assert me.json() == told["user"]
    (mail,) = mails(email)
    assert mail["links"][0].startswith(f"{host.origin}/confirm?token=")
    assert mail["subject"] == "Подтвердите адрес почты"


@pytest.mark.parametrize("password", ["123", "password", "abcdefg1", "password123", "a" * 300])
def test_a_weak_password_is_refused(browser: Any, address: dict[str, str], password: str) -> None:
    body = {"email": an_email(), "password": password}
    answer = browser.request("POST", "/auth/register", json=body, headers=address)
    assert fields(answer) == ["password"]
    told = str(answer.json()["errors"])  # the request's id may hold any digits
    assert password not in told or password == "password"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a\u200b@b.example"}, "email"),
        ({"email": "a@b\uff0c.example"}, "email"),
        ({"email": "pixel.track77@b.example", "password": "PixelTrack77"}, "password"),
        ({"password": "a1" + " " * 8}, "password"),
        ({"password": " " * 8}, "password"),
        ({"email": None}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"name": ""}, "name"),
        ({"name": "a\u0007b"}, "name"),
        ({"name": "a" * 201}, "name"),
        ({"language": "de"}, "language"),
        ({"invitation": ""}, "invitation"),
        ({"password": "goodpassword\u00001"}, "password"),
    ],
)
def test_a_refused_field_is_named(
    browser: Any, address: dict[str, str], changes: dict[str, Any], field: str
) -> None:
    body = {"email": an_email(), "password": PASSWORD} | changes
    answer = browser.request("POST", "/auth/register", json=body, headers=address)
    assert fields(answer) == [field]


def test_a_taken_address_is_a_conflict_in_any_case(
    browser: Any, person: Any, address: dict[str, str]
) -> None:
    body = {"email": person.email.upper(), "password": PASSWORD}
    answer = browser.request("POST", "/auth/register", json=body, headers=address)
    told = problem(answer, 409)
    assert told["errors"][0]["field"] == "email"


def test_who_is_wrong_about_address_or_password_is_told_the_same(
    browser: Any, person: Any, address: dict[str, str]
) -> None:
    told = []
    for email, password in ((an_email(), PASSWORD), (person.email, "wrong1password")):
        answer = log_in(browser, email, password, address)
        assert answer.headers["WWW-Authenticate"]
        assert "Set-Cookie" not in answer.headers
        told.append({k: v for k, v in problem(answer, 401).items() if k != "requestId"})
    assert told[0] == told[1]


def test_repeated_failures_are_throttled_by_account(
    browser: Any, register: Callable[..., Any], address: dict[str, str]
) -> None:
    email = register().email
    for _ in range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most):
        problem(log_in(browser, email, "wrong1password", address), 401)
    answer = log_in(browser, email, PASSWORD, address)
    problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_a_stranger_shuts_nobody_out(
    browser: Any, register: Callable[..., Any], address: dict[str, str]
) -> None:
    email = register().email
    spellings = (email, email.upper(), "\uff50".join(email.rsplit("p", 1)))
    answers = [log_in(browser, spellings[n % 3], "wrong1password", address) for n in range(15)]
    most = throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most
    assert [answer.status_code for answer in answers] == [401] * most + [429] * (15 - most)
    neighbour = {"X-Forwarded-For": "2001:db8:77::1"}
    answer = log_in(browser, spellings[2], PASSWORD, neighbour)
    assert answer.status_code == 200
    device = next(c for c in answer.headers.get_list("Set-Cookie") if c.startswith(DEVICE))
    assert {"Path=/auth", "HttpOnly", "SameSite=Strict"} < set(device.split("; "))
    browser.forget_cookies()
    known = address | {"Cookie": device.partition(";")[0]}
    assert log_in(browser, email, PASSWORD, address).status_code == 429
    assert log_in(browser, email, PASSWORD, known).status_code == 200


def test_a_stranger_uses_up_nobodys_mails(
    browser: Any,
    register: Callable[..., Any],
    address: dict[str, str],
    mails: Callable[[str], list[dict[str, Any]]],
) -> None:
    email = register().email
    before = len(mails(email))
    forgot = "/auth/password/forgot"
    most = throttles.FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS.most
    for n in range(most + 2):
        body = {"email": email.upper() if n % 2 else email}
        answer = browser.request("POST", forgot, json=body, headers=address)
        assert answer.status_code == (200 if n < most else 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "look into your mail" in problem(answer, 429)["detail"]
    owner = {"X-Forwarded-For": "2001:db8:78::1"}
    assert browser.request("POST", forgot, json={"email": email}, headers=owner).is_success
    assert len(mails(email)) == before + most + 1


def test_a_log_in_is_renewed_and_a_replay_ends_it(
    browser: Any, host: Trial, register: Callable[..., Any], address: dict[str, str]
) -> None:
    person = register()
    first = refresh(browser, person.cookie, address)
    second = refresh(browser, person.cookie, address)
    assert first.status_code == second.status_code == 200
    assert first.cookies[COOKIE] == second.cookies[COOKIE] != person.cookie
    assert first.json()["user"]["id"] == person.id
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        used = connection.execute(
            "update refresh_tokens t set rotated_at = rotated_at - interval '11 seconds'"
            " from refresh_families f"
            " where f.id = t.family_id and f.account_id = %s and rotated_at is not null",
            [person.id],
        )
        assert used.rowcount == 1
    problem(refresh(browser, person.cookie, address), 401)
    problem(refresh(browser, first.cookies[COOKIE], address), 401)


@pytest.mark.parametrize("cookie", [None, "", "nonsense", "a" * 4000])
def test_nothing_else_is_a_log_in(
    browser: Any, address: dict[str, str], cookie: str | None
) -> None:
    answer = refresh(browser, cookie, address)
    problem(answer, 401)
    assert answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda page: "-".join(page.values()),
)
def test_other_sites_pages_cannot_use_the_cookie(
    browser: Any,
    register: Callable[..., Any],
    address: dict[str, str],
    path: str,
    page: dict[str, str],
) -> None:
    person = register()
    headers = address | page | {"Cookie": f"{COOKIE}={person.cookie}"}
    problem(browser.request("POST", path, headers=headers), 403)
    assert refresh(browser, person.cookie, address).status_code == 200


def test_this_sites_pages_can(
    browser: Any, host: Trial, register: Callable[..., Any], address: dict[str, str]
) -> None:
    person = register()
    assert refresh(browser, person.cookie, address | {"Origin": host.origin}).status_code == 200


def test_logging_out_ends_this_log_in(
    browser: Any, register: Callable[..., Any], address: dict[str, str]
) -> None:
    person = register()
    other = log_in(browser, person.email, person.password, address).cookies[COOKIE]
    browser.forget_cookies()
    headers = {"Cookie": f"{COOKIE}={person.cookie}"}
    answer = browser.request("POST", "/auth/logout", headers=headers)
    assert answer.status_code == 200
    assert f"{COOKIE}=; " in answer.headers["Set-Cookie"]
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    problem(refresh(browser, person.cookie, address), 401)
    assert refresh(browser, other, address).status_code == 200


def test_logging_out_everywhere_ends_all(
    browser: Any, register: Callable[..., Any], address: dict[str, str]
) -> None:
    person = register()
    other = log_in(browser, person.email, person.password, address).cookies[COOKIE]
    browser.forget_cookies()
    headers = {"Cookie": f"{COOKIE}={person.cookie}"}
    answer = browser.request("POST", "/auth/logout", json={"everywhere": True}, headers=headers)
    assert answer.status_code == 200
    for cookie in (person.cookie, other):
        problem(refresh(browser, cookie, address), 401)


def test_logging_out_without_a_log_in_is_harmless(browser: Any) -> None:
    assert browser.request("POST", "/auth/logout").status_code == 200
    assert browser.request("POST", "/auth/logout", json={}).status_code == 200


def test_a_person_changes_name_and_language(browser: Any, register: Callable[..., Any]) -> None:
    person = register(name="Ann")
    changed = browser.request(
        "PATCH", "/auth/me", json={"language": "ru"}, headers=person.bearer
    ).json()
    assert (changed["name"], changed["language"]) == ("Ann", "ru")
    changed = browser.request("PATCH", "/auth/me", json={"name": None}, headers=person.bearer)
    assert changed.json()["name"] is None
    assert browser.request("GET", "/auth/me", headers=person.bearer).json() == changed.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "de"}, "language"),
        ({"language": None}, "language"),
        ({"name": ""}, "name"),
        ({"password": "123", "currentPassword": PASSWORD}, "password"),
        ({"password": NEW_PASSWORD}, "currentPassword"),
        ({"password": NEW_PASSWORD, "currentPassword": "wrong1password"}, "currentPassword"),
    ],
)
def test_a_refused_change_is_named(
    browser: Any, person: Any, body: dict[str, Any], field: str
) -> None:
    answer = browser.request("PATCH", "/auth/me", json=body, headers=person.bearer)
    assert fields(answer) == [field]


def test_a_new_password_ends_the_other_log_ins(
    browser: Any, register: Callable[..., Any], address: dict[str, str]
) -> None:
    person = register()
    body = {"password": NEW_PASSWORD, "currentPassword": person.password}
    answer = browser.request("PATCH", "/auth/me", json=body, headers=person.bearer)
    assert answer.status_code == 200
    renewed = answer.cookies[COOKIE]
    problem(refresh(browser, person.cookie, address), 401)
    assert refresh(browser, renewed, address).status_code == 200
    problem(log_in(browser, person.email, person.password, address), 401)
    assert log_in(browser, person.email, NEW_PASSWORD, address).status_code == 200


def test_a_deleted_account_is_gone_with_its_sites(
    browser: Any, host: Trial, register: Callable[..., Any], address: dict[str, str]
) -> None:
    person = register()
    site = {"url": "https://gone.example", "name": "Gone"}
    made = browser.request("POST", "/api/v1/sites", json=site, headers=person.bearer)
    assert made.status_code == 201
    wrong = browser.request(
        "DELETE", "/auth/me", json={"password": "wrong1password"}, headers=person.bearer
    )
    assert fields(wrong) == ["password"]
    body = {"password": person.password}
    answer = browser.request("DELETE", "/auth/me", json=body, headers=person.bearer)
    assert answer.status_code == 204
    problem(browser.request("GET", "/auth/me", headers=person.bearer), 401)
    invite = {"email": an_email()}
    gone = browser.request("POST", "/auth/invitations", json=invite, headers=person.bearer)
    problem(gone, 401)
    problem(browser.request("POST", "/api/v1/sites", json=site, headers=person.bearer), 401)
    problem(refresh(browser, person.cookie, address), 401)
    problem(log_in(browser, person.email, person.password, address), 401)
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        left = connection.execute("select 1 from sites where id = %s", [made.json()["id"]])
        assert left.fetchone() is None


def test_a_forgotten_password_is_replaced_by_mail(
    browser: Any,
    host: Trial,
    register: Callable[..., Any],
    address: dict[str, str],
    mails: Callable[..., Any],
) -> None:
    person = register()
    answers = [
        browser.request("POST", "/auth/password/forgot", json={"email": email}, headers=address)
        for email in (person.email.upper(), an_email())
    ]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    mail = mails(person.email)[0]
    assert mail["links"][0].startswith(f"{host.origin}/reset?token=")
    body = {"token": token_in(mail), "password": NEW_PASSWORD}
    weak = body | {"password": "123"}
    reset = "/auth/password/reset"
    assert fields(browser.request("POST", reset, json=weak, headers=address)) == ["password"]
    assert browser.request("POST", reset, json=body, headers=address).status_code == 200
    assert fields(browser.request("POST", reset, json=body, headers=address)) == ["token"]
    problem(refresh(browser, person.cookie, address), 401)
    assert log_in(browser, person.email, NEW_PASSWORD, address).status_code == 200


def test_an_address_is_confirmed_once(
    browser: Any,
    host: Trial,
    register: Callable[..., Any],
    address: dict[str, str],
    mails: Callable[..., Any],
) -> None:
    person = register()
    body = {"token": token_in(mails(person.email)[0])}
    confirm = "/auth/confirm"
    own = address | {"Cookie": f"{COOKIE}={person.cookie}"}
    assert browser.request("POST", confirm, json=body, headers=own).status_code == 200
    assert fields(browser.request("POST", confirm, json=body, headers=address)) == ["token"]
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        row = connection.execute(
            "select confirmed_at is not null from accounts where id = %s", [person.id]
        ).fetchone()
    assert row == (True,)


def test_a_fresh_link_confirms_an_address(
    browser: Any,
    register: Callable[..., Any],
    address: dict[str, str],
    mails: Callable[..., Any],
) -> None:
    person = register()
    again = "/auth/me/confirmation"
    answer = browser.request("POST", again, headers=person.bearer)
    assert (answer.status_code, answer.json()) == (200, {"done": True})
    fresh, _ = mails(person.email)
    body = {"token": token_in(fresh)}
    own = address | {"Cookie": f"{COOKIE}={person.cookie}"}
    confirmed = browser.request("POST", "/auth/confirm", json=body, headers=own)
    assert confirmed.status_code == 200
    for _ in range(throttles.CONFIRMATIONS_OF_ACCOUNT_FROM_ADDRESS.most - 1):
        assert browser.request("POST", again, headers=person.bearer).status_code == 200
    assert len(mails(person.email)) == 2, "who has confirmed gets no further link"
    throttled = browser.request("POST", again, headers=person.bearer)
    problem(throttled, 429)
    assert 0 < int(throttled.headers["Retry-After"]) <= 3600


def test_an_invitation_leads_to_registration(
    browser: Any,
    host: Trial,
    person: Any,
    address: dict[str, str],
    mails: Callable[..., Any],
) -> None:
    email = an_email()
    answer = browser.request(
        "POST", "/auth/invitations", json={"email": email}, headers=person.bearer
    )
    assert answer.status_code == 200
    (mail,) = mails(email)
    assert mail["links"][0].startswith(f"{host.origin}/register?invitation=")
    body = {"email": email, "password": PASSWORD, "invitation": token_in(mail)}
    registered = browser.request("POST", "/auth/register", json=body, headers=address)
    assert registered.status_code == 201
    assert len(mails(email)) == 1, "who was invited need not confirm"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_not_json_is_refused(browser: Any, person: Any, method: str) -> None:
    path = {"POST": "/auth/login", "PATCH": "/auth/me"}[method]
    for content, kind, status in (
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b'"\\ud800"', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"email=a", "application/x-www-form-urlencoded", 415),
        (b"x" * 70_000, "application/json", 413),
    ):
        headers = person.bearer | {"Content-Type": kind}
        answer = browser.request(method, path, content=content, headers=headers)
        problem(answer, status)


def test_preflight_from_a_foreign_origin_allows_nothing(api: Any) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = api.request("OPTIONS", "/auth/login", headers=headers)
    assert answer.status_code == 204
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_neither_addresses_nor_secrets_are_logged(
    browser: Any, host: Trial, register: Callable[..., Any], mails: Callable[..., Any]
) -> None:
    client = {"X-Forwarded-For": "198.51.100.77"}
    person = register()
    log_in(browser, person.email, "wrong1password", client)
    log_in(browser, person.email, person.password, client)
    browser.request("POST", "/auth/password/forgot", json={"email": person.email}, headers=client)
    browser.request("POST", "/auth/register", json={"email": person.email, "password": PASSWORD})
    said = [person.email, person.password, "wrong1password", person.token, person.cookie]
    said += [token_in(mail) for mail in mails(person.email)] + ["198.51.100.77"]
    logged = "".join(path.read_text() for path in Path(host.stack.logs).glob("*.log"))
    assert '"POST /auth/login"' in logged
    assert not [text for text in said if json.dumps(text)[1:-1] in logged]
