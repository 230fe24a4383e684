from pathlib import Path

import pytest

from infra_cdk.local.emulator import logs
from infra_cdk.local.emulator.logs import LogFile


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
    assert metrics == [b'{"_aws":1}']


def test_a_line_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_LINE_BYTES", 10)
    log = LogFile(tmp_path / "a.log", lambda _: False)

    log.reader()(b"x" * 11)
    log.close()

    assert (tmp_path / "a.log").read_bytes() == b"x" * 11 + b"\n"


def test_a_full_file_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_FILE_BYTES", 10)
    log = LogFile(tmp_path / "a.log", lambda _: False)
    read = log.reader()

    for number in range(3):
        read(b"line number %d\n" % number)
    log.close()

    assert (tmp_path / "a.log").read_bytes() == b"line number 2\n"
    assert (tmp_path / "a.log.1").read_bytes() == b"line number 1\n"
