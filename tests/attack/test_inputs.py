"""Hostile texts, odd bodies and more fields than there are, in every call of the document."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from pixeltrack.events.wire import MOST_BYTES
from tests.attack.calls import DOCUMENT, Asked, Operation, Special, asked, operations
from tests.attack.conftest import Effort
from tests.attack.door import Door, is_refusal, some_address, statuses
from tests.attack.people import Own, Person
from tests.attack.test_tenancy import credentials, seen, send

OPERATIONS = list(operations())
WITH_BODY = [operation for operation in OPERATIONS if operation.call.body is not None]
PROBE = 7_340_033
"""What a template would compute of a product; it stands nowhere else."""
ROOT = Path(__file__).parents[2]

TEXTS = [
    # PostgreSQL
    *("'", "''", '"', "\\", "' or '1'='1", "'; drop table accounts; --", "1; select pg_sleep(20)"),
    *("' union select null, password_hash from accounts --", "%' and 1=1 --", "$1", "%s", "%(id)s"),
    *("%", "_", "\\x00", "E'\\x27'", "{}", "{1,2}", "NULL", "'||(select version())||'", ":id"),
    # MongoDB
    *('{"$ne": null}', '{"$gt": ""}', "$where", '{"$where": "sleep(20000)"}', "[$ne]", "a.$b"),
    # Templates, shells, formats
    *("{{7}}*{{1048576}}", "{{2097152*3.5}}", "${7*1048576}", "#{7*1048576}", "<%= 7*1048576 %>"),
    *(
        "{0.__class__}",
        "%n%n%n%s",
        "$(sleep 20)",
        "`id`",
        "| id",
        "; id #",
        "\\u0024{jndi:ldap://x}",
    ),
    # Headers, mails, logs
    *(
        "a\r\nX-Injected: 1",
        "a\nBcc: victim@example.com",
        "a%0d%0aX-Injected:%201",
        "a\r\n\r\n<html>",
    ),
    *("a\u2028b", "a\u0085b", "a\x1b[31mb", "a\x00b", "\ud800", "\ufffe", "\u202eevil", "\u0130"),
    # Paths
    *(
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "....//....//etc/passwd",
        "/etc/passwd",
    ),
    *("..\\..\\windows\\win.ini", "%252e%252e%252fetc", "file:///etc/passwd", ".", "..", "/", "//"),
    # Pages and spreadsheets
    *(
        '"><script>hacked=1</script>',
        "javascript:hacked=1",
        "=1+1",
        "@SUM(1)",
        "-2+3",
        "<!--",
        "]]>",
    ),
    # Numbers and lists
    *("1e999", "-1", "0x10", "NaN", "Infinity", "9" * 400, "1,2", "a" * 300, "null", "true", "[]"),
    # Regular expressions and patterns
    *("(a+)+$" + "a" * 40, "*" * 500, "(?=" * 100, "[" * 500, "***a***" * 60),
]


@pytest.fixture(scope="module")
def effect(door: Door) -> Iterator[Callable[[], None]]:
    """Hold, whenever called, that the schema is what it was."""

    def tables() -> list[tuple[Any, ...]]:
        with psycopg.connect(door.environ["DATABASE_URL"]) as connection:
            ask = "select tablename from pg_tables where schemaname = 'public' order by 1"
            return connection.execute(ask).fetchall()

    before = tables()

    def hold() -> None:
        assert tables() == before

    yield hold
    hold()


def orderly(answer: httpx.Response, told: object, operation: Operation) -> None:
    """Fail where an answer is a fault, is not described, or does what its sender wrote."""
    shown = f"{operation.key} {str(told)[:300]}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code < 500, shown
    assert str(answer.status_code) in operation.described["responses"], shown
    assert str(PROBE) not in answer.text, shown
    assert "x-injected" not in answer.headers, shown
    assert "root:" not in answer.text, shown
    for fault in ("psycopg", "pymongo", "Traceback", "site-packages", "SQLSTATE", str(ROOT)):
        assert fault not in answer.text, shown


def places(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield where a call takes values of the sender's: place and name."""
    call = operation.call
    for place, values in (("path", call.path), ("query", call.query), ("body", call.body or {})):
        for name, sample in values.items():
            if sample is not Special.PASSWORD:
                yield place, name


