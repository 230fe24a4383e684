import json
from typing import Any

import pytest

from functions.sites import jobs
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.sites import configuration as module
from pixeltrack.sites.sites import Role
from tests.fakes.gateway import problem
from tests.fakes.sites_api import ME, YOU, Api

GOAL = {"name": "Bought", "kind": "page", "pattern": "/shop/*/thanks"}


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def site(api: Api) -> str:
    return str(api.site()["id"])


def call(api: Api, method: str, template: str, site: str, *rest: Any, **more: Any) -> Any:
    """Call a route below a site: `goals`, `goals/{goalId}`; `rest` fills its parameters."""
    below = template
    for value in rest:
        below = below[: below.index("{")] + str(value) + below[below.index("}") + 1 :]
    route = f"{method} /api/v1/sites/{{id}}/{template}"
    return api.raw(route, f"/api/v1/sites/{site}/{below}", **more)


def body(response: dict[str, Any], status: int = 200) -> Any:
    assert response["statusCode"] == status, response["body"]
    return json.loads(response["body"])


def test_the_life_of_a_goal(api: Api, site: str) -> None:
    assert body(call(api, "GET", "goals", site)) == {"goals": []}
    response = call(api, "POST", "goals", site, body=GOAL)
    made = body(response, 201)
    assert response["headers"]["Location"] == f"/api/v1/sites/{site}/goals/{made['id']}"
    assert list(made) == ["id", "name", "kind", "pattern", "createdAt"]
    assert {k: made[k] for k in GOAL} == GOAL
    assert body(call(api, "GET", "goals", site)) == {"goals": [made]}
    again = problem(call(api, "POST", "goals", site, body=GOAL | {"name": "Again"}))
    assert (again["status"], again["errors"][0]["field"]) == (409, "pattern")
    gone = call(api, "DELETE", "goals/{goalId}", site, made["id"])
    assert (gone["statusCode"], gone["body"]) == (204, "")
    assert problem(call(api, "DELETE", "goals/{goalId}", site, made["id"]))["status"] == 404


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"name": ""}, ["name"]),
        ({"name": "a\nb"}, ["name"]),
        ({"name": None}, ["name"]),
        ({"kind": "visit"}, ["kind"]),
        ({"pattern": ""}, ["pattern"]),
        ({"pattern": "thanks"}, ["pattern"]),
        ({"pattern": "/" + "x" * 500}, ["pattern"]),
        ({"kind": "event", "pattern": "pageview"}, ["pattern"]),
        ({"kind": "event", "pattern": "x" * 65}, ["pattern"]),
        ({"name": "", "kind": "visit", "pattern": 7}, ["name", "kind", "pattern"]),
    ],
)
def test_a_refused_field_is_named(
    api: Api, site: str, fields: dict[str, Any], refused: list[str]
) -> None:
    told = problem(call(api, "POST", "goals", site, body=GOAL | fields))
    assert told["status"] == 400
    assert [error["field"] for error in told["errors"]] == refused


