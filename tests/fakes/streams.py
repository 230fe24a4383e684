from collections.abc import Sequence

from pixeltrack.platform.errors import BrokerUnavailable, Unavailable
from pixeltrack.platform.ports import Message


class FakeStream:
    """Keeps what is published; `is_away` makes the broker refuse, `fault` says with which error."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.is_away = False
        self.fault: Unavailable | None = None
        self.within_ms: int | None = None

    def publish(self, messages: Sequence[Message], *, within_ms: int | None = None) -> None:
        self.within_ms = within_ms
        if self.is_away or self.fault:
            raise self.fault or BrokerUnavailable("away")
        self.messages.extend(messages)
