"""Reports over HTTP: figures, doors, filters that hold commas, exports."""

import secrets
from collections.abc import Callable
from typing import Any

import httpx
import psycopg
import pytest

from infra_cdk.local.trial import Trial
from pixeltrack.accounts.keys import api_key, key_hash, key_prefix
from pixeltrack.platform.instants import parse_ms
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture, Tables, new_report_fixture

SUMMARY, BREAKDOWN, EXPORT = (
    "/api/v1/reports/summary",
    "/api/v1/reports/breakdown",
    "/api/v1/export",
)
RANGE = {"period": "custom", "from": "2026-02-01", "to": "2026-02-28"}
START, END = parse_ms("2026-02-01T00:00:00Z"), parse_ms("2026-03-01T00:00:00Z")


@pytest.fixture(scope="module")
def fixture(host: Trial) -> ReportFixture:
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        fixture = new_report_fixture(connection)
        Tables(connection, fixture).fill(3, 60, START, END)
    return fixture


@pytest.fixture(scope="module")
def key(host: Trial, fixture: ReportFixture) -> Callable[..., dict[str, str]]:
    """Make the owner's API keys, as headers: `key("reports:read")`."""

    def make(*scopes: str) -> dict[str, str]:
        text = api_key(secrets.token_bytes(32))
        with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
            connection.execute(
                "insert into api_keys (account_id, name, prefix, hash, scopes)"
                " values (%s, 'A test', %s, %s, %s)",
                [fixture.account, key_prefix(text), key_hash(text), list(scopes)],
            )
        return {"Authorization": f"Bearer {text}"}

    return make


@pytest.fixture(scope="module")
def get(api: Any, key: Callable[..., dict[str, str]]) -> Callable[..., httpx.Response]:
    headers = key("reports:read")

    def send(path: str, **query: Any) -> httpx.Response:
        answer: httpx.Response = api.request("GET", path, params=query, headers=headers)
        return answer

    return send


@pytest.mark.parametrize("filters", [[], ["utm_source:is:a,b", "country:is_not:DE"]], ids="&".join)
def test_a_summary_equals_the_reference(
    get: Callable[..., httpx.Response], fixture: ReportFixture, filters: list[str]
) -> None:
    told = get(SUMMARY, siteId=fixture.site, filter=filters, compare="previous", **RANGE).json()
    assert told["metrics"] == Reference(fixture, filters).metrics(START, END)
    assert told["metrics"]["visits"] > 0
    assert told["comparison"]["metrics"]["visits"] == 0


def test_a_breakdown_equals_the_reference(
    get: Callable[..., httpx.Response], fixture: ReportFixture
) -> None:
    told = get(BREAKDOWN, dimension="page", limit=1000, **RANGE).json()
    wanted = Reference(fixture).rows(START, END, "page")
    assert [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]] == wanted


def test_an_export_is_a_file(get: Callable[..., httpx.Response], fixture: ReportFixture) -> None:
    answer = get(EXPORT, dataset="page", format="jsonl", filter="utm_source:is:a,b", **RANGE)
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.jsonl"'
    wanted = Reference(fixture, ["utm_source:is:a,b"]).rows(START, END, "page")
    assert len(answer.text.splitlines()) == len(wanted) > 0
    assert "X-Next" not in answer.headers


@pytest.mark.parametrize("path", [SUMMARY, f"{BREAKDOWN}?dimension=page", f"{EXPORT}?dataset=page"])
def test_a_key_needs_the_scope(api: Any, key: Callable[..., dict[str, str]], path: str) -> None:
    answer = api.request("GET", path, headers=key("events:read", "sites:read"))
    assert answer.status_code == 403
    assert "reports:read" in answer.json()["detail"]


@pytest.mark.parametrize("path", [SUMMARY, f"{BREAKDOWN}?dimension=page", f"{EXPORT}?dataset=page"])
def test_a_site_of_somebody_else_is_not_found(
    get: Callable[..., httpx.Response], host: Trial, path: str
) -> None:
    path, _, rest = path.partition("?")
    query = dict([rest.split("=")]) if rest else {}
    assert get(path, siteId=host.demo.site_id, **query).status_code == 404


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("period", {"period": "fortnight"}),
        ("from", {**RANGE, "from": "2026-03-01"}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("filter", {"filter": ["country:is:DE", "planet:is:Mars"]}),
    ],
)
def test_a_bad_parameter_is_refused_by_name(
    get: Callable[..., httpx.Response], field: str, query: dict[str, Any]
) -> None:
    answer = get(SUMMARY, **query)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
