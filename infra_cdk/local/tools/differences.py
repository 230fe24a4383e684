"""What differs in the stores and brokers of a stack from what this version expects there."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from infra_cdk.local.tools import durability
from infra_cdk.topology import TOPOLOGY
from infra_cdk.topology.deployment import migration_payload
from pixeltrack.events.mongo.store import differing_indexes
from pixeltrack.platform import catalog, settings
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.mongo import connect
from pixeltrack.platform.rabbitmq import QueuePlan, differing_queues
from pixeltrack.platform.topics import TopicPlan, differing_topics


def differences(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each difference, and for each server that does not answer."""
    planned = migration_payload(TOPOLOGY, environ)
    topics = msgspec.convert(planned["topics"], list[TopicPlan])
    queues = msgspec.convert(planned["queues"], list[QueuePlan])
    kafka = settings.load(settings.Kafka, environ)
    at = kafka.client() | {"log_level": 0}, kafka.replication_factor, topics
    rabbitmq = settings.load(settings.RabbitMQ, environ)
    looks: tuple[Callable[[], list[str]], ...] = (
        lambda: catalog.differences(settings.load(settings.Postgres, environ).url),
        lambda: _indexes(settings.load(settings.Mongo, environ)),
        lambda: differing_topics(*at),
        lambda: differing_queues(rabbitmq.url, queues),
        lambda: list(durability.differences(environ)),
    )
    for look in looks:
        try:
            yield from look()
        except Unavailable as error:
            yield str(error)


def _indexes(mongo: settings.Mongo) -> list[str]:
    database = connect(mongo.uri, mongo.database)
    try:
        return differing_indexes(database)
    finally:
        database.client.close()
