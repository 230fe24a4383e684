"""Declares RabbitMQ exchanges and queues, each with a dead-letter queue; harmless twice."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pika
from pika.exceptions import AMQPConnectionError

from functions.migrator.plan import QueuePlan
from pixeltrack.platform.errors import BrokerUnavailable

if TYPE_CHECKING:
    from pika.adapters.blocking_connection import BlockingChannel

TIMEOUT_S = 20


def ensure_queues(url: str, plans: Sequence[QueuePlan]) -> list[str]:
    """Return the names declared.

    Raises `BrokerUnavailable`, or `ChannelClosedByBroker` where a queue of that name exists with
    other arguments: RabbitMQ never changes a queue, somebody has to drain and delete it.
    """
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = TIMEOUT_S
    parameters.blocked_connection_timeout = TIMEOUT_S
    try:
        connection = pika.BlockingConnection(parameters)
    except (AMQPConnectionError, OSError) as error:
        raise BrokerUnavailable("RabbitMQ did not answer the migrator") from error
    try:
        channel = connection.channel()
        for plan in plans:
            _declare(channel, plan)
    finally:
        if connection.is_open:
            connection.close()
    return [name for plan in plans for name in (plan.name, plan.dead_letter)]


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
