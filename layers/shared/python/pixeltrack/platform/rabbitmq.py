"""RabbitMQ: exchanges and queues, each with a dead-letter queue, and publishing with confirms.

Pika's own errors stay inside: whoever calls sees `BrokerUnavailable`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec
import pika
from pika.exceptions import AMQPConnectionError, AMQPError, ChannelClosedByBroker

from pixeltrack.platform.errors import BrokerUnavailable
from pixeltrack.platform.ports import Message

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

TIMEOUT_S = 20


class QueuePlan(msgspec.Struct, rename="camel", frozen=True):
    """A RabbitMQ exchange with its queue and dead-letter queue as they shall be."""

    name: str
    dead_letter: str
    delivery_limit: int


class RabbitPublisher:
    """A durable exchange to publish to, over a connection that is made on first use and kept.

    Every message is written to disk, confirmed, and `mandatory`: one that no queue takes is
    refused. A connection that broke is made anew by the next call; the one that found it broken
    tries once more, so a message may come twice.
    """

    def __init__(self, url: str, exchange: str, *, within_s: float = TIMEOUT_S) -> None:
        self._exchange = exchange
        self._parameters = pika.URLParameters(url)
        self._parameters.socket_timeout = within_s
        self._parameters.blocked_connection_timeout = within_s
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once every message is confirmed, else raise `BrokerUnavailable`.

        A message's key is its routing key.
        """
        is_kept = self._channel is not None
        try:
            self._publish(messages)
        except (AMQPError, OSError) as error:
            self.close()
            if not is_kept:
                raise BrokerUnavailable(f"RabbitMQ took no message for {self._exchange}") from error
            self.publish(messages)

    def close(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None and connection.is_open:
            with suppress(AMQPError, OSError):
                connection.close()

    def _publish(self, messages: Sequence[Message]) -> None:
        channel = self._channel or self._open()
        for message in messages:
            channel.basic_publish(
                self._exchange,
                (message.key or b"").decode(),
                message.value,
                pika.BasicProperties(
                    delivery_mode=pika.DeliveryMode.Persistent, headers=dict(message.headers)
                ),
                mandatory=True,
            )

    def _open(self) -> "BlockingChannel":
        self._connection = pika.BlockingConnection(self._parameters)
        self._channel = self._connection.channel()
        self._channel.confirm_delivery()
        return self._channel


def ensure_queues(url: str, plans: Sequence[QueuePlan]) -> list[str]:
    """Return the names declared; raises `BrokerUnavailable`.

    A queue that exists with other arguments is left as it is, since RabbitMQ never changes one: see
    `differing_queues`.
    """
    with _connected(url) as connection:
        for plan in plans:
            with suppress(ChannelClosedByBroker):
                _declare(connection.channel(), plan)
    return [name for plan in plans for name in (plan.name, plan.dead_letter)]


def differing_queues(url: str, plans: Sequence[QueuePlan]) -> list[str]:
    """Return a line for each queue that is missing or other than planned, with what mends it.

    Raises `BrokerUnavailable`.
    """
    lines = []
    with _connected(url) as connection:
        for plan in plans:
            try:
                for name in (plan.name, plan.dead_letter):
                    connection.channel().queue_declare(name, passive=True)
                _declare(connection.channel(), plan)
            except ChannelClosedByBroker as error:
                how = (
                    "is missing; run `make migrate`"
                    if error.reply_code == _NOT_FOUND
                    else "was made otherwise; let it run empty, delete it, then run `make migrate`"
                )
                lines.append(f"RabbitMQ: queue {plan.name} {how} ({error.reply_text})")
    return lines


_NOT_FOUND = 404


@contextmanager
def _connected(url: str) -> Iterator[pika.BlockingConnection]:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = TIMEOUT_S
    parameters.blocked_connection_timeout = TIMEOUT_S
    try:
        connection = pika.BlockingConnection(parameters)
    except (AMQPConnectionError, OSError) as error:
        raise BrokerUnavailable("RabbitMQ did not answer the migrator") from error
    try:
        yield connection
    finally:
        if connection.is_open:
            connection.close()


def _declare(channel: "BlockingChannel", plan: QueuePlan) -> None:
    """Declare quorum queues, whose type is always given, so that RabbitMQ 3 and 4 agree.

    Dead letters move at least once, which asks for `reject-publish`: a full queue refuses.
    """
    channel.exchange_declare(plan.dead_letter, "fanout", durable=True)
    channel.queue_declare(plan.dead_letter, durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_bind(plan.dead_letter, plan.dead_letter)
    channel.exchange_declare(plan.name, "topic", durable=True)
    channel.queue_declare(
        plan.name,
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": plan.delivery_limit,
            "x-dead-letter-exchange": plan.dead_letter,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )
    channel.queue_bind(plan.name, plan.name, routing_key="#")
