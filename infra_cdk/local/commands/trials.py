"""The commands that run tests: servers, hosts and data of their own, deleted afterwards."""

import argparse
import secrets
import shutil
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from infra_cdk.local import installation
from infra_cdk.local.commands.command import Commands, add
from infra_cdk.local.servers import packages, servers
from infra_cdk.local.stack import PORTS, Stack
from infra_cdk.local.tools.seed import FILE
from infra_cdk.local.trial import trial

_AT_A_TIME = 2
"""Tests wait more than they compute; two parts at a time keep two processors busy."""

_RULES = ("tests/unit", "tests/contracts", "tests/infrastructure")
_PRODUCT = ("tests/api", "tests/e2e")
"""What pytest runs apart from the rest of the folders, so that no part is long."""

_ATTACK = ("tests/attack",)
_MANY_EXAMPLES = 400
"""How many inputs of a kind `attack` makes up; `test` makes do with fewer."""

_LAST_LINES = 12
"""How much of a failed part is said again at the end, where a reader looks first."""

Work = Callable[[IO[bytes]], int]
"""Writes to a log and returns an exit code."""


def register(commands: Commands) -> None:
    """Add the commands of this module."""
    add(commands, "test", _test, "run every test on a fresh stack, then take it down", "suite")
    about = "try what an attacker would on a fresh stack, with many examples"
    attack = add(commands, "attack", _attack, about, "suite")
    attack.add_argument("--examples", type=int, default=_MANY_EXAMPLES, help="inputs of a kind")
    attack.add_argument("--seed", type=int, help="the same seed gives the same (default: random)")


@dataclass(slots=True)
class Parts:
    """The parts of a run: how long each took, and which failed."""

    stack: Stack
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    _printing: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure a part."""
        print(f"── {name} …", flush=True)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - began

    def run_side_by_side(self, works: Mapping[str, Work]) -> None:
        """Run parts, a few at a time; all run, whichever fail."""
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            done = {name: pool.submit(self.run, name, work) for name, work in works.items()}
        for name, part in done.items():
            if error := part.exception():
                traceback.print_exception(error)
                self.failed.append(name)

    def run(self, name: str, work: Work) -> None:
        """Run a part, then print all of its output at once."""
        self.stack.logs.mkdir(parents=True, exist_ok=True)
        log = self._log(name)
        try:
            with self.timed(name), log.open("wb") as output:
                code = work(output)
        finally:
            with self._printing:
                print(f"\n── {name}\n\n{log.read_text(errors='replace')}", flush=True)
        if code:
            self.failed.append(name)

    def __str__(self) -> str:
        """Return the times, one line each, and the last words of the parts that failed."""
        lines = [
            f"{name:<12} {seconds:6.1f} s{' FAILED' * (name in self.failed)}"
            for name, seconds in self.seconds.items()
        ]
        for name in self.failed:
            lines += [f"── {name}", *self._last_words(name)]
        return "\n".join([*lines, "FAILED" if self.failed else "passed"])

    def _last_words(self, name: str) -> list[str]:
        """Return the end of a part's output, where every runner names what failed."""
        log = self._log(name)
        text = log.read_text(errors="replace") if log.exists() else ""
        return [line for line in text.splitlines() if line.strip()][-_LAST_LINES:]

    def _log(self, name: str) -> Path:
        return self.stack.logs / f"test-{name}.log"


def _test(options: argparse.Namespace) -> int:
    stack = Stack.named(options.stack)
    parts = Parts(stack)
    with _servers(parts, {"/usr/bin/chromium": "chromium"}) as environ:
        measured = stack.directory / "coverage"
        shutil.rmtree(measured, ignore_errors=True)
        measured.mkdir(parents=True)
        environ |= {"COVERAGE_FILE": str(measured / "data")}

        def program(*command: str) -> Work:
            return lambda log: _run(stack, command, environ, log)

        coverage = (sys.executable, "-m", "coverage")
        pytest = (*coverage, "run", "-m", "pytest", "--durations=10", "--durations-min=5")
        others = (*_RULES, *_PRODUCT, *_ATTACK, "tests/benchmarks")
        # The longest come first.
        parts.run_side_by_side(
            {
                "integration": program(*pytest, *(f"--ignore={folder}" for folder in others)),
                "browser": lambda log: _browse(stack, environ, log),
                "attack": program(*pytest, *_ATTACK),
                "product": program(*pytest, *_PRODUCT),
                "rules": program(*pytest, *_RULES),
                "vitest": program("npm", "test"),
            }
        )
        subprocess.run([*coverage, "combine", "-q"], cwd=stack.root, env=environ, check=False)
        parts.run("coverage", program(*coverage, "report"))
    print(f"\n{parts}")
    return 1 if parts.failed else 0


def _attack(options: argparse.Namespace) -> int:
    stack = Stack.named(options.stack)
    parts = Parts(stack)
    seed = secrets.randbits(32) if options.seed is None else options.seed
    again = f"make attack EXAMPLES={options.examples} SEED={seed}"
    print(f"the same once more: {again}", flush=True)
    pytest = (sys.executable, "-m", "pytest", "--durations=10")
    chosen = (f"--attack-examples={options.examples}", f"--attack-seed={seed}")
    with _servers(parts, {}) as environ:
        command = (*pytest, *_ATTACK, *chosen)
        parts.run("attack", lambda log: _run(stack, command, environ, log))
    print(f"\n{parts}\n{again}")
    return 1 if parts.failed else 0


@contextmanager
def _servers(parts: Parts, needed: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Run fresh servers as long as their environment is in use; `needed` are programs' packages."""
    stack = parts.stack
    try:
        with parts.timed("servers"):
            packages.ensure(needed)
            installation.reset(stack)
            found = servers.up(stack)
        yield {**stack.given, **{server.variable: server.url for server in found}}
    finally:
        with parts.timed("teardown"):
            installation.reset(stack)


def _run(stack: Stack, command: Sequence[str], environ: Mapping[str, str], log: IO[bytes]) -> int:
    """Run a program in the repository's root, with its output in the log."""
    return subprocess.run(
        command, cwd=stack.root, env=environ, stdout=log, stderr=subprocess.STDOUT, check=False
    ).returncode


def _browse(stack: Stack, environ: Mapping[str, str], log: IO[bytes]) -> int:
    """Run the browser tests against a host of their own.

    It looks for free ports elsewhere than pytest's hosts, which start at the same time.
    """
    ports = {variable: str(stack.wanted_port(variable)) for variable in PORTS}
    with trial(Stack(stack.name, stack.root, {**stack.given, **ports})) as host:
        address = {
            "PIXELTRACK_TEST_ORIGIN": host.origin,
            "PIXELTRACK_TEST_SHOP": host.shop,
            "PIXELTRACK_TEST_LOCAL": host.local,
            "PIXELTRACK_TEST_KEYS": str(host.stack.keys_file),
            "PIXELTRACK_TEST_DEMO": str(host.stack.directory / FILE),
        }
        return _run(stack, ["npm", "run", "e2e"], {**environ, **address}, log)
