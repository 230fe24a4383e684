import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_cdk.local.tools.access_log import Reader, Unread, Visit
from infra_cdk.local.tools.log_files import MOST_LINE_BYTES, LogFile

AT = "24/Nov/2026:12:00:00 +0000"
AT_MS = 1_795_521_600_000
LINE = '1.2.3.4 - - [{at}] "{request}" 200 5 "{referrer}" "{agent}"'
SAMPLE = Path(__file__).parents[2] / "data" / "access-2015.log.gz"


VHOST = "combined with virtual host"
COMMON = "common with virtual host"


def line(
    request: str = "GET / HTTP/1.1", referrer: str = "-", agent: str = "A/1", at: str = AT
) -> bytes:
    return LINE.format(at=at, request=request, referrer=referrer, agent=agent).encode()


def read(*lines: bytes) -> Visit:
    """Read lines of one log and return the request of the last."""
    reader = Reader()
    found = [reader(line) for line in lines][-1]
    assert isinstance(found, Visit), found
    return found


def visit(**values: Any) -> Visit:
    usual: dict[str, Any] = {
        "ip": "1.2.3.4",
        "at_ms": AT_MS,
        "method": "GET",
        "path": "/",
        "status": 200,
    }
    return Visit(**(usual | {"agent": "A/1"} | values))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (line(), visit()),
        (line("GET /a?b=c HTTP/1.1", "http://x.example/"), visit(path="/a?b=c", referrer="http://x.example/")),
        (line(agent="-"), visit(agent="")),
        (line(referrer=""), visit()),
        (line(agent="cut off")[:-1], visit(agent="cut off")),
        (line(agent='cut off in an escape\\')[:-1], visit(agent="cut off in an escape")),
        (line() + b"\r", visit()),
        (b"\0\0\0\0" + line(), visit()),
        (b"\xef\xbb\xbf" + line(), visit()),
        (line(r"GET /req?q=\"x\" HTTP/1.1"), visit(path='/req?q="x"')),
        (line(referrer=r"https://f.example/?q=\"tea\""), visit(referrer='https://f.example/?q="tea"')),
        (line(agent=r"Lenovo Tab 10\" Build/X"), visit(agent='Lenovo Tab 10" Build/X')),
        (line(agent=r"a\\b \t\n\x41\x22\x5C"), visit(agent='a\\b \t\nA"\\')),
        (line(r"GET /\xD1\x82\xd0\xb5 HTTP/1.1"), visit(path="/те")),
        (line(r"GET /\u0442\ud83d\ude00 HTTP/1.1"), visit(path="/т\U0001f600")),
        (line(agent=r"\xE9\xff \ud83d."), visit(agent="\ufffd\ufffd \ufffd.")),
        (line(agent=r"a\ b\q"), visit(agent=r"a\ b\q")),
        (line().replace(b"A/1", b"\xe9 \xd1\x82"), visit(agent="\ufffd т")),
        # by a server that escapes nothing
        (line('GET /?q="x" HTTP/1.1', 'http://x/?q="t"'), visit(path='/?q="x"', referrer='http://x/?q="t"')),
        (line(referrer='http://x/?q="t"'), visit(referrer='http://x/?q="t"')),
        # who asks
        (line().replace(b" - - ", b" - John Doe "), visit()),
        (line().replace(b" - - ", rb" - [John] \"Doe\" [x] "), visit()),
        (line().replace(b" - - ", b" -  "), visit()),
        (line().replace(b" - - ", b" ident John Doe "), visit()),
        (line().replace(b" - - ", b" "), visit()),
        (line().replace(b"1.2.3.4", b"2001:db8::1"), visit(ip="2001:db8::1")),
        (line().replace(b"1.2.3.4", b"[2001:db8::1]:443"), visit(ip="2001:db8::1")),
        (line().replace(b"1.2.3.4", b"1.2.3.4:5678"), visit()),
        (line().replace(b"1.2.3.4", b"::ffff:1.2.3.4"), visit(ip="::ffff:1.2.3.4")),
        (line().replace(b"1.2.3.4", b"dial-1.isp.example"), visit(ip="dial-1.isp.example")),
        (line().replace(b"1.2.3.4", b"1.2.3.4, 10.0.0.1"), visit()),
        (line().replace(b"1.2.3.4", b"- 1.2.3.4"), visit()),
        # what for
        (line("GET /"), visit()),
        (line("GET /a b c HTTP/1.1"), visit(path="/a b c")),
        (line("GET  /a  HTTP/2.0"), visit(path="/a")),
        (line(r" GET /a HTTP/1.1\r"), visit(path="/a")),
        (line("GET http://shop.example/x HTTP/1.1"), visit(path="/x", host="shop.example")),
        (line("GET https://u:p@x.example:84?a=b HTTP/1.1"), visit(path="/?a=b", host="x.example")),
        (line("GET HTTPS://[::1]:8443/ HTTP/1.1"), visit(host="::1")),
        (line("GET //a/b HTTP/1.1"), visit(path="//a/b")),
        (line("OPTIONS * HTTP/1.1"), visit(method="OPTIONS", path="*")),
        (line("CONNECT x.example:443 HTTP/1.1"), visit(method="CONNECT", path="x.example:443")),
        (line("M-SEARCH * HTTP/1.1"), visit(method="M-SEARCH", path="*")),
        (line("get / HTTP/1.1"), visit(method="get")),
        (line("GET / RTSP/1.0"), visit()),
        (line().replace(b"] ", b"]  "), visit()),
        # formats beside it
        (line().partition(b' "-"')[0], visit(agent="", format="common")),
        (line().replace(b"200 5", b"200 -"), visit()),
        (line().replace(b"200 5", b"200 5 0.003 1234"), visit()),
        (line('GET /?q="x" HTTP/1.1').replace(b"200 5", b"200 5 12"), visit(path='/?q="x"')),
        (b"shop.example:443 " + line(), visit(host="shop.example", format=VHOST)),
        (b"shop.example " + line(), visit(host="shop.example", format=VHOST)),
        (b"x:8 " + line().replace(b" - - ", b" - John Doe "), visit(host="x", format=VHOST)),
        (b"x:8 " + line().replace(b"1.2.3.4", b"a.b"), visit(ip="a.b", host="x", format=VHOST)),
        (b"[::1]:8 " + line().replace(b"1.2.3.4", b"::"), visit(ip="::", host="::1", format=VHOST)),
        (b"x:8 " + line().partition(b' "-"')[0], visit(agent="", host="x", format=COMMON)),
        (line() + b' "203.0.113.9, 10.0.0.1"', visit()),
        (line() + b' 612 340 0.003 shop.example "gzip"', visit()),
    ],
)  # fmt: skip
def test_a_line_of_a_server(raw: bytes, expected: Visit) -> None:
    assert read(raw) == expected


