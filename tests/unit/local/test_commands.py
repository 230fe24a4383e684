"""Every target of the Makefile has its help and its command."""

import subprocess

import pytest

from infra_cdk.local import cli
from infra_cdk.local.stack import ROOT

TARGETS = [
    *("up", "down", "reset", "status", "logs", "test", "attack", "check"),
    *("audit-dependencies", "bench", "prove", "replay", "import-log", "generate"),
    *("migrate", "openapi", "layers", "synth", "psql", "events", "ledger", "audit"),
]


def test_bare_make_lists_every_target_with_a_line_of_help() -> None:
    # Not as a part of the `make test` that may run this.
    command = ["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    helped = {line.split()[1]: line.split()[2:] for line in done.stdout.splitlines()}
    assert list(helped) == TARGETS
    assert all(helped.values())


@pytest.mark.parametrize(
    "command", ["up", "down", "reset", "status", "logs", "test", "attack", "psql"]
)
def test_each_command_is_known(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("name", ["../up", "/etc", "a b", ""])
def test_a_stack_may_not_lie_elsewhere(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["down", "--stack", name])
    assert "is not the name of a stack" in capsys.readouterr().err


def test_make_passes_logs_and_patterns_on_as_they_are() -> None:
    given = ["FILE=a.log /logs/*.gz", "SITE=pt_1", "EXCLUDE=/admin/* *[0-9]", "DRY_RUN=1"]
    command = ["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "-n", "import-log", *given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    line = done.stdout.partition("import-log ")[2].replace("\\\n", " ").split()
    assert line == [
        *("a.log", "/logs/*.gz", "--site", "pt_1"),
        *("--exclude", "'/admin/*'", "--exclude", "'*[0-9]'", "--dry-run"),
    ]
