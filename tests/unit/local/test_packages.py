"""Missing programs are installed by apt, or the command that would is named."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra_cdk.local.servers import packages
from infra_cdk.local.servers.packages import PackagesMissing

WANTED = {"/nowhere/rabbitmq-server": "rabbitmq-server", "sh": "dash"}


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would have run; each succeeds."""
    seen: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        seen.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_nothing_runs_when_everything_is_there(commands: list[list[str]], tmp_path: Path) -> None:
    packages.ensure({"sh": "dash", str(tmp_path): "any"})
    assert commands == []


def test_only_what_is_missing_is_installed_and_said(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "_right_to_install", list)
    packages.ensure(WANTED)
    update, install = commands[:2]
    assert update[-1] == "update"
    assert install[-1] == "rabbitmq-server"
    assert "dash" not in install
    assert "rabbitmq-server (for /nowhere/rabbitmq-server)" in capsys.readouterr().out


def test_without_the_right_to_install_the_command_is_named(
    commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_right_to_install", lambda: None)
    with pytest.raises(PackagesMissing, match=r"sudo apt-get install -y .* rabbitmq-server"):
        packages.ensure(WANTED)
    assert commands == []
