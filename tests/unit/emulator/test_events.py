import base64
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.parser.models import (
    ApiGatewayAuthorizerRequestV2,
    APIGatewayProxyEventV2Model,
)

from infra_cdk.local.emulator.gateway import authorizer_event
from infra_cdk.local.emulator.payload import query_parameters, request_event


def scope(**changes: Any) -> dict[str, Any]:
    headers = [
        (b"host", b"shop.example:8080"),
        (b"user-agent", b"Mozilla/5.0"),
        (b"accept", b"text/html"),
        (b"accept", b"*/*"),
        (b"cookie", b"a=1; b=2"),
        (b"content-type", b"application/json; charset=UTF-8"),
    ]
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/things/one two",
        "raw_path": b"/things/one%20two",
        "query_string": b"x=1&x=2&y=a%20b&z=",
        "headers": headers,
        "client": ("203.0.113.9", 40_000),
        **changes,
    }


def event(body: bytes = b"", content_type: str | None = None, **changes: Any) -> dict[str, Any]:
    made = scope(**changes)
    if content_type is not None:
        made["headers"] = [(b"content-type", content_type.encode())]
    return request_event(made, body, "POST /things/{id}", {"id": "one two"})


def test_powertools_reads_the_event_as_payload_2() -> None:
    model = APIGatewayProxyEventV2Model.model_validate(event(b'{"a":1}'))

    assert model.version == "2.0"
    assert model.requestContext.http.method == "POST"
    assert str(model.requestContext.http.sourceIp).startswith("203.0.113.9")
    assert model.requestContext.stage == "$default"
    view = APIGatewayProxyEventV2(event(b'{"a":1}'))
    assert view.json_body == {"a": 1}
    assert view.resolved_query_string_parameters == {"x": ["1", "2"], "y": ["a b"], "z": [""]}
    assert view.path_parameters == {"id": "one two"}


def test_repeated_headers_are_joined_and_cookies_stand_apart() -> None:
    made = event()

    assert made["headers"]["accept"] == "text/html,*/*"
    assert made["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in made["headers"]


def test_absent_parts_are_left_out() -> None:
    bare = request_event(scope(query_string=b"", headers=[]), b"", "GET /", {})

    absent = {"cookies", "queryStringParameters", "pathParameters", "body"}
    assert not absent & bare.keys()
    assert bare["isBase64Encoded"] is False
    assert bare["rawQueryString"] == ""


def test_every_request_has_an_id_of_its_own() -> None:
    assert event()["requestContext"]["requestId"] != event()["requestContext"]["requestId"]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"{}", "Application/JSON; charset=utf-8"),
        ("привет".encode(), "text/plain"),
        (b"<a/>", "application/xml"),
    ],
)
def test_text_travels_as_text(body: bytes, content_type: str) -> None:
    made = event(body, content_type)

    assert (made["body"], made["isBase64Encoded"]) == (body.decode(), False)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe{}", "application/json"),
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"GIF89a", "image/gif"),
        (b"anything", ""),
    ],
)
def test_anything_else_travels_as_base64(body: bytes, content_type: str) -> None:
    made = event(body, content_type)

    assert made["isBase64Encoded"] is True
    assert base64.b64decode(made["body"]) == body


def test_a_query_that_is_no_utf8_is_still_a_query() -> None:
    assert query_parameters("a=%ff&&b") == {"a": "\ufffd", "b": ""}


def test_powertools_reads_the_authorizers_event() -> None:
    made = authorizer_event(event(b"secret"), ["Bearer x"])

    model = ApiGatewayAuthorizerRequestV2.model_validate(made)
    assert model.type == "REQUEST"
    assert made["identitySource"] == ["Bearer x"]
    assert made["routeArn"].endswith("/$default/POST/things/one two")
    assert "body" not in made
