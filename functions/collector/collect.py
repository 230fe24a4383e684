"""The collector's use case: stamp gated events and have Kafka acknowledge all of them."""

from collections.abc import Callable

from pixeltrack.api.client import Client
from pixeltrack.events import wire
from pixeltrack.events.gate import Batch
from pixeltrack.platform.identifiers import new_event_id
from pixeltrack.platform.instants import iso
from pixeltrack.platform.ports import Message, Stream


class Collect:
    """Turns a request's events into records of `raw_events`.

    `now_ms` is the clock in epoch milliseconds, `randomness` answers that many random bytes.
    """

    def __init__(
        self, stream: Stream, *, now_ms: Callable[[], int], randomness: Callable[[int], bytes]
    ) -> None:
        self._stream = stream
        self._now_ms = now_ms
        self._randomness = randomness

    def __call__(
        self, batch: Batch, client: Client, *, user_agent: str, origin: str, request_id: str
    ) -> None:
        """Return once every event is acknowledged; raises `BrokerUnavailable` if any is not."""
        now = self._now_ms()
        browser_clock = now if batch.sent_at is None else batch.sent_at
        headers = {"requestId": request_id}
        messages = []
        for event in batch.events:
            if event.id is None:
                event.id = new_event_id(now, self._randomness(10))
            if event.timestamp is None:
                event.timestamp = iso(browser_clock)
            record = wire.RawEvent(
                v=1,
                received_at=now,
                ip=client.ip,
                user_agent=user_agent[:512],
                origin=origin[:256],
                country=client.country,
                sent_at=batch.sent_at,
                event=event,
            )
            messages.append(Message(wire.encode(record), wire.partition_key(record), headers))
        self._stream.publish(messages)
