import json
from typing import Any

import pytest

from pixeltrack.events.erasure import WHOLE_SITE, Erasure, remains
from pixeltrack.events.identity import visitor_key
from pixeltrack.events.stored import StoredEvent
from pixeltrack.platform.identifiers import SiteId, TrackingId

SITE, TRACKING = SiteId("site-1"), TrackingId("pt_1")
AT = 1_000_000
IVAN_KEY, ANNA_KEY = (visitor_key(SITE, name, imported=False) for name in ("ivan", "anna"))
IVAN = Erasure(SITE, TRACKING, {IVAN_KEY: AT})
WHOLE = Erasure(SITE, TRACKING)


def event(**changes: Any) -> StoredEvent:
    values: dict[str, Any] = {
        "id": "e",
        "offset": 7,
        "type": "pageview",
        "at": AT,
        "received_at": AT + 5,
    }
    return StoredEvent(**(values | {"visitor": "ivan", "path": "/ivan"} | changes))


@pytest.mark.parametrize(
    ("name", "changes", "is_taken"),
    [
        ("happened by then", {}, True),
        ("happened later, received by then", {"at": AT + 9, "received_at": AT}, True),
        ("later in both", {"at": AT + 1}, False),
        ("a ping", {"type": "ping"}, True),
        ("an import", {"imported": True}, True),
        ("another visitor's", {"visitor": "anna"}, False),
        ("another case", {"visitor": "Ivan"}, False),
    ],
)
def test_a_visitors_events_go_up_to_then(
    name: str, changes: dict[str, Any], is_taken: bool
) -> None:
    assert IVAN.takes(event(**changes)) == (IVAN_KEY if is_taken else None), name


def test_what_the_visitor_did_later_is_spared() -> None:
    assert IVAN.spares(event(at=AT + 1))
    assert not IVAN.spares(event())
    assert not IVAN.spares(event(at=AT + 1, visitor="anna"))
    assert not WHOLE.spares(event(at=AT + 1))


def test_of_a_site_everything_goes() -> None:
    assert WHOLE.takes(event(at=AT + 9, visitor="anna")) == WHOLE_SITE


def test_what_is_left_keeps_its_place_and_does_not_go_again() -> None:
    left = remains(event())
    assert (left.offset, left.received_at, left.type) == (7, AT + 5, "erased")
    assert left == StoredEvent("", 7, "erased", 0, AT + 5, "")
    assert IVAN.takes(left) is WHOLE.takes(left) is None


def sample(**changes: Any) -> str:
    wire = {"siteId": "pt_1", "eventType": "x", "url": "/", "userId": "ivan"} | changes
    return json.dumps(wire, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("name", "text", "received_at", "is_taken"),
    [
        ("his", sample(), AT, True),
        ("his, later", sample(), AT + 1, False),
        ("his, cut at the end", sample(payload="x" * 99)[:70], AT, True),
        ("perhaps his, cut before it is said", sample()[:30], AT, True),
        ("perhaps his, later", sample()[:30], AT + 1, False),
        ("perhaps his, of another site", sample(siteId="pt_2")[:30], AT, False),
        ("perhaps his, cut in his name", sample()[:-4], AT, True),
        ("his by another name", sample(userId="anna", payload={"who": ["ivan"]}), AT, True),
        ("his as a name of a member", sample(userId="anna", payload={"ivan": 1}), AT, False),
        ("another's", sample(userId="anna"), AT, False),
        ("another site's", sample(siteId="pt_2"), AT, False),
        ("nobody's", sample(userId=None), AT, False),
        ("of no JSON", '"siteId":"\\x"', AT, False),
        ("nothing", "", AT, False),
    ],
)
def test_a_visitors_samples_go(name: str, text: str, received_at: int, is_taken: bool) -> None:
    assert IVAN.takes_sample(text, received_at) == (IVAN_KEY if is_taken else None), name


@pytest.mark.parametrize(
    ("name", "text", "visitors", "received_at", "is_taken"),
    [
        ("cut before it is said", sample()[:30], ["ivan"], AT, True),
        ("one of many", sample()[:30], ["anna", "ivan"], AT, True),
        ("later", sample()[:30], ["ivan"], AT + 1, False),
        ("another's", sample()[:30], ["anna"], AT, False),
        ("nobody's", sample()[:30], [], AT, False),
        ("said in the sample alone", sample(), ["anna"], AT, True),
        ("of a number", sample(userId=7), [], AT, False),
        ("without content", "", ["ivan"], AT, False),
    ],
)
def test_a_sample_goes_with_whoever_was_kept_beside_it(
    name: str, text: str, visitors: list[str], received_at: int, is_taken: bool
) -> None:
    wanted = IVAN_KEY if is_taken else None
    assert IVAN.takes_sample(text, received_at, visitors) == wanted, name
    elsewhere = text.replace("pt_1", "pt_2")
    assert IVAN.takes_sample(elsewhere, received_at, visitors) is None, name
    assert IVAN.takes_sample(elsewhere, received_at, visitors, "pt_1") == wanted, name


def test_a_number_is_an_id_as_well() -> None:
    erasure = Erasure(SITE, TRACKING, {visitor_key(SITE, "7", imported=False): AT})
    assert erasure.takes_sample(sample(userId=7), AT, [])
    assert erasure.takes_sample(sample(userId=77), AT, []) is None


def test_a_visitor_is_read_as_json_has_it() -> None:
    odd = 'i"v\\an\u00fc'
    erasure = Erasure(SITE, TRACKING, {visitor_key(SITE, odd, imported=False): AT})
    assert erasure.takes_sample(sample(userId=odd), AT)
    escaped = json.dumps({"siteId": "pt_1", "userId": odd}, separators=(",", ":"))
    assert erasure.takes_sample(escaped, AT)


def test_all_samples_of_a_site_go_and_no_others() -> None:
    assert WHOLE.takes_sample(sample(userId=None), AT + 9) == WHOLE_SITE
    assert WHOLE.takes_sample(sample(siteId="pt_2"), AT) is None


def test_visitors_go_together_each_up_to_its_own_instant() -> None:
    both = Erasure(SITE, TRACKING, {IVAN_KEY: AT, ANNA_KEY: AT + 9})
    later = {"at": AT + 5, "received_at": AT + 6}
    assert both.takes(event()) == IVAN_KEY
    assert both.takes(event(visitor="anna", **later)) == ANNA_KEY
    assert both.takes(event(**later)) is both.takes(event(visitor="ben")) is None
    assert both.spares(event(**later))
    assert not both.spares(event(visitor="ben", **later))
    assert both.takes_sample(sample(userId="anna"), AT + 9) == ANNA_KEY
    assert both.takes_sample(sample(), AT + 9) is None
