from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pixeltrack.enrichment import steps
from pixeltrack.enrichment.devices import UserAgents
from pixeltrack.enrichment.drafts import Draft, decode, undecoded
from pixeltrack.enrichment.steps import Context
from pixeltrack.enrichment.visitors import Floods, hashed_id
from pixeltrack.events.erasure import Erasure
from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.rejections import Dropped, Reason, Rejection
from pixeltrack.events.stored import Place, StoredEvent, encode_event
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import iso
from pixeltrack.sites.sites import HostingExclusion, Identity, Site, SiteStatus
from tests.fakes.events import FakeEventStore
from tests.fakes.lookups import FakeDevices, FakeGeo, FakeNetworks, FakeSalts, FakeSites
from tests.fakes.records import CHROME, NOW, TRACKING_ID, raw, record, site
from tests.fakes.work import FakeTombstones

HOUR = 3_600_000
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
)
LONDON = Place("GB", "England", "London")


def run(content: dict[str, Any], of: Site | None = None, **lookups: Any) -> StoredEvent | Dropped:
    """Take one raw record through all its steps."""
    of = of or site()
    parts: dict[str, Any] = {
        "sites": FakeSites(of),
        "salts": FakeSalts(),
        "tombstones": FakeTombstones(),
        "geo": FakeGeo(),
        "networks": FakeNetworks(),
        "devices": FakeDevices(),
        "events": FakeEventStore(),
        "floods": Floods(0),
    }
    context = Context(**(parts | lookups))
    draft = decode(record(content, 7, 2))
    assert isinstance(draft, Draft)
    for stage in steps.STAGES:
        if stage.read:
            stage.read([draft], context)
        for step in stage.steps if stage.takes_pings or draft.event.type != "ping" else ():
            verdict = step(draft, context)
            if isinstance(verdict, Dropped):
                return verdict
    assert draft.json == encode_event(draft.event)
    return draft.event


def stored(content: dict[str, Any], of: Site | None = None, **lookups: Any) -> StoredEvent:
    event = run(content, of, **lookups)
    assert isinstance(event, StoredEvent), event
    return event


def reason(content: dict[str, Any], of: Site | None = None) -> Reason | None:
    verdict = run(content, of)
    return verdict.reason if isinstance(verdict, Dropped) else None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a tombstone", None),
        ("nothing", b""),
        ("no JSON", b"{"),
        ("no UTF-8", b'"\xff"'),
        ("a list", b"[]"),
        ("a number", b"7"),
        ("depth", b"[" * 100_000),
        ("deep payload", b'{"v":1,"event":{"payload":{"a":' + b"[" * 100_000),
        ("an empty object", b"{}"),
        ("a missing address", raw(ip=None)),
        ("an address that is none", raw(ip=7)),
        ("a missing event", raw() | {"event": None}),
        ("an event of another shape", raw({"url": 7})),
        ("a missing id", raw({"id": None})),
        ("an empty id", raw({"id": ""})),
        ("a missing url", raw({"url": None})),
        ("what is left of an erased event", raw({"eventType": "erased"})),
        ("another version", raw(v=2)),
        ("a receipt that is none", raw(receivedAt="now")),
        ("a receipt before 1970", raw(receivedAt=0)),
        ("a receipt beyond all years", raw(receivedAt=2**63)),
        ("a receipt of a hundred digits", raw(receivedAt=10**100)),
        ("NUL", raw({"title": "a\0b"})),
        ("NUL in the payload", raw({"payload": {"a\0": 1}})),
        ("NUL after a backslash", raw({"title": "\\\0"})),
    ],
)
def test_decode_drops_as_malformed(name: str, value: Any) -> None:
    verdict = decode(record(value))
    assert isinstance(verdict, Dropped), name
    assert verdict.reason is Reason.MALFORMED


def test_decode_takes_a_backslash_before_u0000() -> None:
    assert isinstance(decode(record(raw({"title": "\\u0000 in text"}))), Draft)


