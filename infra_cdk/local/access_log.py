"""Apache combined access logs, line by line, as requests that can be sent again."""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Format: Apache HTTP Server, mod_log_config, "combined". A line cut off in its agent still counts.
_LINE = re.compile(
    r'(?P<ip>\S+) \S+ \S+ \[(?P<at>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}) \S+'
    r' "(?P<referrer>[^"]*)" "(?P<agent>[^"\r\n]*)'
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One logged request: who asked for which path, coming from where."""

    line: int
    ip: str
    path: str
    referrer: str | None
    agent: str


def read(path: Path) -> Iterator[Visit | int]:
    """Yield each line's request, or the number of a line that is none; `.gz` is unpacked."""
    with path.open("rb") as file, gzip.open(file) if path.suffix == ".gz" else file as lines:
        for number, line in enumerate(lines, 1):
            found = _LINE.match(line.decode("utf-8", "replace"))
            words = found["request"].split(" ") if found else []
            if not found or len(words) < 2:
                yield number
                continue
            referrer = None if found["referrer"] == "-" else found["referrer"]
            agent = "" if found["agent"] == "-" else found["agent"]
            yield Visit(number, found["ip"], words[1], referrer, agent)