CADDY: dict[str, Any] = {
    "level": "info",
    "ts": 1795521600.25,
    "logger": "http.log.access.log0",
    "msg": "handled request",
    "request": {
        "remote_ip": "10.0.0.1",
        "remote_port": "41342",
        "client_ip": "1.2.3.4",
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "shop.example:443",
        "uri": '/docs/v1.2?q="tea"',
        "headers": {"User-Agent": ["A/1"], "Referer": ["https://f.example/"]},
    },
    "user_id": "",
    "size": 10900,
    "status": 200,
}
CADDYS = visit(
    at_ms=AT_MS + 250,
    path='/docs/v1.2?q="tea"',
    host="shop.example",
    referrer="https://f.example/",
    format="JSON (Caddy)",
)


def caddy(**changes: Any) -> bytes:
    request = CADDY["request"] | changes.pop("request", {})
    return json.dumps({**CADDY, **changes, "request": request}).encode()


@pytest.mark.parametrize(
    ("ts", "milliseconds"),
    [
        (1795521600.25, 250),
        (1795521600250, 250),
        (1795521600250.5, 250),
        (1795521600250000000, 250),
        (1.79552160025e18, 250),
        ("2026-11-24T12:00:00.250Z", 250),
        ("2026-11-24T13:00:00.250+0100", 250),
        ("2026-11-24T12:00:00.250123456Z", 250),
        ("2026/11/24 12:00:00.250", 250),
        ("2026/11/24 12:00:00", 0),
        ("24/Nov/2026:14:00:00 +0200", 0),
        ("24/Nov/2026:12:00:00.250 +0000", 250),
    ],
)
def test_each_way_of_caddy_to_write_an_instant(ts: object, milliseconds: int) -> None:
    assert read(caddy(ts=ts)).at_ms == AT_MS + milliseconds


