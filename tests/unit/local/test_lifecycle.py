"""What `make up` tells."""

from pathlib import Path

import pytest

from infra_cdk.local import cli, installation
from infra_cdk.local.commands import lifecycle
from infra_cdk.local.stack import Stack
from infra_cdk.local.tools.seed import Demo

DEMO = Demo("demo@pixeltrack.local", "geheim", "s1", "pt_1", "ptk_1", "http://a", "http://b")


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_host", lambda _: None)
    monkeypatch.setattr(installation, "up", lambda _: [])
    monkeypatch.setattr(installation, "furnish", lambda _: DEMO)
    monkeypatch.setattr(lifecycle, "show_differences", lambda _: False)


@pytest.mark.parametrize(("stage", "is_told"), [("local", True), ("prod", False)])
def test_it_names_the_mailbox_where_there_is_one(
    stage: str,
    is_told: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = {"PIXELTRACK_STAGE": stage, "PIXELTRACK_LOCAL_PORT": "7003"}
    monkeypatch.setattr(Stack, "named", lambda name: Stack(name, tmp_path, given))
    assert cli.main(["up"]) == 0
    told = capsys.readouterr().out
    assert "password geheim" in told
    assert ("http://127.0.0.1:7003/mailbox" in told) is is_told
    assert ("http://127.0.0.1:7003/metrics" in told) is is_told
