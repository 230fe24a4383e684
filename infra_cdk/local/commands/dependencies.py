"""The command that asks which of the locked packages have known vulnerabilities."""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra_cdk.local.commands.command import Commands, add
from infra_cdk.local.servers.packages import PackagesMissing
from infra_cdk.local.stack import ROOT

Run = Callable[[Sequence[str]], subprocess.CompletedProcess[str]]
"""Runs a program in the repository's root."""


class NotAsked(RuntimeError):
    """The list of advisories cannot be reached, so nothing is known."""


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    about = "ask which of the locked packages have known vulnerabilities"
    add(commands, "audit-dependencies", _audit, about)


def _audit(_options: argparse.Namespace) -> int:
    return 1 if [lock for lock, ask in LOCKS.items() if not is_sound(lock, ask, run)] else 0


def is_sound(lock: str, ask: Callable[[Run], list[str]], run: Run) -> bool:
    """Tell whether no package of a lock file is known to be vulnerable; print those that are."""
    try:
        found = ask(run)
    except NotAsked as fault:
        print(f"{lock}: NOT AUDITED, the advisories cannot be reached: {fault}")
        return False
    print(f"{lock}: {len(found) or 'no'} known vulnerabilities", *found, sep="\n  ")
    return not found


def python_advisories(run: Run) -> list[str]:
    """Ask about `uv.lock`, all groups, and return a line for each finding.

    Raise `NotAsked` where any package could not be asked about: pip-audit itself passes over it.
    """
    uv = [_uv(), "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "requirements.txt"
        export = run(
            [*uv, "export", "--frozen", "--all-groups", "--no-emit-project", "-o", str(pinned)]
        )
        export.check_returncode()
        audit = ["pip-audit", "--disable-pip", "--require-hashes", "--progress-spinner=off"]
        options = ["--format=json", f"--requirement={pinned}"]
        chosen = ["run", "--frozen", "--isolated", "--only-group=audit"]
        told = run([*uv, *chosen, *audit, *options])
    packages = _json(told).get("dependencies", [])
    if skipped := [package for package in packages if "skip_reason" in package]:
        raise NotAsked(f"{len(skipped)} packages, as {skipped[0]['skip_reason']}")
    if not packages:
        raise NotAsked(_last_line(told))
    return [
        f"{package['name']} {package['version']}: {advisory['id']}, mended in "
        f"{', '.join(advisory['fix_versions']) or 'no version yet'}"
        for package in packages
        for advisory in package["vulns"]
    ]


def npm_advisories(run: Run) -> list[str]:
    """Ask about `package-lock.json` and return a line for each finding. Raise `NotAsked`."""
    told = run(["npm", "audit", "--json", "--package-lock-only"])
    answer = _json(told)
    if "vulnerabilities" not in answer:
        raise NotAsked(answer.get("message") or _last_line(told))
    return [
        f"{name} {found['range']}: {found['severity']}"
        for name, found in answer["vulnerabilities"].items()
    ]


LOCKS: Mapping[str, Callable[[Run], list[str]]] = {
    "uv.lock": python_advisories,
    "package-lock.json": npm_advisories,
}


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program in the repository's root."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def _json(told: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(told.stdout)
    except ValueError:
        raise NotAsked(_last_line(told)) from None
    return answer


def _last_line(told: subprocess.CompletedProcess[str]) -> str:
    lines = told.stderr.strip().splitlines()
    return lines[-1] if lines else f"exit code {told.returncode}, and no answer"


def _uv() -> str:
    place = f"{os.environ.get('PATH', os.defpath)}:{ROOT}/.local/tools/bin"
    found = shutil.which("uv", path=place)
    if found is None:
        raise PackagesMissing("missing: uv; install it with: pip install uv")
    return found
