"""Which Kafka records go to the function when: Lambda's batching rules, without Kafka.

A partition has at most one batch in flight; a batch may hold several partitions. A batch that
failed comes again as it was, after a pause, before anything later of its partitions.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from infra_cdk.local.backoff import delay_s
from infra_cdk.local.emulator.invocation import Outcome

MOST_BATCH_BYTES = 4_400_000
"""6 MB of event, less base64's third."""
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 5.0


class Record(msgspec.Struct, frozen=True, rename="camel"):
    """A record as the event source passes it on; bytes are encoded as base64."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: str
    value: bytes | None
    headers: list[dict[str, list[int]]]
    key: bytes | None = None

    @property
    def size(self) -> int:
        """Return the record's raw size in bytes."""
        return len(self.value or b"") + len(self.key or b"")


@dataclass(eq=False, slots=True)
class Batch:
    """Records in flight or waiting to come again, by partition, each list in order."""

    records: dict[int, list[Record]]
    attempts: int = 0
    not_before: float = 0.0

    def event(self, topic: str, servers: str) -> dict[str, Any]:
        """Build the event of a self-managed Kafka event source."""
        return {
            "eventSource": "SelfManagedKafka",
            "bootstrapServers": servers,
            "records": {f"{topic}-{partition}": r for partition, r in self.records.items()},
        }


@dataclass(slots=True)
class _Partition:
    waiting: deque[tuple[float, Record]] = field(default_factory=deque)
    batch: Batch | None = None


class Batches:
    """The records of one consumer's partitions on their way to its function."""

    def __init__(self, topic: str, batch_size: int, window_s: float) -> None:
        self._topic = topic
        self._batch_size = batch_size
        self._window_s = window_s
        self._partitions: dict[int, _Partition] = {}

    def add(self, record: Record, now: float) -> None:
        """Take a record that Kafka delivered."""
        partition = self._partitions.setdefault(record.partition, _Partition())
        partition.waiting.append((now, record))

    def forget(self, partitions: Iterable[int]) -> None:
        """Drop what belongs to partitions that are not ours any more, in flight or not."""
        for number in partitions:
            gone = self._partitions.pop(number, None)
            if gone is not None and gone.batch is not None:
                gone.batch.records.pop(number, None)

    def waiting(self, partition: int) -> int:
        """Return how many records of a partition wait for a batch."""
        found = self._partitions.get(partition)
        return len(found.waiting) if found else 0

    def is_failing(self, partition: int) -> bool:
        """Tell whether a partition's batch has failed and is not done yet."""
        found = self._partitions.get(partition)
        return found is not None and found.batch is not None and found.batch.attempts > 0

    def oldest_ms(self) -> int | None:
        """Return when the oldest record arrived on the broker that is not done, in epoch ms."""
        return min(
            (
                record.timestamp
                for number, partition in self._partitions.items()
                for record in (
                    *(partition.batch.records.get(number, [])[:1] if partition.batch else ()),
                    *(record for _, record in list(partition.waiting)[:1]),
                )
            ),
            default=None,
        )

    def due(self, now: float) -> Batch | None:
        """Return the next batch to invoke with, if one is due; its partitions are then taken."""
        again = [p.batch for p in self._partitions.values() if p.batch and p.batch.not_before]
        for batch in again:
            if batch.not_before <= now:
                batch.not_before = 0.0
                return batch
        free = [(n, p) for n, p in self._partitions.items() if p.batch is None and p.waiting]
        if not free:
            return None
        oldest = min(p.waiting[0][0] for _, p in free)
        if now - oldest < self._window_s and not self._is_full(p for _, p in free):
            return None
        return self._taken(sorted(free, key=lambda item: item[1].waiting[0][0]))

    def next_due_at(self) -> float | None:
        """Return when something may be due at the latest, or None while nothing waits."""
        instants = [
            p.waiting[0][0] + self._window_s
            for p in self._partitions.values()
            if p.batch is None and p.waiting
        ]
        batches = [p.batch for p in self._partitions.values() if p.batch]
        return min([*instants, *(b.not_before for b in batches if b.not_before)], default=None)

    def settle(self, batch: Batch, outcome: Outcome, now: float) -> dict[int, int]:
        """Take an invocation's end; return the next offset to read, by partition to commit."""
        failed = _failures(batch, self._topic, outcome)
        done: dict[int, int] = {}
        for number, records in batch.records.items():
            first_failed = failed.get(number)
            left = [r for r in records if first_failed is not None and r.offset >= first_failed]
            if len(left) < len(records):
                done[number] = records[len(records) - len(left) - 1].offset + 1
            batch.records[number] = left
            if not left:
                self._partitions[number].batch = None
        batch.records = {number: left for number, left in batch.records.items() if left}
        if batch.records:
            batch.not_before = now + delay_s(batch.attempts, FIRST_DELAY_S, LONGEST_DELAY_S)
            batch.attempts += 1
        return done

    def _is_full(self, partitions: Iterable[_Partition]) -> bool:
        count = size = 0
        for partition in partitions:
            for _, record in partition.waiting:
                count += 1
                size += record.size
                if count >= self._batch_size or size >= MOST_BATCH_BYTES:
                    return True
        return False

    def _taken(self, free: Sequence[tuple[int, _Partition]]) -> Batch:
        """Fill a batch from the partition that waits longest on."""
        batch = Batch({})
        count = size = 0
        for number, partition in free:
            taken: list[Record] = []
            while partition.waiting and count < self._batch_size:
                record = partition.waiting[0][1]
                if count and size + record.size > MOST_BATCH_BYTES:
                    break
                partition.waiting.popleft()
                taken.append(record)
                count += 1
                size += record.size
            if taken:
                batch.records[number] = taken
                partition.batch = batch
            if partition.waiting:
                break
        return batch


class _Identifier(msgspec.Struct):
    partition: str
    offset: int


class _Failure(msgspec.Struct, rename="camel"):
    item_identifier: _Identifier


class _Partial(msgspec.Struct, rename="camel"):
    batch_item_failures: list[_Failure] | None = None


def _failures(batch: Batch, topic: str, outcome: Outcome) -> dict[int, int]:
    """Return the lowest failed offset by partition; a malformed answer fails the whole batch."""
    everything = {number: records[0].offset for number, records in batch.records.items()}
    if not outcome.is_done:
        return everything
    try:
        answer = msgspec.json.decode(outcome.payload, type=_Partial | None)
    except msgspec.ValidationError:
        return everything if b"batchItemFailures" in outcome.payload else {}
    numbers = {f"{topic}-{number}": number for number in batch.records}
    failed: dict[int, int] = {}
    for item in (answer.batch_item_failures or ()) if answer else ():
        number = numbers.get(item.item_identifier.partition)
        offset = item.item_identifier.offset
        if number is None or not any(r.offset == offset for r in batch.records[number]):
            return everything
        failed[number] = min(failed.get(number, offset), offset)
    return failed
