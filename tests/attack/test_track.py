"""`/track` and the pixel, with whatever bytes there are: refused in order, or taken and accounted.

What is acknowledged is on its way to the stores: `test_consumers` holds a ledger over all of it.
"""

import gzip
import json
import secrets
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from hypothesis import given, seed
from hypothesis import strategies as st

from tests.attack.conftest import Effort
from tests.attack.door import Door, statuses, until
from tests.attack.people import Own, Person

pytestmark = pytest.mark.timeout(1800)

REFUSALS = {400, 413, 415}
NAMES = [
    *("id", "siteId", "eventType", "url", "referrer", "title", "timestamp", "userId", "screen"),
    *("language", "timezone", "payload", "events", "sentAt", "v", "ip", "receivedAt", "source"),
    *("__proto__", "constructor", "$where", "events[0].url", "", "\u202e", "site_id"),
]
TEXTS = [
    *(
        "",
        " ",
        "\0",
        "\\u0000",
        "\ud800",
        "\udfff\ud800",
        "\ufeff",
        "\u202e",
        "a" * 70_000,
        "a" * 2049,
    ),
    *(
        "%00",
        "javascript:alert(1)",
        "//",
        "http://",
        "http://[::1",
        "http://[v1.x]/",
        "http://a b/",
    ),
    *(
        "https://user:pw@example.com/",
        "https://\u0130.example/",
        "https://xn--/",
        "ftp://x/",
        "?",
        "#",
    ),
    *("https://example.com:99999999/", "https://" + "a." * 1000, "file:///etc/passwd", "data:,x"),
    *("pageview", "session_start", "erased", "$ne", "a.b", "a\nb", "../../x", "<script>", "1e999"),
    *("9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"),
    *(
        "2026-02-30T00:00:00Z",
        "2026-11-22T25:61:61Z",
        "10000-01-01T00:00:00Z",
        "-1",
        "now",
        "1e300",
    ),
    *("2026-11-22", "2026-11-22T10:00:00", "2026-W47-7T10:00Z", "20261122T100000Z", "Infinity"),
]
NUMBERS = [0, -1, 1e300, -1e300, 2**53, -(2**53), 2**63, 2**64, 10**400, 1e-320, 253402300799999]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=30),
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
CHANGES = st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=4)


@pytest.fixture(scope="module")
def site(somebody: Callable[[], Person]) -> Person:
    """An account whose site gets what is fuzzed."""
    person = somebody()
    person.own(Own.SITE)
    return person


@pytest.fixture
def event(site: Person) -> dict[str, Any]:
    return {"siteId": site.own(Own.TRACKING_ID), "eventType": "pageview", "url": "/a"}


def taken_or_refused(answer: httpx.Response, told: object) -> None:
    assert answer.status_code in {204, *REFUSALS}, f"{answer.status_code} for {str(told)[:500]}"
    assert answer.headers["X-Request-Id"]
    if answer.status_code == 204:
        assert answer.content == b""
        return
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["requestId"] == answer.headers["X-Request-Id"]
    assert problem["errors"], f"nothing is named for {str(told)[:500]}"
    assert len(answer.content) < 4096


def written(value: Any) -> bytes:
    """Write JSON as no sender should: NaN, lone surrogates, numbers of any size."""
    return json.dumps(value).encode()


def test_any_fields_in_any_place(door: Door, effort: Effort, event: dict[str, Any]) -> None:
    @seed(effort.seed)
    @effort.bounded(10)
    @given(changes=CHANGES, where=st.sampled_from(["event", "batch", "second", "payload"]))
    def send(changes: dict[str, Any], where: str) -> None:
        body: Any = {
            "event": event | changes,
            "batch": {"events": [event]} | changes,
            "second": {"events": [event, event | changes]},
            "payload": event | {"payload": changes},
        }[where]
        content = written(body)
        answer = door.send("POST", "/track", content=content)
        taken_or_refused(answer, content)

    send()


