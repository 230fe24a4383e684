"""How a command is declared, and what it asks of a running host."""

import argparse
import json
import re
import urllib.request
from collections.abc import Callable
from typing import Any, Protocol

from infra_cdk.local import installation
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools.differences import differences


class Commands(Protocol):
    """What argparse returns from `add_subparsers`."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """Declare a command."""


def add(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    about: str,
    stack: str = "dev",
) -> argparse.ArgumentParser:
    """Declare a command that works on a stack: `dev`, or the default given, unless one is named."""
    command = commands.add_parser(name, help=about, description=about)
    command.add_argument("--stack", type=_stack_name, default=stack, help=argparse.SUPPRESS)
    command.set_defaults(run=run)
    return command


def _stack_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a stack")
    return text


class NotRunning(RuntimeError):
    """The command needs a running host."""


def running_stack(name: str) -> Stack:
    """Return the stack of that name; raise `NotRunning` unless its host is running."""
    stack = Stack.named(name)
    if not installation.find_host(stack):
        raise NotRunning(f"the stack {name} does not run; start it with: make up")
    return stack


def ask(request: urllib.request.Request | str) -> Any:
    """Return the JSON of a host's response; raise `OSError` where it refuses."""
    with urllib.request.urlopen(request, timeout=320) as response:  # noqa: S310 - loopback
        return json.load(response)


def show_differences(stack: Stack) -> bool:
    """Print what differs in stores and brokers from what is expected; return whether any does."""
    found = list(differences(stack.environ()))
    for line in found:
        print(f"  amiss: {line}")
    return bool(found)
