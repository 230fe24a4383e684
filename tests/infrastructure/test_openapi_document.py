import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel, create_model

from infra_cdk.local.tools import openapi
from infra_cdk.topology import TOPOLOGY
from pixeltrack.api.http import HttpApi
from pixeltrack.platform.settings import Api


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


def api_of(**models: type[BaseModel]) -> HttpApi:
    """An API with a route `/<name>` for each model that it answers."""
    api = HttpApi("models", is_live=lambda *_: True, settings=lambda: Api(allowed_origins=()))
    for name, model in models.items():

        def answer() -> Any: ...

        answer.__name__ = f"answer_{name}"
        answer.__annotations__["return"] = model
        api.route("GET", f"/{name}", public=True, problems={})(answer)
    return api


ONE = create_model("Thing", __module__="one", number=(int, ...))
OTHER = create_model("Thing", __module__="other", text=(str, ...))


def test_a_model_that_two_functions_share_is_described_once() -> None:
    document = openapi.document([api_of(a=ONE), api_of(b=ONE)])
    assert document["components"]["schemas"]["Thing"]["properties"].keys() == {"number"}
    assert {"/a", "/b"} <= document["paths"].keys()


@pytest.mark.parametrize(
    "apis",
    [[api_of(a=ONE), api_of(b=OTHER)], [api_of(a=ONE, b=OTHER)], [api_of(a=ONE), api_of(a=OTHER)]],
    ids=["of two functions", "of one function", "on one path"],
)
def test_two_different_models_of_one_name_are_refused(apis: list[HttpApi]) -> None:
    with pytest.raises(openapi.SameName, match=r"named|share a name"):
        openapi.document(apis)
