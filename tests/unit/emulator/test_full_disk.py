"""While the broker's disk is full, what would write to it is refused before anything is written."""

import asyncio
import json
from typing import Any

import pytest
from starlette.routing import Match

from infra_cdk.local.emulator.gateway import Gateway
from infra_cdk.local.emulator.invocation import Ending, Outcome
from infra_cdk.local.emulator.probes import Disks
from infra_cdk.topology import TOPOLOGY


class Invoker:
    """Takes everything, and counts."""

    def __init__(self) -> None:
        self.invoked: list[str] = []

    async def invoke(self, name: str, event: bytes, **_: Any) -> Outcome:
        assert event
        self.invoked.append(name)
        return Outcome(Ending.DONE, b'{"statusCode": 204}')


def ask(
    method: str, path: str, *, is_full: bool, origin: str = ""
) -> tuple[int, dict[str, str], bytes, list[str]]:
    """Send a request through the gateway of the product's page; return its answer and who ran."""
    disks, invoker = Disks({}, 0, "data"), Invoker()
    disks.refuses = is_full
    gateway = Gateway(TOPOLOGY, invoker, lambda *_: None, disks)
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"origin", origin.encode())] if origin else [],
        "client": ("127.0.0.1", 1),
    }
    match, found = gateway.matches(scope)
    assert match is Match.FULL
    asyncio.run(gateway.handle({**scope, **found}, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"], invoker.invoked


@pytest.mark.parametrize(("method", "path"), [("POST", "/track"), ("GET", "/pixel.gif")])
def test_events_are_refused_and_no_function_runs(method: str, path: str) -> None:
    status, headers, body, invoked = ask(method, path, is_full=True)
    assert (status, invoked) == (503, [])
    assert int(headers["retry-after"]) > 0
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["detail"]
    assert "access-control-allow-origin" not in headers


def test_a_page_of_another_origin_may_read_the_refusal() -> None:
    _, headers, _, _ = ask("POST", "/track", is_full=True, origin="https://shop.example")
    assert headers["access-control-allow-origin"] == "https://shop.example"
    assert headers["access-control-allow-credentials"] == "true"
    assert headers["vary"] == "Origin"


@pytest.mark.parametrize(
    ("method", "path", "function"),
    [
        ("OPTIONS", "/track", "collector"),
        ("POST", "/auth/refresh", "auth"),
        ("GET", "/api/v1/openapi.json", "reports"),
    ],
)
def test_everything_else_goes_on(method: str, path: str, function: str) -> None:
    status, _, _, invoked = ask(method, path, is_full=True)
    assert (status, invoked[-1]) == (204, function)


@pytest.mark.parametrize(("method", "path"), [("POST", "/track"), ("GET", "/pixel.gif")])
def test_with_room_events_are_taken(method: str, path: str) -> None:
    status, _, _, invoked = ask(method, path, is_full=False)
    assert (status, invoked) == (204, ["collector"])
