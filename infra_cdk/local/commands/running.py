"""What commands ask of a running host."""

import json
import urllib.request
from typing import Any

from infra_cdk.local import hosting
from infra_cdk.local.stack import Stack


class NotRunning(RuntimeError):
    """The command needs a running host."""


def running_stack(name: str) -> Stack:
    """Return the stack of that name; raises `NotRunning` unless its host runs."""
    stack = Stack.named(name)
    if not hosting.find(stack):
        raise NotRunning(f"the stack {name} does not run; start it with: make up")
    return stack


def ask(request: urllib.request.Request | str) -> Any:
    """Return the JSON of a host's answer; raises `OSError` where it refuses."""
    with urllib.request.urlopen(request, timeout=320) as response:  # noqa: S310 - loopback
        return json.load(response)