def test_a_malformed_record_shows_its_event_alone() -> None:
    bad = record(raw({"url": 7}, ip="192.0.2.7"), 3, 1)
    verdict = decode(bad)
    assert isinstance(verdict, Dropped)
    rejection = undecoded(bad, verdict)
    assert (rejection.partition, rejection.offset, rejection.received_at) == (1, 3, NOW + 5)
    assert '"url":7' in rejection.sample
    assert "$.event.url" in rejection.detail
    assert "192.0.2.7" not in rejection.sample + rejection.detail
    assert undecoded(record(b"192.0.2.7"), verdict).sample == ""


def test_a_rejection_shows_its_event_without_address_and_agent() -> None:
    draft = decode(record(raw({"payload": {"a": "ж" * 3000}}), 3, 1))
    assert isinstance(draft, Draft)
    rejection = draft.rejection(Dropped(Reason.BAD_URL, "x" * 999))
    assert rejection.id == f"1:3:{NOW}"
    assert rejection.sample.startswith('{"siteId":"pt_')
    assert len(rejection.sample.encode()) <= 2048
    assert len(rejection.detail) == 200
    assert "81.2.69.142" not in rejection.sample
    assert CHROME not in rejection.sample


LONG = "https://example.com/" + "ж" * 2000


@pytest.mark.parametrize("visitor", ["ivan", 'i/v%a"n\\', "ж" * 128, " ", "7"])
@pytest.mark.parametrize(
    "wire", [{}, {"url": LONG}, {"url": LONG, "referrer": LONG, "title": "x" * 512}]
)
def test_a_rejection_says_whom_it_is_about_however_its_sample_is_cut(
    visitor: str, wire: dict[str, Any]
) -> None:
    draft = decode(record(raw({"userId": visitor, "payload": {"a": "x" * 3000}} | wire)))
    assert isinstance(draft, Draft)
    rejection = draft.rejection(Dropped(Reason.BAD_URL))
    assert rejection.visitors == (visitor,)
    assert goes_with(rejection, visitor)
    assert not goes_with(rejection, "anna")


def goes_with(rejection: Rejection, visitor: str) -> bool:
    erasure = Erasure(
        SiteId("s"), TRACKING_ID, {visitor_key(SiteId("s"), visitor, imported=False): NOW + 9}
    )
    at, site = rejection.received_at, rejection.tracking_id
    return bool(erasure.takes_sample(rejection.sample, at, rejection.visitors, site))


def test_a_rejection_is_about_whoever_its_payload_names() -> None:
    payload = {"a": "x" * 3000, "visitorId": "anna", "deep": [{"user": {"id": 12, "name": "Bo"}}]}
    draft = decode(record(raw({"payload": payload})))
    assert isinstance(draft, Draft)
    assert set(draft.rejection(Dropped(Reason.BAD_URL)).visitors) == {"user_1", "anna", "12", "Bo"}
    assert draft.rejection(Dropped(Reason.ERASED)).visitors == ()
    assert draft.rejection(Dropped(Reason.UNKNOWN_SITE)).visitors == ()


PAD = {"a": "x" * 3000}
ODD: list[tuple[Any, set[str]]] = [
    ({"userId": "ivan"}, {"ivan"}),
    (PAD | {"userId": "ivan"}, {"ivan"}),
    (PAD | {"user_id": 7, "visitor-id": "anna", "USERID": "x"}, {"7", "anna", "x"}),
    (PAD | {"events": [{"userId": f"v{n}"} for n in range(50)]}, {f"v{n}" for n in range(50)}),
    (PAD | {"deep": [[{"users": ["ivan", ["anna"]]}]]}, {"ivan", "anna"}),
    (PAD | {"userId": True, "visitor": None, "uid": "", "userAgent": CHROME}, set()),
    (PAD | {"userId": "x" * 129}, set()),
]


@pytest.mark.parametrize(("event", "visitors"), ODD)
def test_a_malformed_record_says_whom_it_is_about(event: Any, visitors: set[str]) -> None:
    for shown in (event | {"siteId": TRACKING_ID}, {"siteId": TRACKING_ID} | event):
        rejection = malformed({"event": shown})
        assert rejection.tracking_id == TRACKING_ID
        assert set(rejection.visitors) == visitors
        assert rejection.sample
        assert all(goes_with(rejection, visitor) for visitor in visitors)
        assert not goes_with(rejection, "boris")


