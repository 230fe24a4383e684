"""The command that brings history in: import-log."""

import argparse
import json
import time
from pathlib import Path

from infra_cdk.local import import_log
from infra_cdk.local.commands.parsing import Commands, add
from infra_cdk.local.commands.running import running_stack
from infra_cdk.local.seed import FILE

_SHOW_EVERY_S = 0.5


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    log = add(commands, "import-log", _import_log, "bring an Apache access log's history in")
    log.add_argument("file", type=Path, help="a combined log, plain or .gz")
    log.add_argument("--site", help="tracking id (default: the demo site's)")


def _import_log(options: argparse.Namespace) -> None:
    stack = running_stack(options.stack)
    demo = json.loads((stack.directory / FILE).read_text())
    log = import_log.run(stack, options.file, options.site or demo["trackingId"], Line())
    print(f"\r\033[K{log.views:,} page views are in; lines left out:")
    for reason, count in log.left_out.most_common():
        print(f"{count:>9,} {reason}")


class Line:
    """Shows progress on one line of the terminal, twice a second at most."""

    def __init__(self) -> None:
        self._shown_at = 0.0

    def __call__(self, text: str) -> None:
        """Show a text in place of the one before."""
        now = time.monotonic()
        if now - self._shown_at >= _SHOW_EVERY_S:
            self._shown_at = now
            print(f"\r\033[K{text}", end="", flush=True)
