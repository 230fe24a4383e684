"""What the collector is built from in production; tests hand in their own parts."""

import os
import time
from functools import cache

from functions.collector.tracking import Collect
from pixeltrack.api.client import Clients
from pixeltrack.platform import settings
from pixeltrack.platform.kafka import KafkaStream


@cache
def wiring() -> tuple[Clients, Collect]:
    """Build what production uses, on first use; raises `SettingsError`."""
    ingest, kafka = settings.load(settings.Ingest), settings.load(settings.Kafka)
    stream = KafkaStream(
        kafka.raw_topic,
        kafka.client(),
        within_ms=ingest.acknowledge_within_ms,
        compression="none",
    )
    return Clients(ingest), Collect(stream, now_ms=now_ms, randomness=os.urandom)


def now_ms() -> int:
    """Read the clock, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000