@pytest.mark.timeout(900)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.key)
def test_hostile_texts_do_nothing(
    door: Door,
    somebody: Callable[[], Person],
    effort: Effort,
    effect: Callable[[], None],
    operation: Operation,
) -> None:
    caller = somebody()
    # With little time each place gets every so many texts, another share in each.
    step = 1 if effort.is_long else 6
    for number, (place, name) in enumerate(places(operation)):
        for text in TEXTS[number % step :: step]:
            sent = asked(operation, caller, credentials(operation, caller)[0], quick=True)
            if place != "body" and not text.isprintable() and "\ud800" in text:
                continue  # has no spelling in an address
            sent.place(place)[name] = text
            answer = send(door, sent)
            if answer.status_code in {409, 429}:
                caller = somebody()
            orderly(answer, (name, text), operation)
    effect()


def test_nothing_is_written_into_mails(door: Door, somebody: Callable[[], Person]) -> None:
    inviting = somebody()
    hostile = [text for text in TEXTS if "\n" in text or "\r" in text or "<" in text]
    for text in hostile:
        email = f"{secrets.token_hex(6)}@pixeltrack.test"
        body = {"email": email, "password": "kettle-of-tea-5", "name": text}
        door.send("POST", "/auth/register", json=body)
        odd = {"email": f"{email}{text}", "language": "en"}
        door.send("POST", "/auth/invitations", json=odd, headers=inviting.bearer)
        for mail in door.mails(email):
            assert text not in mail["text"]
            assert "\n" not in mail["to"] + mail["subject"]
    for path in Path(door.environ["PIXELTRACK_MAIL_DIR"]).glob("*.json"):
        mail = json.loads(path.read_text())
        assert not re.search(r"[\r\n,;<>]", mail["to"]), mail["to"]
        links = re.findall(r"https?://\S+", mail["text"])
        assert links
        assert all(link.startswith(f"{door.origin}/") for link in links), links


def test_links_in_mails_follow_no_header(door: Door, somebody: Callable[[], Person]) -> None:
    person = somebody()
    email = person.own(Own.EMAIL)
    before = len(door.mails(email))
    headers = {
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "https://evil.example/",
    }
    door.send("POST", "/auth/password/forgot", json={"email": email}, headers=headers)
    door.send("POST", "/auth/password/forgot", json={"email": email})
    mails = door.mails(email)
    assert len(mails) > before
    assert not [mail for mail in mails if "evil.example" in mail["text"]]


PATHS = [
    *("/../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..;/etc"),
    *("/assets/../../../pyproject.toml", "/assets/..%2f..%2f..%2fpyproject.toml", "/assets/%2e%2e"),
    *(
        "/assets/..%5c..%5cpyproject.toml",
        "/assets/%252e%252e%252fpyproject.toml",
        "/assets//etc/passwd",
    ),
    *(
        "/tracker.js/../../pyproject.toml",
        "/tracker.js%00.html",
        "/.env",
        "/.git/config",
        "/demo.json%00",
    ),
    *("/demo/..%2f..%2fpyproject.toml", "/demo/%2e%2e/%2e%2e/jwt.keys", "/%c0%ae%c0%ae/etc/passwd"),
    *(
        "/assets/\xff",
        "/%ff",
        "/%",
        "/%zz",
        "/" + "a" * 5000,
        "/" + "../" * 500,
        "/" + "%2e%2e%2f" * 300,
    ),
    *(
        "/%00",
        "/index.html%00",
        "/src/main.tsx",
        "/node_modules/",
        "/data/jwt.keys",
        "/file:///etc/passwd",
    ),
]
KEPT = re.compile(rb"root:|\[project\]|\[core\]|-----BEGIN|ptk_[\w-]{43}")