def test_an_entry_of_caddy() -> None:
    assert read(caddy()) == CADDYS
    old = {"client_ip": None, "remote_ip": None, "remote_addr": "[2001:db8::1]:4711"}
    assert read(caddy(request=old)).ip == "2001:db8::1"
    bare = read(caddy(request={"client_ip": "", "headers": None}))
    assert (bare.ip, bare.agent, bare.referrer) == ("10.0.0.1", "", None)
    odd = read(caddy(request={"headers": {"user-agent": ["\ud800 x"], "Referer": []}}))
    assert (odd.agent, odd.referrer) == ("? x", None)
    assert (
        Reader()(b'{"level":"info","ts":1,"logger":"tls","msg":"cleaned up"}') == Unread.NO_REQUEST
    )
    assert Reader()(caddy()[:-20]) == Unread.UNREADABLE
    assert Reader()(b'{"request":' + b'{"a":' * 9_000) == Unread.UNREADABLE


@pytest.mark.parametrize(
    "entry",
    [
        {"time_iso8601": "2026-11-24T12:00:00+00:00", "request": "GET /x HTTP/1.1", "status": 200},
        {"time_local": AT, "request_method": "GET", "request_uri": "/x", "status": 200},
        {"msec": "1795521600.000", "request": "GET /x HTTP/1.1", "status": "200"},
    ],
)  # fmt: skip
def test_nginx_variables_as_json(entry: dict[str, object]) -> None:
    common = {"remote_addr": "1.2.3.4", "http_referer": "-", "http_user_agent": 'A "B"'}
    expected = visit(path="/x", agent='A "B"', format="JSON (nginx)")
    assert read(json.dumps(entry | common).encode()) == expected
    names = {"remote_addr": "remote_ip", "status": "response", "http_referer": "referrer"}
    names["http_user_agent"] = "agent"
    renamed = {names.get(name, name): value for name, value in (entry | common).items()}
    assert read(json.dumps(renamed).encode()) == expected


ROW = {
    "date": "2026-11-24",
    "time": "12:00:00",
    "x-edge-location": "FRA2",
    "sc-bytes": "1045",
    "c-ip": "1.2.3.4",
    "cs-method": "GET",
    "cs(Host)": "d111.cloudfront.net",
    "cs-uri-stem": "/a%2520b/%D1%82",
    "sc-status": "200",
    "cs(Referer)": "https://f.example/?q=%2522tea%2522",
    "cs(User-Agent)": "Mozilla/5.0%2520(X)%20A/1",
    "cs-uri-query": "q=1",
    "cs(Cookie)": "-",
    "x-host-header": "shop.example",
}
FIELDS = list(ROW)
CLOUDFRONTS = visit(
    path="/a%20b/%D1%82?q=1",
    host="shop.example",
    referrer="https://f.example/?q=%22tea%22",
    agent="Mozilla/5.0 (X) A/1",
    format="W3C (CloudFront)",
)


def row(fields: list[str], **changes: str) -> bytes:
    return "\t".join((ROW | changes)[name] for name in fields).encode()


def test_cloudfront_in_any_order_of_columns() -> None:
    for fields in (FIELDS, FIELDS[::-1], sorted(FIELDS)):
        header = f"#Fields: {' '.join(fields)}".encode()
        reader = Reader()
        assert reader(b"#Version: 1.0") == reader(header) == Unread.BLANK
        assert reader(row(fields)) == CLOUDFRONTS
        assert reader(row(fields)[:20]) == Unread.UNREADABLE
        # What another server writes into the same file is itself; then the columns go on.
        assert reader(line()) == visit()
        assert reader(row(fields, **{"cs-uri-query": "-"})) != CLOUDFRONTS
    # A log that was cut up has no header.
    found = read(row(FIELDS))
    assert (found.path, found.host) == (CLOUDFRONTS.path, None)


