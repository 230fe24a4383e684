"""What functions count: EMF lines gathered into Prometheus text.

A metric in `Milliseconds` becomes a histogram in seconds, any other a counter. Formats:
CloudWatch Embedded Metric Format; Prometheus text exposition format 0.0.4.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Labels = tuple[tuple[str, str], ...]


class _Metric(msgspec.Struct, rename="pascal"):
    name: str
    unit: str = "None"


class _Directive(msgspec.Struct, rename="pascal"):
    dimensions: list[list[str]]
    metrics: list[_Metric]


class _Aws(msgspec.Struct, rename="pascal"):
    cloud_watch_metrics: list[_Directive]


class _Line(msgspec.Struct):
    _aws: _Aws


_decode_line = msgspec.json.Decoder(_Line).decode
_decode_values = msgspec.json.Decoder(dict[str, Any]).decode


class _Histogram:
    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS_S) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS_S, seconds)] += 1
        self.sum += seconds


class Registry:
    """Counters and histograms of this host since its start."""

    def __init__(self) -> None:
        self._counters: dict[str, dict[Labels, float]] = {}
        self._histograms: dict[str, dict[Labels, _Histogram]] = {}

    def count(self, name: str, labels: Labels, n: float = 1) -> None:
        """Add to a counter; names and labels as Prometheus takes them."""
        series = self._counters.setdefault(name, {})
        series[labels] = series.get(labels, 0) + n

    def duration(self, name: str, labels: Labels, seconds: float) -> None:
        """Add a duration to a histogram."""
        series = self._histograms.setdefault(name, {})
        found = series.get(labels)
        if found is None:
            found = series[labels] = _Histogram()
        found.add(seconds)

    def take(self, line: bytes) -> bool:
        """Take an EMF line; False where it is something else."""
        try:
            directives = _decode_line(line)._aws.cloud_watch_metrics  # noqa: SLF001 - EMF's name
            values = _decode_values(line)
        except msgspec.DecodeError:
            return False
        for directive in directives:
            for dimensions in directive.dimensions:
                labels = tuple((_snake(d), str(values.get(d, ""))) for d in sorted(dimensions))
                for metric in directive.metrics:
                    self._record(metric, labels, _numbers(values.get(metric.name)))
        return True

    def text(self, gauges: Iterable[tuple[str, Labels, float]] = ()) -> str:
        """Render everything, and the gauges of this moment."""
        lines = [*self._counter_lines(), *self._histogram_lines()]
        by_name: dict[str, list[str]] = {}
        for name, labels, value in gauges:
            by_name.setdefault(name, []).append(_sample(name, labels, value))
        for name, samples in by_name.items():
            lines += [f"# TYPE {name} gauge", *samples]
        return "\n".join(lines) + "\n"

    def _record(self, metric: _Metric, labels: Labels, numbers: Iterable[float]) -> None:
        name = f"pixeltrack_{_snake(metric.name)}"
        for number in numbers:
            if metric.unit == "Milliseconds":
                self.duration(f"{name.removesuffix('_ms')}_seconds", labels, number / 1000)
            else:
                self.count(f"{name}_total", labels, number)

    def _counter_lines(self) -> Iterator[str]:
        for name, series in sorted(self._counters.items()):
            yield f"# TYPE {name} counter"
            for labels, value in sorted(series.items()):
                yield _sample(name, labels, value)

    def _histogram_lines(self) -> Iterator[str]:
        for name, series in sorted(self._histograms.items()):
            yield f"# TYPE {name} histogram"
            for labels, histogram in sorted(series.items()):
                total = 0
                for bound, count in zip((*BUCKETS_S, "+Inf"), histogram.counts, strict=True):
                    total += count
                    yield _sample(f"{name}_bucket", (*labels, ("le", str(bound))), total)
                yield _sample(f"{name}_sum", labels, round(histogram.sum, 6))
                yield _sample(f"{name}_count", labels, total)


def _numbers(value: Any) -> list[float]:
    found = value if isinstance(value, list) else [value]
    return [n for n in found if isinstance(n, int | float) and not isinstance(n, bool)]


def _snake(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W", "_", words).lower()


def _sample(name: str, labels: Labels, value: float) -> str:
    pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
    return f"{name}{{{pairs}}} {value}" if pairs else f"{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def labels(**pairs: str) -> Labels:
    """Build labels, in a fixed order."""
    return tuple(sorted(pairs.items()))
