"""What every subject asks of brokers and stores.

Every method of a port may raise `Unavailable` when the server behind it is away; nothing is half
done then that repeating the call would not mend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One Kafka message to publish; headers are text, sent as UTF-8."""

    value: bytes
    key: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of documents: how many were there already, and the ids of those refused."""

    repeats: int = 0
    refused: frozenset[str] = frozenset()


class Stream(Protocol):
    """A topic to publish to."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once every message is acknowledged by all replicas, else raise."""
