"""Bots' events, which no other report counts, can be looked at."""

import json
from datetime import date
from typing import Any

import psycopg
import pytest

from pixeltrack.facts import days
from pixeltrack.platform.instants import parse_ms
from pixeltrack.reports.query import BOT_GROUPINGS
from tests.fakes.random_history import BOTS
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture

NOW = parse_ms("2026-03-20T10:17:00Z")
RANGE = {"period": "custom", "from": "2026-02-03", "to": "2026-03-05"}
START, END = parse_ms("2026-02-02T21:00:00Z"), parse_ms("2026-03-05T21:00:00Z")


def rows_of(told: Any) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]]


@pytest.mark.parametrize("reason", [None, *BOTS, "pace"])
@pytest.mark.parametrize("dimension", BOT_GROUPINGS)
def test_rows_equal_the_reference(
    ask: Any, fixture: ReportFixture, dimension: str, reason: str | None
) -> None:
    more = {"reason": reason} if reason else {}
    told = ask("reports/bots", dimension=dimension, limit="100", **RANGE, **more)
    wanted = Reference(fixture).bot_rows(START, END, dimension, reason=reason)
    assert rows_of(told) == wanted
    assert told["total"] == len(wanted)
    assert wanted or reason


def test_reasons_add_up_to_the_summary(ask: Any) -> None:
    told = ask("reports/bots", dimension="reason", **RANGE)
    by_reason = {row["value"]: row["pageviews"] + row["events"] for row in told["rows"]}
    assert by_reason == ask("reports/summary", **RANGE)["bots"]["byReason"]
    assert by_reason.keys() == {*BOTS, "pace"}


def test_pages_of_rows_go_on(ask: Any, fixture: ReportFixture) -> None:
    wanted = Reference(fixture).bot_rows(START, END, "page")
    for page in range(1, 5):
        told = ask("reports/bots", dimension="page", limit="4", page=str(page), **RANGE)
        assert rows_of(told) == wanted[(page - 1) * 4 : page * 4]
        assert told["total"] == len(wanted)
    beyond = ask("reports/bots", dimension="page", limit="4", page="100", **RANGE)
    assert (beyond["rows"], beyond["total"]) == ([], len(wanted))


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("dimension", {"dimension": "outbound"}),
        ("dimension", {"dimension": "entry_page"}),
        ("dimension", {}),
        ("reason", {"dimension": "page", "reason": "a\0"}),
        ("limit", {"dimension": "page", "limit": "101"}),
        ("page", {"dimension": "page", "page": "0"}),
    ],
)
def test_what_is_wrong_is_named(call: Any, field: str, query: dict[str, str]) -> None:
    answer = call("reports/bots", **query)
    assert answer["statusCode"] == 400
    assert [error["field"] for error in json.loads(answer["body"])["errors"]] == [field]


def test_an_unknown_reason_has_no_rows(ask: Any) -> None:
    told = ask("reports/bots", dimension="page", reason="no such", **RANGE)
    assert (told["rows"], told["total"]) == ([], 0)


def test_another_accounts_site_is_not_there(call: Any, fixture: ReportFixture) -> None:
    account = "00000000-0000-4000-8000-000000000000"
    answer = call("reports/bots", dimension="page", siteId=fixture.site, account=account)
    assert answer["statusCode"] == 404


def test_sealed_days_have_none(
    ask: Any, call: Any, fixture: ReportFixture, connection: psycopg.Connection[Any]
) -> None:
    edge = days.start_of(date(2026, 2, 4), "Europe/Moscow")
    seal = "update periods set sealed_at = %s where site = %s and end_at <= %s and span = 'day'"
    connection.execute(seal, [NOW, fixture.number, edge])
    try:
        answer = call("reports/bots", dimension="page", **RANGE)
    finally:
        connection.execute(seal, [None, fixture.number, edge])
    assert answer["statusCode"] == 400
    assert "single events, which exist from 2026-02-04 on" in answer["body"]
    assert ask("reports/bots", dimension="page", **RANGE)["rows"]