@pytest.mark.parametrize(
    "event",
    [
        {"userId": "ivan"},
        {"siteId": 7, "events": [{"siteId": TRACKING_ID, "userId": "ivan"}]},
        [{"siteId": "pt_a", "userId": "ivan"}, {"siteId": "pt_b", "userId": "anna"}],
        {"siteId": TRACKING_ID, "users": [f"v{n}" for n in range(51)]},
        "ivan",
        ["ivan"],
    ],
)
def test_nothing_is_shown_that_nobody_could_ask_to_be_erased(event: Any) -> None:
    rejection = malformed({"event": event})
    assert (rejection.sample, rejection.visitors) == ("", ())


def malformed(content: Any) -> Rejection:
    bad = record(content)
    verdict = decode(bad)
    assert isinstance(verdict, Dropped)
    return undecoded(bad, verdict)


PAUSED = {"status": SiteStatus.PAUSED}
ALLOWED = {"allowed_domains": ("example.com",)}
EXCLUDED = {"excluded_ips": ("81.2.69.0/24",)}


@pytest.mark.parametrize(
    ("name", "event", "record_", "settings", "expected"),
    [
        ("an unknown site", {"siteId": "pt_other"}, {}, {}, Reason.UNKNOWN_SITE),
        ("a site's own id", {"siteId": site().id}, {}, {}, Reason.UNKNOWN_SITE),
        ("a paused site", {}, {}, PAUSED, Reason.SITE_PAUSED),
        ("an excluded address", {}, {}, EXCLUDED, Reason.EXCLUDED_ADDRESS),
        ("an excluded mapped", {}, {"ip": "::ffff:81.2.69.1"}, EXCLUDED, Reason.EXCLUDED_ADDRESS),
        ("another address", {}, {"ip": "81.2.70.1"}, EXCLUDED, None),
        ("no address", {}, {"ip": ""}, EXCLUDED, None),
        ("a bad url", {"url": "javascript:x"}, {}, {}, Reason.BAD_URL),
        ("another host", {"url": "https://evil.org/"}, {}, ALLOWED, Reason.WRONG_DOMAIN),
        ("a like host", {"url": "https://notexample.com/"}, {}, ALLOWED, Reason.WRONG_DOMAIN),
        ("a subdomain", {"url": "https://a.example.com/"}, {}, ALLOWED, None),
        ("a port", {"url": "https://example.com:8443/"}, {}, ALLOWED, None),
        ("any host", {"url": "https://evil.org/"}, {}, {}, None),
        ("a foreign page", {}, {"origin": "https://evil.org"}, ALLOWED, Reason.WRONG_ORIGIN),
        (
            "a like page",
            {},
            {"origin": "https://example.com.evil.org"},
            ALLOWED,
            Reason.WRONG_ORIGIN,
        ),
        ("a page's port", {}, {"origin": "http://EXAMPLE.com:8080"}, ALLOWED, None),
        ("a page below", {}, {"origin": "https://a.example.com"}, ALLOWED, None),
        ("no name at all", {}, {"origin": "nonsense"}, ALLOWED, Reason.WRONG_ORIGIN),
        (
            "two origins",
            {},
            {"origin": "https://example.com https://evil.org"},
            ALLOWED,
            Reason.WRONG_ORIGIN,
        ),
        ("a bad IPv6 origin", {}, {"origin": "https://[::"}, ALLOWED, Reason.WRONG_ORIGIN),
        ("an extension", {}, {"origin": "moz-extension://6f-1"}, ALLOWED, Reason.WRONG_ORIGIN),
        ("a hidden origin", {}, {"origin": "null"}, ALLOWED, None),
        ("no origin", {}, {"origin": ""}, ALLOWED, None),
        ("a foreign referrer", {}, {"referer": "https://evil.org"}, ALLOWED, Reason.WRONG_ORIGIN),
        (
            "behind null",
            {},
            {"origin": "null", "referer": "https://evil.org"},
            ALLOWED,
            Reason.WRONG_ORIGIN,
        ),
        (
            "behind its own",
            {},
            {"origin": "https://example.com", "referer": "https://evil.org"},
            ALLOWED,
            Reason.WRONG_ORIGIN,
        ),
        ("its own referrer", {}, {"referer": "https://www.example.com"}, ALLOWED, None),
        ("any page", {}, {"origin": "https://evil.org", "referer": "nonsense"}, {}, None),
        (
            "a foreign ping",
            {"eventType": "ping"},
            {"origin": "https://evil.org"},
            ALLOWED,
            Reason.WRONG_ORIGIN,
        ),
        ("too old", {"timestamp": iso(NOW - 48 * HOUR - 1)}, {}, {}, Reason.TOO_OLD),
        ("just not", {"timestamp": iso(NOW - 48 * HOUR)}, {}, {}, None),
        ("a ping of a paused site", {"eventType": "ping"}, {}, PAUSED, Reason.SITE_PAUSED),
    ],
)
def test_what_is_dropped_and_why(
    name: str,
    event: dict[str, Any],
    record_: dict[str, Any],
    settings: dict[str, Any],
    expected: Reason | None,
) -> None:
    assert reason(raw(event, **record_), site(**settings)) is expected, name


