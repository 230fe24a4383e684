"""What a report is asked for: sites, ranges, zones, goals, and everything that is refused."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import psycopg
import pytest

from functions.reports.handler import build
from functions.reports.quality import Quality
from pixeltrack.events import urls
from pixeltrack.facts import days
from pixeltrack.facts.dimensions import Dimension
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.instants import parse_ms
from pixeltrack.platform.postgres import Transactions
from pixeltrack.reports.engine import Engine
from pixeltrack.reports.postgres import PostgresReports
from pixeltrack.reports.selection import Dictionary
from tests.fakes.gateway import Context, http_event
from tests.fakes.report_reference import Reference
from tests.fakes.report_tables import ReportFixture, new_report_fixture

ZONE = "Europe/Moscow"
NOW = parse_ms("2026-03-20T10:17:00Z")
GOALS = [
    ("Blog", "page", "/blog/*"),
    ("One page", "page", "/p1"),
    ("Literally", "page", "/50%_*"),
    ("Letters", "page", "/При*/мир"),
    ("Sign-up", "event", "signup"),
    ("Never", "event", "purchase"),
]


@pytest.fixture(scope="module")
def goals(connection: psycopg.Connection[Any], fixture: ReportFixture) -> Iterator[dict[str, str]]:
    """Goals of the site, their ids by name."""
    made = {}
    for name, kind, pattern in GOALS:
        row = connection.execute(
            "insert into goals (site_id, name, kind, pattern, created_at)"
            " values (%s, %s, %s, %s, clock_timestamp()) returning id::text",
            [fixture.site, name, kind, pattern],
        ).fetchone()
        assert row
        made[name] = row[0]
    yield made
    connection.execute("delete from goals")


def errors(answer: Any) -> list[str]:
    assert answer["statusCode"] == 400, answer["body"]
    return [error["field"] for error in json.loads(answer["body"])["errors"]]


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("period", {"period": "fortnight"}),
        ("period", {"from": "2026-01-01", "to": "2026-01-02"}),
        ("from", {"period": "custom", "to": "2026-01-02"}),
        ("to", {"period": "custom", "from": "2026-01-02"}),
        ("from", {"period": "custom", "from": "2026-13-02", "to": "2026-12-02"}),
        ("from", {"period": "custom", "from": "2026-02-02", "to": "2026-02-01"}),
        ("from", {"period": "custom", "from": "2010-01-01", "to": "2026-01-01"}),
        ("compare", {"compare": "tomorrow"}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("timezone", {"timezone": ""}),
        ("timezone", {"timezone": "../etc/passwd"}),
        ("timezone", {"timezone": "Asia/Tokyo", "period": "12mo"}),
        ("dimension", {"dimension": "planet"}),
        ("dimension", {"dimension": ""}),
        ("event", {"dimension": "payload"}),
        ("event", {"dimension": "payload", "event": "a\0b"}),
        ("search", {"dimension": "page", "search": "a\0b"}),
        ("limit", {"dimension": "page", "limit": "0"}),
        ("limit", {"dimension": "page", "limit": "1001"}),
        ("page", {"dimension": "page", "page": "0"}),
        ("page", {"dimension": "page", "page": "x"}),
    ],
)
def test_a_bad_parameter_is_refused_by_name(call: Any, field: str, query: dict[str, str]) -> None:
    report = "breakdown" if "dimension" in query else "summary"
    assert errors(call(f"reports/{report}", **query)) == [field]


@pytest.mark.parametrize("text", ["country", "planet:is:x", "country:has:x", "page:contains:"])
@pytest.mark.parametrize("path", ["reports/summary", "reports/breakdown", "export"])
def test_a_bad_filter_is_refused(call: Any, path: str, text: str) -> None:
    query = {"reports/breakdown": {"dimension": "page"}, "export": {"dataset": "events"}}
    assert errors(call(path, [text], **query.get(path, {}))) == ["filter"]


@pytest.mark.parametrize("path", ["reports/summary", "reports/breakdown", "export"])
def test_other_sites_and_unknown_ones_look_alike(
    call: Any, connection: psycopg.Connection[Any], path: str
) -> None:
    query = {"reports/breakdown": {"dimension": "page"}, "export": {"dataset": "events"}}
    other = new_report_fixture(connection)
    for site in (other.site, "00000000-0000-4000-8000-000000000000", "nonsense", ""):
        answer = call(path, siteId=site, **query.get(path, {}))
        assert answer["statusCode"] == 404
    assert call(path, account=other.account, **query.get(path, {}))["statusCode"] == 200


def test_only_an_account_with_one_site_may_leave_it_out(
    call: Any, ask: Any, fixture: ReportFixture, connection: psycopg.Connection[Any]
) -> None:
    assert ask("reports/summary") == ask("reports/summary", siteId=fixture.site)
    other = new_report_fixture(connection)
    connection.execute(
        "insert into site_members (site_id, account_id, role) values (%s, %s, 'viewer')",
        [fixture.site, other.account],
    )
    assert errors(call("reports/summary", account=other.account)) == ["siteId"]
    as_viewer = call("reports/summary", account=other.account, siteId=fixture.site)
    assert json.loads(as_viewer["body"]) == ask("reports/summary")
    connection.execute("delete from site_members where account_id = %s", [other.account])
    assert errors(call("reports/summary", account=other.account)) == ["siteId"]


def test_a_site_without_hits_answers_zeros(call: Any, connection: psycopg.Connection[Any]) -> None:
    other = new_report_fixture(connection)
    connection.execute("delete from fact_sites where site_id = %s", [other.site])
    for period in ("day", "all", "12mo"):
        told = json.loads(call("reports/summary", account=other.account, period=period)["body"])
        assert told["metrics"] == {
            "visitors": 0,
            "visits": 0,
            "pageviews": 0,
            "events": 0,
            "bounceRate": None,
            "visitDuration": None,
            "viewsPerVisit": None,
        }
        assert told["bots"] == {"events": 0, "byReason": {}}
        rows = call("reports/breakdown", account=other.account, period=period, dimension="country")
        assert json.loads(rows["body"])["rows"] == []


@pytest.mark.parametrize(
    ("first", "last"), [("2027-01-01", "2027-03-01"), ("2015-01-01", "2015-01-01")]
)
def test_an_empty_range(ask: Any, first: str, last: str) -> None:
    told = ask("reports/summary", period="custom", **{"from": first, "to": last})
    assert told["metrics"]["visits"] == 0
    assert told["range"]["from"] == first
    assert len(told["series"]) == (24 if first.startswith("2015") else 0)


def test_ten_years(ask: Any, fixture: ReportFixture) -> None:
    query = {"from": "2016-03-21", "to": "2026-03-20"}
    told = ask("reports/summary", period="custom", **query)
    assert told["metrics"] == Reference(fixture).metrics(0, NOW)
    assert len(told["series"]) == 121


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_days_of_another_zone(ask: Any, fixture: ReportFixture, zone: str) -> None:
    query = {"from": "2026-03-05", "to": "2026-03-12"}  # New York's clocks go forward on the 8th
    told = ask("reports/summary", period="custom", timezone=zone, **query)
    edges = days.edges(date(2026, 3, 5), date(2026, 3, 12), zone)
    reference = Reference(fixture)
    assert told["metrics"] == reference.metrics(edges[0], edges[-1])
    assert [parse_ms(point["at"]) for point in told["series"]] == edges[:-1]
    for point, start, end in zip(told["series"], edges[:-1], edges[1:], strict=True):
        assert point["visitors"] == reference.metrics(start, end)["visitors"]


def test_hours_of_today_and_the_same_part_of_yesterday(ask: Any, fixture: ReportFixture) -> None:
    told = ask("reports/summary", period="day", compare="previous")
    today, yesterday = parse_ms("2026-03-19T21:00:00Z"), parse_ms("2026-03-18T21:00:00Z")
    reference = Reference(fixture)
    assert told["metrics"] == reference.metrics(today, NOW)
    then = told["comparison"]
    assert then["metrics"] == reference.metrics(yesterday, NOW - 86_400_000)
    assert len(told["series"]) == len(then["series"]) == 14
    edges = [*(parse_ms(point["at"]) for point in told["series"]), NOW]
    for point, begin, end in zip(told["series"], edges[:-1], edges[1:], strict=True):
        wanted = reference.metrics(begin, end)
        for name in ("visitors", "visits", "pageviews", "bounceRate", "visitDuration"):
            assert point[name] == wanted[name]
    assert None in {point["bounceRate"] for point in told["series"]}, "an hour without visits"
    assert told["through"] == "2026-03-20T10:16:55.000Z"


@pytest.mark.parametrize("filters", [[], ["country:is:DE"]], ids="&".join)
@pytest.mark.parametrize("is_rolled", [False, True])
def test_goals(
    *,
    ask: Any,
    fixture: ReportFixture,
    goals: dict[str, str],
    roll: Callable[..., int],
    filters: list[str],
    is_rolled: bool,
) -> None:
    if is_rolled:
        roll()
    told = ask("reports/summary", filters, period="year")
    assert told["exact"]
    reference, start = Reference(fixture, filters), days.start_of(date(2026, 1, 1), ZONE)
    visits = told["metrics"]["visits"]
    for shown, (name, kind, pattern) in zip(told["goals"], GOALS, strict=True):
        conversions = reference.conversions(start, NOW, kind, pattern)
        assert shown == {
            "id": goals[name],
            "name": name,
            "conversions": conversions,
            "rate": round(conversions / visits, 4),
        }
    assert told["goals"][0]["conversions"] > 0


@pytest.mark.parametrize("dimension", ["country", "page", "event", "outbound", "entry_page"])
@pytest.mark.parametrize(("name", "kind", "pattern"), [GOALS[0], GOALS[3], GOALS[4]])
def test_rows_convert(
    *,
    ask: Any,
    fixture: ReportFixture,
    goals: dict[str, str],
    dimension: str,
    name: str,
    kind: str,
    pattern: str,
) -> None:
    query = {"dimension": dimension, "period": "30d", "limit": "100"}
    told = ask("reports/breakdown", goal=goals[name], **query)
    start = days.start_of(date(2026, 2, 19), ZONE)
    wanted = Reference(fixture).rows(start, NOW, dimension, goal=(kind, pattern))
    assert [{k: v for k, v in row.items() if k != "label"} for row in told["rows"]] == wanted


def test_a_goal_of_nobody_is_not_found(call: Any) -> None:
    for goal in ("00000000-0000-4000-8000-000000000000", "nonsense", secrets.token_hex(16)):
        answer = call("reports/breakdown", dimension="page", goal=goal)
        assert answer["statusCode"] == 404


@pytest.mark.parametrize(
    ("dimension", "search"),
    [
        ("page", "BLOG"),
        ("page", "%_"),
        ("page", "ПРИВЕТ/М"),
        ("page", "82"),
        ("page", "d0"),
        ("page", "2т"),
        ("page", "a%2Fb"),
        ("entry_page", "мир"),
        ("source", "ПРИВ"),
        ("source", "МЕР.р"),
        ("referrer", "пример.РФ/Я"),
        ("referrer", "example"),
        ("referrer", "xn--"),
        ("outbound", "example/1"),
        ("outbound", "ПРИМЕР.рф/1я"),
        ("payload", "PRO"),
        ("city", "munich"),
        ("country", "nowhere"),
    ],
)
def test_search(ask: Any, fixture: ReportFixture, dimension: str, search: str) -> None:
    query = {"dimension": dimension, "search": search, "period": "30d", "limit": "100"}
    if dimension == "payload":
        query["event"] = "signup"
    told = ask("reports/breakdown", **query)
    start = days.start_of(date(2026, 2, 19), ZONE)
    wanted = Reference(fixture).rows(start, NOW, dimension, event="signup", search=search)
    assert [row["value"] for row in told["rows"]] == [row["value"] for row in wanted]
    assert told["total"] == len(wanted)


@pytest.mark.parametrize(
    ("dimension", "spellings"),
    [
        (
            "page",
            (
                "/Привет/мир",
                "/%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82/%D0%BC%D0%B8%D1%80",
                "/%d0%9f%d1%80%d0%b8%d0%b2%d0%b5%d1%82/%d0%bc%d0%b8%d1%80",
                "/%D0%9Fривет/%6Dир".replace("%6D", "%D0%BC"),
            ),
        ),
        ("exit_page", ("/82", "/%38%32")),
        ("entry_page", ("/a%2Fb", "/a%2fb")),
        ("referrer", ("xn--e1afmkfd.xn--p1ai/%D1%8F", "пример.рф/я", "ПРИМЕР.рф/%d1%8f")),
        ("source", ("xn--e1afmkfd.xn--p1ai", "пример.рф", "Пример.РФ")),
        ("outbound", ("https://xn--e1afmkfd.xn--p1ai/1%D1%8F", "https://пример.рф/1я")),
    ],
)
def test_one_value_is_found_in_any_spelling(
    ask: Any, dimension: str, spellings: tuple[str, ...]
) -> None:
    told = [
        ask("reports/summary", [f"{dimension}:{op}:{text}"], period="30d")["metrics"]
        for op in ("is", "contains" if dimension != "source" else "is")
        for text in spellings
    ]
    assert told[0]["visits"] > 0
    assert [one for one in told if one != told[0]] == []
    rows = [
        ask("reports/breakdown", dimension=dimension, search=text, period="30d")["rows"]
        for text in spellings
    ]
    (row,) = rows[0]
    assert row["value"] == row["label"]
    assert row["value"] in spellings
    assert "%D" not in row["value"]
    assert "xn--" not in row["value"]
    assert [one for one in rows if one != rows[0]] == []


def test_a_page_kept_before_in_other_spellings_is_found_with_the_page(
    ask: Any, connection: psycopg.Connection[Any], fixture: ReportFixture
) -> None:
    """What earlier versions stored keeps its own row, and any spelling finds it."""
    before = ["/%d0%b1%d0%b0%d1%80", "/бар", "/%D0%B1%D0%B0%D1%80"]
    swap = "update dictionary set value = %s where site = %s and value = %s and kind = 1"
    pages = ["/p2", "/p3", "/p4"]

    def visits(*filters: str) -> int:
        told = ask("reports/summary", list(filters), period="30d")
        return int(told["metrics"]["visits"])

    all_, without = visits(), visits(*(f"page:is_not:{page}" for page in pages))
    for old, page in zip(before, pages, strict=True):
        connection.execute(swap, [old, fixture.number, page])
    try:
        for text in ("/бар", "/%D0%B1%D0%B0%D1%80", "/%d0%b1%d0%b0%d1%80", "/%D0%b1ар"):
            assert visits(f"page:is:{text}") == all_ - without > 0
            assert visits(f"page:is_not:{text}") == without
            assert visits(f"page:contains:{text}") == all_ - without
        assert visits("page:contains:БАР") == all_ - without
        rows = ask("reports/breakdown", dimension="page", search="бар", period="30d")["rows"]
        assert sorted(row["value"] for row in rows) == ["/%d0%b1%d0%b0%d1%80", "/бар", "/бар"]
    finally:
        for old, page in zip(before, pages, strict=True):
            connection.execute(swap, [page, fixture.number, old])


WORDS = [
    "/%D1%82%D0%B5%D1%81%D1%82/2",
    "/%D1%82%D0%A2a%D0%B5",
    "/1%D1%82",
    "/82",
    "/d1",
    "/D0-b5",
    "/a%2Fb",
    "/a%20b",
    "/100%25",
    "/%E2%80%AEb5",
    "/%FF%D1%82",
    "/(x).*[y]|{z}^$\\\\+?_%",
    "/" + "%D1%82" * 150 + "a",
    "/" + "%D1%82" * 150 + "b",
]


def holds(shown: str, text: str) -> bool:
    """Tell whether a text is in what is shown, and is not made of digits of an escape alone."""
    if not re.search("%[89a-f]", text, re.IGNORECASE):
        shown = re.sub("%[89A-F].", "\0", shown)
    return text.lower() in shown.lower()


def test_a_search_finds_what_is_shown_and_nothing_else(
    connection: psycopg.Connection[Any], postgres_url: str
) -> None:
    site = new_report_fixture(connection).number
    add = "insert into dictionary (site, kind, digest, value) values (%s, 1, gen_random_uuid(), %s)"
    for word in WORDS:
        connection.execute(add, [site, word])
    shown = {word: urls.shown(word) for word in WORDS}
    pieces = {text[n : n + k] for text in shown.values() for n in range(30) for k in (1, 2, 3, 9)}
    looked_for = {*pieces, "d1", "b5", "2т", "ТТA", "т" * 150 + "A", "Т" * 151, "%d1", "%ff", "Ё"}
    transactions = Transactions(postgres_url, statement_timeout_ms=10_000)
    with transactions.snapshot() as transaction:
        dictionary = Dictionary(transaction, site)
        asked = "select id, value from dictionary where site = %s"
        known = dict(connection.execute(asked, [site]).fetchall())
        for text in looked_for - {""}:
            found = {known[one] for one in dictionary.containing(Dimension.PAGE, text)}
            assert found <= {w for w in WORDS if text.lower() in shown[w].lower()}, text
            assert found >= {w for w in WORDS if holds(shown[w], text)}, text
    transactions.close()


def test_rows_of_visits_equal_the_summary_under_their_filter(ask: Any) -> None:
    for dimension in (Dimension.COUNTRY, Dimension.CHANNEL, Dimension.EXIT_PAGE):
        for row in ask("reports/breakdown", dimension=dimension, period="30d")["rows"]:
            text = f"{dimension}:is:{row['value']}"
            told = ask("reports/summary", [text], period="30d")["metrics"]
            assert {k: row[k] for k in told if k in row} == {k: told[k] for k in told if k in row}


def test_labels(ask: Any) -> None:
    labels = {
        row["value"]: row["label"]
        for dimension in ("source", "city", "country")
        for row in ask("reports/breakdown", dimension=dimension, period="30d")["rows"]
        if dimension != "country" or row["value"]
    }
    assert labels["DE/Bavaria/Munich"] == "Munich"
    assert labels["Google"] == "Google"
    sources = ask("reports/breakdown", dimension="source", period="30d")["rows"]
    assert next(row["label"] for row in sources if row["value"] == "") == "Direct"


class Drops:
    """Counts that a test knows, and what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []

    def dropped(self, site: TrackingId, since: int, until: int) -> dict[str, int]:
        self.asked.append((site, since, until))
        return {"too_old": 2, "wrong_domain": 5}


