"""The commands of the local installation, as `make` calls them."""

import argparse
import subprocess

from infra_cdk.local.commands import data, history, lifecycle, sight, trials
from infra_cdk.local.commands.running import NotRunning
from infra_cdk.local.daemons import DaemonFailed
from infra_cdk.local.import_log import NoSuchSite
from infra_cdk.local.ports import PortTaken
from infra_cdk.local.services.packages import PackagesMissing
from pixeltrack.platform.errors import Unavailable

_CANNOT = (
    DaemonFailed,
    PortTaken,
    PackagesMissing,
    NotRunning,
    NoSuchSite,
    TimeoutError,
    Unavailable,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; what the user can mend is told without a stack."""
    parser = argparse.ArgumentParser(prog="python -m infra_cdk.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (lifecycle, sight, data, history, trials):
        module.register(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except _CANNOT as fault:
        print(f"error: {fault}")
    except subprocess.CalledProcessError as fault:
        print(f"error: {fault}\n{fault.stdout or ''}{fault.stderr or ''}")
    except KeyboardInterrupt:
        return 130
    return 1