def test_a_page_view_is_described() -> None:
    event = stored(
        raw(
            {
                "url": "/pricing?utm_source=news&utm_medium=mail&gclid=secret#top",
                "referrer": "https://www.google.com/",
                "title": "Pricing",
                "screen": "1440x900",
                "language": "ru-RU",
                "timezone": "Europe/Moscow",
                "payload": {"a.b": 1, "$c": [2**70]},
            }
        ),
        geo=FakeGeo(**{"81.2.69.142": LONDON}),
    )
    assert event == StoredEvent(
        id="e-1",
        offset=7,
        type="pageview",
        at=NOW - 1000,
        received_at=NOW,
        visitor="user_1",
        url="https://example.com/pricing?utm_source=news&utm_medium=mail",
        host="example.com",
        path="/pricing",
        title="Pricing",
        referrer="https://www.google.com/",
        referrer_host="www.google.com",
        utm_source="news",
        utm_medium="mail",
        click_id="gclid",
        source="news",
        channel="paid",
        country="GB",
        region="England",
        city="London",
        browser="Chrome",
        browser_version="120",
        os="Linux",
        device="desktop",
        screen="1440x900",
        language="ru-RU",
        timezone="Europe/Moscow",
        payload='{"a.b":1,"$c":[1180591620717411303424]}',
    )


def test_a_ping_is_short() -> None:
    content = raw({"eventType": "ping", "title": "x", "payload": {"a": 1}})
    assert stored(content) == StoredEvent("e-1", 7, "ping", NOW - 1000, NOW, "user_1")


def test_a_bot_is_kept_with_its_reason() -> None:
    assert stored(raw(userAgent="a bot")).bot == "crawler"


def test_a_clock_in_the_future_is_flagged() -> None:
    event = stored(raw({"timestamp": iso(NOW + HOUR)}))
    assert (event.at, event.clock_fixed) == (NOW, True)


def test_history_keeps_its_dates_and_its_visitors() -> None:
    of = site(identity=Identity.COOKIELESS)
    event = stored(raw({"timestamp": "2015-05-17T10:05:03Z"}, source="import"), of)
    assert (event.at, event.clock_fixed) == (1_431_857_103_000, False)
    assert (event.imported, event.visitor) == (True, "user_1")


@pytest.mark.parametrize("source", [None, "", "tracker"])
def test_nothing_else_is_history(source: str | None) -> None:
    old = {"timestamp": "2015-05-17T10:05:03Z"}
    assert reason(raw(old, source=source)) is Reason.TOO_OLD
    assert not stored(raw(source=source)).imported


def test_the_clock_is_corrected_by_the_sending() -> None:
    event = stored(raw({"timestamp": iso(NOW + HOUR)}, sentAt=NOW + HOUR + 300))
    assert (event.at, event.clock_fixed) == (NOW - 300, False)