def test_any_bytes(door: Door, effort: Effort, event: dict[str, Any]) -> None:
    whole = written({"events": [event, event | {"title": "чай"}]})

    @seed(effort.seed)
    @effort.bounded(10)
    @given(
        place=st.integers(0, len(whole)),
        cut=st.integers(0, 40),
        put=st.binary(max_size=40)
        | st.sampled_from([b"\0", b"\xff\xfe", b"}", b'"', b"\xed\xa0\x80"]),
    )
    def send(place: int, cut: int, put: bytes) -> None:
        content = whole[:place] + put + whole[place + cut :]
        taken_or_refused(door.send("POST", "/track", content=content), content)

    send()


SHAPES: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "blanks": lambda _: b" \n\t ",
    "a mark of byte order": lambda e: b"\xef\xbb\xbf" + e,
    "UTF-16": lambda e: e.decode().encode("utf-16"),
    "UTF-32": lambda e: e.decode().encode("utf-32"),
    "overlong UTF-8": lambda e: e.replace(b"/a", b"\xc0\xafa"),
    "surrogates in UTF-8": lambda e: e.replace(b"/a", b"/\xed\xa0\x80"),
    "two documents": lambda e: e + e,
    "lines of documents": lambda e: e + b"\n" + e,
    "something behind": lambda e: e + b" x",
    "a comment": lambda e: e[:-1] + b"/* x */}",
    "a comma too many": lambda e: e[:-1] + b",}",
    "single quotes": lambda e: e.replace(b'"', b"'"),
    "a name twice": lambda e: e[:-1] + b',"siteId":"x","siteId":"y"}',
    "a name a thousand times": lambda e: e[:-1] + b',"url":"/"' * 1000 + b"}",
    "deep lists": lambda e: e[:-1] + b',"x":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "deep lists without end": lambda e: e[:-1] + b',"x":' + b"[" * 60_000,
    "deep objects": lambda e: e[:-1] + b',"x":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    "a deep payload": lambda e: e[:-1] + b',"payload":' + b'{"a":' * 1000 + b"1" + b"}" * 1001,
    "a huge number": lambda e: e[:-1] + b',"x":' + b"9" * 60_000 + b"}",
    "a huge exponent": lambda e: e[:-1] + b',"payload":{"a":1e' + b"9" * 400 + b"}}",
    "a huge fraction": lambda e: e[:-1] + b',"payload":{"a":0.' + b"1" * 5000 + b"}}",
    "a payload beyond 64 bits": lambda e: e[:-1] + b',"payload":{"a":18446744073709551616}}',
    "many small values": lambda e: e[:-1] + b',"x":[' + b"0," * 30_000 + b"0]}",
    "NaN": lambda e: e[:-1] + b',"payload":{"a":NaN}}',
    "a list of events": lambda e: b"[" + e + b"]",
    "a batch within a batch": lambda e: b'{"events":[{"events":[' + e + b"]}]}",
    "an event and a batch": lambda e: e[:-1] + b',"events":[' + e + b"]}",
    "a form": lambda _: b"siteId=a&eventType=b&url=/",
    "a multipart form": lambda e: b"--x\r\nContent-Type: text/plain\r\n\r\n" + e + b"\r\n--x--",
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "a bomb": lambda _: gzip.compress(b'{"a":"' + b"a" * 10_000_000 + b'"}'),
    "64 KiB": lambda e: e[:-1] + b',"x":"' + b"a" * (65_536 - len(e) - 8) + b'"}',
    "more than 64 KiB": lambda e: e[:-1] + b',"x":"' + b"a" * 70_000 + b'"}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_bodies_of_every_type(door: Door, event: dict[str, Any], shape: str) -> None:
    content = SHAPES[shape](written(event))
    for headers in (
        {},
        {"Content-Type": "text/plain;charset=UTF-8"},
        {"Content-Type": "application/json"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "deflate, gzip, br", "Content-Type": "application/json"},
    ):
        answer = door.send("POST", "/track", content=content, headers=headers)
        taken_or_refused(answer, (shape, headers))
    pieces = (content[start : start + 700] for start in range(0, len(content), 700))
    taken_or_refused(door.send("POST", "/track", content=pieces), (shape, "in chunks"))


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=utf-8; charset=utf-16", 415),
        ("application/json;charset", 415),
        ("application/jsonx", 415),
        ("text/plain, application/json", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("text/html", 415),
        ("x" * 8000, 415),
        ("TEXT/PLAIN", 204),
        ('application/json ; CHARSET = "UTF-8"', 204),
        ("text/plain;;", 204),
    ],
)
def test_content_types(door: Door, event: dict[str, Any], kind: str, status: int) -> None:
    headers = {"Content-Type": kind}
    answer = door.send("POST", "/track", content=written(event), headers=headers)
    taken_or_refused(answer, kind)
    assert answer.status_code == status


