"""How a command is declared."""

import argparse
import re
from collections.abc import Callable
from typing import Any, Protocol


class Commands(Protocol):
    """What argparse answers to `add_subparsers`."""

    def add_parser(self, name: str, **options: Any) -> argparse.ArgumentParser:
        """Declare a command."""


def add(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    about: str,
    stack: str = "dev",
) -> argparse.ArgumentParser:
    """Declare a command that works on a stack, `dev` unless another is meant or named."""
    command = commands.add_parser(name, help=about, description=about)
    command.add_argument("--stack", type=_stack_name, default=stack, help=argparse.SUPPRESS)
    command.set_defaults(run=run)
    return command


def _stack_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the name of a stack")
    return text
