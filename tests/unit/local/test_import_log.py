import gzip
from pathlib import Path

import pytest

from infra_cdk.local.tools import import_log
from infra_cdk.local.tools.import_log import Log
from pixeltrack.events.wire import RawEvent
from pixeltrack.sites.sites import Identity
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


def log(path: Path, *lines: str, identity: Identity = Identity.STORAGE, key: bytes = b"k") -> Log:
    path.write_text("".join(lines))
    return Log(path, site(identity=identity), key)


def visitors(found: Log) -> list[str | None]:
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
    assert wire.id
    assert wire.id.startswith("import:")
    assert wire.id.endswith(":2")
    assert (found.views, found.left_out) == (1, {import_log.UNREADABLE: 1})


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a?b=c", "https://example.com/a?b=c"),
        ("//a/b", "https://example.com//a/b"),
        ("http://proxied.example/", "http://proxied.example/"),
    ],
)
def test_a_path_is_one_of_the_site(tmp_path: Path, path: str, url: str) -> None:
    (event,) = log(tmp_path / "log", line(request=f"GET {path}")).events()
    assert event.event.url == url


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"request": "GET /"}, None),
        ({"request": "GET /a.html?x=b.png"}, None),
        ({"request": "GET /a.HTML"}, None),
        ({"request": "GET /v1.2/"}, None),
        ({"request": "GET /index.php?a=1"}, None),
        ({"status": "304"}, None),
        ({"request": "GET /a.png"}, import_log.NO_PAGE),
        ({"request": "GET /robots.txt"}, import_log.NO_PAGE),
        ({"request": "GET /a.html.gz"}, import_log.NO_PAGE),
        ({"request": "HEAD /"}, import_log.OTHER_METHOD),
        ({"request": "POST /"}, import_log.OTHER_METHOD),
        ({"status": "404"}, import_log.OTHER_STATUS),
        ({"status": "301"}, import_log.OTHER_STATUS),
        ({"status": "206"}, import_log.OTHER_STATUS),
        ({"time": "some day"}, import_log.UNREADABLE),
        ({"time": "01/Jan/0001:00:00:00 +1400"}, import_log.UNREADABLE),
        ({"time": "31/Dec/9999:23:59:59 -1400"}, import_log.UNREADABLE),
        ({"time": "31/Dec/9999:23:59:59 +0000"}, import_log.UNREADABLE),
        ({"time": "31/Dec/1969:23:59:59 +0000"}, import_log.UNREADABLE),
        ({"request": "nothing"}, import_log.OTHER_METHOD),
    ],
)
def test_what_counts_as_a_page_view(
    tmp_path: Path, changes: dict[str, str], reason: str | None
) -> None:
    found = log(tmp_path / "log", line(**changes), identity=Identity.COOKIELESS)
    assert len(list(found.events())) == found.views == (0 if reason else 1)
    assert found.left_out == ({reason: 1} if reason else {})


def test_the_same_log_gives_the_same_ids(tmp_path: Path) -> None:
    text = line() + line(request="GET /other/")
    plain = log(tmp_path / "a", text)
    packed = Log(tmp_path / "b.gz", site(), b"k")
    packed.path.write_bytes(gzip.compress(text.encode()))
    other = log(tmp_path / "c", text + line())
    ids = [[e.event.id for e in found.events()] for found in (plain, packed, other)]
    assert ids[0] == ids[1]
    assert set(ids[0]).isdisjoint(ids[2])


def test_a_visitor_is_address_and_agent_under_the_key(tmp_path: Path) -> None:
    lines = [line(), line(time="18/May/2015:10:05:03 +0000"), line(agent="B"), line(ip="192.0.2.8")]
    first = visitors(log(tmp_path / "log", *lines))
    assert first[0] == first[1]
    assert len(set(first)) == 3
    assert set(first).isdisjoint(visitors(log(tmp_path / "log", *lines, key=b"other")))
    assert "192.0.2" not in str(first)


def test_where_a_site_goes_without_cookies_a_visitor_is_one_of_a_day(tmp_path: Path) -> None:
    lines = [
        line(),
        line(time="17/May/2015:23:59:59 +0000"),
        line(time="18/May/2015:00:00:00 +0000"),
    ]
    first = visitors(log(tmp_path / "log", *lines, identity=Identity.COOKIELESS))
    assert first[0] == first[1] != first[2]
