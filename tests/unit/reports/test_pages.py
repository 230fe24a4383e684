"""How much fits into one answer, and that one row of anything always does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.reports.feed import Feed, event_of
from functions.reports.handler import build
from pixeltrack.events import urls, wire
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.facts.dimensions import ATTRIBUTES, MOST_CHARACTERS, MOST_PROPERTIES
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.reports import pages
from pixeltrack.reports.export import Format, Writer
from tests.fakes.accounts import FakeMemberships
from tests.fakes.events import FakeEventStore, FakeFirstCopies
from tests.fakes.gateway import Context, http_event

ME, MINE = AccountId("account-me"), SiteId("site-1")
RECEIVED = 1_795_341_600_000
MOST = 6 * 1024 * 1024
WORST = ("\x01", '"', "\\", "🙂")
"""Characters that take most: control characters take seven bytes where JSON is escaped again."""


@given(st.text())
def test_the_size_is_what_lambda_makes_of_a_text(text: str) -> None:
    assert pages.size(text) == len(json.dumps(text, ensure_ascii=False).encode()) - 2


def test_texts_are_taken_until_the_page_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 10)
    assert pages.fitting(["1234", '"""', "x"]) == ["1234", '"""']
    assert pages.fitting(["Ж" * 5, "x"]) == ["Ж" * 5]
    assert pages.fitting([]) == []


def widest(n: int, character: str) -> StoredEvent:
    """An event with more in it than one request can bring."""
    address = "x" * (urls.MOST_CHARACTERS // 2) + character * (urls.MOST_CHARACTERS // 2)
    label = character * wire.LIMITS["language"][1]
    payload = json.dumps({"text": character * wire.MOST_PAYLOAD_BYTES}, ensure_ascii=False)
    return StoredEvent(
        id=f"event-{n}",
        offset=n,
        type=label,
        at=RECEIVED + n,
        received_at=RECEIVED + n,
        visitor=label,
        url=address,
        path=address,
        host=label,
        title=character * wire.TITLE_CUT,
        referrer=address,
        referrer_host=label,
        utm_source=address,
        utm_medium=address,
        utm_campaign=address,
        utm_term=address,
        utm_content=address,
        click_id=address,
        payload=payload,
    )


@pytest.mark.parametrize("character", WORST)
def test_one_event_fits_with_room_to_spare(character: str) -> None:
    shown = event_of(MINE, widest(1, character)).model_dump_json(by_alias=True)
    assert pages.size(shown) < pages.MOST_BYTES / 10


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize("character", WORST)
def test_one_line_of_an_export_fits_with_room_to_spare(character: str, form: Format) -> None:
    texts = [character * urls.MOST_CHARACTERS] * (len(ATTRIBUTES) + 5)
    properties = [character * MOST_CHARACTERS] * MOST_PROPERTIES
    line = Writer(form, [*map(str, range(len(texts))), "properties"]).line([*texts, properties])
    assert pages.size(line) < pages.MOST_BYTES / 5


@pytest.mark.parametrize("character", WORST)
def test_a_feed_of_the_largest_events_comes_in_more_pages(character: str) -> None:
    store = FakeEventStore()
    events = [widest(n, character) for n in range(100)]
    store.add(
        [
            Bucket(
                id="bucket",
                partition=0,
                site=MINE,
                owner=ME,
                tracking_id=TrackingId("pt_x"),
                stored_at=RECEIVED + 1000,
                events=events,
            )
        ]
    )
    handler = build(lambda: Feed(store, FakeFirstCopies(), FakeMemberships({ME: [MINE]})))
    verdict = {"kind": "key", "account": ME, "scopes": "events:read"}
    walked: list[str] = []
    query, count = {"limit": "100"}, 0
    while True:
        answer: dict[str, Any] = handler(
            http_event("GET /api/v1/events", query=query, verdict=verdict), Context()
        )
        assert answer["statusCode"] == 200
        assert len(json.dumps(answer, ensure_ascii=False).encode()) <= MOST
        told = json.loads(answer["body"])
        walked += [event["id"] for event in told["events"]]
        count += 1
        if told["next"] is None:
            break
        query["before"] = told["next"]
    assert walked == [f"event-{n}" for n in range(99, -1, -1)]
    assert count > 1
