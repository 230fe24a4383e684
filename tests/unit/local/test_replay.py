import gzip
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra_cdk.local import cli
from infra_cdk.local.commands import data
from infra_cdk.local.tools import replay

LINE = '192.0.2.{} - John Doe [17/May/2015:10:05:03 +0000] "GET /{} HTTP/1.1" 200 5 "-" "A"\n'


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """What is sent to `/track`, by body and headers; everything is taken."""
    taken: list[tuple[str, dict[str, str]]] = []

    def post(_: Any, body: str, headers: dict[str, str]) -> int:
        taken.append((body, headers))
        return 204

    monkeypatch.setattr(replay, "_post", post)
    stack = SimpleNamespace(origin="http://127.0.0.1:1", directory=Path())
    monkeypatch.setattr(os, "umask", lambda _: 0)
    monkeypatch.setattr(data, "running_stack", lambda _: stack)
    monkeypatch.setattr(data, "read_demo", lambda _: {"trackingId": "pt_1"})
    return taken


def test_logs_are_sent_whatever_their_format(
    tmp_path: Path,
    posted: list[tuple[str, dict[str, str]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "a.log").write_text(LINE.format(1, r"?q=\"x\"") + "nonsense\n")
    (tmp_path / "b.log").write_bytes(gzip.compress(LINE.format(2, "b").encode()))
    assert cli.main(["replay", str(tmp_path / "*.log")]) == 0
    assert {headers["X-Forwarded-For"] for _, headers in posted} == {"192.0.2.1", "192.0.2.2"}
    assert any(r'"url": "/?q=\"x\""' in body for body, _ in posted)
    said = capsys.readouterr().out.rpartition("\r")[2]
    assert said.startswith("sent 2, accepted 2, refused 0")
    assert said.endswith("unreadable lines 1\n")


def test_a_log_that_is_cut_off_is_said_so(
    tmp_path: Path,
    posted: list[tuple[str, dict[str, str]]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = "".join(LINE.format(n, n) for n in range(250))
    (tmp_path / "a.gz").write_bytes(gzip.compress(lines.encode())[:-30])
    assert cli.main(["replay", str(tmp_path / "a.gz")]) == 1
    assert 0 < len(posted) < 250
    assert "ends too early" in capsys.readouterr().out
