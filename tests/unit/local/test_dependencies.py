"""Advisories about locked packages: found, none, or not asked, which is no success."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from infra_cdk.local.commands.dependencies import (
    LOCKS,
    Run,
    is_sound,
    npm_advisories,
    python_advisories,
)

SOUND = {"name": "six", "version": "1.17.0", "vulns": []}
WEAK = SOUND | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["1.18"]}]}
UNMENDED = SOUND | {"vulns": [{"id": "PYSEC-2", "fix_versions": []}]}
SKIPPED = {"name": "six", "skip_reason": "Dependency not found on PyPI"}
AWAY = {"message": "405 Method Not Allowed", "error": {"summary": ""}}


def answering(answer: Any, error: str = "") -> Run:
    text = answer if isinstance(answer, str) else json.dumps(answer)

    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        is_export = "export" in command
        code = 0 if is_export else 1
        return subprocess.CompletedProcess(command, code, "" if is_export else text, error)

    return run


def pypi(*packages: dict[str, Any]) -> Any:
    return {"dependencies": list(packages), "fixes": []}


@pytest.mark.parametrize(
    ("lock", "run", "told"),
    [
        ("uv.lock", answering(pypi(SOUND)), "no known vulnerabilities"),
        ("package-lock.json", answering({"vulnerabilities": {}}), "no known vulnerabilities"),
    ],
)
def test_what_is_sound(lock: str, run: Run, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_sound(lock, LOCKS[lock], run)
    assert capsys.readouterr().out.strip() == f"{lock}: {told}"


def test_what_is_found_is_named() -> None:
    assert python_advisories(answering(pypi(SOUND, WEAK, UNMENDED))) == [
        "six 1.17.0: PYSEC-1, mended in 1.18",
        "six 1.17.0: PYSEC-2, mended in no version yet",
    ]
    found = {"vulnerabilities": {"vite": {"range": "<8.0.1", "severity": "high"}}}
    assert npm_advisories(answering(found)) == ["vite <8.0.1: high"]
    assert not is_sound("uv.lock", python_advisories, answering(pypi(WEAK)))


@pytest.mark.parametrize(
    ("lock", "run", "reason"),
    [
        ("uv.lock", answering(pypi(SOUND, SKIPPED)), "1 packages, as Dependency not found on PyPI"),
        ("uv.lock", answering(pypi()), "exit code 1, and no answer"),
        ("uv.lock", answering("", "a trace\nno route to host\n"), "no route to host"),
        ("package-lock.json", answering(AWAY), "405 Method Not Allowed"),
        ("package-lock.json", answering("no JSON"), "exit code 1, and no answer"),
    ],
)
def test_what_cannot_be_asked_is_no_success(
    lock: str, run: Run, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not is_sound(lock, LOCKS[lock], run)
    told = f"{lock}: NOT AUDITED, the advisories cannot be reached: {reason}"
    assert capsys.readouterr().out.strip() == told
