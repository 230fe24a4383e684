import base64
import json
from typing import Any

import msgspec
import pytest
from aws_lambda_powertools.utilities.data_classes import KafkaEvent
from aws_lambda_powertools.utilities.parser.models import KafkaSelfManagedEventModel

from infra_cdk.local.emulator import batches
from infra_cdk.local.emulator.batches import Batch, Batches, Record
from infra_cdk.local.emulator.invocation import Ending, Outcome, failure

TOPIC = "raw-events"
ERROR = failure(Ending.ERROR, "ValueError", "no")


def record(partition: int, offset: int, value: bytes | None = b"{}") -> Record:
    return Record(TOPIC, partition, offset, 1_700_000_000_000, "CREATE_TIME", value, [])


def filled(*places: tuple[int, int], size: int = 3) -> Batches:
    made = Batches(TOPIC, size, 0.5)
    for partition, offset in places:
        made.add(record(partition, offset), 0.0)
    return made


def offsets(batch: Batch | None) -> dict[int, list[int]] | None:
    if batch is None:
        return None
    return {number: [r.offset for r in records] for number, records in batch.records.items()}


def test_the_oldest_that_is_not_done_is_known() -> None:
    made = filled((0, 0), (0, 1), (1, 0))
    assert made.oldest_ms() == 1_700_000_000_000
    late = msgspec.structs.replace(record(2, 0), timestamp=1_600_000_000_000)
    made.add(late, 0.0)
    assert made.oldest_ms() == late.timestamp
    batch = made.due(9.0)
    assert batch
    assert made.oldest_ms() == 1_600_000_000_000, "in flight is not done"
    made.settle(batch, failure(Ending.ERROR, "ValueError", "no"), 9.0)
    assert made.oldest_ms() == 1_600_000_000_000, "nor is what comes again"
    while batch := made.due(99.0):
        made.settle(batch, done(), 99.0)
    assert made.oldest_ms() is None


def done(answer: Any = None) -> Outcome:
    return Outcome(Ending.DONE, json.dumps(answer).encode())


def failing(*items: tuple[str, int]) -> Outcome:
    found = [{"itemIdentifier": {"partition": p, "offset": k}} for p, k in items]
    return done({"batchItemFailures": found})


def taken(made: Batches, now: float) -> Batch:
    batch = made.due(now)
    assert batch is not None
    return batch


def test_a_batch_waits_for_its_window() -> None:
    made = filled((0, 1))

    assert made.due(0.49) is None
    assert made.next_due_at() == 0.5
    assert offsets(made.due(0.5)) == {0: [1]}
    assert made.next_due_at() is None


def test_a_full_batch_goes_at_once_and_no_further() -> None:
    made = filled((0, 1), (0, 2), (0, 3), (0, 4))

    assert offsets(made.due(0.0)) == {0: [1, 2, 3]}


def test_bytes_fill_a_batch_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BATCH_BYTES", 10)
    made = Batches(TOPIC, 100, 0.5)
    for offset in range(3):
        made.add(record(0, offset, b"sixsix"), 0.0)

    assert offsets(made.due(0.0)) == {0: [0]}


def test_a_record_above_the_bytes_goes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BATCH_BYTES", 10)
    made = Batches(TOPIC, 100, 0.5)
    made.add(record(0, 0, b"x" * 50), 0.0)
    made.add(record(0, 1, b"x"), 0.0)

    assert offsets(made.due(0.0)) == {0: [0]}


def test_partitions_share_a_batch() -> None:
    made = filled((0, 1), (1, 7))

    assert offsets(made.due(0.5)) == {0: [1], 1: [7]}


def test_one_batch_of_a_partition_is_in_flight_and_others_go_on() -> None:
    made = filled((0, 1), (0, 2), (0, 3), (0, 4), (1, 7))

    first = taken(made, 0.5)
    assert offsets(first) == {0: [1, 2, 3]}
    assert offsets(made.due(0.5)) == {1: [7]}
    assert made.due(9.0) is None
    assert made.settle(first, done(), 9.0) == {0: 4}
    assert offsets(made.due(9.0)) == {0: [4]}


@pytest.mark.parametrize("ending", [Ending.ERROR, Ending.CRASHED, Ending.TIMED_OUT])
def test_the_whole_batch_comes_again_before_anything_later(ending: Ending) -> None:
    made = filled((0, 1), (1, 7))
    batch = taken(made, 0.5)
    made.add(record(0, 2), 0.5)

    assert made.settle(batch, failure(ending, "E", "e"), 1.0) == {}
    assert made.due(1.0) is None
    assert made.next_due_at() == pytest.approx(1.2)
    again = taken(made, 1.2)
    assert offsets(again) == {0: [1], 1: [7]}
    assert made.due(9.0) is None
    assert made.settle(again, done(), 9.0) == {0: 2, 1: 8}
    assert offsets(made.due(9.0)) == {0: [2]}


