"""Asks a running host at its local port: what runs, and one function after another by name."""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from infra_cdk.local.emulator.invocation import REGION
from infra_cdk.local.signatures import Keys, Signed, sign
from infra_cdk.local.stack import Stack

WITHIN_S = 320
"""Longer than any function may run."""


class NotLocal(RuntimeError):
    """The stack's stage has no local port, so nothing can be asked there."""


def status(stack: Stack) -> Any:
    """Return what runs, and how far consumers are; raise `OSError` where nobody answers."""
    return _answer(urllib.request.Request(f"{_origin(stack)}/status.json"))  # noqa: S310 - loopback


def invoke(stack: Stack, function: str, event: Any) -> Any:
    """Return a function's result; raise `OSError` where the host cannot be asked or refuses."""
    body = json.dumps(event).encode()
    url = f"{_origin(stack)}/2015-03-31/functions/{function}/invocations"
    address = urlsplit(url)
    headers = {"host": address.netloc, "content-type": "application/json"}
    request = Signed("POST", address.path, address.query, tuple(headers.items()))
    keys = Keys.read(stack.keys_file)
    headers |= sign(request, keys, "lambda", REGION, body=body, now=datetime.now(UTC))
    return _answer(urllib.request.Request(url, body, headers))  # noqa: S310 - loopback


def _origin(stack: Stack) -> str:
    if not stack.is_local:
        raise NotLocal(
            "only a stack whose PIXELTRACK_STAGE is local tells its status and invokes functions"
        )
    return stack.local_origin


def _answer(request: urllib.request.Request) -> Any:
    with urllib.request.urlopen(request, timeout=WITHIN_S) as response:  # noqa: S310 - loopback
        return json.load(response)
