"""What functions print: every line to the group's log file, metrics to the registry too."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

MOST_FILE_BYTES = 16 * 1024 * 1024
MOST_LINE_BYTES = 256 * 1024
_EMF = b'{"_aws"'


class LogFile:
    """A group's log file; when full it is kept as `.1`, in place of the one before."""

    def __init__(self, path: Path, take_metrics: Callable[[bytes], bool]) -> None:
        self._path = path
        self._take_metrics = take_metrics
        self._file: BinaryIO | None = None
        self._size = 0

    def reader(self) -> Callable[[bytes], None]:
        """Return a reader for the output of one process, which it cuts into lines."""
        rest = bytearray()

        def read(data: bytes) -> None:
            rest.extend(data)
            whole, newline, tail = rest.rpartition(b"\n")
            if newline:
                self._write(whole.split(b"\n"))
                rest[:] = tail
            if len(rest) > MOST_LINE_BYTES:
                self._write([bytes(rest)])
                rest.clear()

        return read

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, lines: list[bytearray] | list[bytes]) -> None:
        for line in lines:
            if line.startswith(_EMF):
                self._take_metrics(bytes(line))
        data = b"\n".join(lines) + b"\n"
        file = self._open()
        file.write(data)
        file.flush()
        self._size += len(data)

    def _open(self) -> BinaryIO:
        if self._file is not None and self._size > MOST_FILE_BYTES:
            self.close()
            self._path.replace(self._path.with_suffix(".log.1"))
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab")
            self._size = self._file.tell()
        return self._file
