"""What functions count: EMF lines aggregated for Prometheus.

A metric in `Milliseconds` becomes a histogram in seconds, one in `Seconds` a gauge, any other a
counter. Format: CloudWatch Embedded Metric Format.
"""

import re
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from prometheus_client import Metric, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

__all__ = ["CONTENT_TYPE", "Gauge", "Labels", "Registry", "labels"]

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

RECENT_S = 90.0
"""For how long what a function said of the present is believed: the aggregator runs each minute."""

_PREFIX = "pixeltrack_"

Labels = tuple[tuple[str, str], ...]
Gauge = tuple[str, Labels, float]
"""Name, labels and value of this moment."""


class _Metric(msgspec.Struct, rename="pascal"):
    name: str
    unit: str = "None"


class _Directive(msgspec.Struct, rename="pascal"):
    dimensions: list[list[str]]
    metrics: list[_Metric]


class _Aws(msgspec.Struct, rename="pascal"):
    cloud_watch_metrics: list[_Directive]


_decode_values = msgspec.json.Decoder(dict[str, Any]).decode
MOST_NAMES = 1024
"""Names and sets of labels whose spelling is remembered."""


class _Histogram:
    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS_S) + 1)
        self.sum = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS_S, seconds)] += 1
        self.sum += seconds

    def add_to(self, metric: Metric, labels: dict[str, str]) -> None:
        """Add the samples of this series."""
        total = 0
        for bound, count in zip((*BUCKETS_S, "+Inf"), self.counts, strict=True):
            total += count
            metric.add_sample(f"{metric.name}_bucket", {**labels, "le": str(bound)}, total)
        metric.add_sample(f"{metric.name}_sum", labels, round(self.sum, 6))
        metric.add_sample(f"{metric.name}_count", labels, total)


class Registry(Collector):
    """Counters and histograms of this host since its start.

    Series of one metric may differ in their labels, as EMF's dimensions do.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._counters: dict[str, dict[Labels, float]] = {}
        self._histograms: dict[str, dict[Labels, _Histogram]] = {}
        self._present: dict[str, dict[Labels, tuple[float, float]]] = {}
        self._now = now

    def count(self, name: str, labels: Labels, n: float = 1) -> None:
        """Add to a counter; names and labels as Prometheus accepts them."""
        series = self._counters.setdefault(name, {})
        series[labels] = series.get(labels, 0) + n

    def duration(self, name: str, labels: Labels, seconds: float) -> None:
        """Add a duration to a histogram."""
        series = self._histograms.setdefault(name, {})
        found = series.get(labels)
        if found is None:
            found = series[labels] = _Histogram()
        found.add(seconds)

    def present(self, name: str, within_s: float = RECENT_S) -> Mapping[Labels, float]:
        """Return what functions said of a gauge in seconds a short time ago, but for 0."""
        since = self._now() - within_s
        series = dict(self._present.get(name, {}))
        return {of: value for of, (value, at) in series.items() if value and at >= since}

    def take(self, line: bytes) -> bool:
        """Add an EMF line; return False where it is something else."""
        try:
            values = _decode_values(line)
            directives = msgspec.convert(values.get("_aws"), _Aws).cloud_watch_metrics
        except msgspec.DecodeError:
            return False
        for directive in directives:
            for dimensions in directive.dimensions:
                labels = tuple((_snake(d), str(values.get(d, ""))) for d in sorted(dimensions))
                for metric in directive.metrics:
                    self._record(metric, labels, _numbers(values.get(metric.name)))
        return True

    def text(self, gauges: Iterable[Gauge] = ()) -> bytes:
        """Return all metrics, and the given gauges, as Prometheus text."""
        present = [
            (name, labels, value)
            for name in sorted(self._present)
            for labels, value in sorted(self.present(name).items())
        ]
        return generate_latest(self) + generate_latest(_Gauges([*gauges, *present]))

    def collect(self) -> Iterator[Metric]:
        """Yield counters, then histograms, as Prometheus's client has them."""
        for name, series in sorted(self._counters.items()):
            metric = Metric(name.removesuffix("_total"), "Counted by functions.", "counter")
            for labels, value in sorted(series.items()):
                metric.add_sample(name, dict(labels), value)
            yield metric
        for name, histograms in sorted(self._histograms.items()):
            metric = Metric(name, "Durations of functions and requests.", "histogram")
            for labels, histogram in sorted(histograms.items()):
                histogram.add_to(metric, dict(labels))
            yield metric

    def _record(self, metric: _Metric, labels: Labels, numbers: Iterable[float]) -> None:
        name = f"{_PREFIX}{_snake(metric.name)}"
        for number in numbers:
            if metric.unit == "Milliseconds":
                self.duration(f"{name.removesuffix('_ms')}_seconds", labels, number / 1000)
            elif metric.unit == "Seconds":
                series = self._present.setdefault(f"{name.removesuffix('_s')}_seconds", {})
                series[labels] = (number, self._now())
            else:
                self.count(f"{name}_total", labels, number)


class _Gauges(Collector):
    """Gauges of one moment, those of one name together."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        metrics: dict[str, Metric] = {}
        for name, labels, value in self._gauges:
            metric = metrics.setdefault(name, Metric(name, "As it is now.", "gauge"))
            metric.add_sample(name, dict(labels), value)
        return metrics.values()


def _numbers(value: Any) -> list[float]:
    found = value if isinstance(value, list) else [value]
    return [n for n in found if isinstance(n, int | float) and not isinstance(n, bool)]


@lru_cache(MOST_NAMES)
def _snake(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W", "_", words).lower()


@lru_cache(MOST_NAMES)
def labels(**pairs: str) -> Labels:
    """Build labels, in a fixed order."""
    return tuple(sorted(pairs.items()))
