"""Refresh tokens: raced, stolen, fixed, doubled; and pages of others that would use the cookie."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest

from tests.attack.calls import Operation, asked, operations
from tests.attack.door import REFRESH, Door, is_refusal, some_address
from tests.attack.people import Person
from tests.attack.test_tenancy import send

TOUCHING_COOKIES = [
    operation
    for operation in operations()
    if operation.call.sets_cookie and not operation.is_closed
]
AT_ONCE = 8


def refresh(door: Door, cookie: str, **headers: str) -> httpx.Response:
    return door.send("POST", "/auth/refresh", headers={"Cookie": f"{REFRESH}={cookie}"} | headers)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """Do something many times, all of them begun together."""
    ready = threading.Barrier(AT_ONCE, timeout=30)

    def run(number: int) -> Any:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def alone(door: Door) -> Callable[..., httpx.Response]:
    """Send by a connection of one's own, so that threads do not share cookies."""

    def send(method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"X-Forwarded-For": some_address()} | options.pop("headers", {})
        return httpx.request(method, door.origin + path, headers=headers, timeout=60, **options)

    return send


def age(door: Door, person: Person) -> None:
    """Let more time pass than a used token has to be repeated in."""
    statement = (
        "update refresh_tokens t set rotated_at = rotated_at - interval '11 seconds'"
        " from refresh_families f where f.id = t.family_id and f.account_id = %s"
    )
    with psycopg.connect(door.environ["DATABASE_URL"]) as connection:
        connection.execute(statement, [person.session.account])


def test_a_raced_token_has_one_successor(door: Door, somebody: Callable[[], Person]) -> None:
    cookie = {"Cookie": f"{REFRESH}={somebody().session.cookie}"}
    answers = at_once(lambda _: alone(door)("POST", "/auth/refresh", headers=cookie))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.cookies[REFRESH] for answer in answers}) == 1


def test_a_chain_raced_by_two_thieves_goes_on_as_one_or_ends(
    door: Door, somebody: Callable[[], Person]
) -> None:
    cookie = somebody().session.cookie

    def walk(_: int) -> list[str]:
        mine, seen = cookie, []
        for _ in range(4):
            headers = {"Cookie": f"{REFRESH}={mine}"}
            answer = alone(door)("POST", "/auth/refresh", headers=headers)
            assert answer.status_code == 200, answer.text
            mine = answer.cookies[REFRESH]
            seen.append(mine)
        return seen

    chains = at_once(walk)
    assert all(chain == chains[0] for chain in chains)
    assert len(set(chains[0])) == 4


@pytest.mark.parametrize("uses", [1, 3])
def test_a_stolen_token_ends_the_log_in_of_thief_and_owner(
    door: Door, somebody: Callable[[], Person], uses: int
) -> None:
    owner = somebody()
    stolen = newest = owner.session.cookie
    for _ in range(uses):
        newest = refresh(door, newest).cookies[REFRESH]
    age(door, owner)
    assert refresh(door, stolen).status_code == 401
    assert refresh(door, newest).status_code == 401
    assert refresh(door, owner.log_in().cookie).status_code == 200


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_log_in_that_is_ended_amid_refreshes_stays_ended(
    door: Door, somebody: Callable[[], Person], *, everywhere: bool
) -> None:
    owner = somebody()
    headers = {"Cookie": f"{REFRESH}={owner.session.cookie}"}
    got: list[str] = []

    def work(number: int) -> None:
        if number == AT_ONCE - 1:
            body = {"everywhere": everywhere}
            assert alone(door)("POST", "/auth/logout", json=body, headers=headers).is_success
            return
        answer = alone(door)("POST", "/auth/refresh", headers=headers)
        assert answer.status_code in {200, 401}
        if answer.status_code == 200:
            got.append(answer.cookies[REFRESH])

    at_once(work)
    for cookie in {owner.session.cookie, *got}:
        assert refresh(door, cookie).status_code == 401