@pytest.mark.parametrize(
    ("name", "referrer", "kept"),
    [
        ("another site", "https://News.org/a?b#c", "https://news.org/a?b"),
        ("an app", "android-app://org.app/", "android-app://org.app"),
        ("the page's host", "https://example.com/", None),
        ("its www", "https://www.example.com/", None),
        ("an allowed domain", "https://shop.example.net/", None),
        ("no address", "about:blank", None),
        ("empty", "", None),
    ],
)
def test_the_source_is_another_site(name: str, referrer: str, kept: str | None) -> None:
    of = site(allowed_domains=("example.com", "example.net"))
    event = stored(raw({"referrer": referrer}), of)
    assert event.referrer == kept, name
    assert bool(event.referrer_host) is bool(kept)


SHARP = {"url": "https://straße.example", "allowed_domains": ("xn--strae-oqa.example",)}


@pytest.mark.parametrize(
    ("url", "origin", "referrer"),
    [
        ("https://xn--strae-oqa.example/a", "https://xn--strae-oqa.example", ""),
        ("https://straße.example/a", "https://STRAẞE.example", "https://www.straße.example/b"),
        (
            "https://xn----strae--oqa-example.translate.goog/a?_x_tr_sl=de&_x_tr_tl=en",
            "https://xn----strae--oqa-example.translate.goog",
            "https://xn--strae-oqa.example/b",
        ),
        (
            "https://xn--strae-oqa.example/a",
            "https://xn--strae-oqa.example",
            "https://xn----strae--oqa-example.translate.goog/b?_x_tr_sl=de",
        ),
        (
            "https://xn--strae-example-edb.cdn.ampproject.org/c/s/straße.example/a",
            "https://xn--strae-example-edb.cdn.ampproject.org",
            "https://www.google.com/amp/s/straße.example/b",
        ),
    ],
)
def test_a_site_takes_its_pages_however_they_are_spelled_and_whoever_shows_them(
    url: str, origin: str, referrer: str
) -> None:
    event = stored(raw({"url": url, "referrer": referrer}, origin=origin), site(**SHARP))
    assert (event.host, event.path) == ("xn--strae-oqa.example", "/a")
    assert event.url == "https://xn--strae-oqa.example/a"
    assert (event.referrer, event.source, event.channel) == (None, None, None)


@pytest.mark.parametrize(
    ("url", "origin", "expected"),
    [
        ("https://strasse.example/", "", Reason.WRONG_DOMAIN),
        ("https://fass-de.translate.goog/", "", Reason.WRONG_DOMAIN),
        ("/", "https://strasse.example", Reason.WRONG_ORIGIN),
        ("/", "https://evil-example.cdn.ampproject.org", Reason.WRONG_ORIGIN),
        ("/", "https://cdn.ampproject.org", Reason.WRONG_ORIGIN),
    ],
)
def test_another_site_stays_another(url: str, origin: str, expected: Reason) -> None:
    content = raw({"url": url}, origin=origin)
    verdict = run(content, site(**SHARP))
    assert isinstance(verdict, Dropped)
    assert verdict.reason is expected


def test_another_sites_page_behind_a_translator_is_that_sites() -> None:
    event = stored(raw({"referrer": "https://news-org.translate.goog/a?_x_tr_sl=de"}))
    assert (event.referrer, event.source, event.channel) == (
        "https://news.org/a",
        "news.org",
        "referral",
    )


@pytest.mark.parametrize("name", ["outbound", "download"])
def test_a_link_is_kept_in_one_spelling(name: str) -> None:
    payload: dict[str, Any] = {"url": "https://Straße.example/%d1%8f?a=%7e#я", "n": 1}
    event = stored(raw({"eventType": name, "payload": payload}))
    assert event.payload == '{"url":"https://xn--strae-oqa.example/%D1%8F?a=~#%D1%8F","n":1}'
    assert payload["url"].startswith("https://Straße"), "what was sent stays what it was"
    other = stored(raw({"eventType": "click", "payload": {"url": "/%7e"}}))
    assert other.payload == '{"url":"/%7e"}'
    odd = stored(raw({"eventType": name, "payload": {"url": 7}}))
    assert odd.payload == '{"url":7}'


