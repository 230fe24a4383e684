import base64
import json
from typing import Any

import pytest

from pixeltrack.api import bodies
from pixeltrack.platform.errors import Refused
from tests.fakes.gateway import http_event


def check(body: str | bytes | None, content_type: str = "application/json") -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    event = http_event("POST /x", headers=headers)
    if isinstance(body, bytes):
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    elif body is not None:
        event["body"] = body
    bodies.check(event)


def refused(body: Any, content_type: str = "application/json") -> tuple[int, str]:
    with pytest.raises(Refused) as raised:
        check(body, content_type)
    return raised.value.status, raised.value.errors[0].field


@pytest.mark.parametrize(
    "body", ['{"a": [1, "чай", null]}', b'{"a": "\xd0\xb1"}', "5", "", None, '{"a": "\\u00e9"}']
)
def test_json_is_taken(body: str | bytes | None) -> None:
    check(body)


@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "Application/JSON", ""])
def test_json_by_any_name_is_taken(kind: str) -> None:
    check("{}", kind)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_other_content_is_not(kind: str) -> None:
    assert refused("{}", kind) == (415, "body")


@pytest.mark.parametrize(
    "body",
    [
        *("{", "nul", "[NaN]", '"\\ud800"', "9" * 5000, "1e999", "{}{}", '{"a":1,}'),
        *(b'"\xff"', b'{"a":"\xed\xa0\x80"}'),
        *("[" * levels + "]" * levels for levels in (66, 999, 30_000)),
    ],
)
def test_what_is_no_json_is_refused(body: str | bytes) -> None:
    assert refused(body) == (400, "body")


def test_64_levels_are_taken() -> None:
    check("[" * 65 + "]" * 65)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("a\0", "body"),
        ({"a": "\0"}, "a"),
        ({"a": {"b": ["x", "\0"]}}, "a.b[1]"),
        ({"a\0": 1}, "body"),
        ([{"b\0": 1}], "[0]"),
    ],
)
def test_nul_is_refused_where_it_stands(value: Any, field: str) -> None:
    assert refused(json.dumps(value)) == (400, field)


def test_the_bound_is_of_bytes() -> None:
    check('"' + "x" * (bodies.MOST_BYTES - 2) + '"')
    check(b'"' + b"x" * (bodies.MOST_BYTES - 2) + b'"')
    assert refused('"' + "x" * (bodies.MOST_BYTES - 1) + '"') == (413, "body")
    assert refused(b'"' + b"x" * (bodies.MOST_BYTES + 1) + b'"') == (413, "body")
    assert refused('"' + "я" * (bodies.MOST_BYTES // 2) + '"') == (413, "body")
