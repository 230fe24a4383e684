"""The commands of the local installation, as `make` calls them."""

import argparse
import os
import subprocess

from infra_cdk.local.asking import NotLocal
from infra_cdk.local.commands import data, dependencies, inspection, lifecycle, trials
from infra_cdk.local.commands.command import NotRunning
from infra_cdk.local.files import UMASK, Unusable
from infra_cdk.local.servers.daemons import DaemonFailed
from infra_cdk.local.servers.packages import PackagesMissing
from infra_cdk.local.servers.ports import PortTaken
from infra_cdk.local.tools.import_log import NoSuchSite
from infra_cdk.local.tools.log_files import NoSuchLog
from infra_cdk.local.tools.page_views import BadPattern
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.settings import SettingsError

_CANNOT = (
    DaemonFailed,
    PortTaken,
    PackagesMissing,
    NotRunning,
    NotLocal,
    BadPattern,
    NoSuchLog,
    NoSuchSite,
    TimeoutError,
    Unavailable,
    Unusable,
    SettingsError,
)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors that users can fix show no stack trace."""
    parser = argparse.ArgumentParser(prog="python -m infra_cdk.local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (lifecycle, inspection, data, dependencies, trials):
        module.register(commands)
    options = parser.parse_args(arguments)
    os.umask(UMASK)
    try:
        return int(options.run(options) or 0)
    except _CANNOT as fault:
        print(f"error: {fault}")
    except subprocess.CalledProcessError as fault:
        print(f"error: {fault}\n{fault.stdout or ''}{fault.stderr or ''}")
    except BrokenPipeError:
        return 1  # nobody reads on
    except OSError as fault:
        print(f"error: {fault.filename or 'the system'}: {fault.strerror or fault}")
    except KeyboardInterrupt:
        return 130
    return 1
