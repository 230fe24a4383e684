"""What the processor is built from in production; tests hand in their own parts."""

import time
from functools import cache, partial

from pixeltrack.enrichment.devices import UserAgents
from pixeltrack.enrichment.geoip import DbIpGeo, HostingNetworks, NullGeo, NullNetworks
from pixeltrack.enrichment.pipeline import Processor
from pixeltrack.enrichment.ports import GeoLocator, Networks
from pixeltrack.enrichment.postgres import PostgresSalts
from pixeltrack.enrichment.visitors import CachedSalts, Floods
from pixeltrack.events.mongo.store import MongoEventStore, MongoRejectionStore
from pixeltrack.events.postgres import PostgresTombstones
from pixeltrack.platform import settings
from pixeltrack.platform.clock import ServerClock
from pixeltrack.platform.kafka import KafkaStream
from pixeltrack.platform.logs import logger
from pixeltrack.platform.mongo import connect, server_ms
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.cache import CachedSites
from pixeltrack.sites.postgres import PostgresSiteDirectory

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
    database = connect(mongo.uri, mongo.database)
    now_ms = ServerClock("MongoDB", partial(server_ms, database))
    tables = Database(postgres.url)
    sites = PostgresSiteDirectory(tables)
    return Processor(
        sites=CachedSites(sites, ttl_s=enrichment.site_cache_s, now_s=time.monotonic),
        salts=CachedSalts(PostgresSalts(tables)),
        tombstones=PostgresTombstones(tables),
        geo=locator(enrichment.geoip_dir),
        networks=networks(enrichment.geoip_dir),
        devices=UserAgents(),
        events=MongoEventStore(database),
        rejections=MongoRejectionStore(database, now_ms),
        stream=KafkaStream(kafka.enriched_topic, kafka.client(), within_ms=ACKNOWLEDGE_WITHIN_MS),
        now_ms=now_ms,
        floods=Floods(enrichment.events_a_minute),
    )


def locator(folder: str) -> GeoLocator:
    """Open the place databases; where there are none, places are unknown, and the log says so."""
    try:
        return DbIpGeo(folder)
    except OSError as error:
        logger("processor").warning("countries and cities are unknown", reason=str(error))
        return NullGeo()


def networks(folder: str) -> Networks:
    """Read the networks of hosting providers; without the table there are none."""
    try:
        return HostingNetworks(folder)
    except OSError as error:
        logger("processor").warning("hosting networks are unknown", reason=str(error))
        return NullNetworks()
