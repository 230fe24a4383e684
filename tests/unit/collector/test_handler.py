import base64
import json
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.collector import handler as collector
from functions.collector.tracking import Collect
from pixeltrack.api.client import Clients
from pixeltrack.events import wire
from pixeltrack.platform import instants
from pixeltrack.platform.errors import BrokerUnavailable, ClockDiffers
from pixeltrack.platform.metrics import Metrics, Seldom
from pixeltrack.platform.settings import Ingest
from tests.fakes.streams import FakeStream

NOW = 1_795_341_600_000
VALID = {"siteId": "pt_1", "eventType": "pageview", "url": "/test"}


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> FakeStream:
    stream = FakeStream()
    collect = Collect(stream, now_ms=lambda: NOW, randomness=lambda n: b"\xaa" * n)
    monkeypatch.setattr(collector, "wiring", lambda: (Clients(Ingest()), collect))
    monkeypatch.setattr(collector, "seldom", Seldom())
    monkeypatch.setattr(collector, "metrics", Metrics("collector"))
    return stream


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


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


def test_no_answer_is_guessed_at(stream: FakeStream) -> None:
    pixel = collector.handler(request("GET", "/pixel.gif"), None)
    for answer in (post(VALID), post({}), pixel, collector.handler(request("OPTIONS"), None)):
        assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert len(stream.messages) == 1


def test_every_answer_may_be_loaded_by_an_isolated_page(stream: FakeStream) -> None:
    pixel = request("GET", "/pixel.gif", rawQueryString=urlencode(VALID))
    refused = request("GET", "/pixel.gif")
    for asked in (request(body=json.dumps(VALID)), request(body=""), pixel, refused):
        answer = collector.handler(asked, None)
        assert answer["headers"]["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(stream.messages) == 2


def test_stamps_by_the_browsers_clock_where_the_request_tells_it(stream: FakeStream) -> None:
    post({"events": [VALID], "sentAt": "2026-11-22T07:00:00.000Z"})
    record = wire.decode(stream.messages[0].value)
    assert record.event.timestamp == "2026-11-22T07:00:00.000Z"
    assert record.sent_at == NOW - 3 * 3_600_000


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.datetimes(timezones=st.just(timezone(timedelta(hours=-14)))).map(datetime.isoformat)
    | st.lists(st.integers())
)
@example(1e300)
@example(2**53)
@example("9999-12-31T23:59:59-14:00")
@example(instants.LAST_MS)
@example(instants.FIRST_MS)
def test_whatever_is_sent_as_an_instant_is_taken_or_named(sent: Any) -> None:
    stream = FakeStream()
    collect = Collect(stream, now_ms=lambda: NOW, randomness=lambda n: b"\xaa" * n)
    query = urlencode(VALID | {"sentAt": str(sent), "timestamp": str(sent)})
    asked = [
        request(body=json.dumps({"events": [VALID], "sentAt": sent})),
        request(body=json.dumps(VALID | {"timestamp": sent})),
        request("GET", "/pixel.gif", rawQueryString=query),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(collector, "wiring", lambda: (Clients(Ingest()), collect))
        answers = [collector.handler(one, None) for one in asked]
    assert {answer["statusCode"] for answer in answers} <= {200, 204, 400}
    for answer, field in zip(answers, ("sentAt", "timestamp"), strict=False):
        if answer["statusCode"] == 400:
            assert json.loads(answer["body"])["errors"][0]["field"] in {field, "body"}
    for message in stream.messages:
        instants.parse_ms(wire.decode(message.value).event.timestamp or "")


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
    (line,) = (line for line in lines(capsys) if "status" in line)
    assert (line["status"], line["errors"]) == ("503", 1)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (BrokerUnavailable("Kafka did not acknowledge", {"INVALID_RECORD": 1}), "acknowledge"),
        (BrokerUnavailable("Kafka is away", away_s=7.5), "Kafka is away"),
        (ClockDiffers("Kafka", 7_200_000), "7200 s ahead of that of Kafka"),
        (ClockDiffers("Kafka", -315_360_000_000), "315360000 s behind that of Kafka"),
    ],
)
def test_says_once_a_minute_why_it_takes_nothing_and_counts_it_each_time(
    stream: FakeStream,
    capsys: pytest.CaptureFixture[str],
    fault: BrokerUnavailable | ClockDiffers,
    said: str,
) -> None:
    stream.fault = fault
    for _ in range(3):
        answer = post(VALID)
        assert (answer["statusCode"], int(answer["headers"]["Retry-After"]) > 0) == (503, True)
    written = lines(capsys)
    (told,) = (line for line in written if line["level"] == "ERROR")
    assert said in told["reason"]
    assert sum(line.get("refusals", 0) for line in written) == 3
    if isinstance(fault, ClockDiffers):
        assert {line["clock_ahead_s"] for line in written if "clock_ahead_s" in line} == {
            fault.ahead_s
        }
    else:
        assert [line["delivery_errors"] for line in written if "error" in line] == [
            1 for _ in fault.errors for _ in range(3)
        ]
        assert [line["broker_away_s"] for line in written if "broker_away_s" in line] == [
            fault.away_s
        ] * 3


def test_says_when_it_takes_events_again(
    stream: FakeStream, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.fault = ClockDiffers("Kafka", 7_200_000)
    post(VALID)
    stream.fault = None
    capsys.readouterr()
    post(VALID)
    post(VALID)
    assert [line["clock_ahead_s"] for line in lines(capsys) if "clock_ahead_s" in line] == [0]


@pytest.mark.parametrize(("remaining_ms", "within_ms"), [(5_000, 3_500), (2_000, 500), (0, 100)])
def test_waits_for_kafka_no_longer_than_the_request_has_left(
    stream: FakeStream, remaining_ms: int, within_ms: int
) -> None:
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: remaining_ms)
    assert collector.handler(request(body=json.dumps(VALID)), context)["statusCode"] == 204
    assert stream.within_ms == within_ms


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


LONG = "a" * 49 + "." + ".".join(["b" * 49] * 4)


@pytest.mark.parametrize(
    ("headers", "origin", "referer"),
    [
        ({}, "", ""),
        (
            {"origin": "https://a.example", "referer": "https://a.example/b?c"},
            "https://a.example",
            "",
        ),
        ({"referer": "https://a.example/private?c#d"}, "", "https://a.example"),
        ({"origin": "null", "referer": "http://a.example:81/"}, "null", "http://a.example:81"),
        (
            {"origin": "https://a.example", "referer": "https://evil.example/"},
            "https://a.example",
            "https://evil.example",
        ),
        ({"origin": f"https://{LONG}:65535"}, f"https://{LONG}:65535", ""),
        ({"referer": "nonsense"}, "", "nonsense"),
    ],
)
def test_says_which_page_sent_it_without_its_path(
    stream: FakeStream, headers: dict[str, str], origin: str, referer: str
) -> None:
    assert post(VALID, headers=headers)["statusCode"] == 204
    query = "siteId=pt_1&eventType=pageview&url=/"
    pixel = request("GET", "/pixel.gif", rawQueryString=query, headers=headers)
    assert collector.handler(pixel, None)["statusCode"] == 200
    for message in stream.messages:
        kept = wire.decode(message.value)
        assert (kept.origin, kept.referer) == (origin, referer)


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
