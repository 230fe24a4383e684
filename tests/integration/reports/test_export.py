import csv
import io
import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from pixeltrack.facts import days
from pixeltrack.platform.instants import iso, parse_ms
from pixeltrack.reports import export
from pixeltrack.reports import pages as limits
from tests.fakes.report_reference import Reference, read
from tests.fakes.report_tables import ReportFixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
START = days.start_of(date(2026, 2, 19), ZONE)


def every_page(call: Any, dataset: str, form: str, *filters: str, **query: str) -> list[str]:
    """Follow `X-Next` to the end, and return the pages."""
    pages: list[str] = []
    position: dict[str, str] = {}
    while True:
        answer = call(
            "export", filters, dataset=dataset, format=form, period="30d", **query, **position
        )
        assert answer["statusCode"] == 200, answer["body"]
        pages.append(answer["body"])
        headers = answer["headers"]
        if "X-Next" not in headers:
            assert "Link" not in headers
            return pages
        assert f"next={headers['X-Next']}>" in headers["Link"]
        position = {"next": headers["X-Next"]}


def rows_of(form: str, text: str) -> list[dict[str, Any]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize("most", [7, 15_000])
def test_events(
    call: Any, fixture: ReportFixture, monkeypatch: pytest.MonkeyPatch, form: str, most: int
) -> None:
    monkeypatch.setattr(export, "MOST_EVENTS", most if form == "csv" else most * 40)
    rows = rows_of(form, "".join(every_page(call, "events", form)))
    told = [hit for hit in fixture.hits if START <= hit.at < NOW]
    assert len(rows) == len(told)
    assert [row["at"] for row in rows] == sorted(iso(hit.at) for hit in told)
    assert Counter(row["bot"] or "" for row in rows) == Counter(hit.bot for hit in told)
    assert {row["bot"] for row in rows} > {"pace", "agent"}
    assert sorted(row["path"] for row in rows) == sorted(read("page", hit.page) for hit in told)
    assert {row["type"] for row in rows} > {"pageview", "engagement", "signup"}


def test_a_page_of_events_stays_below_its_size(
    call: Any, fixture: ReportFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 40_000)
    pages = every_page(call, "events", "jsonl")
    assert len(pages) > 5
    assert max(map(len, pages)) <= 40_000
    assert sum(len(page.splitlines()) for page in pages) == sum(h.at >= START for h in fixture.hits)


def test_events_of_selected_visits(call: Any, fixture: ReportFixture) -> None:
    rows = rows_of("jsonl", "".join(every_page(call, "events", "jsonl", "country:is:DE")))
    visits = {(v.visitor, v.start) for v in Reference(fixture, ["country:is:DE"]).visits}
    told = [h for h in fixture.hits if h.at >= START and (h.visitor, h.visit) in visits]
    assert len(rows) == len(told) > 0


def test_days(call: Any, fixture: ReportFixture) -> None:
    rows = rows_of("csv", every_page(call, "summary", "csv")[0])
    assert [row["date"] for row in rows] == [
        date.fromordinal(date(2026, 2, 19).toordinal() + n).isoformat() for n in range(30)
    ]
    reference = Reference(fixture)
    for row in rows:
        day = date.fromisoformat(row["date"])
        start, end = days.edges(day, day, ZONE)
        wanted = reference.metrics(start, min(end, NOW))
        assert int(row["visitors"]) == wanted["visitors"]
        assert int(row["pageviews"]) == wanted["pageviews"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_days_come_whole_in_pages_too(
    call: Any, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    (whole,) = every_page(call, "summary", form)
    monkeypatch.setattr(limits, "MOST_BYTES", 500)
    pages = every_page(call, "summary", form)
    assert len(pages) > 2
    assert max(map(limits.size, pages)) <= 500
    assert "".join(pages) == whole
    assert len(rows_of(form, whole)) == 30


@pytest.mark.parametrize("dataset", ["events", "summary", "page"])
def test_a_byte_order_mark_is_on_the_first_page_and_changes_nothing_else(
    call: Any, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 500)
    plain, marked = (every_page(call, dataset, "csv", bom=bom) for bom in ("false", "true"))
    assert "".join(marked) == "\ufeff" + "".join(plain)
    assert len(marked) > 1
    assert max(map(limits.size, marked)) <= 500


@pytest.mark.parametrize("dataset", ["page", "source", "payload"])
def test_values(
    call: Any, fixture: ReportFixture, monkeypatch: pytest.MonkeyPatch, dataset: str
) -> None:
    monkeypatch.setattr(export, "MOST_VALUES", 3)
    query = {"event": "signup"} if dataset == "payload" else {}
    pages = every_page(call, dataset, "csv", **query)
    wanted = Reference(fixture).rows(START, NOW, dataset, event="signup")
    rows = rows_of("csv", "".join(pages))
    assert [row["value"] for row in rows] == [row["value"] for row in wanted]
    assert [int(row["visits"]) for row in rows] == [row["visits"] for row in wanted]
    assert len(pages) == -(-len(wanted) // 3)


@pytest.mark.parametrize("position", ["nonsense", "", "WzEsMl0", "🙂"])
@pytest.mark.parametrize("dataset", ["events", "page"])
def test_a_place_of_another_export_is_refused(call: Any, dataset: str, position: str) -> None:
    answer = call("export", dataset=dataset, next=position)
    assert answer["statusCode"] == 400
    assert '"field":"next"' in answer["body"]


def test_what_is_no_dataset_is_refused(call: Any) -> None:
    for field, query in (
        ("dataset", {"dataset": "planets"}),
        ("event", {"dataset": "payload"}),
        ("format", {"dataset": "page", "format": "xlsx"}),
        ("bom", {"dataset": "page", "bom": "perhaps"}),
        ("bom", {"dataset": "page", "bom": "true", "format": "jsonl"}),
    ):
        answer = call("export", **query)
        assert answer["statusCode"] == 400
        assert f'"field":"{field}"' in answer["body"]