def test_a_sender_who_leaves_amid_its_body_takes_nothing_along(
    door: Door, event: dict[str, Any]
) -> None:
    body = written(event)
    head = "POST /track HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    rests = [
        f"Content-Length: {len(body) + 10}\r\n\r\n".encode() + body,
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + body[:5],
        b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n" + body,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 100,
        b"Content-Length: 18446744073709551616\r\n\r\n" + body,
        b"Content-Length: -1\r\n\r\n" + body,
        b"Content-Length: 0x10\r\n\r\n" + body,
        b"Content-Length: 5, 5\r\n\r\n" + body[:5],
        b"Expect: 100-continue\r\nContent-Length: 70000\r\n\r\n",
        b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: A\r\n\r\n",
    ]
    answers = door.say_all([head.encode() + rest for rest in rests], within_s=3)
    for rest, answered in zip(rests, map(statuses, answers), strict=True):
        assert 204 not in answered, rest[:60]
        assert not [status for status in answered if status >= 500], rest[:60]
    assert door.send("POST", "/track", content=body).status_code == 204


def test_the_pixel_takes_any_query(door: Door, effort: Effort, event: dict[str, Any]) -> None:
    parts = st.binary(max_size=12).map(quote_from_bytes) | st.sampled_from(
        ["%", "%zz", "%00", "%u0041", "%ed%a0%80", "+", ";", "[]", "[$ne]", "&&", "==", "%0d%0aX:1"]
    )

    @seed(effort.seed)
    @effort.bounded(8)
    @given(
        pairs=st.lists(st.tuples(st.sampled_from(NAMES), parts), max_size=6), known=st.booleans()
    )
    def send(pairs: list[tuple[str, str]], known: bool) -> None:
        fixed = "&".join(f"{name}={value}" for name, value in event.items()) if known else ""
        odd = "&".join(f"{quote_from_bytes(n.encode())}={value}" for n, value in pairs)
        answer = door.send("GET", f"/pixel.gif?{fixed}&{odd}")
        assert answer.status_code in {200, 400, 413}, odd
        assert answer.headers["Content-Type"] == "image/gif"
        assert answer.content.startswith(b"GIF89a")
        assert "X" not in answer.headers, "a header of the sender's"

    send()


def test_a_query_too_long_is_refused(door: Door, event: dict[str, Any]) -> None:
    head = "GET /pixel.gif?title=" + "a" * 70_000 + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    (status,) = statuses(door.say(head.encode()))
    assert status in {400, 413, 414, 431}
    for query in (
        event | {f"x{n}": "1" for n in range(101)},
        event | {"payload": "[" * 5000},
        event | {"payload": '{"a":' * 3000 + "1" + "}" * 3000},
    ):
        answer = door.send("GET", "/pixel.gif", params=query)
        assert answer.status_code in {400, 413, 414, 431}, answer.status_code


def test_events_after_all_that_are_shown(door: Door, site: Person, event: dict[str, Any]) -> None:
    mark = f"type-{secrets.token_hex(6)}"
    sent = door.send("POST", "/track", content=written(event | {"eventType": mark}))
    assert sent.status_code == 204
    query = {"siteId": site.own(Own.SITE), "eventType": mark}
    until(lambda: site.get("/api/v1/events", **query)["events"], "nothing arrives any more")


def test_the_feed_and_every_export_of_fuzzed_events_answer(site: Person) -> None:
    query: dict[str, Any] = {"siteId": site.own(Own.SITE), "limit": 100}
    seen = 0
    while True:
        page = site.get("/api/v1/events", **query)
        seen += len(page["events"])
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert seen > 0
