"""RabbitMQ event source: one queue, one invocation at a time, whole batches again on failure."""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker

from infra_cdk.local.backoff import delay_s
from infra_cdk.local.emulator.functions import ThreadInvoker
from infra_cdk.local.emulator.invocation import ACCOUNT, REGION
from infra_cdk.topology import QueueConsumer

WINDOW_S = 0.5
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 5.0
_PROPERTIES = {
    "contentType": "content_type",
    "contentEncoding": "content_encoding",
    "deliveryMode": "delivery_mode",
    "priority": "priority",
    "correlationId": "correlation_id",
    "replyTo": "reply_to",
    "expiration": "expiration",
    "messageId": "message_id",
    "type": "type",
    "userId": "user_id",
    "appId": "app_id",
    "clusterId": "cluster_id",
}

log = logging.getLogger(__name__)


class QueuePoller(threading.Thread):
    """Reads `queue` (its name on the broker at `url`) for one function."""

    def __init__(
        self, consumer: QueueConsumer, queue: str, url: str, functions: ThreadInvoker
    ) -> None:
        super().__init__(name=f"rabbitmq-{consumer.function}", daemon=True)
        self.consumer = consumer
        self.queue = queue
        self.is_assigned = False
        self._parameters = pika.URLParameters(url)
        self._functions = functions
        self._stopping = threading.Event()
        self._messages: list[tuple[int, dict[str, Any]]] = []
        self._first_at = 0.0
        self._failures = 0
        self._last_fault = ""

    def stop(self) -> None:
        """Ask the thread to end; messages that are not acknowledged go back to the queue."""
        self._stopping.set()

    def run(self) -> None:
        """Consume until asked to stop; wait for a broker or queue that is away."""
        while not self._stopping.is_set():
            try:
                self._consume()
            except ChannelClosedByBroker as error:
                self._say(f"{error.reply_code} {error.reply_text}")
            except (AMQPError, OSError) as error:
                self._say(type(error).__name__)
            except Exception:
                log.exception("the consumer of queue %s broke; it starts anew", self.queue)
            self.is_assigned = False
            self._stopping.wait(1)

    def _consume(self) -> None:
        self._messages = []
        with pika.BlockingConnection(self._parameters) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=self.consumer.batch_size)
            channel.basic_consume(self.queue, self._on_message)
            self.is_assigned = True
            self._last_fault = ""
            while not self._stopping.is_set():
                connection.process_data_events(time_limit=WINDOW_S / 5)
                if self._is_due():
                    self._deliver(connection, channel)

    def _on_message(
        self,
        _channel: BlockingChannel,
        method: pika.spec.Basic.Deliver,
        properties: pika.BasicProperties,
        body: bytes,
    ) -> None:
        if not self._messages:
            self._first_at = time.monotonic()
        tag = method.delivery_tag or 0
        self._messages.append((tag, message(properties, body, method.redelivered or False)))

    def _is_due(self) -> bool:
        full = len(self._messages) >= self.consumer.batch_size
        old = time.monotonic() - self._first_at >= WINDOW_S
        return bool(self._messages) and (full or old)

    def _deliver(self, connection: pika.BlockingConnection, channel: BlockingChannel) -> None:
        batch, self._messages = self._messages, []
        event = queue_event(self.queue, self._parameters.virtual_host, [m for _, m in batch])
        flight = self._functions.invoke_from_thread(self.consumer.function, event)
        while not flight.done():
            connection.process_data_events(time_limit=0.02)  # heartbeats go on
        last_tag = batch[-1][0]
        outcome = flight.result()
        if outcome.is_done:
            self._failures = 0
            channel.basic_ack(last_tag, multiple=True)
            return
        log.warning(
            "%s failed a batch of queue %s, which comes again: %s",
            self.consumer.function,
            self.queue,
            outcome.error_text(),
        )
        wait_s = delay_s(self._failures, FIRST_DELAY_S, LONGEST_DELAY_S)
        self._failures += 1
        until = time.monotonic() + wait_s
        while time.monotonic() < until and not self._stopping.is_set():
            connection.process_data_events(time_limit=0.02)
        channel.basic_nack(last_tag, multiple=True, requeue=True)

    def _say(self, fault: str) -> None:
        """Log a fault once, not at each try."""
        if fault != self._last_fault:
            self._last_fault = fault
            log.warning("%s waits for queue %s: %s", self.consumer.function, self.queue, fault)


def queue_event(queue: str, vhost: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Build the event of an Amazon MQ for RabbitMQ event source."""
    return {
        "eventSource": "aws:rmq",
        "eventSourceArn": f"arn:aws:mq:{REGION}:{ACCOUNT}:broker:local:b-local",
        "rmqMessagesByQueue": {f"{queue}::{vhost}": messages},
    }


def message(properties: pika.BasicProperties, body: bytes, redelivered: bool) -> dict[str, Any]:
    """Build one message of the event; the body is encoded as base64 with the event."""
    basic = {ours: getattr(properties, theirs) for ours, theirs in _PROPERTIES.items()}
    basic["headers"] = {name: _header(v) for name, v in (properties.headers or {}).items()}
    basic["timestamp"] = _instant(properties.timestamp)
    basic["bodySize"] = len(body)
    return {"basicProperties": basic, "redelivered": redelivered, "data": body}


def _header(value: Any) -> Any:
    match value:
        case str() | bytes():
            return {"bytes": list(value.encode() if isinstance(value, str) else value)}
        case Mapping():
            return {str(name): _header(item) for name, item in value.items()}
        case list():
            return [_header(item) for item in value]
        case datetime():
            return _instant(int(value.timestamp()))
        case bool() | float() | None:
            return value
        case _:  # pika has an integer of its own
            return int(value) if isinstance(value, int) else str(value)


def _instant(seconds: int | None) -> str | None:
    """Write an instant as the event source does: `Jan 1, 1970, 12:33:41 AM`."""
    if seconds is None:
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%b} {at.day}, {at.year}, {at.hour % 12 or 12}:{at:%M:%S %p}"
