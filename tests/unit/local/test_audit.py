"""What `make audit` prints, and when it fails."""

from types import SimpleNamespace
from typing import Any

import pytest

from infra_cdk.local import cli
from infra_cdk.local.commands import data
from infra_cdk.local.tools import audit
from infra_cdk.local.tools.audit import Audited


def result(*differences: dict[str, str], waiting: int = 0) -> dict[str, Any]:
    checked = {"buckets": 3, "events": 1200}
    return {
        "count": len(differences),
        "differences": list(differences),
        "checked": checked,
        "waiting": waiting,
        "waitingEvents": 231,
        "waitingUntil": "2036-11-20T12:00:00.000Z" if waiting else None,
        "through": "2026-11-20T12:00:00.000Z",
    }


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command where audits come to these results; return its exit code."""

    def run(*results: dict[str, Any], site: str = "") -> int:
        stack = SimpleNamespace(environ=dict)
        monkeypatch.setattr(data, "running_stack", lambda _: stack)
        sites = [Audited(f"pt_{n}", "Shop", found) for n, found in enumerate(results)]
        monkeypatch.setattr(audit, "audit", lambda *_: iter(sites))
        return cli.main(["audit", *(("--site", site) if site else ())])

    return run


def test_no_difference_is_success(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(result()) == 0
    printed = capsys.readouterr().out
    assert "pt_0 Shop: 3 buckets, 1,200 events: all equal\n" in printed


def test_what_waits_is_said_instead_of_all_equal(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(result(waiting=2)) == 0
    printed = capsys.readouterr().out
    assert "all equal" not in printed
    assert "231 events in 2 buckets are stored and in no report yet" in printed
    assert "the newest of 2036-11-20T12:00:00.000Z" in printed
    assert "all stored by 2026-11-20T12:00:00.000Z was compared" in printed


def test_every_difference_is_printed_and_fails(
    run: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(result(), result({"kind": "missing_hit", "where": "2026-11-20 ab12"})) == 1
    printed = capsys.readouterr().out
    assert "pt_1 Shop: 3 buckets, 1,200 events: 1 DIFFERENCES" in printed
    assert "  missing_hit: 2026-11-20 ab12" in printed


def test_a_site_that_is_not_there_fails(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(site="pt_x") == 1
    assert "no site pt_x has facts" in capsys.readouterr().out


def test_that_there_is_nothing_yet_is_said(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "no site has facts yet" in capsys.readouterr().out
