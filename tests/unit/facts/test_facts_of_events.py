from typing import Any

import pytest

from pixeltrack.events.identity import copy_of, received_at, stored_at
from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.dimensions import Fact, fact_of, language_tag, screen_class
from pixeltrack.facts.visits import Kind


def fact(**given: Any) -> Fact:
    values: dict[str, Any] = {
        "type": "pageview",
        "at": 1,
        "received_at": 1,
        "visitor": "v",
        "path": "/p",
    }
    made = fact_of(StoredEvent(id="e", offset=1, **{**values, **given}))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("kind", "counts_as"),
    [
        ("pageview", Kind.PAGEVIEW),
        ("click", Kind.EVENT),
        ("signup", Kind.EVENT),
        ("outbound", Kind.EVENT),
        ("engagement", Kind.ENGAGEMENT),
    ],
)
def test_what_an_event_counts_as(kind: str, counts_as: Kind) -> None:
    assert fact(type=kind).kind is counts_as


@pytest.mark.parametrize("kind", ["ping", "session_start", "erased"])
def test_what_is_no_fact(kind: str) -> None:
    assert fact_of(StoredEvent("e", 1, kind, 1, 1, "v")) is None


def test_only_an_event_has_a_name_and_properties() -> None:
    payload = '{"plan":"pro"}'
    assert (fact(payload=payload).name, fact(payload=payload).properties) == ("", ())
    signup = fact(type="signup", payload=payload)
    assert (signup.name, signup.properties) == ("signup", ("plan=pro",))


@pytest.mark.parametrize(
    ("payload", "properties"),
    [
        ('{"a":1,"b":true,"c":2.5,"d":null,"e":{"f":1},"g":[1]}', ("a=1", "b=true", "c=2.5")),
        ('{"x":"' + "y" * 900 + '"}', ("x=" + "y" * 498,)),
        ("[1,2]", ()),
        ("not json", ()),
        (
            "{" + ",".join(f'"k{n}":{n}' for n in range(50)) + "}",
            tuple(f"k{n}={n}" for n in range(20)),
        ),
    ],
    ids=["scalars", "long", "list", "broken", "many"],
)
def test_properties(payload: str, properties: tuple[str, ...]) -> None:
    assert fact(type="signup", payload=payload).properties == properties


@pytest.mark.parametrize(
    ("screen", "name"),
    [
        ("360x800", "0-575"),
        ("575x1", "0-575"),
        ("576x1", "576-991"),
        ("1439x900", "992-1439"),
        ("1440x900", "1440+"),
        ("0x0", ""),
        ("-1x5", ""),
        ("\u0663\u0666\u0660x800", ""),
        ("9" * 40, ""),
        ("wide", ""),
        (None, ""),
    ],
)
def test_screen_classes(screen: str | None, name: str) -> None:
    assert screen_class(screen) == name


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("ru-RU", "ru-RU"),
        ("EN_us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("de", "de"),
        ("", ""),
        (None, ""),
        ("<b>", ""),
        ("x" * 9, ""),
    ],
)
def test_language_tags(given: str | None, tag: str) -> None:
    assert language_tag(given) == tag


def test_places_are_told_apart_by_what_they_lie_in() -> None:
    context = fact(country="US", region="Texas", city="Paris").context
    assert context[8:11] == ("US", "US/Texas", "US/Texas/Paris")


def test_a_referrer_goes_without_its_query() -> None:
    assert fact(referrer="https://news.example/a/?q=1").context[0] == "news.example/a"
    assert fact().context[:3] == ("", "", "direct")


def test_copies_are_ordered_as_their_parts_are() -> None:
    parts = [(1, 0, 5, 9, "z"), (1, 0, 5, 10, "a"), (1, 0, 6, 1, "a"), (1, 1, 0, 0, "a")]
    parts += [(2, 0, 0, 0, "a"), (2**40, 3, 2**60, 2**41, "a")]
    ranks = [copy_of(*part) for part in parts]
    assert ranks == sorted(ranks)
    assert {len(rank) for rank in ranks} == {30}
    assert [received_at(rank) for rank in ranks] == [part[0] for part in parts]
    assert [stored_at(rank) for rank in ranks] == [part[3] for part in parts]
