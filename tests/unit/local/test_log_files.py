import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra_cdk.local.tools import log_files
from infra_cdk.local.tools.log_files import MOST_LINE_BYTES, LogFile, NoSuchLog

TEXT = b"one\n\ntwo\r\nthree"
LINES = [b"one", b"", b"two\r", b"three"]
if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKERS: list[Callable[[bytes], bytes]] = [
    bytes,
    gzip.compress,
    zstd.compress,
    bz2.compress,
    lzma.compress,
]


def log(folder: Path, content: bytes, name: str = "access.log") -> LogFile:
    path = folder / name
    path.write_bytes(content)
    return LogFile(name, path)


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("name", ["access.log", "access.log.gz", "access.log.zst.1"])
def test_a_log_is_unpacked_by_its_first_bytes_whatever_its_name(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    found = log(tmp_path, pack(TEXT), name)
    assert list(found.lines()) == LINES
    assert found.digest() == log(tmp_path, TEXT, "plain").digest()
    assert len(found.digest()) == 12
    assert found.fault == ""


@pytest.mark.parametrize("pack", PACKERS)
def test_parts_one_after_the_other_are_one_log(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    found = log(tmp_path, pack(TEXT[:5]) + pack(b"") + pack(TEXT[5:]))
    assert list(found.lines()) == LINES
    assert found.fault == ""


def test_a_frame_to_be_skipped_before_others_is_nothing(tmp_path: Path) -> None:
    # As `pzstd` begins what it packs (RFC 8878, 3.1.2).
    for magic in (b"\x50\x2a\x4d\x18", b"\x5f\x2a\x4d\x18"):
        skipped = magic + b"\x04\0\0\0" + b"\n\n\n\n"
        found = log(tmp_path, skipped + zstd.compress(TEXT[:5]) + skipped + zstd.compress(TEXT[5:]))
        assert (list(found.lines()), found.fault) == (LINES, "")


def test_padding_after_gzip_is_nothing(tmp_path: Path) -> None:
    found = log(tmp_path, gzip.compress(TEXT) + b"\0" * 512)
    assert (list(found.lines()), found.fault) == (LINES, "")


def test_what_the_command_line_packs_is_read(tmp_path: Path) -> None:
    # Bounded blocks, as `zstd --long` writes them on a pipe whose length it does not know.
    for command in (["zstd", "-q", "--long=27"], ["gzip"]):
        packed = subprocess.run(command, input=TEXT, capture_output=True, check=True).stdout
        assert list(log(tmp_path, packed).lines()) == LINES


@pytest.mark.parametrize("pack", PACKERS[1:])
def test_damage_keeps_the_lines_before_it_and_says_so(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    whole = b"".join(os.urandom(40).hex().encode() + b"\n" for _ in range(20_000))
    lines = whole.splitlines()
    packed = pack(whole)
    for content in (packed[: len(packed) // 2], packed[:-3]):
        found = log(tmp_path, content)
        read = list(found.lines())
        assert read == lines[: len(read)]
        assert "access.log ends too early or is damaged: " in found.fault
        # A name is of what could be read.
        assert found.digest() == log(tmp_path, content, "again").digest()
    assert len(list(log(tmp_path, packed[: len(packed) // 2]).lines())) < len(lines)


@pytest.mark.parametrize("pack", PACKERS[1:3])
def test_what_follows_the_last_part_is_damage(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    found = log(tmp_path, pack(b"one\ntwo\n") + b"garbage")
    assert list(found.lines()) == [b"one", b"two"]
    assert "is damaged" in found.fault


def test_a_line_of_any_length_takes_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"first\n")
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b"\nlast\n")
    tracemalloc.start()
    try:
        found = list(LogFile("long", path).lines())
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [found[0], found[2:]] == [b"first", [b"last"]]
    assert MOST_LINE_BYTES < len(found[1]) < 1_000_000
    assert most < 4_000_000


def test_a_log_of_any_length_takes_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(64):
            file.write((b"x" * 199 + b"\n") * 5_000)
    tracemalloc.start()
    try:
        found = LogFile("many", path)
        count = sum(1 for _ in found.lines())
        found.digest()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 320_000
    assert most < 4_000_000


def names(folder: Path, *given: str) -> list[str]:
    with log_files.opened([str(folder / name) for name in given]) as found:
        return [Path(log.name).name for log in found]


def test_logs_are_found_by_name_and_pattern_each_once(tmp_path: Path) -> None:
    for name in ("access.log", "access.log.1", "access.log.2.gz", "other", "odd[1].log"):
        (tmp_path / name).write_bytes(TEXT)
    (tmp_path / "access.d").mkdir()
    (tmp_path / "access.d" / "deep.log").write_bytes(TEXT)
    (tmp_path / "link.log").symlink_to(tmp_path / "other")
    assert names(tmp_path, "other", "access*") == [
        *("other", "access.log", "access.log.1", "access.log.2.gz"),
    ]
    assert names(tmp_path, "access.log", "access.log", "access.lo?", "./access.log") == [
        "access.log"
    ]
    assert names(tmp_path, "other", "link.log") == ["other"]
    assert names(tmp_path, "odd[1].log") == ["odd[1].log"]
    assert names(tmp_path, "**/deep.*") == ["deep.log"]


@pytest.mark.parametrize(
    ("name", "said"), [("no.log", "is no file"), ("no*", "matches none"), ("", "is a folder")]
)
def test_what_is_no_log_is_said_so(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(NoSuchLog, match=said):
        names(tmp_path, name)


@pytest.mark.parametrize("pack", PACKERS)
def test_standard_input_is_read_as_often_as_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(pack(TEXT))))
    with log_files.opened(["-", "-"]) as (found,):
        assert found.name == "standard input"
        assert found.digest() == log(tmp_path, TEXT).digest()
        assert list(found.lines()) == list(found.lines()) == LINES


def test_a_pipe_with_a_name_is_read_as_often_as_needed(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(gzip.compress(TEXT),))
    writing.start()
    with log_files.opened([str(pipe)]) as (found,):
        writing.join()
        assert found.digest() == log(tmp_path, TEXT).digest()
        assert list(found.lines()) == LINES
