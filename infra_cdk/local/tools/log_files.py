"""Logs as they lie about: named or by pattern, packed or not, piped in; read in bounded memory.

How a log is packed is told by its first bytes (gzip, Zstandard, bzip2, xz), each perhaps in
several parts one after the other, as rotation leaves them.
"""

import bz2
import glob
import gzip
import hashlib
import lzma
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STANDARD_INPUT = "-"
MOST_LINE_BYTES = 64 * 1024
"""Longest line that is read whole; servers refuse requests long before."""

_CHUNK = 128 * 1024
_DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, zstd.ZstdError)


class _Unpacked(Protocol):
    def read1(self, size: int = -1, /) -> bytes:
        """Return some bytes, none at the end."""


def _plain(file: BinaryIO) -> _Unpacked:
    return cast("_Unpacked", file)


_UNPACKED: dict[bytes, Callable[[BinaryIO], _Unpacked]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"\x28\xb5\x2f\xfd": zstd.ZstdFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_UNPACKED |= {bytes([0x50 + n]) + b"\x2a\x4d\x18": zstd.ZstdFile for n in range(16)}
"""By a file's first bytes: RFC 1952, RFC 8878 (frames to be skipped, too), the formats' own."""


class NoSuchLog(LookupError):
    """A name given for a log is no file's, and no pattern that matches one."""


@dataclass(slots=True)
class LogFile:
    """One log, read as often as needed; `fault` says why the last reading ended too early."""

    name: str
    source: Path | BinaryIO
    fault: str = ""

    def lines(self) -> Iterator[bytes]:
        """Yield the lines without their ends; of one beyond `MOST_LINE_BYTES` at least so much.

        Damage ends the lines and says so in `fault`: a line that it cuts off is none.
        """
        rest = b""
        for chunk in self._chunks():
            pieces = chunk.split(b"\n")
            pieces[0] = rest + pieces[0]
            rest = pieces.pop()[: MOST_LINE_BYTES + 1]
            yield from pieces
        if rest and not self.fault:
            yield rest

    def digest(self) -> str:
        """Return 12 hex digits (SHA-256) that name a log by what it says, packed or not."""
        found = hashlib.sha256()
        for chunk in self._chunks():
            found.update(chunk)
        return found.hexdigest()[:12]

    def _chunks(self) -> Iterator[bytes]:
        self.fault = ""
        with self._opened() as file:
            start = file.read(6)
            file.seek(0)
            opener = next((o for magic, o in _UNPACKED.items() if start.startswith(magic)), _plain)
            content = opener(file)
            while True:
                try:
                    chunk = content.read1(_CHUNK)
                except _DAMAGED as error:
                    self.fault = f"{self.name} ends too early or is damaged: {error}"
                    return
                if not chunk:
                    return
                yield chunk

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if not isinstance(self.source, Path):
            self.source.seek(0)
            yield self.source
            return
        with self.source.open("rb") as file:
            yield file


@contextmanager
def opened(names: Sequence[str]) -> Iterator[list[LogFile]]:
    """Lend the logs that names and patterns (`*`, `?`, `[…]`, `**`) stand for, each once.

    `-` is standard input. What can be read only once is copied to a temporary file. Raise
    `NoSuchLog`, or `OSError` where such a copy cannot be made.
    """
    found: dict[object, LogFile] = {}
    with ExitStack() as copies:
        for name in names:
            if name == STANDARD_INPUT:
                if name not in found:
                    copy = copies.enter_context(_copied(sys.stdin.buffer))
                    found[name] = LogFile("standard input", copy)
                continue
            for path in _paths(name):
                status = path.stat()
                key = (status.st_dev, status.st_ino)
                if key in found:
                    continue
                if path.is_file():
                    found[key] = LogFile(str(path), path)
                else:
                    with path.open("rb") as pipe:
                        copy = copies.enter_context(_copied(pipe))
                    found[key] = LogFile(str(path), copy)
        yield list(found.values())


def _paths(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        raise NoSuchLog(f"{name} is a folder; name the logs in it, as in {name.rstrip('/')}/*")
    if path.exists():
        return [path]
    found = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - it may be absolute
    matches = [path for path in map(Path, found) if path.is_file()]
    if not matches:
        raise NoSuchLog(f"{name!r} is no file, and as a pattern it matches none")
    return matches


@contextmanager
def _copied(pipe: BinaryIO) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(pipe, file)
        yield cast("BinaryIO", file)
