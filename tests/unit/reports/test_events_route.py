import json
from typing import Any

import pytest

from functions.reports.feed import Feed, event_of
from functions.reports.handler import build
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.reports import pages
from tests.fakes.accounts import FakeMemberships
from tests.fakes.events import FakeEventStore, FakeFirstCopies
from tests.fakes.gateway import Context, http_event, problem

ME, YOU = AccountId("account-me"), AccountId("account-you")
MINE, ALSO_MINE, YOURS = SiteId("site-1"), SiteId("site-2"), SiteId("site-3")
ROUTE = "GET /api/v1/events"
RECEIVED = 1_795_341_600_000


def stored(n: int, event_type: str = "pageview", **fields: Any) -> StoredEvent:
    return StoredEvent(
        id=f"event-{n}",
        offset=n,
        type=event_type,
        at=RECEIVED + n,
        received_at=RECEIVED + n,
        visitor="visitor-1",
        **fields,
    )


def bucket(site: SiteId, *events: StoredEvent) -> Bucket:
    return Bucket(
        id=f"{site}:{events[0].offset}",
        partition=0,
        site=site,
        owner=ME,
        tracking_id=TrackingId("pt_x"),
        stored_at=RECEIVED + 1000 + events[0].offset,
        events=list(events),
    )


@pytest.fixture
def store() -> FakeEventStore:
    store = FakeEventStore()
    store.add(
        [
            bucket(MINE, *(stored(n) for n in range(12))),
            bucket(ALSO_MINE, stored(20, "click")),
            bucket(YOURS, stored(30)),
        ]
    )
    return store


@pytest.fixture
def memberships() -> FakeMemberships:
    return FakeMemberships({ME: [MINE, ALSO_MINE], YOU: [YOURS]})


def ask(
    store: FakeEventStore,
    memberships: FakeMemberships,
    account: AccountId = ME,
    **query: str,
) -> dict[str, Any]:
    verdict = {"kind": "key", "account": account, "scopes": "events:read"}
    handler = build(lambda: Feed(store, FakeFirstCopies(), memberships))
    return handler(http_event(ROUTE, query=query, verdict=verdict), Context())


def page(*args: Any, **query: Any) -> dict[str, Any]:
    response = ask(*args, **query)
    assert response["statusCode"] == 200
    body = json.loads(response["body"])
    assert isinstance(body, dict)
    return body


def ids(answer: dict[str, Any]) -> list[str]:
    return [event["id"] for event in answer["events"]]


def test_ten_of_all_the_callers_sites_newest_first(
    store: FakeEventStore, memberships: FakeMemberships
) -> None:
    answer = page(store, memberships)
    assert ids(answer) == ["event-20", *(f"event-{n}" for n in range(11, 2, -1))]
    assert {e["siteId"] for e in answer["events"]} == {MINE, ALSO_MINE}


def test_the_cursor_walks_to_the_end_without_gap_or_repeat(
    store: FakeEventStore, memberships: FakeMemberships
) -> None:
    answer = page(store, memberships, limit="5")
    walked = ids(answer)
    while answer["next"]:
        answer = page(store, memberships, limit="5", before=answer["next"])
        walked += ids(answer)
    assert walked == ["event-20", *(f"event-{n}" for n in range(11, -1, -1))]


