import base64
from typing import Any

import pytest

from pixeltrack.platform.consumer import Record, records


def delivered(**changes: Any) -> dict[str, Any]:
    entry = {
        "topic": "raw-events",
        "partition": 3,
        "offset": 15,
        "timestamp": 1545084650987,
        "timestampType": "CREATE_TIME",
        "key": "YQ==",
        "value": base64.b64encode(b"hello").decode(),
        "headers": [{"requestId": [114, 45, 49]}],
    } | changes
    entry = {name: value for name, value in entry.items() if value is not ...}
    return {"eventSource": "aws:kafka", "records": {"raw-events-3": [entry]}}


def only(event: dict[str, Any]) -> Record:
    (record,) = records(event)
    return record


def test_a_record_is_read_from_its_own_fields() -> None:
    record = only(delivered(partition=5))
    assert (record.partition, record.offset, record.timestamp) == (5, 15, 1545084650987)
    assert record.value == b"hello"
    assert record.header("requestId") == "r-1"


@pytest.mark.parametrize("value", [..., None, "", "no base64!", "YQ", 7, ["YQ=="], "ж"])
def test_what_cannot_be_read_has_no_value(value: Any) -> None:
    assert only(delivered(value=value)).value is None


def test_header_bytes_may_be_signed() -> None:
    signed = [b - 256 if b > 127 else b for b in "ж".encode()]
    assert only(delivered(headers=[{"a": [1]}, {"requestId": signed}])).header("requestId") == "ж"


@pytest.mark.parametrize(
    "headers",
    [..., None, [], {}, "x", [None], [{"requestId": "text"}], [{"requestId": ["a"]}], [{"b": [1]}]],
)
def test_a_header_may_be_missing_or_none(headers: Any) -> None:
    assert only(delivered(headers=headers)).header("requestId") is None


def test_partitions_come_one_after_the_other() -> None:
    first, second = delivered(), delivered(partition=4, offset=1)
    event = {
        "records": {
            "a-0": first["records"]["raw-events-3"] * 2,
            "b-1": [],
            "c": [*second["records"]["raw-events-3"]],
        }
    }
    assert [(r.partition, r.offset) for r in records(event)] == [(3, 15), (3, 15), (4, 1)]
