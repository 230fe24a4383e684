"""The collector's table: what is sent, what is answered, held to the OpenAPI document."""

import base64
import json
from typing import Any

import httpx
import pytest

EVENT = {"siteId": "test-site", "eventType": "pageview", "url": "/test"}
TEXT = {"Content-Type": "text/plain;charset=UTF-8"}


def batch(n: int) -> dict[str, Any]:
    return {"events": [EVENT] * n, "sentAt": "2026-11-22T10:00:00.000Z"}


def deep(levels: int) -> bytes:
    return json.dumps(EVENT).encode()[:-1] + b',"x":' + b"[" * levels + b"]" * levels + b"}"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (json.dumps(EVENT), "text/plain"),
        (json.dumps(EVENT), "text/plain;charset=UTF-8"),
        (json.dumps(EVENT), "application/json"),
        (json.dumps(EVENT), 'application/json; charset="utf8"'),
        (json.dumps(batch(1)), "text/plain"),
        (json.dumps(batch(50)), "application/json; charset=UTF-8"),
        (json.dumps(EVENT | {"title": "t" * 5000, "unknown": 1}), "text/plain"),
        (json.dumps(EVENT | {"title": "чай ☕"}, ensure_ascii=False), "text/plain"),
    ],
)
def test_accepts(api: Any, body: str, content_type: str) -> None:
    answer = api.request(
        "POST", "/track", content=body.encode(), headers={"Content-Type": content_type}
    )
    assert answer.status_code == 204
    assert answer.content == b""
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param(b"hello", "body", id="not JSON"),
        pytest.param(b"[1]", "body", id="not an object"),
        pytest.param(json.dumps(EVENT | {"url": 5}).encode(), "url", id="wrong type"),
        pytest.param(b'{"eventType":"a","url":"/"}', "siteId", id="no siteId"),
        pytest.param(b'{"siteId":"a","url":"/"}', "eventType", id="no eventType"),
        pytest.param(b'{"events":[{"siteId":"a","eventType":"b"}]}', "events[0].url", id="no url"),
        pytest.param(json.dumps(batch(0)).encode(), "events", id="empty batch"),
        pytest.param(json.dumps(batch(51)).encode(), "events", id="51 events"),
        pytest.param(json.dumps(EVENT | {"x": float("nan")}).encode(), "body", id="NaN"),
        pytest.param(deep(10_000), "body", id="10,000 levels"),
        pytest.param(json.dumps(EVENT).encode() + b"\xff", "body", id="invalid UTF-8"),
        pytest.param(json.dumps(EVENT | {"title": "\ud800"}).encode(), "body", id="lone surrogate"),
        pytest.param(json.dumps(EVENT | {"title": "\0"}).encode(), "title", id="NUL"),
        pytest.param(json.dumps(EVENT | {"id": "é"}).encode(), "id", id="id's alphabet"),
        *(
            pytest.param(json.dumps(batch(1) | {"sentAt": at}).encode(), "sentAt", id=f"sent {at}")
            for at in (1e300, 2**53, -(2**53), "9999-12-31T23:59:59-14:00", True, [1], {"a": 1})
        ),
        pytest.param(
            json.dumps(EVENT | {"timestamp": "9999-12-31T23:59:59-14:00"}).encode(),
            "timestamp",
            id="beyond 9999",
        ),
        pytest.param(json.dumps(EVENT | {"url": "/" * 2049}).encode(), "url", id="long url"),
        pytest.param(
            json.dumps(EVENT | {"referrer": "/" * 2049}).encode(), "referrer", id="long referrer"
        ),
        pytest.param(
            json.dumps(EVENT | {"eventType": "e" * 65}).encode(), "eventType", id="long type"
        ),
        pytest.param(json.dumps(EVENT | {"userId": "u" * 129}).encode(), "userId", id="long user"),
        pytest.param(
            json.dumps(EVENT | {"payload": {"a": "b" * 8192}}).encode(), "payload", id="8 KiB"
        ),
        pytest.param(
            json.dumps(EVENT | {"payload": dict.fromkeys(map(str, range(65)), 1)}).encode(),
            "payload",
            id="64 keys",
        ),
    ],
)
def test_refuses_naming_the_field(api: Any, body: bytes, field: str) -> None:
    answer = api.request("POST", "/track", content=body, headers=TEXT)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["errors"][0]["field"] == field
    assert problem["requestId"] == answer.headers["X-Request-Id"]


def test_refuses_more_than_64_kib(api: Any) -> None:
    answer = api.request("POST", "/track", content=b"x" * 65_537, headers=TEXT)
    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["application/xml", "text/plain; charset=utf-16"])
def test_refuses_other_content_types(api: Any, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = api.request("POST", "/track", content=json.dumps(EVENT).encode(), headers=headers)
    assert answer.status_code == 415


def test_allows_a_beacon_with_json_from_any_site(api: Any) -> None:
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = api.request("OPTIONS", "/track", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"].lower()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({**EVENT, "payload": '{"a":1}'}, 200),
        ({"siteId": "a"}, 400),
        ({**EVENT, "url": "/" * 2049}, 400),
    ],
)
def test_the_pixel_is_always_an_image(api: Any, query: dict[str, str], status: int) -> None:
    answer: httpx.Response = api.request("GET", "/pixel.gif", params=query)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "image/gif"
    assert answer.content.startswith(base64.b64decode("R0lGODlh"))