@pytest.mark.parametrize("letter", ["x", '"', "Ж", "\n"])
def test_a_page_of_large_events_is_cut_by_what_leaves_and_walked_to_the_end(
    memberships: FakeMemberships, monkeypatch: pytest.MonkeyPatch, letter: str
) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 9_000)
    store = FakeEventStore()
    title = letter * (1_000 // len(letter.encode()))
    store.add([bucket(MINE, *(stored(n, title=title) for n in range(12)))])
    answer = page(store, memberships, limit="12")
    walked, counts = ids(answer), [len(answer["events"])]
    while answer["next"]:
        answer = page(store, memberships, limit="12", before=answer["next"])
        told = sum(pages.size(json.dumps(e, ensure_ascii=False)) for e in answer["events"])
        assert told <= 9_000 * 1.1, "but for spaces"
        walked += ids(answer)
        counts.append(len(answer["events"]))
    assert walked == [f"event-{n}" for n in range(11, -1, -1)]
    assert max(counts) < 12
    assert min(counts) > 0


def test_one_site_and_one_type(store: FakeEventStore, memberships: FakeMemberships) -> None:
    assert ids(page(store, memberships, siteId=ALSO_MINE)) == ["event-20"]
    assert ids(page(store, memberships, eventType="click")) == ["event-20"]
    assert ids(page(store, memberships, siteId=MINE, eventType="click")) == []


def test_other_accounts_see_their_own(store: FakeEventStore, memberships: FakeMemberships) -> None:
    assert ids(page(store, memberships, YOU)) == ["event-30"]
    assert page(store, memberships, AccountId("account-new")) == {"events": [], "next": None}


@pytest.mark.parametrize("site", [YOURS, "unknown", "", "\x00", "' or true --"])
def test_foreign_and_unknown_sites_look_alike(
    store: FakeEventStore, memberships: FakeMemberships, site: str
) -> None:
    assert problem(ask(store, memberships, siteId=site))["status"] == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "abc"),
        ("limit", "-1"),
        ("limit", "1e9"),
        ("before", "nonsense"),
        ("before", ""),
        ("eventType", ""),
        ("eventType", "x" * 65),
    ],
)
def test_a_malformed_parameter_is_refused_by_name(
    store: FakeEventStore, memberships: FakeMemberships, field: str, value: str
) -> None:
    query: dict[str, Any] = {field: value}
    told = problem(ask(store, memberships, **query))
    assert told["status"] == 400
    assert [e["field"] for e in told["errors"]] == [field]


def test_a_store_that_is_away_gives_503(
    store: FakeEventStore, memberships: FakeMemberships
) -> None:
    memberships.is_away = True
    response = ask(store, memberships)
    assert problem(response)["status"] == 503
    assert response["headers"]["Retry-After"]


def test_an_event_shows_what_is_known_and_null_for_the_rest() -> None:
    event = stored(7, "click", utm_source="news", device="mobile", payload='{"elementId":"buy"}')
    shown = event_of(MINE, event).model_dump(by_alias=True)
    known = {k: v for k, v in shown.items() if v is not None}
    assert known == {
        "id": "event-7",
        "siteId": MINE,
        "eventType": "click",
        "at": "2026-11-22T10:00:00.007Z",
        "receivedAt": "2026-11-22T10:00:00.007Z",
        "visitor": "visitor-1",
        "utmSource": "news",
        "device": "mobile",
        "payload": {"elementId": "buy"},
    }
    assert set(shown) - set(known) == {
        *("url", "host", "path", "title", "referrer", "referrerHost", "country", "region", "city"),
        *("browser", "browserVersion", "os", "osVersion", "bot", "network", "screen", "language"),
        *("timezone", "utmMedium", "utmCampaign", "utmTerm", "utmContent", "clickId"),
    }


@pytest.mark.parametrize("payload", ["[1]", "{", "", "null"])
def test_a_payload_that_is_no_object_shows_as_none(payload: str) -> None:
    assert event_of(MINE, stored(1, payload=payload)).payload is None


def test_addresses_are_shown_as_people_read_them() -> None:
    shown = event_of(
        MINE,
        stored(
            1,
            "outbound",
            url="https://xn--strae-oqa.example/%D1%82%D0%B5%D1%81%D1%82?a=%2F",
            host="xn--strae-oqa.example",
            path="/%D1%82%D0%B5%D1%81%D1%82",
            referrer="https://xn--e1afmkfd.xn--p1ai/%D1%8F%E2%80%AE",
            referrer_host="xn--e1afmkfd.xn--p1ai",
            payload='{"url":"https://xn--e1afmkfd.xn--p1ai/%D1%8F","n":1}',
        ),
    )
    assert shown.url == "https://straße.example/тест?a=%2F"
    assert (shown.host, shown.path) == ("straße.example", "/тест")
    assert shown.referrer == "https://пример.рф/я%E2%80%AE"
    assert shown.referrer_host == "пример.рф"
    assert shown.payload == {"url": "https://пример.рф/я", "n": 1}


@pytest.mark.parametrize("payload", [None, "[]", '{"url":7}', '{"url":"%D1%8F"}'])
def test_other_payloads_are_shown_as_they_were_sent(payload: str | None) -> None:
    shown = event_of(MINE, stored(1, "click", payload=payload))
    assert shown.payload == (json.loads(payload) if payload and payload != "[]" else None)
    assert (shown.url, shown.host, shown.referrer_host) == (None, None, None)
