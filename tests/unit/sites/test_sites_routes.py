import json
from typing import Any

import pytest

from pixeltrack.platform.identifiers import SiteId, is_tracking_id
from pixeltrack.sites import configuration as module
from pixeltrack.sites.sites import Role
from tests.fakes.gateway import problem
from tests.fakes.sites_api import GONE, NEW, YOU, Api

FIELDS = [
    *("id", "url", "name", "trackingId", "timezone", "status", "retentionDays", "identity"),
    *("excludedIps", "allowedDomains", "paceLimit", "excludeHosting", "createdAt", "updatedAt"),
]


@pytest.fixture
def api() -> Api:
    return Api()


def refused(response: dict[str, Any]) -> list[str]:
    told = problem(response)
    assert told["status"] == 400
    return [error["field"] for error in told["errors"]]


def test_a_site_comes_with_its_defaults_and_without_its_owner(api: Api) -> None:
    made = api.site()
    assert list(made) == FIELDS
    assert is_tracking_id(made["trackingId"])
    defaults = {k: v for k, v in made.items() if k not in {"id", "trackingId", *NEW}}
    assert defaults | {"createdAt": "", "updatedAt": ""} == {
        "timezone": "UTC",
        "status": "active",
        "retentionDays": 730,
        "identity": "storage",
        "excludedIps": [],
        "allowedDomains": [],
        "excludeHosting": "suspicious",
        "paceLimit": 60,
        "createdAt": "",
        "updatedAt": "",
    }
    assert json.loads(api.show(made["id"])["body"]) == made


def test_ids_are_never_taken_from_the_client(api: Api) -> None:
    wanted = {"trackingId": "pt_" + "0" * 32, "id": "mine", "owner": YOU, "createdAt": "1999"}
    made = api.site(**wanted)
    assert all(made.get(name) != value for name, value in wanted.items())
    changed = json.loads(api.change(made["id"], {**wanted, "name": "Other"})["body"])
    assert changed["name"] == "Other"
    assert {k: changed[k] for k in ("id", "trackingId", "createdAt")} == {
        k: made[k] for k in ("id", "trackingId", "createdAt")
    }


def test_a_field_in_snake_case_is_unknown(api: Api) -> None:
    made = api.site(retention_days=5, allowed_domains=["example.com"])
    assert (made["retentionDays"], made["allowedDomains"]) == (730, [])
    for value in (5, "nonsense"):
        changed = json.loads(api.change(made["id"], {"retention_days": value})["body"])
        assert changed["retentionDays"] == 730
    both = {"retention_days": 5, "retentionDays": 90}
    assert json.loads(api.change(made["id"], both)["body"])["retentionDays"] == 90


def test_a_site_may_be_sent_back_as_it_was_read(api: Api) -> None:
    made = api.site(excludedIps=["10.0.0.0/8"], allowedDomains=["example.com"])
    again = json.loads(api.change(made["id"], made)["body"])
    assert again | {"updatedAt": ""} == made | {"updatedAt": ""}


def test_international_names_are_taken_in_any_spelling_and_shown_in_letters(api: Api) -> None:
    for url in ("https://straße.example/т", "https://XN--strae-oqa.example/%d1%82"):
        site = api.site(url=url, allowedDomains=["straße.example", "fass.de"])
        assert site["url"] == "https://straße.example/т"
        assert site["allowedDomains"] == ["straße.example", "fass.de"]
        again = json.loads(api.change(site["id"], site)["body"])
        assert again | {"updatedAt": ""} == site | {"updatedAt": ""}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("url", url) for url in ("", "/x", "javascript:alert(1)", "https://", 5, None, ["a"])),
        ("url", "https://example.com/" + "x" * 2048),
        *(("name", name) for name in ("", "ab", "  ab  ", "a" * 201, "a\x01bc", None, 123)),
        *(("timezone", zone) for zone in ("", "Mars/Olympus", "x" * 99, None)),
        *(("status", status) for status in ("", "deleted", "ACTIVE", None)),
        *(("retentionDays", days) for days in (0, 3661, -1, 1.5, "30", True, None, 10**30)),
        *(("paceLimit", pace) for pace in (1, 9, 601, -1, 60.5, "60", True, None)),
        *(("identity", identity) for identity in ("cookie", None)),
        *(("excludeHosting", which) for which in ("", "some", None, True)),
        *(("excludedIps", ips) for ips in ("10.0.0.1", None, ["10.0.0.1"] * 101)),
        *(("allowedDomains", domains) for domains in ("a.com", {"a": 1}, ["a.com"] * 101)),
    ],
)
def test_a_field_is_refused_by_name(api: Api, field: str, value: Any) -> None:
    response = api.raw("POST /api/v1/sites", "/api/v1/sites", NEW | {field: value})
    assert refused(response) == [field]
    made = api.site()
    assert refused(api.change(made["id"], {field: value})) == [field]
    assert json.loads(api.show(made["id"])["body"]) == made


def test_an_item_of_a_list_is_refused_by_its_place(api: Api) -> None:
    lists = {"excludedIps": ["10.0.0.1", "x"], "allowedDomains": ["https://a.com"]}
    response = api.raw("POST /api/v1/sites", "/api/v1/sites", NEW | lists)
    assert refused(response) == ["excludedIps[1]", "allowedDomains[0]"]


def test_what_is_required_is_named(api: Api) -> None:
    assert refused(api.raw("POST /api/v1/sites", "/api/v1/sites", {})) == ["url", "name"]


