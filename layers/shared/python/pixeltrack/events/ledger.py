"""The ledger: proof that every consumed record is in a bucket or in `rejected`, none missing.

A record is known by partition, offset and the instant the collector received it, so that a topic
made anew, whose offsets start again, is never mistaken for the old one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

HOUR_MS = 3_600_000

Mark = tuple[int, int, int]
"""A record's partition, offset and `receivedAt` in epoch milliseconds."""


@dataclass(slots=True)
class Entry:
    """One partition's hour: distinct records by where they were found.

    `dropped` are those in `rejected` alone; `missing` are consumed records found nowhere.
    """

    consumed: int = 0
    stored: int = 0
    dropped: int = 0
    missing: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries by (partition, hour since the epoch), and the repeats by event id.

    `events` are distinct (site, id) in the buckets; `copies` are all event copies there, so
    `copies - events` are repeats, which every reader treats as one.
    """

    entries: dict[tuple[int, int], Entry]
    events: int
    copies: int

    @property
    def consumed(self) -> int:
        """Count the records that were consumed."""
        return sum(entry.consumed for entry in self.entries.values())

    @property
    def stored(self) -> int:
        """Count the consumed records that are in buckets."""
        return sum(entry.stored for entry in self.entries.values())

    @property
    def dropped(self) -> int:
        """Count the consumed records that are in `rejected` alone."""
        return sum(entry.dropped for entry in self.entries.values())

    @property
    def missing(self) -> int:
        """Count the consumed records that are nowhere; anything but 0 is a loss."""
        return sum(len(entry.missing) for entry in self.entries.values())


def balance(
    consumed: Iterable[Mark],
    stored: Iterable[tuple[Mark, tuple[str, str] | None]],
    rejected: Iterable[Mark],
) -> Ledger:
    """Hold consumed records against what the stores hold.

    `stored` yields each event copy of each bucket as its mark and (site, event id); of one that
    was erased the mark alone is left.
    """
    in_buckets: set[Mark] = set()
    copies: Counter[tuple[str, str]] = Counter()
    for mark, event in stored:
        in_buckets.add(mark)
        if event is not None:
            copies[event] += 1
    in_rejected = set(rejected)
    entries: dict[tuple[int, int], Entry] = {}
    for mark in consumed:
        partition, offset, received_at = mark
        entry = entries.setdefault((partition, received_at // HOUR_MS), Entry())
        entry.consumed += 1
        if mark in in_buckets:
            entry.stored += 1
        elif mark in in_rejected:
            entry.dropped += 1
        else:
            entry.missing.append(offset)
    return Ledger(dict(sorted(entries.items())), len(copies), copies.total())
