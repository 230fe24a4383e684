"""Apache combined access logs, line by line, as requests that can be sent again or imported."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pixeltrack.platform.instants import LAST_COUNTED_MS, ms_of

# Format: Apache HTTP Server, mod_log_config, "combined". A line cut off in its agent still counts.
_LINE = re.compile(
    r'(?P<ip>\S+) \S+ \S+ \[(?P<at>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}) \S+'
    r' "(?P<referrer>[^"]*)" "(?P<agent>[^"\r\n]*)'
)
_TIME = "%d/%b/%Y:%H:%M:%S %z"


@dataclass(frozen=True, slots=True)
class Visit:
    """One logged request: who asked when for which path, coming from where, and was answered how.

    `time` is as the log writes it; see `at_ms`.
    """

    line: int
    ip: str
    path: str
    referrer: str | None
    agent: str
    method: str
    status: int
    time: str

    @property
    def at_ms(self) -> int:
        """Return the instant in epoch milliseconds; raises `ValueError` where none counts."""
        at = ms_of(datetime.strptime(self.time, _TIME))  # noqa: DTZ007 - it has %z
        if not 0 <= at <= LAST_COUNTED_MS:
            raise ValueError("is before 1970, or after 8999")
        return at


def read(path: Path) -> Iterator[Visit | int]:
    """Yield each line's request, or the number of a line that is none; `.gz` is unpacked."""
    with _unpacked(path) as lines:
        for number, line in enumerate(lines, 1):
            found = _LINE.match(line.decode("utf-8", "replace"))
            words = found["request"].split(" ") if found else []
            if not found or len(words) < 2:
                yield number
                continue
            referrer = None if found["referrer"] == "-" else found["referrer"]
            agent = "" if found["agent"] == "-" else found["agent"]
            yield Visit(
                line=number,
                ip=found["ip"],
                path=words[1],
                referrer=referrer,
                agent=agent,
                method=words[0],
                status=int(found["status"]),
                time=found["at"],
            )


def digest(path: Path) -> str:
    """Return 12 hex digits (SHA-256) that name a log by what it says, packed or not."""
    found = hashlib.sha256()
    with _unpacked(path) as content:
        while chunk := content.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()[:12]


@contextmanager
def _unpacked(path: Path) -> Iterator[BinaryIO | gzip.GzipFile]:
    with path.open("rb") as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.open(file) as content:
            yield content
