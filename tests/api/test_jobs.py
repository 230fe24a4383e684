"""Goals, erasures and audits on the running host: who may ask, and what becomes of it."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pymongo
import pytest

from infra_cdk.local.trial import Trial

SITES, JOBS = "/api/v1/sites", "/api/v1/jobs"
NOWHERE = "00000000-0000-4000-8000-000000000000"
GOAL = {"name": "Bought", "kind": "page", "pattern": "/shop/*/thanks"}


@pytest.fixture
def account(register: Callable[..., Any]) -> Any:
    """A confirmed account of the test's own."""
    return register(is_confirmed=True)


@pytest.fixture
def site(api: Any, account: Any) -> dict[str, Any]:
    body = {"url": "https://example.com", "name": "A site"}
    made: dict[str, Any] = api.request("POST", SITES, json=body, headers=account.bearer).json()
    return made


def key_of(api: Any, account: Any, *scopes: str) -> dict[str, str]:
    body = {"name": "A key", "scopes": scopes, "currentPassword": account.password}
    made = api.request("POST", "/api/v1/keys", json=body, headers=account.bearer).json()
    return {"Authorization": f"Bearer {made['key']}"}


def send(api: Any, site: dict[str, Any], **fields: Any) -> None:
    event = {"siteId": site["trackingId"], "eventType": "pageview", "url": "/"} | fields
    assert api.request("POST", "/track", content=json.dumps(event)).status_code == 204


def until(condition: Callable[[], Any], what: str) -> Any:
    ends = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < ends, what
        time.sleep(0.05)
    return found


def test_the_life_of_a_goal(api: Any, account: Any, site: dict[str, Any]) -> None:
    place = f"{SITES}/{site['id']}/goals"
    response = api.request("POST", place, json=GOAL, headers=account.bearer)
    made = response.json()
    assert (response.status_code, response.headers["Location"]) == (201, f"{place}/{made['id']}")
    event = {"name": "Signed up", "kind": "event", "pattern": "sign-up"}
    other = api.request("POST", place, json=event, headers=account.bearer).json()
    listed = api.request("GET", place, headers=account.bearer).json()
    assert listed == {"goals": [made, other]}
    assert api.request("POST", place, json=GOAL, headers=account.bearer).status_code == 409
    refused = api.request("POST", place, json=GOAL | {"pattern": "x"}, headers=account.bearer)
    assert [error["field"] for error in refused.json()["errors"]] == ["pattern"]
    gone = f"{place}/{made['id']}"
    assert api.request("DELETE", gone, headers=account.bearer).status_code == 204
    assert api.request("DELETE", gone, headers=account.bearer).status_code == 404
    assert api.request("GET", place, headers=account.bearer).json() == {"goals": [other]}


CALLS = (
    ("GET", "goals", None),
    ("POST", "goals", GOAL),
    ("DELETE", f"goals/{NOWHERE}", None),
    ("DELETE", "visitors/user_1", None),
    ("POST", "erasures", {"userId": "user_1"}),
    ("POST", "audits", None),
)


def test_others_find_nothing_and_keys_need_their_scope(
    api: Any, account: Any, site: dict[str, Any], person: Any
) -> None:
    readers = key_of(api, account, "sites:read", "reports:read")
    for method, what, body in CALLS:
        path = f"{SITES}/{site['id']}/{what}"
        stranger = api.request(method, path, json=body, headers=person.bearer)
        nowhere = api.request(
            method, path.replace(site["id"], NOWHERE), json=body, headers=person.bearer
        )
        assert stranger.status_code == nowhere.status_code == 404, path
        reader = api.request(method, path, json=body, headers=readers)
        assert reader.status_code == (200 if method == "GET" else 403), path
    job = api.request("POST", f"{SITES}/{site['id']}/audits", headers=account.bearer).json()
    assert api.request("GET", f"{JOBS}/{job['id']}", headers=readers).json()["id"] == job["id"]
    assert api.request("GET", f"{JOBS}/{job['id']}", headers=person.bearer).status_code == 404


