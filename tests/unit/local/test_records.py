"""A record speaks of one process, never of a later one with its number."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from infra_cdk.local import records
from infra_cdk.local.records import Record


def spawn(script: str) -> Record:
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", script], {"PATH": "/usr/bin:/bin"}, setsid=True)
    return Record.of("server", pid, "a test", {})


def test_a_record_survives_the_disk(tmp_path: Path, fresh_record: Callable[..., Record]) -> None:
    written = fresh_record("kafka", A="1")
    written.write(tmp_path)
    assert records.find(tmp_path, "kafka") == written
    assert (tmp_path / "kafka.json").stat().st_mode & 0o777 == 0o600


def test_another_process_with_the_same_number_is_not_believed(tmp_path: Path) -> None:
    Record("kafka", os.getpid(), 1, "an earlier start", {}).write(tmp_path)
    assert records.find(tmp_path, "kafka") is None


def test_one_that_died_leaves_its_record_and_one_that_was_ended_none(tmp_path: Path) -> None:
    died = Record("kafka", os.getpid(), 1, "an earlier start", {"PORT": "1"})
    died.write(tmp_path)
    assert records.last(tmp_path, "kafka") == died
    died.end(tmp_path)
    assert records.last(tmp_path, "kafka") is None


def test_another_process_with_the_same_number_is_not_killed(tmp_path: Path) -> None:
    assert Record("kafka", os.getpid(), 1, "an earlier start", {}).end(tmp_path)


def test_a_broken_record_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "kafka.json").write_text("{")
    assert records.running(tmp_path) == []


def test_ending_waits_until_the_process_is_gone(tmp_path: Path) -> None:
    server = spawn("exec sleep 600")
    server.write(tmp_path)
    assert server.is_alive
    assert server.end(tmp_path)
    assert not server.is_alive
    assert not (tmp_path / "server.json").exists()


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    server = spawn(f"trap '' TERM; : > {ready}; while :; do sleep 0.1; done")
    deadline = time.monotonic() + 5
    while not ready.exists():
        assert time.monotonic() < deadline
    assert not server.end(tmp_path, within_s=0.3)
    assert not server.is_alive


def test_a_process_killed_by_someone_else_is_dead(tmp_path: Path) -> None:
    server = spawn("exec sleep 600")
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while server.is_alive:
        assert time.monotonic() < deadline
    assert server.end(tmp_path)
