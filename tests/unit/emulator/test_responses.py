import base64
import json
from typing import Any

import pytest
from starlette.responses import Response

from infra_cdk.local.emulator.invocation import Ending, Outcome, failure
from infra_cdk.local.emulator.payload import response


def answered(result: Any) -> Response:
    return response(Outcome(Ending.DONE, json.dumps(result).encode()))


def test_a_full_result_is_taken_as_it_says() -> None:
    made = answered(
        {
            "statusCode": 201,
            "headers": {"Location": "/a", "X-N": 5, "X-B": True},
            "cookies": ["a=1; HttpOnly", "b=2"],
            "body": "ok",
        }
    )

    assert (made.status_code, made.body) == (201, b"ok")
    assert (b"location", b"/a") in made.raw_headers
    assert (b"x-n", b"5") in made.raw_headers
    assert (b"x-b", b"true") in made.raw_headers
    assert [v for n, v in made.raw_headers if n == b"set-cookie"] == [b"a=1; HttpOnly", b"b=2"]
    assert (b"content-type", b"text/plain;charset=utf-8") in made.raw_headers


def test_the_shortest_answer() -> None:
    made = answered({"statusCode": 204})

    assert (made.status_code, made.raw_headers, made.body) == (204, [], b"")


def test_a_binary_body() -> None:
    body = base64.b64encode(b"GIF89a\x00").decode()

    made = answered(
        {
            "statusCode": 200,
            "isBase64Encoded": True,
            "body": body,
            "headers": {"content-type": "image/gif"},
        }
    )

    assert made.body == b"GIF89a\x00"
    assert dict(made.headers) == {"content-type": "image/gif", "content-length": "7"}


@pytest.mark.parametrize(
    ("result", "body"),
    [({"a": 1}, b'{"a": 1}'), ([1], b"[1]"), ("text", b"text"), (None, b"null")],
)
def test_a_bare_result_is_the_json_of_a_200(result: Any, body: bytes) -> None:
    made = answered(result)

    assert (made.status_code, made.body) == (200, body)
    assert made.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "soon"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"x": "a\r\nset-cookie: b"}},
        {"statusCode": 200, "body": "a", "isBase64Encoded": True},
    ],
)
def test_a_malformed_result_is_500(result: Any) -> None:
    made = answered(result)

    assert made.status_code == 500
    assert json.loads(bytes(made.body)) == {"message": "Internal Server Error"}


@pytest.mark.parametrize(
    ("ending", "status", "message"),
    [
        (Ending.ERROR, 500, "Internal Server Error"),
        (Ending.CRASHED, 503, "Service Unavailable"),
        (Ending.TIMED_OUT, 503, "Service Unavailable"),
        (Ending.THROTTLED, 503, "Service Unavailable"),
    ],
)
def test_what_a_caller_sees_of_a_failure(ending: Ending, status: int, message: str) -> None:
    made = response(failure(ending, "SomeError", "secret details"))

    assert (made.status_code, json.loads(bytes(made.body))) == (status, {"message": message})
    assert ("retry-after" in made.headers) is (status == 503)