def test_data_quality_says_what_was_dropped_and_which_ids_said_two_things(
    connection: psycopg.Connection[Any], fixture: ReportFixture, postgres_url: str
) -> None:
    first, end = parse_ms("2026-02-27T21:00:00Z"), parse_ms("2026-03-02T21:00:00Z")
    for site, at in [(1, first - 1), (1, first), (1, end - 1), (1, end), (2, first)]:
        connection.execute(
            "insert into conflicts values (gen_random_uuid(), %s, %s)",
            [fixture.number if site == 1 else 999, at],
        )
    drops, transactions = Drops(), Transactions(postgres_url, statement_timeout_ms=10_000)
    engine = Engine(PostgresReports(transactions).snapshot, lambda: NOW, 0)
    api = build(make_quality=lambda: Quality(engine, drops))

    def ask(account: str, **query: str) -> Any:
        verdict = {"kind": "user", "account": account}
        event = http_event("GET /api/v1/reports/quality", query=query, verdict=verdict)
        return api(event, Context())

    days_asked = {"period": "custom", "from": "2026-02-28", "to": "2026-03-02"}
    answer = ask(fixture.account, siteId=fixture.site, **days_asked)
    found = json.loads(answer["body"])
    assert found["conflicts"] == 2
    assert found["dropped"] == {
        "events": 7,
        "byReason": {"wrong_domain": 5, "too_old": 2},
        "isMore": False,
    }
    assert list(found["dropped"]["byReason"]) == ["wrong_domain", "too_old"]
    tracking = connection.execute("select tracking_id from sites where id = %s", [fixture.site])
    assert drops.asked == [(*row, first, end) for row in tracking.fetchall()]
    assert ask(secrets.token_hex(16), siteId=fixture.site)["statusCode"] == 404
    assert errors(ask(fixture.account, siteId=fixture.site, period="fortnight")) == ["period"]
    connection.execute("delete from conflicts")
    transactions.close()
