"""One facade for metrics: counts and durations, written as CloudWatch EMF lines to stdout.

On AWS, CloudWatch turns the lines into metrics; on one machine the local host reads the same
lines and serves them as Prometheus text. Format: CloudWatch Embedded Metric Format specification.
A site, path or country is never a dimension: each value would be billed as a metric of its own.
A metric in `Seconds` is how long or how far off something is at present, one in `Count` adds up.
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from pixeltrack.platform.errors import BrokerUnavailable, ClockDiffers, Unavailable

NAMESPACE = "PixelTrack"
MOST_VALUES = 100
"""An EMF metric takes at most 100 values a line."""

SELDOM_S = 60.0

_encode = msgspec.json.Encoder().encode
_Dimensions = tuple[tuple[str, str], ...]


def write_line(line: Mapping[str, Any]) -> None:
    """Write one JSON line to stdout at once, so that lines never interleave."""
    sys.stdout.write(_encode(line).decode() + "\n")
    sys.stdout.flush()


class Metrics:
    """The counts and durations of one function since the last flush."""

    def __init__(
        self,
        function: str,
        *,
        write: Callable[[Mapping[str, Any]], None] = write_line,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._function = function
        self._write = write
        self._now = now
        self._values: dict[_Dimensions, dict[tuple[str, str], list[float]]] = {}
        self._present: set[tuple[str, _Dimensions]] = set()

    def count(self, name: str, n: int = 1, **dimensions: str) -> None:
        """Add `n` to a counter."""
        values = self._of(dimensions).setdefault((name, "Count"), [0])
        values[0] += n

    def duration(self, name: str, ms: float, **dimensions: str) -> None:
        """Record one duration in milliseconds."""
        self._of(dimensions).setdefault((name, "Milliseconds"), []).append(round(ms, 3))

    def present(self, name: str, s: float, **dimensions: str) -> None:
        """Record how many seconds something is at present; see `over`."""
        self._present.add((name, tuple(sorted(dimensions.items()))))
        self._of(dimensions)[name, "Seconds"] = [s]

    def over(self, name: str) -> None:
        """Record once that what `present` recorded of that name is over: 0 seconds."""
        for each in [each for each in self._present if each[0] == name]:
            self._present.discard(each)
            self._of(dict(each[1]))[name, "Seconds"] = [0]

    def unavailable(self, error: Unavailable) -> None:
        """Record what an error says of a broker that is away, or of this machine's clock."""
        reason = type(error).__name__
        if isinstance(error, ClockDiffers):
            self.present("clock_ahead_s", error.ahead_s, reason=reason)
        elif isinstance(error, BrokerUnavailable):
            self.present("broker_away_s", error.away_s, reason=reason)
            for name, n in error.errors.items():
                self.count("delivery_errors", n, error=name)

    def available(self) -> None:
        """Record once that what `unavailable` recorded is over."""
        self.over("clock_ahead_s")
        self.over("broker_away_s")

    def flush(self, **properties: Any) -> None:
        """Write what was recorded, a line per set of dimensions, and start again from zero.

        `properties` are added to each line beside the metrics: for the log, not for CloudWatch.
        """
        gathered, self._values = self._values, {}
        for dimensions, metrics in gathered.items():
            names = ["function", *(name for name, _ in dimensions)]
            line: dict[str, Any] = {
                "_aws": {
                    "Timestamp": int(self._now() * 1000),
                    "CloudWatchMetrics": [
                        {
                            "Namespace": NAMESPACE,
                            "Dimensions": [names],
                            "Metrics": [{"Name": n, "Unit": unit} for n, unit in metrics],
                        }
                    ],
                },
                "function": self._function,
                **dict(dimensions),
                **properties,
            }
            for (name, _), values in metrics.items():
                line[name] = values[0] if len(values) == 1 else values[:MOST_VALUES]
            self._write(line)

    def _of(self, dimensions: Mapping[str, str]) -> dict[tuple[str, str], list[float]]:
        return self._values.setdefault(tuple(sorted(dimensions.items())), {})


class Seldom:
    """Writes a line of each kind at most once a minute; `now_s` is a clock that never jumps."""

    def __init__(
        self,
        *,
        write: Callable[[Mapping[str, Any]], None] = write_line,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._now_s = now_s
        self._written_at: dict[str, float] = {}

    def write(self, kind: str, **line: Any) -> None:
        """Write a line unless one of its kind was written within the last minute."""
        now = self._now_s()
        if now - self._written_at.get(kind, -SELDOM_S) >= SELDOM_S:
            self._written_at[kind] = now
            self._write(line)
