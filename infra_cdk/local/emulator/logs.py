"""What functions print: every line to the group's log file, metrics to the registry too.

Nothing here holds up a function or the host. A thread of its own writes each file, so a disk that
hangs delays nobody; lines that it cannot write, or cannot write fast enough, are dropped and
counted.
"""

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from infra_cdk.local.servers.daemons import MOST_LOG_BYTES

MOST_LINE_BYTES = 256 * 1024
MOST_WAITING_BYTES = 4 * 1024 * 1024
GATHER_S = 0.05
"""Lines are written this much later, together: once for many, rather than for each."""
CLOSE_WITHIN_S = 2.0
_EMF = b'{"_aws"'


class LogFile:
    """A group's log file; when full it is kept as `.1`, in place of the one before."""

    def __init__(self, path: Path, take_metrics: Callable[[bytes], bool]) -> None:
        self.dropped = 0
        self._path = path
        self._take_metrics = take_metrics
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._turn = threading.Condition()
        self._closing = threading.Event()
        self._writer: threading.Thread | None = None
        self._file: int | None = None
        self._size = 0

    def reader(self) -> Callable[[bytes], None]:
        """Return a reader for the output of one process, which it cuts into lines."""
        rest = bytearray()

        def read(data: bytes) -> None:
            rest.extend(data)
            whole, newline, tail = rest.rpartition(b"\n")
            if newline:
                self._take(whole.split(b"\n"))
                rest[:] = tail
            if len(rest) > MOST_LINE_BYTES:
                self._take([bytes(rest)])
                rest.clear()

        return read

    def close(self) -> None:
        """Write what waits, and close the file; a disk that hangs is given up."""
        self._closing.set()
        with self._turn:
            self._turn.notify()
        if self._writer is not None:
            self._writer.join(CLOSE_WITHIN_S)

    def _take(self, lines: list[bytearray] | list[bytes]) -> None:
        for line in lines:
            if line.startswith(_EMF):
                self._take_metrics(bytes(line))
        data = b"\n".join(lines) + b"\n"
        with self._turn:
            if self._waiting_bytes + len(data) > MOST_WAITING_BYTES:
                self.dropped += len(lines)
                return
            self._waiting.append(data)
            self._waiting_bytes += len(data)
            self._turn.notify()
        if self._writer is None:
            name = f"log-{self._path.stem}"
            self._writer = threading.Thread(target=self._write_on, name=name, daemon=True)
            self._writer.start()

    def _write_on(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._waiting or self._closing.is_set())
            self._closing.wait(GATHER_S)
            with self._turn:
                waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
            if waiting:
                self._write(b"".join(waiting))
            elif self._closing.is_set():
                self._let_go()
                return

    def _write(self, data: bytes) -> None:
        """Append whole lines, as many as there is room for."""
        written = 0
        try:
            file = self._open()
            while written < len(data):
                written += os.write(file, data[written:])
        except OSError:
            whole = data.rfind(b"\n", 0, written) + 1
            with contextlib.suppress(OSError):
                if self._file is not None:
                    os.ftruncate(self._file, self._size + whole)
            with self._turn:
                self.dropped += data.count(b"\n", whole)
            self._let_go()
        else:
            self._size += written

    def _open(self) -> int:
        if self._file is not None and self._size > MOST_LOG_BYTES:
            self._let_go()
            self._path.replace(self._path.with_suffix(".log.1"))
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._size = os.fstat(self._file).st_size
        return self._file

    def _let_go(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None