def test_w3c_with_blanks() -> None:
    fields = b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip"
    found = read(
        fields + b" cs(User-Agent) cs(Referer) sc-status time-taken",
        b"2026-11-24 12:00:00 10.0.0.1 GET /a.aspx - 443 - 1.2.3.4 Mozilla/5.0+(X) - 200 15",
    )
    assert (found.path, found.agent, found.at_ms) == ("/a.aspx", "Mozilla/5.0 (X)", AT_MS)


ALB = (
    'h2 2026-11-24T12:00:00.250000Z app/balancer/50dc6c495c0c9188 {client} 10.0.0.1:80 0.000 0.001'
    ' 0.000 200 200 34 366 "{request}" "{agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
    ' arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/t/7 "Root=1-58337262-36d228ad"'
    ' "shop.example" "arn:aws:acm:us-east-2:1:certificate/1" 1 2026-11-24T12:00:00.200000Z'
    ' "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1'
)  # fmt: skip


@pytest.mark.parametrize(
    ("client", "ip"), [("1.2.3.4:2817", "1.2.3.4"), ("[2001:db8::1]:2817", "2001:db8::1")]
)
@pytest.mark.parametrize("kind", ["h2 ", ""])
def test_a_line_of_a_load_balancer(client: str, ip: str, kind: str) -> None:
    request = r"GET https://shop.example:443/a?q=\x22tea\x22 HTTP/2.0"
    text = ALB.format(client=client, request=request, agent=r"A \"B\"").removeprefix("h2 ")
    assert read(f"{kind}{text}".encode()) == visit(
        ip=ip,
        at_ms=AT_MS + 250,
        path='/a?q="tea"',
        host="shop.example",
        agent='A "B"',
        format="AWS load balancer",
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", Unread.BLANK),
        (b"\r", Unread.BLANK),
        (b"\0" * 4096, Unread.BLANK),
        (b"# rotated", Unread.BLANK),
        (b"nonsense", Unread.UNREADABLE),
        (b"[Tue Nov 24 12:00:00 2026] [error] [client 1.2.3.4] no such file", Unread.UNREADABLE),
        (b"Nov 24 12:00:00 host nginx: " + line(), Unread.UNREADABLE),
        (b"{}", Unread.UNREADABLE),
        (b'{"message":"GET / HTTP/1.1"}', Unread.UNREADABLE),
        (b"{nonsense", Unread.UNREADABLE),
        (line("-"), Unread.NO_REQUEST),
        (line(""), Unread.NO_REQUEST),
        (line("GET HTTP/1.1"), Unread.NO_REQUEST),
        (line(r"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \xba / HTTP/1.1"), Unread.NO_REQUEST),
        (line(r"\n"), Unread.NO_REQUEST),
        (line("SSH-2.0-Go"), Unread.NO_REQUEST),
        (line("\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Admin"), Unread.NO_REQUEST),
        (line(at=""), Unread.UNREADABLE),
        (line(at="some day"), Unread.NO_INSTANT),
        (line(at="17/Mai/2015:10:05:03 +0000"), Unread.NO_INSTANT),
        (line(at="31/Feb/2015:10:05:03 +0000"), Unread.NO_INSTANT),
        (line(at="17/May/2015:24:00:00 +0000"), Unread.NO_INSTANT),
        (line(at="01/Jan/0001:00:00:00 +1400"), Unread.NO_INSTANT),
        (line(at="31/Dec/9999:23:59:59 -1400"), Unread.NO_INSTANT),
        (line(at="31/Dec/1969:23:59:59 +0000"), Unread.NO_INSTANT),
        (caddy(ts=10**300), Unread.NO_INSTANT),
        (caddy(ts="1e999"), Unread.NO_INSTANT),
        (caddy(ts=None), Unread.NO_INSTANT),
        (line(agent="x" * MOST_LINE_BYTES), Unread.TOO_LONG),
    ],
)  # fmt: skip
def test_what_holds_no_request_says_why(raw: bytes, reason: Unread) -> None:
    assert Reader()(raw) == reason


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("17/May/2015:10:05:03 +0000", 1_431_857_103_000),
        ("17/May/2015:12:05:03 +0200", 1_431_857_103_000),
        ("16/May/2015:22:35:03 -1130", 1_431_857_103_000),
        ("30/Jun/2015:23:59:60 +0000", 1_435_708_800_000),
        ("2015-05-17T12:05:03+02:00", 1_431_857_103_000),
        ("1431857103.000", 1_431_857_103_000),
    ],
)
def test_an_instant_is_read_with_its_offset(at: str, expected: int) -> None:
    assert read(line(at=at)).at_ms == expected