ODD = "a/b%2Fc?d=1#e/../\\ \n🙂ж"


@pytest.mark.parametrize("by", ["path", "body"])
def test_an_erased_visitor_is_dropped_from_then_on(
    api: Any, account: Any, site: dict[str, Any], host: Trial, by: str
) -> None:
    def erased() -> int:
        with pymongo.MongoClient[dict[str, Any]](host.environ["MONGODB_URI"]) as client:
            database = client[host.environ["MONGODB_DATABASE"]]
            found = database["rejected"].find({"reason": "erased"})
            return sum(document["sample"] == "" for document in found)

    before = erased()
    visitor = "ivan <i@x.example>" if by == "path" else ODD

    def erase() -> Any:
        place = f"{SITES}/{site['id']}"
        if by == "path":
            return api.request("DELETE", f"{place}/visitors/{visitor}", headers=account.bearer)
        body = {"userId": visitor}
        return api.request("POST", f"{place}/erasures", json=body, headers=account.bearer)

    response = erase()
    job = response.json()
    assert (response.status_code, job["kind"]) == (202, "erase_visitor")
    assert response.headers["Location"] == f"{JOBS}/{job['id']}"
    assert erase().json()["id"] == job["id"]
    an_hour_ago = (time.time() - 3600) * 1000
    for user in (visitor, "anna"):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(an_hour_ago / 1000))
        send(api, site, userId=user, timestamp=stamp)
    until(lambda: erased() > before, "the retry was not dropped")
    send(api, site, userId=visitor)

    def shown() -> set[str]:
        query = {"siteId": site["id"], "limit": 100}
        answer = api.request("GET", "/api/v1/events", params=query, headers=account.bearer)
        return {event["visitor"] for event in answer.json()["events"]}

    until(lambda: shown() == {visitor, "anna"}, "who came back, or who else, is not shown")


@pytest.mark.parametrize("visitor", ["../", ".", "", "a/b", "a%2Fb", "%2F", "..%2f..%2f"])
def test_an_id_that_no_path_can_carry_erases_nobody_and_nothing(
    api: Any, account: Any, site: dict[str, Any], host: Trial, visitor: str
) -> None:
    """Not the site either, whose path, with a slash, is what browsers send for `…/visitors/..`."""
    place = f"{SITES}/{site['id']}"
    told = httpx.delete(f"{host.origin}{place}/visitors/{visitor}", headers=account.bearer)
    assert told.status_code in (404, 405), told.text
    assert api.request("GET", place, headers=account.bearer).status_code == 200
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        statement = "select kind from jobs where site_id = %s"
        assert connection.execute(statement, [site["id"]]).fetchall() == []


def test_a_deleted_site_and_account_leave_their_erasures_behind(
    api: Any, account: Any, site: dict[str, Any], host: Trial
) -> None:
    other = api.request(
        "POST", SITES, json={"url": "https://x.example", "name": "Other"}, headers=account.bearer
    ).json()
    response = api.request("DELETE", f"{SITES}/{site['id']}", headers=account.bearer)
    job = api.request("GET", response.headers["Location"], headers=account.bearer).json()
    assert (job["kind"], job["siteId"]) == ("erase_site", site["id"])
    farewell = {"password": account.password}
    assert (
        api.request("DELETE", "/auth/me", json=farewell, headers=account.bearer).status_code == 204
    )
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        statement = "select kind from jobs where site_id = any(%s)"
        found = connection.execute(statement, [[site["id"], other["id"]]]).fetchall()
    assert found == [("erase_site",), ("erase_site",)]


def test_another_zone_makes_a_job(
    api: Any, account: Any, site: dict[str, Any], host: Trial
) -> None:
    place = f"{SITES}/{site['id']}"
    for zone in ("UTC", "Asia/Kolkata"):
        assert (
            api.request("PATCH", place, json={"timezone": zone}, headers=account.bearer).status_code
            == 200
        )
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        statement = "select kind from jobs where site_id = %s"
        assert connection.execute(statement, [site["id"]]).fetchall() == [("rezone",)]
