"""One facade for metrics: counts and durations, written as CloudWatch EMF lines to stdout.

On AWS, CloudWatch turns the lines into metrics; on one machine the local host reads the same
lines and serves them as Prometheus text. Format: CloudWatch Embedded Metric Format specification.
A site, path or country is never a dimension: each value would be billed as a metric of its own.
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

NAMESPACE = "PixelTrack"
MOST_VALUES = 100
"""An EMF metric takes at most 100 values a line."""

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

    def count(self, name: str, n: int = 1, **dimensions: str) -> None:
        """Add `n` to a counter."""
        values = self._of(dimensions).setdefault((name, "Count"), [0])
        values[0] += n

    def duration(self, name: str, ms: float, **dimensions: str) -> None:
        """Record one duration in milliseconds."""
        self._of(dimensions).setdefault((name, "Milliseconds"), []).append(round(ms, 3))

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
