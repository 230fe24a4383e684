import base64
import json
from typing import Any

import msgspec
import pytest

from functions.collector import handler as collector
from functions.collector.tracking import Collect
from pixeltrack.api.client import Clients
from pixeltrack.events import wire
from pixeltrack.platform.settings import Ingest
from tests.fakes.streams import FakeStream

NOW = 1_795_341_600_000
VALID = {"siteId": "pt_1", "eventType": "pageview", "url": "/test"}


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> FakeStream:
    stream = FakeStream()
    collect = Collect(stream, now_ms=lambda: NOW, randomness=lambda n: b"\xaa" * n)
    monkeypatch.setattr(collector, "wiring", lambda: (Clients(Ingest()), collect))
    return stream


def request(method: str = "POST", path: str = "/track", **fields: Any) -> dict[str, Any]:
    headers = {"content-type": "text/plain", "user-agent": "Agent"} | fields.pop("headers", {})
    http = {"method": method, "path": path, "sourceIp": "203.0.113.9"}
    return {
        "routeKey": f"{method} {path}",
        "headers": headers,
        "rawQueryString": "",
        "isBase64Encoded": False,
        "requestContext": {"http": http, "requestId": "r-1"},
        **fields,
    }


def post(body: object, **fields: Any) -> dict[str, Any]:
    return collector.handler(request(body=json.dumps(body), **fields), None)


def test_stamps_what_is_missing_and_keeps_what_is_there(stream: FakeStream) -> None:
    events = [VALID, VALID | {"id": "own", "timestamp": "2026-11-22T09:00:00Z"}]
    assert post({"events": events})["statusCode"] == 204
    first, second = (wire.decode(m.value) for m in stream.messages)
    assert first.event.id is not None
    assert first.event.id[14] == "7"
    assert first.event.timestamp == "2026-11-22T10:00:00.000Z"
    assert (second.event.id, second.event.timestamp) == ("own", "2026-11-22T09:00:00Z")
    assert (first.received_at, first.ip, first.user_agent) == (NOW, "203.0.113.9", "Agent")
    assert stream.messages[0].headers == {"requestId": "r-1"}


def test_stamps_by_the_browsers_clock_where_the_request_tells_it(stream: FakeStream) -> None:
    post({"events": [VALID], "sentAt": "2026-11-22T07:00:00.000Z"})
    record = wire.decode(stream.messages[0].value)
    assert record.event.timestamp == "2026-11-22T07:00:00.000Z"
    assert record.sent_at == NOW - 3 * 3_600_000


def test_spreads_one_site_by_visitor_and_keeps_a_visitor_together(stream: FakeStream) -> None:
    visitors = ("a", "b", "a")
    post({"events": [VALID | {"userId": visitor} for visitor in visitors]})
    first, second, third = (m.key for m in stream.messages)
    assert first == third != second


def test_produces_nothing_of_a_batch_with_one_refused_event(stream: FakeStream) -> None:
    answer = post({"events": [VALID, {"siteId": "x"}]})
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["errors"][0]["field"] == "events[1].eventType"
    assert stream.messages == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/plain", 204),
        ("text/plain;charset=UTF-8", 204),
        ("application/json", 204),
        ("application/json; charset=utf8", 204),
        ('APPLICATION/JSON ; CHARSET="utf-8"', 204),
        ("", 204),
        ("text/plain; charset=latin-1", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/html", 415),
    ],
)
def test_takes_two_types_in_any_spelling_of_utf8(
    stream: FakeStream, content_type: str, status: int
) -> None:
    answer = post(VALID, headers={"content-type": content_type})
    assert answer["statusCode"] == status
    assert len(stream.messages) == (status == 204)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (base64.b64encode(json.dumps(VALID).encode()).decode(), 204),
        ("%%%", 400),
        (base64.b64encode(b"\xff\xfe").decode(), 400),
        ("A" * 90_000, 413),
    ],
)
@pytest.mark.usefixtures("stream")
def test_reads_a_base64_body(body: str, status: int) -> None:
    answer = collector.handler(request(body=body, isBase64Encoded=True), None)
    assert answer["statusCode"] == status


@pytest.mark.usefixtures("stream")
def test_refuses_a_lone_surrogate_in_the_text() -> None:
    assert collector.handler(request(body='{"url":"\ud800"}'), None)["statusCode"] == 400


def test_answers_503_with_retry_after_while_the_broker_is_away(
    stream: FakeStream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.is_away = True
    answer = post(VALID)
    assert answer["statusCode"] == 503
    assert int(answer["headers"]["Retry-After"]) > 0
    line = msgspec.json.decode(capsys.readouterr().out)
    assert (line["status"], line["errors"]) == ("503", 1)


def test_answers_500_and_serves_the_next_request(
    stream: FakeStream, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(wire, "encode", None)
        answer = post(VALID)
    assert answer["statusCode"] == 500
    assert json.loads(answer["body"])["requestId"] == "r-1"
    stack = json.loads(capsys.readouterr().out.splitlines()[0])
    assert stack["request_id"] == "r-1"
    assert "TypeError" in stack["stack"]
    assert post(VALID)["statusCode"] == 204
    assert len(stream.messages) == 1


@pytest.mark.usefixtures("stream")
def test_lets_any_site_send_json_with_a_beacon() -> None:
    origin = {"origin": "https://shop.example"}
    answer = collector.handler(request("OPTIONS", headers=origin), None)
    assert answer["statusCode"] == 204
    assert answer["headers"]["Access-Control-Allow-Origin"] == "https://shop.example"
    assert answer["headers"]["Access-Control-Allow-Credentials"] == "true"
    assert answer["headers"]["Access-Control-Allow-Headers"] == "Content-Type"
    assert "POST" in answer["headers"]["Access-Control-Allow-Methods"]
    assert post(VALID, headers=origin)["headers"]["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("query", "status", "produced"),
    [
        ("siteId=pt_1&eventType=pageview&url=%2Ft%3Fa%3Db&payload=%7B%22a%22%3A1%7D", 200, 1),
        ("eventType=pageview&url=/", 400, 0),
        ("siteId=%FF&eventType=pageview&url=/", 400, 0),
        ("siteId=a&eventType=b&url=/%2500", 400, 0),
        ("&".join(f"a{n}=1" for n in range(101)), 400, 0),
        ("a=" + "b" * 70_000, 413, 0),
    ],
)
def test_answers_the_pixel_always_and_the_status_truly(
    stream: FakeStream, query: str, status: int, produced: int
) -> None:
    answer = collector.handler(request("GET", "/pixel.gif", rawQueryString=query), None)
    assert (answer["statusCode"], len(stream.messages)) == (status, produced)
    assert answer["headers"]["Content-Type"] == "image/gif"
    assert base64.b64decode(answer["body"]).startswith(b"GIF89a")


@pytest.mark.usefixtures("stream")
def test_writes_one_line_a_request_without_address_and_agent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    post(VALID)
    (text,) = capsys.readouterr().out.splitlines()
    line = msgspec.json.decode(text)
    assert line["route"] == "POST /track"
    assert line["status"] == "204"
    assert line["request_id"] == "r-1"
    assert line["method"] == "POST"
    assert line["duration_ms"] >= 0
    assert "203.0.113.9" not in text
    assert "Agent" not in text