@pytest.mark.parametrize("which", ["main", "shop"])
def test_no_path_leads_out_of_what_is_served(door: Door, host: Any, which: str) -> None:
    place = door if which == "main" else replace(door, origin=host.shop)
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("latin-1")
        for path in PATHS
    ]
    for path, answered in zip(PATHS, place.say_all(requests, within_s=8), strict=True):
        told = statuses(answered)
        assert told, path
        assert max(told) < 500, f"{path}: {told}"
        assert not KEPT.search(answered), path
        key = door.environ["PIXELTRACK_JWT_KEYS"].rpartition(":")[2]
        assert key.encode() not in answered


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "half an object": b'{"email":',
    "something behind": b"{} {}",
    "NaN": b'{"a":NaN}',
    "invalid UTF-8": b'{"name":"\xff"}',
    "a surrogate": b'{"name":"\\ud800"}',
    "NUL": b'{"name":"\\u0000"}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "deep lists": b'{"name":' + b"[" * 9000 + b"]" * 9000 + b"}",
    "deep objects": b'{"name":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    "a name a thousand times": b"{" + b'"name":"a",' * 1000 + b'"name":"b"}',
    "many names": json.dumps({f"k{n}": n for n in range(4000)}).encode(),
    "a huge number": b'{"retentionDays":' + b"9" * 5000 + b"}",
    "a huge exponent": b'{"retentionDays":1e' + b"9" * 300 + b"}",
    "__proto__": b'{"__proto__":{"confirmed":true},"constructor":{"prototype":{}}}',
    "a class": b'{"__class__":"x","__init__":{"__globals__":{}},"py/object":"os.system"}',
    "an entity": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "wrong kinds": json.dumps(
        {name: {"a": [1]} for name in ("email", "password", "name", "url", "scopes", "token")}
    ).encode(),
    "lists in the place of texts": json.dumps(
        {name: ["a"] for name in ("email", "password", "name", "url", "pattern", "token")}
    ).encode(),
}
TYPES = [
    "application/jsonp",
    "text/json",
    "text/plain",
    "text/xml",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/json, text/plain",
    "x" * 5000,
]


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.key)
def test_odd_bodies_and_types_are_refused_in_order(
    door: Door, somebody: Callable[[], Person], operation: Operation
) -> None:
    caller = somebody()
    path = operation.path.replace("{id}", caller.own(Own.SITE))
    headers = {"Content-Type": "application/json"} | (caller.bearer if operation.is_closed else {})
    for kind, content in BODIES.items():
        answer = door.send(operation.method, path, content=content, headers=headers)
        orderly(answer, kind, operation)
    for kind in TYPES:
        if operation.path == "/track" and kind == "text/plain":
            continue
        odd = headers | {"Content-Type": kind}
        answer = door.send(operation.method, path, content=b'{"name":"x"}', headers=odd)
        assert is_refusal(answer), f"{operation.key} takes {kind}: {answer.status_code}"
    huge = b'{"name":"' + b"a" * 2 * MOST_BYTES + b'"}'
    pieces = (huge[start : start + 8192] for start in range(0, len(huge), 8192))
    for whole in (huge, pieces):
        answer = door.send(operation.method, path, content=whole, headers=headers)
        assert answer.status_code == 413, f"{operation.key}: {answer.status_code}"


def test_oversized_heads_are_refused(door: Door) -> None:
    heads = [
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 4_000_000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X: a\r\n" * 200_000 + b"\r\n",
        b"GET /" + b"a" * 4_000_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + b"a=b; " * 500_000 + b"\r\n\r\n",
    ]
    for answered in door.say_all(heads):
        told = statuses(answered)
        assert not [status for status in told if not 400 <= status < 500], told
    assert door.send("GET", "/health").status_code == 200


