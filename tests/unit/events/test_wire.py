import contextlib
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixeltrack.events import wire
from pixeltrack.platform.errors import Refused

EVENT = {"siteId": "pt_1", "eventType": "pageview", "url": "https://example.com/"}


def body(**fields: object) -> bytes:
    return json.dumps(EVENT | fields).encode()


def batch(*events: Mapping[str, object]) -> bytes:
    return json.dumps({"events": list(events)}).encode()


def test_takes_one_event_with_the_required_fields_only() -> None:
    taken = wire.read(b'{"siteId":"test-site","eventType":"pageview","url":"/test"}')
    assert [e.url for e in taken.events] == ["/test"]
    assert taken.sent_at is None


def test_takes_fifty_events_and_the_clock_that_sent_them() -> None:
    sent = {"events": [EVENT] * 50, "sentAt": "1970-01-01T00:00:01.500Z"}
    taken = wire.read(json.dumps(sent).encode())
    assert len(taken.events) == 50
    assert taken.sent_at == 1500


def test_ignores_unknown_fields() -> None:
    assert wire.read(body(nonsense={"deep": [1]})).events[0].url == EVENT["url"]


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        pytest.param(b"", "body", "not JSON", id="empty"),
        pytest.param(b"url=1", "body", "not JSON", id="not JSON"),
        pytest.param(b"[]", "body", "array", id="not an object"),
        pytest.param(b"null", "body", "null", id="null"),
        pytest.param(body(url=1), "url", "int", id="wrong type"),
        pytest.param(batch(EVENT, EVENT | {"url": 1}), "events[1].url", "int", id="its index"),
        pytest.param(b'{"eventType":"e","url":"/"}', "siteId", "required", id="no siteId"),
        pytest.param(b'{"siteId":"s","url":"/"}', "eventType", "required", id="no eventType"),
        pytest.param(
            batch({"siteId": "s", "eventType": "e"}), "events[0].url", "required", id="no url"
        ),
        pytest.param(body(url="  "), "url", "empty", id="blank url"),
        pytest.param(body(touchPoints=-1), "touchPoints", "0 to 256", id="too few touch points"),
        pytest.param(body(touchPoints=257), "touchPoints", "0 to 256", id="too many touch points"),
        pytest.param(body(touchPoints="5"), "touchPoints", "int", id="touch points as text"),
        pytest.param(body(touchPoints=True), "touchPoints", "int", id="touch points as a boolean"),
        pytest.param(batch(), "events", "1 to 50", id="empty batch"),
        pytest.param(batch(*[EVENT] * 51), "events", "1 to 50", id="51 events"),
        pytest.param(b'{"events":{}}', "events", "array", id="events no list"),
        pytest.param(body()[:-1] + b',"payload":{"a":NaN}}', "body", "not JSON", id="NaN"),
        pytest.param(
            body()[:-1] + b',"payload":{"a":1e400}}', "payload[...]", "range", id="infinite"
        ),
        pytest.param(
            body()[:-1] + b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
            "body",
            "deep",
            id="10,000 levels in an unknown field",
        ),
        pytest.param(
            body()[:-1] + b',"payload":{"x":' + b"[" * 17 + b"]" * 17 + b"}}",
            "payload",
            "16 levels",
            id="17 levels in the payload",
        ),
        pytest.param(body().replace(b"pageview", b"\xff"), "body", "UTF-8", id="invalid UTF-8"),
        pytest.param(body().replace(b"pageview", rb"\ud800"), "body", "JSON", id="lone surrogate"),
        pytest.param(
            body().replace(b"pageview", b"\xed\xa0\x80"), "body", "UTF-8", id="raw surrogate"
        ),
        pytest.param(body(title="a\0b"), "title", "NUL", id="NUL in a title"),
        pytest.param(body(eventType="a\0b"), "eventType", "NUL", id="NUL in a field"),
        pytest.param(body(payload={"a": ["\0"]}), "payload", "NUL", id="NUL in the payload"),
        pytest.param(body(payload={"\0": 1}), "payload", "NUL", id="NUL in a key"),
        pytest.param(body(url="/a%00b"), "url", "NUL", id="NUL after percent decoding"),
        pytest.param(body(referrer="/?a=%00"), "referrer", "NUL", id="NUL in a referrer"),
        pytest.param(body(id="a b"), "id", "64", id="id outside its alphabet"),
        pytest.param(body(id=""), "id", "64", id="empty id"),
        pytest.param(body(id="a" * 65), "id", "64", id="long id"),
        pytest.param(body(timestamp="yesterday"), "timestamp", "ISO 8601", id="no instant"),
        pytest.param(body(sentAt="now"), "sentAt", "ISO 8601", id="sentAt no instant"),
        *(
            pytest.param(body(sentAt=at), "sentAt", "years 1 to 9999", id=f"sentAt {at!s:.30}")
            for at in (
                1e300,
                -1e300,
                2**53,
                -(2**53),
                2**64,
                10**400,
                "9999-12-31T23:59:59-14:00",
                "0001-01-01T00:00:00+14:00",
                "+275760-09-13T00:00:00.000Z",
                "",
            )
        ),
        *(
            pytest.param(body(timestamp=at), "timestamp", "years 1 to 9999", id=f"at {at}")
            for at in ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1e300")
        ),
        pytest.param(body(sentAt=True), "sentAt", "bool", id="sentAt true"),
        pytest.param(body(sentAt={"a": 1}), "sentAt", "object", id="sentAt an object"),
        pytest.param(body(sentAt=[1]), "sentAt", "array", id="sentAt a list"),
        pytest.param(body()[:-1] + b',"sentAt":1e400}', "sentAt", "range", id="sentAt infinite"),
        pytest.param(body()[:-1] + b',"sentAt":NaN}', "body", "JSON", id="sentAt NaN"),
        pytest.param(body(url="h" * 2049), "url", "2048", id="long url"),
        pytest.param(body(referrer="h" * 2049), "referrer", "2048", id="long referrer"),
        pytest.param(body(eventType="h" * 65), "eventType", "64", id="long eventType"),
        pytest.param(body(userId="h" * 129), "userId", "128", id="long userId"),
        pytest.param(body(payload={"a": "h" * 8192}), "payload", "8 KiB", id="large payload"),
        pytest.param(
            body(payload={str(n): 1 for n in range(65)}), "payload", "64 keys", id="65 keys"
        ),
        pytest.param(body(payload=[]), "payload", "array", id="payload no object"),
    ],
)
def test_refuses(sent: bytes, field: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        wire.read(sent)
    assert refused.value.status == 400
    assert refused.value.errors[0].field == field
    assert says in refused.value.errors[0].message


def test_refuses_more_than_64_kib_as_too_large() -> None:
    with pytest.raises(Refused) as refused:
        wire.read(body(title="t" * wire.MOST_BYTES))
    assert refused.value.status == 413


@pytest.mark.parametrize("field", ["url", "referrer", "eventType", "userId"])
def test_takes_a_field_at_its_limit(field: str) -> None:
    limit = wire.LIMITS[field][1]
    wire.read(body(**{field: "h" * limit}))


def test_touch_points_are_optional_and_survive_the_way_to_kafka() -> None:
    assert wire.read(body()).events[0].touch_points is None
    for taken in (
        wire.read(body(touchPoints=256)),
        wire.read_query(EVENT | {"touchPoints": "256"}),
    ):
        record = wire.RawEvent(v=1, received_at=1, ip="", event=taken.events[0])
        assert wire.decode(wire.encode(record)).event.touch_points == 256


def test_cuts_titles_and_element_texts() -> None:
    taken = wire.read(body(title="t" * 600, payload={"elementText": "e" * 101}))
    assert taken.events[0].title == "t" * 512
    assert taken.events[0].payload == {"elementText": "e" * 100}


def test_reads_the_same_event_from_a_query() -> None:
    taken = wire.read_query(EVENT | {"payload": '{"a":1}', "sentAt": "1970-01-01T00:00:01Z"})
    assert taken.events == wire.read(body(payload={"a": 1})).events
    assert taken.sent_at == 1000


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"url": "/", "eventType": "e"}, "siteId"),
        (EVENT | {"payload": "[]"}, "payload"),
        (EVENT | {"payload": "{"}, "payload"),
        (EVENT | {"payload": "\ud800"}, "payload"),
        (EVENT | {"url": "h" * 2049}, "url"),
        (EVENT | {"sentAt": "x"}, "sentAt"),
        (EVENT | {"touchPoints": ""}, "touchPoints"),
        (EVENT | {"touchPoints": "1.5"}, "touchPoints"),
        (EVENT | {"touchPoints": "٥"}, "touchPoints"),
        (EVENT | {"touchPoints": "9" * 5000}, "touchPoints"),
    ],
)
def test_refuses_a_query(fields: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        wire.read_query(fields)
    assert refused.value.errors[0].field == field


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
EVENTISH = st.fixed_dictionaries(
    {},
    optional={
        name: st.text(max_size=40) | JSON
        for name in ("siteId", "eventType", "url", "id", "timestamp", "title", "payload", "sentAt")
    },
)


@given(st.binary() | (JSON | EVENTISH | EVENTISH.map(EVENT.__or__)).map(json.dumps).map(str.encode))
def test_no_bytes_raise_anything_but_a_refusal(sent: bytes) -> None:
    with contextlib.suppress(Refused):
        for event in wire.read(sent).events:
            record = wire.RawEvent(v=1, received_at=0, ip="", event=event)
            assert wire.encode(wire.decode(wire.encode(record))) == wire.encode(record)
