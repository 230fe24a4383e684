"""Commands that bring history in: import-log, generate."""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path

from infra_cdk.local import import_log
from infra_cdk.local.commands.parsing import Commands, add
from infra_cdk.local.commands.running import running_stack
from infra_cdk.local.seed import FILE
from infra_cdk.local.traffic import checking, generating
from infra_cdk.local.traffic.generating import Plan

_SHOW_EVERY_S = 0.5
_MOST_SHOWN = 20


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    log = add(commands, "import-log", _import_log, "bring an Apache access log's history in")
    log.add_argument("file", type=_file, help="a combined log, plain or .gz")
    log.add_argument("--site", help="tracking id (default: the demo site's)")
    generate = add(commands, "generate", _generate, "make traffic whose true figures are known")
    generate.add_argument("--events", type=_number, default=100_000, help="how many are sent")
    generate.add_argument("--days", type=_number, default=30, help="on so many days until today")
    generate.add_argument("--sites", type=_number, default=1, help="for so many new sites")
    generate.add_argument("--seed", type=int, default=1, help="the same seed gives the same")


def _import_log(options: argparse.Namespace) -> None:
    stack = running_stack(options.stack)
    demo = json.loads((stack.directory / FILE).read_text())
    log = import_log.run(stack, options.file, options.site or demo["trackingId"], Line())
    print(f"\r\033[K{log.views:,} page views are in; lines left out:")
    for reason, count in log.left_out.most_common():
        print(f"{count:>9,} {reason}")


def _generate(options: argparse.Namespace) -> int:
    stack, line = running_stack(options.stack), Line()
    today = datetime.now(UTC).date()
    plan = Plan(options.events, options.days, options.sites, options.seed, today)
    path = generating.run(stack, plan, line)
    demo = json.loads((stack.directory / FILE).read_text())
    checked = checking.check(stack.origin, demo["apiKey"], json.loads(path.read_text()), line)
    print(f"\r\033[K{options.events:,} events are in; the truth: {path}")
    print(f"{checked.figures:,} figures compared with the API's, {len(checked.differences)} differ")
    for difference in checked.differences[:_MOST_SHOWN]:
        print(f"  {difference}")
    return 1 if checked.differences else 0


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is no file")
    return path


def _number(text: str) -> int:
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("is less than 1")
    return number


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