@pytest.mark.parametrize(
    "body", [None, "", "{", "[]", "5", "null", '"x"', "[" * 500 + "]" * 500, "9" * 5000]
)
def test_what_is_no_object_is_refused(api: Api, body: str | None) -> None:
    assert refused(api.raw("POST /api/v1/sites", "/api/v1/sites", body)) == ["body"]


def test_nul_is_refused_by_its_place(api: Api) -> None:
    body = NEW | {"allowedDomains": ["a\x00"]}
    response = api.raw("POST /api/v1/sites", "/api/v1/sites", body)
    assert refused(response) == ["allowedDomains[0]"]


def test_other_content_and_too_much_of_it(api: Api) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    response = api.raw("POST /api/v1/sites", "/api/v1/sites", "url=x&name=y", headers=form)
    assert problem(response)["status"] == 415
    response = api.raw("POST /api/v1/sites", "/api/v1/sites", NEW | {"x": "y" * 70_000})
    assert problem(response)["status"] == 413


def test_one_change_leaves_the_rest(api: Api) -> None:
    made = api.site(timezone="Europe/Moscow")
    changed = json.loads(api.change(made["id"], {"status": "paused"})["body"])
    assert changed["status"] == "paused"
    assert changed | {"status": "", "updatedAt": ""} == made | {"status": "", "updatedAt": ""}
    assert changed["updatedAt"] >= made["updatedAt"]
    assert api.change(made["id"], {})["statusCode"] == 200


@pytest.mark.parametrize("id_", ["unknown", "00000000-0000-4000-8000-000000000000", "☕", '"', " "])
def test_unknown_sites_are_not_found(api: Api, id_: str) -> None:
    told = problem(api.show(id_))
    assert (told["status"], told["detail"]) == (404, problem(api.show("x"))["detail"])


def test_other_peoples_sites_look_unknown(api: Api) -> None:
    made = api.site()
    path = f"/api/v1/sites/{made['id']}"
    for route, where in (
        ("GET /api/v1/sites/{id}", path),
        ("PATCH /api/v1/sites/{id}", path),
        ("DELETE /api/v1/sites/{id}", path),
        ("GET /api/v1/sites/{id}/snippet", f"{path}/snippet"),
    ):
        body = {"name": "Stolen"} if route.startswith("PATCH") else None
        assert problem(api.raw(route, where, body, YOU))["status"] == 404
    listed = api.raw("GET /api/v1/sites", "/api/v1/sites", account=YOU)
    assert json.loads(listed["body"]) == {"sites": []}
    assert json.loads(api.show(made["id"])["body"]) == made


def test_a_viewer_sees_and_changes_nothing(api: Api) -> None:
    made = api.site()
    api.sites.members[SiteId(made["id"]), YOU] = Role.VIEWER
    assert json.loads(api.show(made["id"], YOU)["body"]) == made
    assert problem(api.change(made["id"], {"name": "Mine"}, YOU))["status"] == 403
    path = f"/api/v1/sites/{made['id']}"
    assert problem(api.raw("DELETE /api/v1/sites/{id}", path, account=YOU))["status"] == 403
    assert json.loads(api.show(made["id"])["body"]) == made


def test_a_deleted_site_is_gone(api: Api) -> None:
    path = f"/api/v1/sites/{api.site()['id']}"
    response = api.raw("DELETE /api/v1/sites/{id}", path)
    assert (response["statusCode"], response["body"]) == (204, "")
    assert problem(api.raw("DELETE /api/v1/sites/{id}", path))["status"] == 404


def test_an_account_owns_so_many_sites(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SITES", 2)
    for _ in range(2):
        api.sites.members[SiteId(api.site()["id"]), YOU] = Role.VIEWER
    told = problem(api.raw("POST /api/v1/sites", "/api/v1/sites", NEW))
    assert told["status"] == 409
    assert "2 sites" in told["errors"][0]["message"]
    response = api.raw("POST /api/v1/sites", "/api/v1/sites", NEW, YOU)
    assert response["statusCode"] == 201


def test_a_deleted_account_makes_nothing(api: Api) -> None:
    assert problem(api.raw("POST /api/v1/sites", "/api/v1/sites", NEW, GONE))["status"] == 401


def test_a_log_in_that_ended_changes_nothing(api: Api) -> None:
    site = api.site()["id"]
    api.ended.add("log-in")
    assert problem(api.raw("POST /api/v1/sites", "/api/v1/sites", NEW))["status"] == 401
    assert problem(api.change(site, {"name": "Taken over"}))["status"] == 401
    path = f"/api/v1/sites/{site}"
    assert problem(api.raw("DELETE /api/v1/sites/{id}", path))["status"] == 401
    assert json.loads(api.show(site)["body"])["name"] == NEW["name"]


def test_the_snippet_loads_the_tracker_for_the_site(api: Api) -> None:
    made = api.site()
    path = f"/api/v1/sites/{made['id']}/snippet"
    response = api.raw("GET /api/v1/sites/{id}/snippet", path)
    assert json.loads(response["body"]) == {
        "html": '<script defer src="https://stats.example/tracker.js"'
        f' data-site="{made["trackingId"]}"></script>'
    }


def test_a_store_that_is_away_gives_503(api: Api) -> None:
    api.sites.is_away = True
    assert problem(api.raw("GET /api/v1/sites", "/api/v1/sites"))["status"] == 503
