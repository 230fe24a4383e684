"""Installs the Debian packages that a native server lacks, saying what and why."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_PACKAGES_UMASK = 0o022
"""What packages are installed with: their files are for all users, unlike ours."""


class PackagesMissing(RuntimeError):
    """A program is missing and cannot be installed from here; the message names the command."""


def ensure(programs: Mapping[str, str]) -> None:
    """Install the package of every program (or file) that is not on this machine.

    Raise `PackagesMissing` where there is no apt, no permission, or the installation fails.
    """
    missing = {what: package for what, package in programs.items() if not _is_there(what)}
    if not missing:
        return
    packages = sorted(set(missing.values()))
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    by_hand = f"sudo apt-get update && sudo {' '.join(command)}"
    reason = ", ".join(f"{package} (for {what})" for what, package in sorted(missing.items()))
    prefix = _right_to_install()
    if prefix is None or shutil.which("apt-get") is None:
        raise PackagesMissing(f"missing: {reason}; install them with: {by_hand}")
    print(f"installing Debian packages: {reason}", flush=True)
    # RUNLEVEL=1 keeps packages from starting servers of their own where there is no systemd.
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    for step in (["apt-get", "-qq", "update"], command):
        if subprocess.run([*quiet, *step], check=False, umask=_PACKAGES_UMASK).returncode != 0:
            raise PackagesMissing(f"missing: {reason}; this failed, try it by hand: {by_hand}")
    if Path("/run/systemd/system").is_dir():
        _stop_units(prefix, packages)


def _is_there(program: str) -> bool:
    return Path(program).exists() if "/" in program else shutil.which(program) is not None


def _right_to_install() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    return ["sudo"] if shutil.which("sudo") else None


def _stop_units(prefix: list[str], packages: list[str]) -> None:
    """Stop the system services that a new installation has just started; ours are private."""
    units = {"rabbitmq-server": "rabbitmq-server", "postgresql-15": "postgresql"}
    started = [units[package] for package in packages if package in units]
    if started:
        subprocess.run([*prefix, "systemctl", "disable", "--now", *started], check=False)