def test_a_site_has_so_many_goals(api: Api, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_GOALS", 1)
    body(call(api, "POST", "goals", site, body=GOAL), 201)
    told = problem(call(api, "POST", "goals", site, body=GOAL | {"pattern": "/other"}))
    assert (told["status"], told["errors"][0]["field"]) == (409, "body")


def test_long_work_is_a_job(api: Api, site: str) -> None:
    response = call(api, "DELETE", "visitors/{userId}", site, "user_1")
    job = body(response, 202)
    assert response["headers"]["Location"] == f"/api/v1/jobs/{job['id']}"
    assert job == {
        "id": job["id"],
        "kind": "erase_visitor",
        "siteId": site,
        "state": "queued",
        "progress": 0,
        "result": None,
        "error": None,
        "createdAt": job["createdAt"],
        "finishedAt": None,
    }
    assert show(api, job["id"]) == job
    assert body(call(api, "DELETE", "visitors/{userId}", site, "user_1"), 202) == job
    other = body(call(api, "DELETE", "visitors/{userId}", site, "Иван <i@x.ru>"), 202)
    audit = body(call(api, "POST", "audits", site), 202)
    assert audit["kind"] == "audit"
    assert len({job["id"], other["id"], audit["id"]}) == 3
    api.jobs.finish(job["id"])
    done = show(api, job["id"])
    assert (done["state"], done["result"]) == ("done", {})
    assert done["finishedAt"]


def show(api: Api, job: str) -> Any:
    return body(api.raw("GET /api/v1/jobs/{id}", f"/api/v1/jobs/{job}"))


def test_a_visitor_has_an_id(api: Api, site: str) -> None:
    told = problem(call(api, "DELETE", "visitors/{userId}", site, "x" * 129))
    assert (told["status"], told["errors"][0]["field"]) == (400, "userId")
    for wrong in ({}, {"userId": ""}, {"userId": None}, {"userId": 7}, {"userId": "x" * 129}):
        told = problem(call(api, "POST", "erasures", site, body=wrong))
        assert (told["status"], told["errors"][0]["field"]) == (400, "userId"), wrong
    told = problem(call(api, "POST", "erasures", site, body='{"userId":"a\\u0000b"}'))
    assert (told["status"], told["errors"][0]["field"]) == (400, "userId")


IDS = [
    "a/b",
    "/",
    "a%2Fb",
    "a%",
    "a?b",
    "#",
    "..",
    ".",
    "a/../b",
    "//",
    "\\",
    '"',
    "'",
    "`",
    "a;b,c",
]
IDS += [" ", "  a ", "\t", "\n", "a\r\nb", "\u200b", "\ufeff", "\u2028", "ж", "🙂", "e\u0301", "é"]
IDS += ["x" * 128, "🙂" * 128, "null", "{}", "</script>", "\x7f", "\ue000", "\uffff"]


@pytest.mark.parametrize("visitor", IDS, ids=ascii)
def test_whatever_a_visitor_is_called_can_be_erased(api: Api, site: str, visitor: str) -> None:
    response = call(api, "POST", "erasures", site, body={"userId": visitor})
    job = body(response, 202)
    assert job["kind"] == "erase_visitor"
    assert response["headers"]["Location"] == f"/api/v1/jobs/{job['id']}"
    assert api.erased(site, visitor)
    others = [other for other in IDS if other != visitor and api.erased(site, other)]
    assert others == []
    assert body(call(api, "POST", "erasures", site, body={"userId": visitor}), 202) == job


def test_both_ways_to_erase_are_one(api: Api, site: str) -> None:
    job = body(call(api, "DELETE", "visitors/{userId}", site, "user_1"), 202)
    assert body(call(api, "POST", "erasures", site, body={"userId": "user_1"}), 202) == job


def test_a_site_has_so_many_erasures_at_once(
    api: Api, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_ERASURES", 2)
    first, _ = (
        body(call(api, "DELETE", "visitors/{userId}", site, f"user_{n}"), 202) for n in range(2)
    )
    told = problem(call(api, "DELETE", "visitors/{userId}", site, "user_2"))
    assert (told["status"], told["errors"][0]["field"]) == (409, "userId")
    assert "ask again in a few minutes" in told["errors"][0]["message"]
    assert body(call(api, "DELETE", "visitors/{userId}", site, "user_0"), 202) == first
    other = str(api.site(url="https://other.example")["id"])
    body(call(api, "DELETE", "visitors/{userId}", other, "user_2"), 202)
    api.jobs.finish(first["id"])
    body(call(api, "DELETE", "visitors/{userId}", site, "user_2"), 202)


ROUTES = (
    ("GET", "goals", (), None),
    ("POST", "goals", (), GOAL),
    ("DELETE", "goals/{goalId}", ("g",), None),
    ("DELETE", "visitors/{userId}", ("v",), None),
    ("POST", "erasures", (), {"userId": "v"}),
    ("POST", "audits", (), None),
)


@pytest.mark.parametrize("asked", ROUTES)
def test_to_others_there_is_no_site(api: Api, site: str, asked: tuple[Any, ...]) -> None:
    method, template, rest, sent = asked
    told = problem(call(api, method, template, site, *rest, body=sent, account=YOU))
    assert told["status"] == 404


@pytest.mark.parametrize("asked", ROUTES)
def test_a_viewer_reads_goals_alone(api: Api, site: str, asked: tuple[Any, ...]) -> None:
    method, template, rest, sent = asked
    api.sites.members[SiteId(site), YOU] = Role.VIEWER
    response = call(api, method, template, site, *rest, body=sent, account=YOU)
    assert response["statusCode"] == (200 if method == "GET" else 403)


def test_a_job_is_its_askers_alone(api: Api, site: str) -> None:
    api.sites.members[SiteId(site), YOU] = Role.VIEWER
    job = body(call(api, "POST", "audits", site, account=ME), 202)["id"]
    for account, known in ((YOU, job), (ME, "no-job")):
        path = f"/api/v1/jobs/{known}"
        told = problem(api.raw("GET /api/v1/jobs/{id}", path, account=account))
        assert told["status"] == 404


def test_a_deleted_sites_job_is_named(api: Api, site: str) -> None:
    response = api.raw("DELETE /api/v1/sites/{id}", f"/api/v1/sites/{site}")
    assert response["statusCode"] == 204
    assert response["headers"]["Location"].startswith("/api/v1/jobs/")
