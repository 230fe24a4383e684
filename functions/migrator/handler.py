"""Lambda entry point of each deployment: SQL schema and data, MongoDB indexes, topics, queues."""

from typing import Any

import msgspec

from pixeltrack.accounts.postgres import give_canonical_emails
from pixeltrack.events.mongo.store import (
    date_back_rejections,
    differing_indexes,
    ensure_indexes,
)
from pixeltrack.platform import settings
from pixeltrack.platform.catalog import differences
from pixeltrack.platform.logs import logger
from pixeltrack.platform.mongo import connect, server_ms
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.rabbitmq import QueuePlan, differing_queues, ensure_queues
from pixeltrack.platform.schema import migrate
from pixeltrack.platform.topics import TopicPlan, differing_topics, ensure_topics

_SETTLED_WITHIN_S = 5


class Plan(msgspec.Struct, frozen=True):
    """What a deployment asks for beside schema and indexes, which come with the code."""

    topics: tuple[TopicPlan, ...] = ()
    queues: tuple[QueuePlan, ...] = ()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bring everything to the plan in `event` and return what was done; harmless twice.

    `amiss` has a line for each difference that remains, such as a column that was dropped by hand.
    Any failure raises, so that the deployment stops.
    """
    planned = msgspec.convert(event, Plan)
    kafka, mongo = settings.load(settings.Kafka), settings.load(settings.Mongo)
    url, rabbitmq = settings.load(settings.Postgres).url, settings.load(settings.RabbitMQ).url
    database = connect(mongo.uri, mongo.database)
    at = kafka.client(), kafka.replication_factor, planned.topics
    log = logger("migrator")
    try:
        ensure_indexes(database)
        date_back_rejections(database, server_ms(database))
        done: dict[str, Any] = {
            "migrations": migrate(url),
            "accountsByExactEmail": _give_canonical_emails(url),
            "topics": ensure_topics(*at),
            "queues": ensure_queues(rabbitmq, planned.queues),
        }
        done["amiss"] = [
            *differences(url),
            *differing_indexes(database),
            *differing_topics(*at, within_s=_SETTLED_WITHIN_S),
            *differing_queues(rabbitmq, planned.queues),
        ]
    finally:
        database.client.close()
    for line in done["amiss"]:
        log.warning(line)
    log.info("migrated", request_id=context.aws_request_id, **done)
    return done


def _give_canonical_emails(url: str) -> int:
    """Give old accounts their canonical address; return how many had to be left without one."""
    sql = Database(url)
    try:
        left = give_canonical_emails(sql)
    finally:
        sql.close()
    if left:
        logger("migrator").warning(
            "accounts whose address is another's, or is refused by now; they log in with its "
            "exact spelling",
            accounts=left,
        )
    return len(left)
