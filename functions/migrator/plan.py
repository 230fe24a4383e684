"""What a deployment asks for: the topics and queues of the event that invokes the migrator."""

from typing import Any

import msgspec

from pixeltrack.platform.rabbitmq import QueuePlan
from pixeltrack.platform.topics import TopicPlan


class Plan(msgspec.Struct, frozen=True):
    """Everything beside the schema and the indexes, which come with the code."""

    topics: tuple[TopicPlan, ...] = ()
    queues: tuple[QueuePlan, ...] = ()


def read(event: Any) -> Plan:
    """Read the event; raises `msgspec.ValidationError` naming what is wrong."""
    return msgspec.convert(event, Plan)
