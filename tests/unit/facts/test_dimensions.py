"""The numbers of dimensions lie in databases: none may ever change."""

import re
from importlib import resources
from typing import Any

import msgspec

from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, PROPERTY, TOTAL, Dimension, fact_of

NUMBERS = {
    "page": (1, 1),
    "event": (2, 2),
    "entry_page": (5, 1),
    "exit_page": (6, 1),
    "outbound": (7, 3),
    "download": (8, 3),
    "referrer": (10, 10),
    "source": (11, 11),
    "channel": (12, 12),
    "utm_source": (13, 13),
    "utm_medium": (14, 14),
    "utm_campaign": (15, 15),
    "utm_term": (16, 16),
    "utm_content": (17, 17),
    "country": (18, 18),
    "region": (19, 19),
    "city": (20, 20),
    "browser": (21, 21),
    "os": (22, 22),
    "device": (23, 23),
    "screen": (24, 24),
    "language": (25, 25),
    "network": (26, 26),
}


def test_the_numbers_are_those_of_the_databases() -> None:
    assert {each.value: (each.rollup, each.kind) for each in Dimension} == NUMBERS
    assert (TOTAL, PROPERTY, BOT) == (0, 3, 4)


def test_a_dimension_is_found_by_its_name() -> None:
    assert Dimension("utm_content") is Dimension.UTM_CONTENT
    assert f"{Dimension.UTM_CONTENT}" == "utm_content"


def test_attributes_are_the_columns_of_contexts_in_order() -> None:
    migrations = sorted((resources.files("pixeltrack.platform") / "migrations").iterdir(), key=str)
    text = "".join(file.read_text() for file in migrations)
    [table] = re.findall(r"create table contexts \((.*?)\n\)", text, re.DOTALL)
    columns = re.findall(r"^ +(\w+) +integer", table, re.MULTILINE)
    columns += re.findall(r"alter table contexts add column (\w+) integer", text)
    assert [name for name in columns if name not in {"id", "site"}] == list(ATTRIBUTES)


def test_every_attribute_is_read_from_the_event_s_field_of_its_name() -> None:
    assert set(ATTRIBUTES) <= {field.name for field in msgspec.structs.fields(StoredEvent)}
    texts: dict[str, Any] = {each.value: f"https://{each}" for each in ATTRIBUTES} | {
        "screen": "800x600",
        "language": "en_gb",
    }
    event = StoredEvent("e", 1, "pageview", 1, 1, "v", **texts)
    fact = fact_of(event)
    assert fact
    assert dict(zip(ATTRIBUTES, fact.context, strict=True)) == texts | {
        "referrer": "referrer",
        "region": "https://country/https://region",
        "city": "https://country/https://region/https://city",
        "screen": "576-991",
        "language": "en-GB",
    }
