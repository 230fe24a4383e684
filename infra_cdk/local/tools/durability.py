"""Whether servers keep what `PIXELTRACK_DURABILITY=power` promises, as they say themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType
from pymongo.uri_parser import parse_uri

from pixeltrack.platform import settings
from pixeltrack.platform.errors import BrokerUnavailable, StoreUnavailable
from pixeltrack.platform.postgres import CONNECT_TIMEOUT_S

_TIMEOUT_S = 5
_FLUSH = "log.flush.interval.messages"
_MENDING = "run `make down`, then `make up`, or configure a server of your own so"


def differences(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each server that acknowledges what is not on disk; raise `Unavailable`.

    None is one where power cuts do not count. RabbitMQ's quorum queues are always on disk before
    they confirm.
    """
    if settings.load(settings.Local, environ).durability != "power":
        return
    for name, value in _broker(settings.load(settings.Kafka, environ)).items():
        if value != "1":
            yield f"Kafka: broker {name} has {_FLUSH}={value}, power needs 1; {_MENDING}"
    for name, value in _postgres(settings.load(settings.Postgres, environ).url).items():
        if value == "off":
            yield f"PostgreSQL: {name} is off, power needs it on; {_MENDING}"
    uri = settings.load(settings.Mongo, environ).uri
    if not _options(uri).get("journal"):
        yield f"MongoDB: MONGODB_URI lacks journal=true, which power needs; {_MENDING}"


def _options(uri: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = parse_uri(uri)["options"]
    return found


def _broker(kafka: settings.Kafka) -> dict[str, str]:
    """Return by broker after how many messages it flushes."""
    admin = AdminClient(kafka.client() | {"log_level": 0})
    try:
        brokers = admin.list_topics(timeout=_TIMEOUT_S).brokers
        asked = [ConfigResource(ResourceType.BROKER, str(number)) for number in brokers]
        answers = admin.describe_configs(asked, request_timeout=_TIMEOUT_S)
        return {r.name: future.result(_TIMEOUT_S)[_FLUSH].value for r, future in answers.items()}
    except KafkaException as error:
        raise BrokerUnavailable("Kafka did not answer") from error


def _postgres(url: str) -> dict[str, str]:
    statement = (
        b"select name, setting from pg_settings"
        b" where name in ('fsync', 'full_page_writes', 'synchronous_commit')"
    )
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S) as connection:
            return dict(connection.execute(statement).fetchall())
    except psycopg.OperationalError as error:
        raise StoreUnavailable("PostgreSQL did not answer") from error
