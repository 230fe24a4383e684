import json

from openapi_spec_validator import OpenAPIV31SpecValidator

from infra_cdk.local.tools import openapi
from infra_cdk.topology import TOPOLOGY


def test_the_written_document_is_up_to_date() -> None:
    written = json.loads(openapi.PATH.read_text())
    assert written == openapi.document(), "run `make openapi`"


def test_the_document_is_openapi() -> None:
    OpenAPIV31SpecValidator(openapi.document()).validate()


def test_every_route_is_described_and_nothing_else() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in openapi.document()["paths"].items()
        for method in operations
    }
    assert described == {route.key for route in TOPOLOGY.routes}


def test_public_routes_ask_for_no_key_and_all_others_do() -> None:
    paths = openapi.document()["paths"]
    for route in TOPOLOGY.routes:
        operation = paths[route.path][route.method.lower()]
        assert (operation["security"] == []) == route.public, route.key
        assert route.public or "401" in operation["responses"], route.key


def test_every_answer_carries_the_request_id() -> None:
    for operations in openapi.document()["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                assert "X-Request-Id" in answer["headers"]
