"""How many events the processor takes through a second of one core's time."""

import base64
import itertools
import json
import time
from typing import Any

from functions.processor import wiring
from infra_cdk.local.trial import Trial
from pixeltrack.events import wire
from pixeltrack.platform import consumer, settings
from pixeltrack.platform.instants import iso
from tests.benchmarks.load import AGENTS, Visitors

BATCH = 500
BATCHES = 40
WARM_UP = 4


def events_per_core_second(running: Trial) -> float:
    """Run batches in the exact event-source shape against the real servers, in this process.

    Counted is this process's time, threads of the Kafka client included, not the servers'.
    """
    groups = (settings.Kafka, settings.Mongo, settings.Postgres, settings.Enrichment)
    apart = {**running.environ, "MONGODB_DATABASE": "processor_bench"}
    loaded = [settings.load(group, apart) for group in groups]
    process = wiring.build(*loaded)  # type: ignore[arg-type]
    crowd = Visitors(running.demo.tracking_id, "localhost", 5_000, 1)
    offsets = itertools.count(1_000_000)
    events = [batch_event(crowd, offsets) for _ in range(BATCHES)]
    began = 0.0
    for number, event in enumerate(events):
        if number == WARM_UP:
            began = time.process_time()
        process(list(consumer.records(event)), "bench")
    return BATCH * (BATCHES - WARM_UP) / (time.process_time() - began)


def batch_event(crowd: Visitors, offsets: Any) -> dict[str, Any]:
    """Build a batch as the event source would, of one partition that the host does not read."""
    records = [record(crowd, next(offsets)) for _ in range(BATCH)]
    return {"records": {"raw_events-99": records}}


def record(crowd: Visitors, offset: int) -> dict[str, Any]:
    """Build one record of `raw_events`."""
    body = crowd.request().partition(b"\r\n\r\n")[2]
    now = time.time_ns() // 1_000_000
    value = wire.RawEvent(
        v=1,
        received_at=now,
        ip=f"{offset % 223 + 1}.{offset % 251}.{offset % 13}.{offset % 99}",
        user_agent=AGENTS[offset % len(AGENTS)].format(n=offset % 140),
        event=wire.read(body).events[0],
    )
    value.event.timestamp = iso(now)
    return {
        "topic": "raw_events",
        "partition": 99,
        "offset": offset,
        "timestamp": now,
        "timestampType": "CREATE_TIME",
        "key": base64.b64encode(wire.partition_key(value)).decode(),
        "value": base64.b64encode(wire.encode(value)).decode(),
        "headers": [{"requestId": list(json.dumps(offset).encode())}],
    }
