"""Lambda entry point of each deployment: SQL schema, MongoDB indexes, topics, queues."""

from typing import Any

import msgspec

from pixeltrack.events.mongo.store import ensure_indexes
from pixeltrack.platform import settings
from pixeltrack.platform.logs import logger
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.rabbitmq import QueuePlan, ensure_queues
from pixeltrack.platform.schema import migrate
from pixeltrack.platform.topics import TopicPlan, ensure_topics


class Plan(msgspec.Struct, frozen=True):
    """What a deployment asks for beside schema and indexes, which come with the code."""

    topics: tuple[TopicPlan, ...] = ()
    queues: tuple[QueuePlan, ...] = ()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bring everything to the plan in `event` and return what was done; harmless twice.

    Any failure raises, so that the deployment stops.
    """
    planned = msgspec.convert(event, Plan)
    kafka, mongo = settings.load(settings.Kafka), settings.load(settings.Mongo)
    database = connect(mongo.uri, mongo.database)
    done: dict[str, Any] = {
        "migrations": migrate(settings.load(settings.Postgres).url),
        "topics": ensure_topics(kafka.client(), kafka.replication_factor, planned.topics),
        "queues": ensure_queues(settings.load(settings.RabbitMQ).url, planned.queues),
    }
    try:
        ensure_indexes(database)
    finally:
        database.client.close()
    logger("migrator").info("migrated", request_id=context.aws_request_id, **done)
    return done
