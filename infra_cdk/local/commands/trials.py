"""The command that runs every test: servers, hosts and data of its own, gone afterwards."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from infra_cdk.local import installation, services
from infra_cdk.local.commands.parsing import Commands, add
from infra_cdk.local.seed import FILE
from infra_cdk.local.services import packages
from infra_cdk.local.stack import Stack
from infra_cdk.local.trial import trial


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    add(commands, "test", _test, "run every test on a fresh stack, then take it down", "suite")


@dataclass(slots=True)
class Parts:
    """The parts of a run: how long each took, and the exit code of the first that failed."""

    stack: Stack
    seconds: dict[str, float] = field(default_factory=dict)
    verdict: int = 0

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure a part."""
        print(f"\n── {name}", flush=True)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - began

    def run(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        """Run a program as a part; the parts after a failure run too."""
        with self.timed(name):
            done = subprocess.run(command, cwd=self.stack.root, env=dict(environ), check=False)
        self.verdict = self.verdict or done.returncode

    def __str__(self) -> str:
        """Draw the times, a line each."""
        lines = [f"{name:<12} {seconds:6.1f} s" for name, seconds in self.seconds.items()]
        return "\n".join([*lines, "passed" if self.verdict == 0 else "FAILED"])


def _test(options: argparse.Namespace) -> int:
    stack = Stack.named(options.stack)
    parts = Parts(stack)
    try:
        with parts.timed("servers"):
            packages.ensure({"/usr/bin/chromium": "chromium"})
            installation.reset(stack)
            found = services.up(stack)
        servers = {**stack.given, **{server.variable: server.url for server in found}}
        pytest = [sys.executable, "-m", "pytest", "--ignore=tests/benchmarks"]
        parts.run("pytest", pytest, servers)
        parts.run("vitest", ["npm", "test"], servers)
        with trial(stack) as host:
            address = {
                "PIXELTRACK_TEST_ORIGIN": host.origin,
                "PIXELTRACK_TEST_SHOP": host.shop,
                "PIXELTRACK_TEST_DEMO": str(host.stack.directory / FILE),
            }
            parts.run("playwright", ["npm", "run", "e2e"], {**servers, **address})
    finally:
        with parts.timed("teardown"):
            installation.reset(stack)
    print(f"\n{parts}")
    return parts.verdict