def every_field() -> list[str]:
    """Return every name of a field that the document or a table has."""
    names = {
        n
        for shape in DOCUMENT["components"]["schemas"].values()
        for n in shape.get("properties", ())
    }
    snake = {re.sub("([A-Z])", r"_\1", name).lower() for name in names}
    inner = {
        *("role", "isAdmin", "is_admin", "admin", "confirmed_at", "password_hash", "passwordHash"),
        *(
            "account_id",
            "accountId",
            "owner",
            "hash",
            "revoked_at",
            "sid",
            "permissions",
            "members",
        ),
    }
    return sorted(names | snake | inner)


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.key)
def test_more_fields_than_are_described_change_nothing(
    door: Door, somebody: Callable[[], Person], victim: Person, operation: Operation
) -> None:
    """The same call with and without them gives the same, and stores the same."""
    described = operation.named("body")
    more: dict[str, Any] = {
        name: f"more-{secrets.token_hex(4)}" for name in every_field() if name not in described
    }
    more |= {"confirmed": True, "id": victim.own(Own.SITE), "accountId": victim.session.account}
    told, stored = [], []
    for extra in ({}, more):
        caller = somebody()
        sent: Asked = asked(operation, caller, caller.bearer if operation.is_closed else {})
        sent.body = {**extra, **(sent.body or {})}
        answer = send(door, sent)
        orderly(answer, "more fields", operation)
        told.append(seen(answer))
        stored.append(state_of(door, caller))
    # Names are other ones for each of them: they differ in length alone where they differ.
    hexes = re.compile(r"[0-9a-f]{12,}")
    plain, with_more = (hexes.sub("", answer["body"]) for answer in told)
    assert plain == with_more
    assert told[0]["status"] == told[1]["status"] == operation.call.status
    assert stored[0] == stored[1]


def state_of(door: Door, person: Person) -> dict[str, Any]:
    """Return what is stored of an account, without what is another's for each."""
    queries = {
        "account": "select language, confirmed_at is null from accounts where id = %s",
        "sites": "select s.timezone, s.status, s.retention_days, s.identity, m.role from sites s"
        " join site_members m on m.site_id = s.id where m.account_id = %s order by 1, 2, 3",
        "keys": "select scopes, revoked_at is null from api_keys where account_id = %s",
    }
    with psycopg.connect(door.environ["DATABASE_URL"]) as connection:
        return {
            name: connection.execute(ask, [person.session.account]).fetchall()
            for name, ask in queries.items()
        }


def test_known_and_unknown_addresses_are_told_apart_by_nobody(
    door: Door, somebody: Callable[[], Person]
) -> None:
    inviting = somebody()

    def answers(email: str) -> list[dict[str, Any]]:
        calls: list[tuple[str, dict[str, Any], dict[str, str]]] = [
            ("/auth/login", {"email": email, "password": "wrong-password-1"}, {}),
            ("/auth/login", {"email": email.upper(), "password": "wrong-password-1"}, {}),
            ("/auth/login", {"email": f" {email} ", "password": "x"}, {}),
            ("/auth/login", {"email": email, "password": ""}, {}),
            ("/auth/password/forgot", {"email": email}, {}),
            ("/auth/password/forgot", {"email": email.upper()}, {}),
            ("/auth/invitations", {"email": email}, inviting.bearer),
            ("/auth/password/reset", {"token": email, "password": "goodpassword-1"}, {}),
            ("/auth/confirm", {"token": email}, {}),
        ]
        shown = []
        for path, body, headers in calls:
            answer = door.send("POST", path, json=body, headers=headers)
            assert answer.status_code < 500, answer.text
            shown.append({"path": path} | seen(answer))
        return shown

    known = somebody()
    unconfirmed = Person(door, is_confirmed=False)
    assert unconfirmed.session
    nobody = answers(f"{secrets.token_hex(6)}@pixeltrack.test")
    assert answers(known.own(Own.EMAIL)) == nobody
    assert answers(unconfirmed.email) == nobody


def test_throttles_tell_known_and_unknown_addresses_alike(
    door: Door, somebody: Callable[[], Person]
) -> None:
    """Whoever guesses is stopped after as many tries, whether or not there is an account."""

    def tries_until_stopped(email: str) -> list[int]:
        headers = {"X-Forwarded-For": some_address()}
        body = {"email": email, "password": "wrong-password-1"}
        return [
            door.send("POST", "/auth/login", json=body, headers=headers).status_code
            for _ in range(14)
        ]

    known = tries_until_stopped(somebody().own(Own.EMAIL))
    assert known == tries_until_stopped(f"{secrets.token_hex(6)}@pixeltrack.test")
    assert known[0] == 401
    assert known[-1] == 429
