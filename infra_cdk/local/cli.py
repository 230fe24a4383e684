"""The commands of the local installation, as `make` calls them."""

import argparse
import time

from infra_cdk.local import services
from infra_cdk.local.daemons import DaemonFailed
from infra_cdk.local.ports import PortTaken
from infra_cdk.local.services.packages import PackagesMissing
from infra_cdk.local.stack import OFFSETS, Stack


def main(arguments: list[str] | None = None) -> int:
    """Run one command and answer its exit code; what the user can mend is told in one line."""
    parser = argparse.ArgumentParser(prog="python -m infra_cdk.local", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("services", help="the four servers alone")
    command.add_argument("action", choices=["up", "down"])
    command.add_argument("--stack", choices=OFFSETS, default="dev")
    command.set_defaults(run=_services)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (DaemonFailed, PortTaken, PackagesMissing) as fault:
        print(f"error: {fault}")
        return 1


def _services(options: argparse.Namespace) -> None:
    stack = Stack.named(options.stack)
    began = time.monotonic()
    if options.action == "up":
        for running in services.up(stack):
            print(f"{running.name:<9} {running.source}")
        print(f"ready in {time.monotonic() - began:.1f} s")
    else:
        print("stopped: " + (", ".join(services.down(stack)) or "nothing ran"))
