"""What every subject needs of brokers and stores.

Every method of a port may raise `Unavailable` when the server behind it cannot be reached;
repeating the call then completes whatever was half done.
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
    """The outcome of adding documents: how many existed already, and the ids of those refused."""

    repeats: int = 0
    refused: frozenset[str] = frozenset()


class Stream(Protocol):
    """A topic to publish to."""

    def publish(self, messages: Sequence[Message], *, within_ms: int | None = None) -> None:
        """Return once every message is acknowledged by all replicas; else raise.

        `within_ms` bounds the wait where less time is left than usual.
        """
