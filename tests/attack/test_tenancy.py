"""Every call of the OpenAPI document with every id of somebody else's, in every place.

The answer must be the one for what does not exist, nothing of the other's may change, and nothing
of theirs may be in the answer.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.attack.calls import Asked, Operation, Special, asked, missing, operations
from tests.attack.conftest import Effort
from tests.attack.door import Door, until
from tests.attack.people import SCOPES, Own, Person, issue_key, join

pytestmark = pytest.mark.timeout(600)

OPERATIONS = list(operations())
CLOSED = [operation for operation in OPERATIONS if operation.is_closed]
MADE_OF_EVENTS = {
    *("hits", "visits", "visitors", "periods", "rollups", "contexts", "dictionary"),
    *("applied_buckets", "aggregation", "fact_sites", "word_marks"),
}
"""Tables that the aggregator fills by itself, and anybody by sending events."""
_REFERS = "(id|site|account|owner|by)$"
"""Names of columns that say whose a row is."""
EVERYWHERE = (Own.SITE, Own.VISITOR)
"""Ids that are tried where the example has none, unless there is time for all of them."""
EXTRA = {
    "id": Own.SITE,
    "site": Own.SITE,
    "siteId": Own.SITE,
    "trackingId": Own.TRACKING_ID,
    "account": Own.ACCOUNT,
    "accountId": Own.ACCOUNT,
    "account_id": Own.ACCOUNT,
    "owner": Own.ACCOUNT,
    "key": Own.KEY,
}
"""Names by which a call might take more than its description says."""

_DIGITS, _LETTERS = "0123456789", "abcdef"
_VARYING = [
    (re.compile(r'"(requestId|through)":"[^"]*"'), r'"\1":""'),
    (re.compile(r"ptk_[\w-]+"), "<key>"),
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<jwt>"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "<instant>"),
    (re.compile(r"[0-9a-f]{12,}"), "<hex>"),
]


def test_every_call_has_an_example() -> None:
    lacking = [text for operation in OPERATIONS for text in missing(operation)]
    assert not lacking, "fill in tests/attack/calls.py:\n" + "\n".join(lacking)


@pytest.fixture(scope="module")
def settled(victim: Person) -> Person:
    """The victim, once its job is done: from then on nothing of its own changes by itself."""
    path = f"/api/v1/jobs/{victim.own(Own.JOB)}"
    until(
        lambda: victim.get(path)["state"] not in {"queued", "running"}, "the audit goes on", 240.0
    )
    return victim


@pytest.fixture
def untouched(door: Door, settled: Person) -> Iterator[None]:
    """Hold what is stored of the victim to what it was."""
    before = rows_of(door, settled)
    assert len(before) >= 6
    yield
    assert rows_of(door, settled) == before


def rows_of(door: Door, person: Person) -> list[str]:
    """Return all rows that belong to the account or its site, as text."""
    wanted = [person.own(Own.SITE), person.session.account]
    with psycopg.connect(door.environ["DATABASE_URL"]) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        found = []
        for (table,) in tables:
            if table in MADE_OF_EVENTS:
                continue
            ask = sql.SQL(
                "select to_jsonb(t)::text from {} t where exists (select"
                " from jsonb_each_text(to_jsonb(t)) c where c.value = any(%s) and c.key ~ %s)"
            )
            rows = connection.execute(ask.format(sql.Identifier(table)), [wanted, _REFERS])
            found += [f"{table} {row[0]}" for row in rows]
    return sorted(found)


def send(door: Door, asked: Asked) -> httpx.Response:
    path = asked.template
    for name, value in asked.path.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    headers, options = asked.headers, {}
    if asked.body is not None:
        headers = {"Content-Type": "application/json"} | headers
        options["content"] = json.dumps(asked.body)
    return door.send(asked.method, path, params=asked.query, headers=headers, **options)


def seen(answer: httpx.Response) -> dict[str, Any]:
    """Return what a caller sees of an answer, without what differs each time."""
    text = answer.text
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    headers = sorted(name.lower() for name in answer.headers)
    return {"status": answer.status_code, "headers": headers, "body": text}


def unknown(foreign: str) -> str:
    """Return an id that nothing has, and that every parser takes for the same."""

    def another(run: re.Match[str]) -> str:
        return "".join(secrets.choice(_DIGITS if c in _DIGITS else _LETTERS) for c in run[0])

    return re.sub("[0-9a-f]{4,}", another, foreign)


def tries(operation: Operation, effort: Effort) -> Iterator[tuple[str, str, Own]]:
    """Yield where an id of which kind is put: place, name, kind."""
    call = operation.call
    for place, values in (("path", call.path), ("query", call.query), ("body", call.body or {})):
        for name, sample in values.items():
            if isinstance(sample, Special) and sample is not Special.LEFT_OUT:
                continue
            kinds = Own if isinstance(sample, Own) or effort.is_long else EVERYWHERE
            for kind in kinds:
                yield place, name, kind


def hold_tight(answer: httpx.Response, sent: Asked, victim: Person, operation: Operation) -> None:
    """Fail where an answer is a fault, is not described, or has something of the victim's."""
    told = f"{operation.key} {sent.path} {sent.query} {sent.body}: {answer.text[:500]}"
    assert str(answer.status_code) in operation.described["responses"], told
    assert answer.status_code < 500, told
    asked = json.dumps([sent.path, sent.query, sent.body])
    shown = f"{answer.text}\n{answer.headers}"
    leaked = [mark for mark in victim.marks() if mark in shown and mark not in asked]
    assert not leaked, f"{leaked} of somebody else's in {told}"


