"""A server that does not come up is shown with the end of its log."""

import urllib.request
from pathlib import Path

import pytest

from infra_cdk.local import records
from infra_cdk.local.servers import daemons, ports
from infra_cdk.local.servers.daemons import DaemonFailed
from infra_cdk.local.stack import Stack


def launch(tmp_path: Path, script: str) -> tuple[Stack, records.Record]:
    stack = Stack("test", tmp_path, {})
    command = ["/bin/sh", "-c", script]
    environ = {"PATH": "/usr/bin:/bin"}
    record = daemons.start(stack, "server", command, environ=environ, values={}, source="a test")
    return stack, record


def never() -> None:
    raise ConnectionError("not listening")


def test_one_that_ends_shows_its_last_words(tmp_path: Path) -> None:
    stack, record = launch(tmp_path, "echo cannot do it >&2; exit 3")
    with pytest.raises(DaemonFailed, match="server ended") as failed:
        daemons.wait_until_ready(stack, record, never, within_s=20)
    assert "cannot do it" in str(failed.value)
    assert str(daemons.log_of(stack, "server")) in str(failed.value)


def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    stack, record = launch(tmp_path, "echo thinking; exec sleep 600")
    with pytest.raises(DaemonFailed, match=r"not ready within 0 s \(not listening\)") as failed:
        daemons.wait_until_ready(stack, record, never, within_s=0.3)
    assert "thinking" in str(failed.value)
    assert record.end(stack.run)


def test_one_that_answers_is_ready(tmp_path: Path) -> None:
    port = ports.next_free(21_000)
    stack, record = launch(tmp_path, f"exec python3 -m http.server --bind 127.0.0.1 {port}")

    def probe() -> None:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2):
            return

    daemons.wait_until_ready(stack, record, probe, within_s=20)
    assert record.end(stack.run)


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    stack = Stack("test", tmp_path, {})
    with pytest.raises(DaemonFailed, match="no program nowhere-to-be-found"):
        daemons.start(stack, "x", ["nowhere-to-be-found"], environ={}, values={}, source="")


def test_the_tail_of_a_long_log_is_short(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text("\n".join(f"line {n}" for n in range(100_000)))
    assert daemons.tail(log, 3) == "line 99997\nline 99998\nline 99999"


def test_no_program_runs_whose_record_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[records.Record] = []

    def full(record: records.Record, _run: Path) -> None:
        begun.append(record)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(records.Record, "write", full)
    with pytest.raises(DaemonFailed, match="No space left"):
        launch(tmp_path, "exec sleep 600")
    assert len(begun) == 1
    assert not begun[0].is_alive


def test_a_program_starts_without_its_log_where_none_can_be_made(tmp_path: Path) -> None:
    (tmp_path / ".local" / "test" / "logs" / "server.log").mkdir(parents=True)
    stack, record = launch(tmp_path, "echo hello; exec sleep 600")
    assert record.is_alive
    assert record.end(stack.run)


def test_a_log_that_is_too_large_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemons, "MOST_LOG_BYTES", 10)
    log = tmp_path / "a.log"
    log.write_text("0123456789")
    daemons.bound(log)
    assert log.read_text() == "0123456789"
    log.write_text("0123456789a")
    daemons.bound(log)
    assert log.read_text() == ""
    assert (tmp_path / "a.log.1").read_text() == "0123456789a"
    daemons.bound(tmp_path / "none.log")


@pytest.mark.parametrize(
    ("text", "line"),
    [("one\n\ntwo\n \n", "two"), ("", ""), ("x" * 1000, "x" * 300), ("a\x00b\xff", "a\x00b\ufffd")],
)
def test_the_last_line_says_something(tmp_path: Path, text: str, line: str) -> None:
    (tmp_path / "a.log").write_bytes(text.encode("latin-1"))
    assert daemons.last_line(tmp_path / "a.log") == line
