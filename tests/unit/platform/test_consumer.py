from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from pixeltrack.platform.consumer import MOST_REQUESTS_LOGGED, Record, consume
from pixeltrack.platform.errors import (
    BrokerUnavailable,
    ClockDiffers,
    StoreUnavailable,
    Unavailable,
)
from pixeltrack.platform.metrics import Metrics
from tests.fakes.records import delivered, records


class Context:
    aws_request_id = "i-1"


class Log:
    """Keeps what is logged: level, message and fields."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, message: str, **fields: Any) -> None:
        self.lines.append(("info", message, fields))

    def error(self, message: str, **fields: Any) -> None:
        self.lines.append(("error", message, fields))


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def written() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def metrics(written: list[dict[str, Any]]) -> Metrics:
    return Metrics("tailer", write=lambda line: written.append(dict(line)))


def run(event: Any, take: Any, metrics: Metrics, log: Any) -> dict[str, list[Any]]:
    return consume(event, Context(), take, metrics, log)  # type: ignore[arg-type]


def test_a_batch_is_taken_whole_and_shown_in_one_line(
    metrics: Metrics, log: Log, written: list[dict[str, Any]]
) -> None:
    taken: list[tuple[list[int], str]] = []

    def take(batch: Sequence[Record], request_id: str) -> Mapping[str, Any]:
        taken.append(([record.offset for record in batch], request_id))
        return {"events": len(batch)}

    answer = run(delivered(records({}, {}, {})), take, metrics, log)

    assert answer == {"batchItemFailures": []}
    assert taken == [([0, 1, 2], "i-1")]
    shown = {"events": 3, "request_id": "i-1", "requests": ["r-1"]}
    assert log.lines == [("info", "batch", shown)]
    assert [
        (line.get("outcome"), line.get("batches")) for line in written if "batches" in line
    ] == [("done", 1)]
    assert any("batch_ms" in line for line in written)


def test_a_batch_is_put_back_where_a_store_is_away(
    metrics: Metrics, log: Log, written: list[dict[str, Any]]
) -> None:
    def take(_batch: Sequence[Record], _request_id: str) -> Mapping[str, Any]:
        raise StoreUnavailable("MongoDB did not answer")

    with pytest.raises(StoreUnavailable):
        run(delivered(records({})), take, metrics, log)

    (level, message, fields) = log.lines[0]
    assert (level, message, fields["reason"]) == (
        "error", "batch put back", "MongoDB did not answer",
    )  # fmt: skip
    (line,) = (line for line in written if line.get("outcome") == "put_back")
    assert (line["batches"], line["errors"]) == (1, 1)
    assert any("batch_ms" in line for line in written)


def test_a_fault_is_neither_done_nor_put_back(
    metrics: Metrics, log: Log, written: list[dict[str, Any]]
) -> None:
    def take(_batch: Sequence[Record], _request_id: str) -> Mapping[str, Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(delivered(records({})), take, metrics, log)
    assert log.lines == []
    assert not any("batches" in line for line in written)
    assert any("batch_ms" in line for line in written)


def test_of_many_requests_the_first_are_named(metrics: Metrics, log: Log) -> None:
    event = delivered(records(*({} for _ in range(MOST_REQUESTS_LOGGED + 5))))
    (batch,) = event["records"].values()
    for n, record in enumerate(batch):
        record["headers"] = [{"requestId": list(f"r-{n // 2}".encode())}] if n else []
    run(event, lambda _batch, _id: {}, metrics, log)
    named = log.lines[0][2]["requests"]
    assert named == [f"r-{n}" for n in range((MOST_REQUESTS_LOGGED + 5) // 2 + 1)][:20]


def test_a_clock_that_differs_and_a_broker_that_is_away_are_told_until_they_are_over(
    metrics: Metrics, log: Log, written: list[dict[str, Any]]
) -> None:
    faults: list[Unavailable] = [
        ClockDiffers("MongoDB", 7_200_000),
        BrokerUnavailable("away", {"_MSG_TIMED_OUT": 2}, 3.5),
    ]

    def take(batch: Sequence[Record], _: str) -> Mapping[str, Any]:
        if faults:
            raise faults.pop(0)
        return {"events": len(batch)}

    for _ in range(2):
        with pytest.raises(Unavailable):
            run(delivered(records({})), take, metrics, log)
    for _ in range(2):
        run(delivered(records({})), take, metrics, log)

    def told(name: str) -> list[Any]:
        return [line[name] for line in written if name in line]

    assert told("clock_ahead_s") == [7200, 0]
    assert told("broker_away_s") == [3.5, 0]
    assert told("delivery_errors") == [2]
    assert [fields["reason"] for level, _, fields in log.lines if level == "error"] == [
        "this machine's clock is 7200 s ahead of that of MongoDB",
        "away",
    ]
