"""Kafka event-source batches as plain records, whoever delivers them.

Format: AWS Lambda's event for MSK and self-managed Kafka. `records` maps `topic-partition` to
lists; topic names may hold `-` themselves, so the key is never split and each record's own
fields count. Header bytes come as numbers, on some runtimes signed.
"""

import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One consumed record; `timestamp` in epoch milliseconds by the broker or its producer.

    `value` is None where there is none to read: a tombstone, or no base64.
    """

    partition: int
    offset: int
    timestamp: int
    value: bytes | None
    headers: Any = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name as text, or None."""
        for entry in self.headers if isinstance(self.headers, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get(name), list):
                return _text(entry[name])
        return None


def records(event: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the records of a batch as they come, partition by partition."""
    for batch in event["records"].values():
        for record in batch:
            yield Record(
                partition=int(record["partition"]),
                offset=int(record["offset"]),
                timestamp=int(record.get("timestamp") or 0),
                value=_value(record.get("value")),
                headers=record.get("headers"),
            )


def _value(encoded: Any) -> bytes | None:
    if not isinstance(encoded, str) or not encoded:
        return None
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError:
        return None


def _text(numbers: list[Any]) -> str | None:
    try:
        return bytes(number & 0xFF for number in numbers).decode(errors="replace")
    except TypeError:
        return None
