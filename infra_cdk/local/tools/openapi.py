"""The OpenAPI document of the whole API, gathered from the functions that serve it."""

import copy
import json
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from infra_cdk.local.stack import ROOT
from infra_cdk.topology import TOPOLOGY
from pixeltrack.api.http import HttpApi
from pixeltrack.api.problems import CONTENT_TYPE

PATH = ROOT / "functions" / "reports" / "openapi.json"
COLLECTOR = ROOT / "functions" / "collector" / "openapi.json"

_DESCRIPTION = (
    "Self-hosted web analytics in real time. Errors are RFC 9457 problem details; every answer "
    "carries `X-Request-Id`."
)
_REQUEST_ID = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
_RETRY_AFTER = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}
_CHALLENGE = {"WWW-Authenticate": {"$ref": "#/components/headers/Challenge"}}
_LOCATION = {"Location": {"$ref": "#/components/headers/Location"}}
_HEADERS = {"201": _LOCATION, "202": _LOCATION, "401": _CHALLENGE, "429": _RETRY_AFTER}
_GENERATED = {"HTTPValidationError", "ValidationError", "ResponseValidationError"}


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "required": True, "schema": {"type": kind}}


_COMPONENTS: dict[str, dict[str, Any]] = {
    "headers": {
        "RequestId": _header("Names the request in the logs."),
        "RetryAfter": _header("Seconds after which to try again.", "integer"),
        "Challenge": _header("How to authenticate (RFC 6750)."),
        "Location": _header("Address of what was made, or of the job that does it."),
    },
    "securitySchemes": {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token of `/auth/login`, or an API key, `ptk_…`.",
        }
    },
}


class SameName(ValueError):
    """Two models, or two routes, of which the document could show only one."""


def document(apis: Iterable[HttpApi] | None = None) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; raise `SameName` where two things share a name."""
    paths: dict[str, Any] = {}
    components = copy.deepcopy(_COMPONENTS)
    described = map(_described, _apis() if apis is None else apis)
    for part in (json.loads(COLLECTOR.read_text()), *described):
        _add(paths, part["paths"], "path")
        for kind, named in part["components"].items():
            _add(components.setdefault(kind, {}), named, kind)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pixel-Track",
            "version": version("pixel-track"),
            "description": _DESCRIPTION,
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": components,
    }


def _add(known: dict[str, Any], more: dict[str, Any], kind: str) -> None:
    for name, described in more.items():
        if known.setdefault(name, described) != described:
            raise SameName(f"two different {kind} are named {name}")


def write() -> Path:
    """Write the document where the API serves it from, and return the path."""
    PATH.write_text(json.dumps(document(), indent=2, ensure_ascii=False) + "\n")
    return PATH


def _apis() -> Iterator[HttpApi]:
    """Find the handlers of the page's routes that describe themselves; all but the collector's."""
    for name in dict.fromkeys(route.function for route in TOPOLOGY.routes):
        module, _, attribute = TOPOLOGY.function(name).handler.rpartition(".")
        handler = getattr(import_module(module), attribute)
        if isinstance(handler, HttpApi):
            yield handler


def _described(api: HttpApi) -> dict[str, Any]:
    """Describe an API's routes, with the runtime's own responses."""
    described: dict[str, Any] = _untitled(json.loads(api.resolver.get_openapi_json_schema()))
    for path, operations in described["paths"].items():
        places = [p for o in operations.values() for p in o.get("parameters", ())]
        for operation in operations.values():
            operation["responses"] = _answers(operation)
        operations["options"] = {
            "tags": ["preflight"],
            "summary": "Preflight",
            "description": "Answers allowed origins with the headers of CORS.",
            "operationId": f"preflight{re.sub('[^a-z0-9]+', '_', path)}",
            "parameters": list({p["name"]: p for p in places if p["in"] == "path"}.values()),
            "security": [],
            "responses": {"204": {"description": "No body.", "headers": _REQUEST_ID}},
        }
    schemas = described["components"]["schemas"]
    kept = {name: schema for name, schema in schemas.items() if name not in _GENERATED}
    # pydantic tells models of one name apart by their modules, which are nobody's business.
    if doubled := [name for name in kept if "__" in name]:
        raise SameName(f"models of one function share a name: {', '.join(doubled)}")
    return {"paths": described["paths"], "components": {"schemas": kept}}


def _answers(operation: dict[str, Any]) -> dict[str, Any]:
    """Put the runtime's own refusals in the place of those that the resolver assumes."""
    answers = {s: a for s, a in operation["responses"].items() if s not in {"422", "500"}}
    if operation["security"]:
        answers["401"] = _problem("No token or API key, or one that is not valid.")
        answers["403"] = _problem("The key lacks the scope, or a key will not do.")
    if "requestBody" in operation:
        answers.setdefault("400", _problem("A field is refused."))
        answers["413"] = _problem("The body is too large.")
        answers["415"] = _problem("The body is not JSON.")
    answers["500"] = _problem("A fault of the server's; the request id leads to it in its logs.")
    answers["503"] = _problem("A part of the system is away or slow.", _RETRY_AFTER)
    for status, answer in answers.items():
        answer["headers"] = answer.get("headers", {}) | _REQUEST_ID | _HEADERS.get(status, {})
        if not answer.get("content"):
            answer.pop("content", None)
    return dict(sorted(answers.items()))


def _problem(description: str, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        "description": description,
        "headers": headers or {},
        "content": {CONTENT_TYPE: {"schema": schema}},
    }


def _untitled(value: Any) -> Any:
    """Leave out the titles that pydantic makes of names, such as `Siteid`."""
    if isinstance(value, list):
        return [_untitled(item) for item in value]
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k != "title" or not isinstance(v, str)}
        return {k: _untitled(v) for k, v in kept.items()}
    return value