def credentials(operation: Operation, caller: Person) -> list[Mapping[str, str]]:
    return [caller.bearer, caller.key] if operation.is_closed else [{}]


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.key)
def test_a_foreign_id_is_answered_as_one_that_does_not_exist(
    door: Door,
    settled: Person,
    somebody: Callable[[], Person],
    effort: Effort,
    operation: Operation,
) -> None:
    caller = somebody()

    def answers(place: str, name: str, ids: tuple[str, str], which: int) -> list[dict[str, Any]]:
        found = []
        for value in ids:
            # A token from a mail works once, and few mails are sent to one account.
            sender = somebody() if operation.call.uses_up_a_token else caller
            sent = asked(operation, sender, credentials(operation, sender)[which], quick=True)
            sent.place(place)[name] = value
            answer = send(door, sent)
            hold_tight(answer, sent, settled, operation)
            found.append(seen(answer))
        return found

    for place, name, kind in tries(operation, effort):
        if name in operation.call.meant:
            continue
        foreign = settled.own(kind)
        ids = (foreign, foreign if kind == Own.FEED_PLACE else unknown(foreign))
        for which in range(len(credentials(operation, caller))):
            found = answers(place, name, ids, which)
            if any(answer["status"] == 429 for answer in found):
                caller = somebody()  # who has asked too often is told so, whatever the id
                found = answers(place, name, ids, which)
            assert found[0] == found[1], f"{operation.key} tells {kind} in {name}"
            # A visitor's id is the owner's to choose: each site may have that one.
            is_owned = kind != Own.VISITOR and operation.call.path.get(name) == kind
            if is_owned and which == 0:
                assert found[0]["status"] == 404, f"{operation.key} takes a foreign {kind}"


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.key)
def test_the_example_works_for_its_owner_whatever_more_is_sent(
    door: Door, settled: Person, somebody: Callable[[], Person], operation: Operation
) -> None:
    caller = somebody()
    sent = asked(operation, caller, caller.bearer if operation.is_closed else {})
    more = {name: settled.own(kind) for name, kind in EXTRA.items()}
    for place in ("query", "body"):
        if place == "query" or sent.body is not None:
            values = sent.place(place)
            values |= {k: v for k, v in more.items() if k not in values}
    answer = send(door, sent)
    hold_tight(answer, sent, settled, operation)
    assert answer.status_code == operation.call.status, f"{operation.key}: {answer.text}"
    assert ("Set-Cookie" in answer.headers) is operation.call.sets_cookie, (
        f"{operation.key}: say in calls.py whether it sets a cookie; the tests of forgery need it"
    )


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("operation", CLOSED, ids=lambda operation: operation.key)
def test_without_credentials_every_id_is_the_same(
    door: Door, settled: Person, operation: Operation
) -> None:
    told = []
    for value in (settled, Person(door, mark="nobody")):
        sent = asked(operation, settled, {})
        for name, sample in operation.call.path.items():
            sent.path[name] = (
                settled.own(sample) if value is settled else unknown(settled.own(sample))
            )
        answer = send(door, sent)
        hold_tight(answer, sent, settled, operation)
        assert answer.status_code == 401, operation.key
        told.append(seen(answer))
    assert told[0] == told[1]


@pytest.mark.usefixtures("untouched")
def test_who_may_look_may_not_change(
    door: Door, settled: Person, somebody: Callable[[], Person]
) -> None:
    viewer = somebody()
    owner = somebody()
    site = owner.own(Own.SITE)
    goal = owner.own(Own.GOAL)
    join(site, viewer)
    tried = []
    for operation in CLOSED:
        if operation.call.path.get("id") != Own.SITE or operation.method == "GET":
            continue
        before = rows_of(door, owner)
        for headers in (viewer.bearer, viewer.key):
            sent = asked(operation, viewer, headers)
            sent.path["id"] = site
            if "goalId" in sent.path:
                sent.path["goalId"] = goal
            answer = send(door, sent)
            hold_tight(answer, sent, settled, operation)
            assert answer.status_code == 403, f"{operation.key}: {answer.text}"
        assert rows_of(door, owner) == before, operation.key
        tried.append(operation.key)
    assert len(tried) >= 5


@pytest.mark.usefixtures("untouched")
def test_a_key_of_one_scope_opens_what_that_scope_says(
    door: Door, settled: Person, somebody: Callable[[], Person]
) -> None:
    caller = somebody()
    keys = {scope: issue_key(caller, scope, [scope])["key"] for scope in SCOPES}
    opened: dict[str, list[str]] = {}
    # What deletes comes last, so that the others still have something to work on.
    for operation in sorted(CLOSED, key=lambda operation: operation.method == "DELETE"):
        for scope, key in keys.items():
            sent = asked(operation, caller, {"Authorization": f"Bearer {key}"})
            answer = send(door, sent)
            hold_tight(answer, sent, settled, operation)
            if answer.status_code != 403:
                opened.setdefault(operation.key, []).append(scope)
    for key, scopes in opened.items():
        assert len(scopes) == 1, f"{key} opens to {scopes}"
        assert key.startswith("GET ") or scopes[0].endswith(":write"), key
    assert len(opened) >= 15
    assert not [key for key in opened if "/auth/" in key or "/keys" in key]