def test_reads_every_line_of_the_sample() -> None:
    visits = list(map(Reader(), LogFile("sample", SAMPLE).lines()))
    found = [visit for visit in visits if isinstance(visit, Visit)]
    assert len(found) == len(visits) == 10_000
    assert len({visit.ip for visit in found}) == 1_753


# How servers write what would end a field or a line.
def apache(text: str) -> str:
    named = {
        '"': r"\"",
        "\\": r"\\",
        "\n": r"\n",
        "\r": r"\r",
        "\t": r"\t",
        "\b": r"\b",
        "\v": r"\v",
    }
    data = ((chr(byte), byte) for byte in text.encode())
    return "".join(named.get(c) or (c if 32 <= b < 127 else rf"\x{b:02x}") for c, b in data)


def nginx(text: str) -> str:
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\' else rf"\x{byte:02X}"
        for byte in text.encode()
    )


def nginx_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", r"\u007F")


def cloudfront(text: str) -> str:
    return quote(quote(text, safe="/():;,=&"), safe="/():;,=&")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).map(
    lambda text: f"x{text}x"
)
TARGETS = TEXTS.map(lambda text: f"/{text}")


@given(TARGETS, TEXTS, TEXTS)
@pytest.mark.parametrize("escape", [apache, nginx, nginx_json])
def test_what_was_sent_is_read_whole(
    escape: Callable[[str], str], path: str, referrer: str, agent: str
) -> None:
    written = line(f"GET {escape(path)} HTTP/1.1", escape(referrer), escape(agent))
    assert read(written) == visit(path=path, referrer=referrer, agent=agent)


@given(TEXTS)
def test_a_user_may_be_named_in_any_way(user: str) -> None:
    assert read(line().replace(b" - - ", f" - {apache(user)} ".encode())) == visit()


@given(TARGETS, TEXTS, TEXTS)
def test_what_was_sent_is_read_whole_from_json(path: str, referrer: str, agent: str) -> None:
    headers = {"User-Agent": [agent], "Referer": [referrer]}
    found = read(caddy(request={"uri": path, "headers": headers}))
    assert (found.path, found.referrer, found.agent) == (path, referrer, agent)


@given(TEXTS)
def test_an_agent_is_read_whole_from_cloudfront(agent: str) -> None:
    found = read(row(FIELDS, **{"cs(User-Agent)": cloudfront(agent)}))
    assert found.agent == agent


@given(st.lists(st.binary(max_size=200)))
def test_whatever_a_line_holds_it_is_read_or_says_why(lines: list[bytes]) -> None:
    reader = Reader()
    for raw in (*lines, *(line() + raw for raw in lines), *(b"{" + raw for raw in lines)):
        assert isinstance(reader(raw), Visit | Unread)


EVIL = [
    b"[",
    b" [",
    b" [x",
    b'[x] "',
    b' [x] "',
    b'\\" [x] "',
    b' "" 200 1',
    b"\\",
    b'\\"',
    b" ",
    b":",
    b"1:",
    b"%25",
    b"\\u1234",
    b'{"a":',
    b"1.2.3.4 ",
]


@pytest.mark.parametrize("part", EVIL, ids=range(len(EVIL)))
def test_a_line_takes_time_by_its_length_only(part: bytes) -> None:
    def seconds(most: int) -> float:
        body = part * (most // len(part))
        lines = [body, b"{" + body, line().replace(b" - - ", b" - " + body + b" ")]
        lines += [line(request="GET /" + body.decode() + "x"), b"#Fields: date time", body]
        began = time.process_time()
        for _ in range(20):
            for raw in lines:
                Reader()(raw[: MOST_LINE_BYTES - 10])
        return time.process_time() - began

    # Sixteen times the length: a quadratic reading would take 256 times as long.
    short, long = seconds(4_000), seconds(64_000)
    assert long < 100 * short + 1
