"""Sends history to `raw_events` as imports, and waits until the reports can show it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import psycopg

from infra_cdk.local import asking
from infra_cdk.local.stack import Stack
from pixeltrack.events import wire
from pixeltrack.events.wire import RawEvent
from pixeltrack.platform import settings
from pixeltrack.platform.errors import BrokerUnavailable
from pixeltrack.platform.instants import iso
from pixeltrack.platform.kafka import KafkaStream
from pixeltrack.platform.ports import Message, Stream

MESSAGES_AT_ONCE = 2_000
ACKNOWLEDGED_WITHIN_MS = 30_000
GIVE_UP_AFTER_S = 120.0
PAUSE_S = 0.2

Tell = Callable[[str], None]
"""Shows progress in a few words; called often."""


def raw_stream(environ: Mapping[str, str]) -> KafkaStream:
    """Return the topic of raw events."""
    kafka = settings.load(settings.Kafka, environ)
    return KafkaStream(kafka.raw_topic, kafka.client(), within_ms=ACKNOWLEDGED_WITHIN_MS)


def send(stream: Stream, events: Iterable[RawEvent], tell: Tell) -> int:
    """Publish events as imports, and return how many once all replicas have acknowledged them.

    While the broker is away the same messages are sent again, which duplicates nothing: every
    event has its id. Raise `BrokerUnavailable` after two minutes of that.
    """
    sent = 0
    messages = (_message(event) for event in events)
    while batch := list(islice(messages, MESSAGES_AT_ONCE)):
        _publish(stream, batch)
        sent += len(batch)
        tell(f"sent {sent:,}")
    return sent


def wait_until_counted(stack: Stack, tell: Tell, *, within_s: float) -> None:
    """Return once everything in `raw_events` is processed and aggregated.

    Raise `TimeoutError` after `within_s` without any progress.
    """
    for left in _falling(lambda: _lag(stack), within_s):
        tell(f"to process {left:,}")
    url, stored = stack.environ()["DATABASE_URL"], time.time_ns() // 1_000_000
    for behind in _falling(lambda: _behind(stack, url, stored), within_s):
        tell(f"aggregated what was stored by {iso(stored - behind)}")


def aggregate(stack: Stack) -> bool:
    """Run the aggregator once; return whether it could be reached."""
    try:
        asking.invoke(stack, "aggregator", {"task": "minute"})
    except OSError:
        return False
    return True


def _message(event: RawEvent) -> Message:
    event.source = wire.IMPORT
    return Message(wire.encode(event), wire.partition_key(event))


def _publish(stream: Stream, batch: list[Message]) -> None:
    give_up_at = time.monotonic() + GIVE_UP_AFTER_S
    while True:
        try:
            return stream.publish(batch)
        except BrokerUnavailable:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(PAUSE_S)


def _falling(measure: Callable[[], int | None], within_s: float) -> Iterator[int]:
    """Yield what is left until it is 0; None means not known at the moment."""
    least: int | None = None
    deadline = time.monotonic() + within_s
    while (left := measure()) != 0:
        if left is not None:
            yield left
            if least is None or left < least:
                least, deadline = left, time.monotonic() + within_s
        if time.monotonic() > deadline:
            raise TimeoutError(f"no progress for {within_s:.0f} s, {left} left")
        time.sleep(PAUSE_S)


def _lag(stack: Stack) -> int | None:
    """Ask the host how many raw events are not processed."""
    try:
        consumers: list[dict[str, Any]] = asking.status(stack)["consumers"]
    except OSError:
        return None
    lags = [consumer["lag"] for consumer in consumers if consumer["function"] == "processor"]
    return None if None in lags else sum(lags)


def _behind(stack: Stack, database_url: str, stored: int) -> int | None:
    """Run the aggregator; return how far, in milliseconds, it is from an instant."""
    if not aggregate(stack):
        return None
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select watermark from aggregation").fetchone()
    return max(0, stored - row[0]) if row else None