def test_pauses_grow_up_to_a_limit() -> None:
    made = filled((0, 1))
    now, pauses = 0.5, []
    for _ in range(7):
        batch = taken(made, now)
        made.settle(batch, ERROR, now)
        due = made.next_due_at()
        assert due is not None
        pauses.append(round(due - now, 3))
        now = due

    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_a_partial_failure_commits_what_lies_before() -> None:
    made = filled((0, 1), (0, 2), (0, 3), (1, 7), (1, 8), (2, 9), size=6)
    batch = taken(made, 0.5)
    answer = failing((f"{TOPIC}-0", 2), (f"{TOPIC}-0", 3), (f"{TOPIC}-1", 7))

    assert made.settle(batch, answer, 1.0) == {0: 2, 2: 10}
    made.add(record(2, 10), 0.0)
    assert offsets(made.due(1.0)) == {2: [10]}
    assert offsets(made.due(1.2)) == {0: [2, 3], 1: [7, 8]}


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": f"{TOPIC}-0-1"}]},
        {"batchItemFailures": [{"itemIdentifier": {"partition": f"{TOPIC}-0", "offset": 9}}]},
        {"batchItemFailures": [{"itemIdentifier": {"partition": f"{TOPIC}-5", "offset": 1}}]},
        {"batchItemFailures": [{"itemIdentifier": {"partition": "0", "offset": 1}}]},
        {"batchItemFailures": [{"itemIdentifier": {"partition": f"{TOPIC}-0"}}]},
        {"batchItemFailures": [{}]},
        {"batchItemFailures": "all"},
    ],
)
def test_a_malformed_identifier_fails_the_whole_batch(answer: Any) -> None:
    made = filled((0, 1), (0, 2), (1, 7))
    batch = taken(made, 0.5)

    assert made.settle(batch, done(answer), 1.0) == {}
    assert offsets(made.due(1.2)) == {0: [1, 2], 1: [7]}


@pytest.mark.parametrize(
    "answer", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}, "ok", [1], 7]
)
def test_any_other_answer_is_success(answer: Any) -> None:
    made = filled((0, 1))

    assert made.settle(taken(made, 0.5), done(answer), 1.0) == {0: 2}


def test_a_revoked_partition_is_forgotten_in_flight_and_waiting() -> None:
    made = filled((0, 1), (1, 7))
    batch = taken(made, 0.5)
    made.add(record(0, 2), 0.5)

    made.forget([0])

    assert made.settle(batch, done(), 1.0) == {1: 8}
    assert made.due(9.0) is None


def test_the_event_is_that_of_a_self_managed_kafka() -> None:
    headers = [{"requestId": list(b"r-1")}, {"binary": [0, 200, 255]}]
    one = Record(TOPIC, 0, 15, 1_700_000_000_000, "CREATE_TIME", b'{"a":1}', headers, b"key")
    bare = Record(TOPIC, 1, 3, 1_700_000_000_001, "LOG_APPEND_TIME", b"\xff\x00", [])
    made = Batches(TOPIC, 10, 0.5)
    made.add(one, 0.0)
    made.add(bare, 0.0)

    event = json.loads(msgspec.json.encode(taken(made, 0.5).event(TOPIC, "a:9092,b:9092")))

    assert event == {
        "eventSource": "SelfManagedKafka",
        "bootstrapServers": "a:9092,b:9092",
        "records": {
            f"{TOPIC}-0": [
                {
                    "topic": TOPIC,
                    "partition": 0,
                    "offset": 15,
                    "timestamp": 1_700_000_000_000,
                    "timestampType": "CREATE_TIME",
                    "key": base64.b64encode(b"key").decode(),
                    "value": base64.b64encode(b'{"a":1}').decode(),
                    "headers": headers,
                }
            ],
            f"{TOPIC}-1": [
                {
                    "topic": TOPIC,
                    "partition": 1,
                    "offset": 3,
                    "timestamp": 1_700_000_000_001,
                    "timestampType": "LOG_APPEND_TIME",
                    "key": None,
                    "value": base64.b64encode(b"\xff\x00").decode(),
                    "headers": [],
                }
            ],
        },
    }
    first = next(iter(KafkaEvent(event).records))
    assert first.json_value == {"a": 1}
    assert first.decoded_headers == {"requestId": b"r-1", "binary": b"\x00\xc8\xff"}
    text = {**event, "records": {f"{TOPIC}-0": event["records"][f"{TOPIC}-0"]}}
    assert KafkaSelfManagedEventModel.model_validate(text).eventSource == "SelfManagedKafka"


def test_a_tombstone_has_no_value() -> None:
    encoded = json.loads(msgspec.json.encode(record(0, 1, None)))

    assert encoded["value"] is None
