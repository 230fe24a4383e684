"""Lines of functions reach their file whole; a disk that is full or hangs holds up nobody."""

import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra_cdk.local.emulator import logs
from infra_cdk.local.emulator.logs import LogFile


def eventually(look: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not look():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let files grow to so many bytes only, as on a disk that is full.

    A limit of the process would hold for the log of this run, too.
    """
    write, room = os.write, [0]

    def write_some(file: int, data: bytes) -> int:
        left = room[0] - os.fstat(file).st_size
        if left <= 0:
            raise OSError(errno.ENOSPC, "no space left")
        return write(file, data[:left])

    monkeypatch.setattr(os, "write", write_some)
    return lambda size: room.__setitem__(0, size)


def test_output_is_cut_into_lines_by_process(tmp_path: Path) -> None:
    metrics: list[bytes] = []

    def take(line: bytes) -> bool:
        metrics.append(line)
        return True

    log = LogFile(tmp_path / "logs" / "api.log", take)
    one, other = log.reader(), log.reader()
    one(b"first ha")
    other(b'{"_aws":1}\nwhole\n')
    one(b"lf\nrest")
    log.close()

    assert (tmp_path / "logs" / "api.log").read_bytes() == b'{"_aws":1}\nwhole\nfirst half\n'
    assert stat.S_IMODE((tmp_path / "logs" / "api.log").stat().st_mode) == 0o600
    assert metrics == [b'{"_aws":1}']
    assert log.dropped == 0


def test_a_line_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_LINE_BYTES", 10)
    log = LogFile(tmp_path / "a.log", lambda _: False)

    log.reader()(b"x" * 11)
    log.close()

    assert (tmp_path / "a.log").read_bytes() == b"x" * 11 + b"\n"


def test_a_full_file_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_LOG_BYTES", 10)
    log = LogFile(tmp_path / "a.log", lambda _: False)
    read = log.reader()

    for number in range(3):
        line = b"line number %d\n" % number
        read(line)
        eventually(lambda line=line: _text(tmp_path / "a.log") == line)  # type: ignore[misc]
    log.close()

    assert (tmp_path / "a.log.1").read_bytes() == b"line number 1\n"


def _text(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def test_lines_wait_for_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads the pipe, so that opening it hangs, as a disk that is away does."""
    monkeypatch.setattr(logs, "MOST_WAITING_BYTES", 1000)
    monkeypatch.setattr(logs, "CLOSE_WITHIN_S", 0.1)
    os.mkfifo(tmp_path / "a.log")
    metrics: list[bytes] = []

    def take(line: bytes) -> bool:
        metrics.append(line)
        return True

    log = LogFile(tmp_path / "a.log", take)
    read = log.reader()
    for number in range(400):
        read(b'{"_aws":%d}\n' % number)
    assert len(metrics) == 400
    assert log.dropped > 200
    log.close()

    end = os.open(tmp_path / "a.log", os.O_RDONLY | os.O_NONBLOCK)
    assert log._writer
    log._writer.join(20)
    os.close(end)


def test_a_disk_without_room_costs_lines_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.log").symlink_to("/dev/full")
    metrics: list[bytes] = []

    def take(line: bytes) -> bool:
        metrics.append(line)
        return True

    log = LogFile(tmp_path / "a.log", take)
    read = log.reader()
    read(b'one\ntwo\n{"_aws":1}\n')
    eventually(lambda: log.dropped == 3)
    assert metrics == [b'{"_aws":1}']

    (tmp_path / "a.log").unlink()
    read(b"there is room again\n")
    log.close()
    assert (tmp_path / "a.log").read_bytes() == b"there is room again\n"
    assert log.dropped == 3


def test_no_line_is_left_torn(tmp_path: Path, small_disk: Callable[[int], None]) -> None:
    log = LogFile(tmp_path / "a.log", lambda _: False)
    read = log.reader()
    small_disk(20)
    read(b"0123456789\n0123456789\n0123456789\n")
    eventually(lambda: log.dropped == 2)
    small_disk(1000)
    read(b"next\n")
    log.close()
    assert (tmp_path / "a.log").read_bytes() == b"0123456789\nnext\n"


def test_a_folder_that_is_no_folder_costs_lines_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    log = LogFile(tmp_path / "logs" / "a.log", lambda _: False)
    log.reader()(b"lost\n")
    eventually(lambda: log.dropped == 1)
    log.close()