def test_a_new_password_amid_refreshes_ends_them_all(
    door: Door, somebody: Callable[[], Person]
) -> None:
    owner = somebody()
    cookie = owner.log_in().cookie
    got: list[str] = []

    def work(number: int) -> None:
        if number == AT_ONCE - 1:
            body = {"password": f"{owner.password}x", "currentPassword": owner.password}
            changed = alone(door)("PATCH", "/auth/me", json=body, headers=owner.bearer)
            assert changed.status_code == 200, changed.text
            return
        headers = {"Cookie": f"{REFRESH}={cookie}"}
        answer = alone(door)("POST", "/auth/refresh", headers=headers)
        if answer.status_code == 200:
            got.append(answer.cookies[REFRESH])

    at_once(work)
    for token in {cookie, *got}:
        assert refresh(door, token).status_code == 401


ODD_COOKIES = {
    "nothing": "",
    "no value": f"{REFRESH}",
    "an empty value": f"{REFRESH}=",
    "another's name": "pixeltrack_refres={}",
    "a longer name": f"{REFRESH}2={{}}",
    "a prefix": f"__Host-{REFRESH}={{}}",
    "a secure prefix": f"__Secure-{REFRESH}={{}}",
    "upper case": f"{REFRESH.upper()}={{}}",
    "quotes": f'{REFRESH}="{{}}"',
    "an encoded name": "pixeltrack%5Frefresh={}",
    "something behind": f"{REFRESH}={{}}x",
    "something encoded behind": f"{REFRESH}={{}}%00",
    "a comma": f"a=b, {REFRESH}={{}}",
    "an array": f"{REFRESH}[]={{}}",
    "a huge value": f"{REFRESH}={'x' * 30_000}",
    "a thousand cookies": "; ".join(f"c{n}=1" for n in range(1000)),
    "letters of Latin-1": f"{REFRESH}=é",
    "a query to MongoDB": f'{REFRESH}={{{{"$ne":""}}}}',
    "a query to PostgreSQL": f"{REFRESH}=' or '1'='1",
    "an access token": f"{REFRESH}={{token}}",
}


@pytest.mark.parametrize("kind", ODD_COOKIES)
def test_an_odd_cookie_is_no_log_in(door: Door, person: Person, kind: str) -> None:
    cookie = ODD_COOKIES[kind]
    if "{" in cookie:
        cookie = cookie.format(person.session.cookie, token=person.session.token)
    for path in ("/auth/refresh", "/auth/logout"):
        answer = door.send("POST", path, headers={"Cookie": cookie.encode("latin-1")})
        assert answer.status_code in ({401, 431} if path.endswith("refresh") else {200, 431})
        assert "token" not in answer.text or answer.status_code != 200
    assert refresh(door, person.session.cookie).status_code == 200, "nobody was logged out"


def test_of_two_cookies_one_counts_or_none(door: Door, somebody: Callable[[], Person]) -> None:
    owner, other = somebody(), somebody()
    mine, theirs = owner.session.cookie, other.session.cookie
    for values in ((mine, "x"), ("x", mine), (mine, mine), ("", mine)):
        header = "; ".join(f"{REFRESH}={value}" for value in values)
        answer = door.send("POST", "/auth/refresh", headers={"Cookie": header})
        assert answer.status_code in {200, 401}
        if answer.status_code == 200:
            assert answer.json()["user"]["id"] == owner.session.account
    owner = somebody()
    mine = owner.session.cookie
    header = f"{REFRESH}={mine}; {REFRESH}={theirs}"
    answer = door.send("POST", "/auth/logout", headers={"Cookie": header})
    assert answer.status_code == 200
    found = [door.send("GET", "/auth/me", headers=p.bearer).status_code for p in (owner, other)]
    assert sorted(found) in ([200, 200], [200, 401])


