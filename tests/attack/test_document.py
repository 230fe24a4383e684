"""The OpenAPI document against the running host: whatever it allows, and what it does not, is sent.

No answer may be a fault of the server's, or one that the document does not know. Each operation is
called as an account of its own, which it may delete.
"""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import given, seed
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.attack.calls import DOCUMENT
from tests.attack.conftest import Effort
from tests.attack.door import Door
from tests.attack.people import Own, Person

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FITTING = {
    "url": "https://example.com",
    "timezone": "Europe/Moscow",
    "excludedIps": ["203.0.113.0/24"],
    "allowedDomains": ["example.com"],
    "paceLimit": 60,
    "kind": "page",
    "pattern": "/shop/*/thanks",
}
"""What no generator finds by itself; half of the requests have it in place of what was found."""

OPERATIONS = [
    (method, path) for path, operations in DOCUMENT["paths"].items() for method in operations
]


@pytest.fixture(scope="module")
def schema(door: Door) -> Any:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.config.update(base_url=door.origin)
    return schema


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part)
def test_every_answer_is_in_the_document(
    schema: Any, somebody: Callable[[], Person], effort: Effort, method: str, path: str
) -> None:
    person = somebody()
    site = person.own(Own.SITE)
    operation = schema[path][method]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])
    known = FITTING | {"email": person.email, "password": person.password}

    @seed(effort.seed)
    @effort.bounded()
    @given(case=cases, is_fitting=st.booleans())
    def send(case: Any, is_fitting: bool) -> None:
        if is_fitting and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = site
        if is_fitting and isinstance(case.body, dict):
            case.body |= {k: known[k] for k in case.body if k in known}
        case.call_and_validate(headers=person.bearer, checks=CHECKS)

    send()
