"""What the processor is built from in production; tests hand in their own parts."""

import time
from functools import cache

from functions.processor.caches import CachedSalts, CachedSites
from functions.processor.processing import Processor
from pixeltrack.adapters.devices import UserAgents
from pixeltrack.adapters.geoip import DbIpGeo, NullGeo
from pixeltrack.adapters.kafka import KafkaStream
from pixeltrack.adapters.mongo import client
from pixeltrack.adapters.mongo.events import MongoEventStore
from pixeltrack.adapters.mongo.rejections import MongoRejectionStore
from pixeltrack.adapters.postgres.database import Database
from pixeltrack.adapters.postgres.salts import PostgresSalts
from pixeltrack.adapters.postgres.sites import PostgresSiteDirectory
from pixeltrack.adapters.postgres.tombstones import PostgresTombstones
from pixeltrack.ports import GeoLocator
from pixeltrack.runtime import settings
from pixeltrack.runtime.logs import logger

ACKNOWLEDGE_WITHIN_MS = 10_000


@cache
def processor() -> Processor:
    """Build what production uses, on first use; raises `SettingsError`."""
    return build(
        settings.load(settings.Kafka),
        settings.load(settings.Mongo),
        settings.load(settings.Postgres),
        settings.load(settings.Enrichment),
    )


def build(
    kafka: settings.Kafka,
    mongo: settings.Mongo,
    postgres: settings.Postgres,
    enrichment: settings.Enrichment,
) -> Processor:
    """Put a processor together over real servers; none is connected to before the first batch."""
    database = client.connect(mongo.uri, mongo.database)
    tables = Database(postgres.url)
    sites = PostgresSiteDirectory(tables)
    return Processor(
        sites=CachedSites(sites, ttl_s=enrichment.site_cache_s, now_s=time.monotonic),
        salts=CachedSalts(PostgresSalts(tables)),
        tombstones=PostgresTombstones(tables),
        geo=locator(enrichment.geoip_dir),
        devices=UserAgents(),
        events=MongoEventStore(database),
        rejections=MongoRejectionStore(database, now_ms),
        stream=KafkaStream(kafka.enriched_topic, kafka.client(), within_ms=ACKNOWLEDGE_WITHIN_MS),
        now_ms=now_ms,
    )


def locator(folder: str) -> GeoLocator:
    """Open the place databases; where there are none, places are unknown, and the log says so."""
    try:
        return DbIpGeo(folder)
    except OSError as error:
        logger("processor").warning("countries and cities are unknown", reason=str(error))
        return NullGeo()


def now_ms() -> int:
    """Read the clock, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
