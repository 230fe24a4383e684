import json
from collections.abc import Mapping
from typing import Any

from infra_cdk.local.emulator.metrics import RECENT_S, Registry, labels
from infra_cdk.local.emulator.troubles import troubles
from pixeltrack.platform.errors import BrokerUnavailable, ClockDiffers
from pixeltrack.platform.metrics import Metrics


def emitted(metrics: Metrics, lines: list[Mapping[str, Any]]) -> list[bytes]:
    metrics.flush()
    return [json.dumps(line).encode() for line in lines]


def test_what_the_facade_writes_is_read() -> None:
    lines: list[Mapping[str, Any]] = []
    metrics = Metrics("processor", write=lines.append, now=lambda: 0.0)
    metrics.count("DroppedEvents", 3, reason="bot")
    metrics.duration("duration", 4.0)
    metrics.duration("duration", 300.0)
    registry = Registry()

    taken = [registry.take(line) for line in emitted(metrics, lines)]
    assert taken == [True] * len(lines)

    text = registry.text().decode().splitlines()
    assert "# TYPE pixeltrack_dropped_events_total counter" in text
    assert 'pixeltrack_dropped_events_total{function="processor",reason="bot"} 3.0' in text
    assert "# TYPE pixeltrack_duration_seconds histogram" in text
    assert 'pixeltrack_duration_seconds_bucket{function="processor",le="0.0025"} 0.0' in text
    assert 'pixeltrack_duration_seconds_bucket{function="processor",le="0.005"} 1.0' in text
    assert 'pixeltrack_duration_seconds_bucket{function="processor",le="+Inf"} 2.0' in text
    assert 'pixeltrack_duration_seconds_sum{function="processor"} 0.304' in text
    assert 'pixeltrack_duration_seconds_count{function="processor"} 2.0' in text


def test_counters_of_several_processes_add_up() -> None:
    lines: list[Mapping[str, Any]] = []
    metrics = Metrics("f", write=lines.append)
    metrics.count("requests")
    registry = Registry()

    for line in emitted(metrics, lines) * 2:
        registry.take(line)

    assert 'pixeltrack_requests_total{function="f"} 2' in registry.text().decode()


def test_anything_else_is_no_metric() -> None:
    registry = Registry()

    for line in (b"", b"text", b'{"_aws"', b'{"_aws":{}}', b'{"_aws":[]}', b"\xff", b"{}"):
        assert not registry.take(line)
    assert registry.text() == b""


def test_values_that_are_no_numbers_are_passed_over() -> None:
    directive = {"Dimensions": [["f"]], "Metrics": [{"Name": "n", "Unit": "Count"}]}
    line = {"_aws": {"CloudWatchMetrics": [directive]}, "f": "x", "n": ["a", True, None, 2]}
    registry = Registry()

    assert registry.take(json.dumps(line).encode())
    assert 'pixeltrack_n_total{f="x"} 2' in registry.text().decode()


def test_gauges_are_grouped_and_labels_escaped() -> None:
    gauges = [("a", labels(x='q"\\\n'), 1.0), ("b", (), 2.5), ("a", labels(x="2"), 3.0)]

    lines = Registry().text(gauges).decode().splitlines()

    assert [line for line in lines if not line.startswith("# HELP")] == [
        "# TYPE a gauge",
        'a{x="q\\"\\\\\\n"} 1.0',
        'a{x="2"} 3.0',
        "# TYPE b gauge",
        "b 2.5",
    ]


def test_what_is_amiss_at_present_is_told_and_forgotten() -> None:
    lines: list[Mapping[str, Any]] = []
    collector = Metrics("collector", write=lines.append)
    aggregator = Metrics("aggregator", write=lines.append)
    now = 1_000.0
    registry = Registry(now=lambda: now)

    def said(*functions: Metrics) -> list[str]:
        lines.clear()
        for metrics in functions:
            metrics.flush()
        for line in lines:
            assert registry.take(json.dumps(line).encode())
        return list(troubles(registry))

    collector.unavailable(ClockDiffers("Kafka", 7_200_000))
    aggregator.unavailable(ClockDiffers("MongoDB", -315_360_000_000))
    assert said(collector, aggregator) == [
        "the clock of aggregator is 315360000 s behind its server",
        "the clock of collector is 7200 s ahead of its server",
    ]
    text = registry.text().decode()
    of = 'function="collector",reason="ClockDiffers"'
    assert f"pixeltrack_clock_ahead_seconds{{{of}}} 7200.0" in text
    now += RECENT_S - 1
    collector.unavailable(BrokerUnavailable("away", {"_MSG_TIMED_OUT": 3}, 12.4))
    assert said(collector) == [
        "the clock of aggregator is 315360000 s behind its server",
        "the clock of collector is 7200 s ahead of its server",
        "Kafka has taken nothing of collector for 12 s",
    ]
    of = 'error="_MSG_TIMED_OUT",function="collector"'
    assert f"pixeltrack_delivery_errors_total{{{of}}} 3.0" in registry.text().decode()
    collector.available()
    now += 2
    assert said(collector) == []
    lines.clear()
    collector.available()
    collector.flush()
    assert lines == [], "what is over is said once"