def test_the_pages_own_host_is_no_source_wherever_the_site_is() -> None:
    content = raw({"url": "http://127.0.0.1:8081/cart", "referrer": "http://127.0.0.1:8081/"})
    event = stored(content)
    assert (event.referrer, event.source, event.channel) == (None, None, None)


@pytest.mark.parametrize(
    ("edge", "expected"),
    [(None, LONDON), ("GB", LONDON), ("FR", Place("FR"))],
)
def test_the_edge_knows_the_country_better(edge: str | None, expected: Place) -> None:
    event = stored(raw(country=edge), geo=FakeGeo(**{"81.2.69.142": LONDON}))
    assert Place(event.country, event.region, event.city) == expected


SERVER = FakeNetworks("81.2.69.142")
SILENT = {"screen": None, "language": None}
TOLD = {"screen": "1440x900", "language": "en"}
PHONE = {"userAgent": IPHONE}


@pytest.mark.parametrize(
    ("excluded", "event", "record", "networks", "expected"),
    [
        # A desktop browser on a server that is silent, as no tracker is.
        ("suspicious", SILENT, {}, SERVER, ("hosting", "hosting")),
        ("suspicious", {"screen": "", "language": ""}, {}, SERVER, ("hosting", "hosting")),
        ("suspicious", TOLD, {}, SERVER, ("hosting", None)),
        ("suspicious", {"screen": "1440x900"}, {}, SERVER, ("hosting", None)),
        ("suspicious", {"language": "en"}, {}, SERVER, ("hosting", None)),
        ("suspicious", SILENT, PHONE, SERVER, ("hosting", None)),
        ("suspicious", SILENT, {"source": "import"}, SERVER, ("hosting", "hosting")),
        ("suspicious", SILENT, {}, FakeNetworks(), (None, None)),
        ("all", TOLD, {}, SERVER, ("hosting", "hosting")),
        ("all", SILENT, PHONE, SERVER, ("hosting", "hosting")),
        ("all", SILENT, {}, FakeNetworks(), (None, None)),
        ("none", SILENT, {}, SERVER, ("hosting", None)),
        # Who declares itself is known by that.
        ("all", SILENT, {"userAgent": "curl/8.4.0"}, SERVER, ("hosting", "library")),
    ],
)
def test_a_site_decides_whether_servers_count(
    excluded: str,
    event: dict[str, Any],
    record: dict[str, Any],
    networks: FakeNetworks,
    expected: tuple[str | None, str | None],
) -> None:
    of = site(exclude_hosting=HostingExclusion(excluded))
    told = stored(raw(event, **record), of, networks=networks, devices=UserAgents())
    assert (told.network, told.bot) == expected


def test_sites_leave_out_silent_desktops_on_servers_by_default() -> None:
    told = stored(raw(SILENT), networks=SERVER, devices=UserAgents())
    assert told.bot == "hosting"


@pytest.mark.parametrize(
    ("name", "event", "of"),
    [
        ("no id", {"userId": None}, site()),
        ("an empty id", {"userId": ""}, site()),
        ("a cookieless site", {}, site(identity=Identity.COOKIELESS)),
    ],
)
def test_a_visitor_without_id_is_a_hash_of_the_day(
    name: str, event: dict[str, Any], of: Site
) -> None:
    salts = FakeSalts()
    visitor = stored(raw(event), of, salts=salts).visitor
    salt = f"{of.id} 2026-11-22".encode()
    assert visitor == hashed_id(salt, of.id, "81.2.69.142", CHROME), name


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Kiritimati", date(2026, 11, 23)), ("No/Such", date(2026, 11, 22))]
)
def test_the_salt_turns_at_the_sites_midnight(zone: str, day: date) -> None:
    salts = FakeSalts()
    stored(raw({"userId": None}), site(timezone=zone), salts=salts)
    assert salts.asked == [{(site().id, day)}]


def test_the_tracking_id_is_that_of_the_snippet() -> None:
    assert site().tracking_id == TRACKING_ID


MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
CHROME_OF_IPAD = f"{MAC}CriOS/124 Version/11.1.1 Safari/605.1.15"
SAFARI = f"{MAC}Version/17.4 Safari/605.1.15"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("name", "agent", "touch_points", "expected"),
    [
        ("an iPad that says it is a Mac", SAFARI, 5, ("tablet", "iOS", None)),
        ("its Chrome", CHROME_OF_IPAD, 5, ("tablet", "iOS", None)),
        ("one that shows a page in an app", MAC, 5, ("tablet", "iOS", None)),
        ("a Mac", SAFARI, 0, ("desktop", "macOS", "10.15")),
        ("a Mac of an older tracker", SAFARI, None, ("desktop", "macOS", "10.15")),
        ("a Mac that is said to have one", SAFARI, 1, ("desktop", "macOS", "10.15")),
        ("a laptop with a touch screen", CHROME, 10, ("desktop", "Windows", "10")),
        ("a phone", IPHONE, 5, ("mobile", "iOS", "17.4")),
    ],
)
def test_an_ipad_is_a_tablet_whatever_it_says(
    name: str,
    agent: str,
    touch_points: int | None,
    expected: tuple[str | None, ...],
) -> None:
    sent = {} if touch_points is None else {"touchPoints": touch_points}
    event = stored(raw(sent, userAgent=agent), devices=UserAgents())
    assert (event.device, event.os, event.os_version) == expected, name


def test_what_an_ipad_is_is_not_remembered_for_the_macs() -> None:
    devices = UserAgents()
    stored(raw({"touchPoints": 5}, userAgent=SAFARI), devices=devices)
    assert stored(raw({"touchPoints": 0}, userAgent=SAFARI), devices=devices).device == "desktop"


LIVING = visitor_key(site().id, "user_1", imported=False)
IMPORTED = visitor_key(site().id, "user_1", imported=True)


@pytest.mark.parametrize(
    ("name", "record", "erased", "is_dropped"),
    [
        ("happened and received before", raw(), {LIVING: NOW}, True),
        ("happened before, received after", raw(), {LIVING: NOW - 1000}, True),
        ("happened and received after", raw(), {LIVING: NOW - 1001}, False),
        (
            "received before, with a clock that is ahead",
            raw({"timestamp": iso(NOW + 60_000)}),
            {LIVING: NOW},
            True,
        ),
        ("a ping", raw({"eventType": "ping"}), {LIVING: NOW}, True),
        ("another visitor", raw({"userId": "user_2"}), {LIVING: NOW}, False),
        ("an import of a living visitor's id", raw(source="import"), {LIVING: NOW}, False),
        ("an import", raw(source="import"), {IMPORTED: NOW}, True),
        ("a site, at any time", raw(), {site_key(site().id): 1}, True),
        ("another site", raw(), {site_key(SiteId("other")): NOW}, False),
    ],
)
def test_what_was_erased_stays_so(
    name: str, record: dict[str, Any], erased: dict[bytes, int], is_dropped: bool
) -> None:
    verdict = run(record, tombstones=FakeTombstones(erased))
    expected = Dropped(Reason.ERASED) if is_dropped else None
    assert (verdict if isinstance(verdict, Dropped) else None) == expected, name


def test_nothing_is_shown_of_who_was_erased() -> None:
    draft = decode(record(raw(), 3, 1))
    assert isinstance(draft, Draft)
    rejection = draft.rejection(Dropped(Reason.ERASED))
    assert (rejection.sample, rejection.detail) == ("", "")


def test_every_step_is_listed_once() -> None:
    listed = [step for stage in steps.STAGES for step in stage.steps]
    reads = {stage.read.__name__ for stage in steps.STAGES if stage.read}
    written: list[Callable[..., Any]] = [
        item
        for name, item in vars(steps).items()
        if callable(item)
        and getattr(item, "__module__", "") == steps.__name__
        and name not in {"Context", "Stage", "visitor_of"} | reads
        and not name.startswith("_")
    ]
    assert sorted(s.__name__ for s in listed) == sorted(s.__name__ for s in written)
