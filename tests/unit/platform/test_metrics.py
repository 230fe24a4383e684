from typing import Any

from pixeltrack.platform.metrics import Metrics


def test_writes_a_line_per_set_of_dimensions_in_embedded_metric_format() -> None:
    lines: list[dict[str, Any]] = []
    metrics = Metrics("collector", write=lambda line: lines.append(dict(line)), now=lambda: 1.5)
    metrics.count("requests", route="POST /track", status="204")
    metrics.count("requests", 2, route="POST /track", status="204")
    metrics.duration("duration_ms", 1.25, route="POST /track", status="204")
    metrics.duration("duration_ms", 2, route="POST /track", status="204")
    metrics.count("events", outcome="stored")
    metrics.flush(request_id="r-1")

    request, events = lines
    assert request["_aws"] == {
        "Timestamp": 1500,
        "CloudWatchMetrics": [
            {
                "Namespace": "PixelTrack",
                "Dimensions": [["function", "route", "status"]],
                "Metrics": [
                    {"Name": "requests", "Unit": "Count"},
                    {"Name": "duration_ms", "Unit": "Milliseconds"},
                ],
            }
        ],
    }
    assert (request["function"], request["route"], request["status"]) == (
        "collector",
        "POST /track",
        "204",
    )
    assert (request["requests"], request["duration_ms"]) == (3, [1.25, 2])
    assert (events["outcome"], events["events"], events["request_id"]) == ("stored", 1, "r-1")


def test_starts_anew_after_a_flush() -> None:
    lines: list[Any] = []
    metrics = Metrics("f", write=lines.append)
    metrics.count("requests")
    metrics.flush()
    metrics.flush()
    assert len(lines) == 1
