from collections.abc import Sequence

from pixeltrack.platform.errors import BrokerUnavailable
from pixeltrack.platform.ports import Message


class FakeStream:
    """Keeps what is published; `is_away` makes the broker refuse."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.is_away = False

    def publish(self, messages: Sequence[Message]) -> None:
        if self.is_away:
            raise BrokerUnavailable("away")
        self.messages.extend(messages)