def test_the_cookie_is_for_no_script_and_no_other_page(
    door: Door, somebody: Callable[[], Person]
) -> None:
    owner = somebody()
    answers = [
        refresh(door, owner.session.cookie),
        door.send("POST", "/auth/login", json={"email": owner.email, "password": owner.password}),
        door.send("POST", "/auth/logout", headers={"Cookie": f"{REFRESH}={owner.session.cookie}"}),
    ]
    for answer in answers:
        (cookie,) = [c for c in answer.headers.get_list("Set-Cookie") if c.startswith(REFRESH)]
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/auth"} <= attributes
        assert not [a for a in attributes if a.startswith("domain=")]
        assert answer.headers["Cache-Control"] == "no-store"


def forgeries(origin: str) -> list[dict[str, str]]:
    """Return headers that pages of other origins can make a browser send."""
    port = origin.rpartition(":")[2]
    origins = [
        *("https://evil.example", "null", "", "http://", "file://", "about:blank"),
        *(origin + ".evil.example", origin.replace("127.0.0.1", "127.0.0.1.evil.example")),
        *(origin.replace("http://", "https://"), origin + "/", origin + "/evil", f"{origin}0"),
        *(f"http://127.0.0.1:{int(port) + 1}", "http://127.0.0.1", "http://evil@127.0.0.1:" + port),
        *(f"http://[::1]:{port}", f"http://0.0.0.0:{port}", f"http://127.1:{port}"),
        *(f"http://localhost.evil.example:{port}", f"http://LOCALHOST:{port}"),
        *(f"https://evil.example, {origin}", f"{origin}, https://evil.example"),
        *(f"{origin} https://evil.example", f"moz-extension://{origin}", f"{origin}\t{origin}"),
    ]
    pages = [{"Origin": text} for text in origins]
    pages += [{"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")]
    pages += [
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "none", "Referer": f"{origin}/"},
        {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
        {"Origin": "https://evil.example", "Host": "evil.example"},
    ]
    return pages


@pytest.mark.parametrize("operation", TOUCHING_COOKIES, ids=lambda operation: operation.key)
def test_no_foreign_page_uses_or_sets_the_cookie(
    door: Door, somebody: Callable[[], Person], operation: Operation
) -> None:
    owner = somebody()
    plain = asked(operation, owner, {})
    for page in forgeries(door.origin):
        answer = send(door, replace(plain, headers=plain.headers | page))
        told = f"{operation.key} with {page}: {answer.status_code} {answer.text}"
        assert "Set-Cookie" not in answer.headers, told
        assert answer.status_code in {400, 403, 404}, told
        assert "Access-Control-Allow-Origin" not in answer.headers, told
    assert send(door, asked(operation, owner, {"Origin": door.origin})).is_success


@pytest.mark.parametrize("operation", TOUCHING_COOKIES, ids=lambda operation: operation.key)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_no_form_of_a_foreign_page_is_taken(
    door: Door, somebody: Callable[[], Person], operation: Operation, kind: str
) -> None:
    owner = somebody()
    plain = asked(operation, owner, {"Content-Type": kind})
    if plain.body is None:
        return  # its body is never read
    for page in ({}, {"Origin": "https://evil.example"}):
        answer = send(door, replace(plain, headers=plain.headers | page))
        assert is_refusal(answer), f"{operation.key} as {kind}: {answer.status_code}"
        assert "Set-Cookie" not in answer.headers


def test_preflights_allow_foreign_pages_nothing(door: Door) -> None:
    for operation in operations():
        if operation.path in {"/track", "/pixel.gif"}:
            continue
        headers = {
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": operation.method,
            "Access-Control-Request-Headers": "authorization, content-type",
        }
        path = operation.path.replace("{", "").replace("}", "")
        for method in ("OPTIONS", "GET"):
            answer = door.send(method, path, headers=headers)
            allowed = [n for n in answer.headers if n.lower().startswith("access-control-allow")]
            assert not [n for n in allowed if "origin" in n.lower() or "credentials" in n.lower()]
