"""Raw records as the collector writes them and an event source delivers them."""

import base64
from typing import Any

import msgspec

from pixeltrack.platform.consumer import BROKERS_TIME, Record
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId
from pixeltrack.sites.sites import Site

NOW = 1_795_341_600_000
"""2026-11-22T10:00:00Z"""
TRACKING_ID = TrackingId("pt_" + "1" * 32)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36"
)


def site(**changes: Any) -> Site:
    values: dict[str, Any] = {
        "id": SiteId("5b0e8d6e-0000-4000-8000-000000000001"),
        "tracking_id": TRACKING_ID,
        "owner": AccountId("a"),
        "url": "https://example.com",
    }
    return Site(**(values | changes))


def raw(event: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A raw record; `event` and the rest override, a value of None takes a field away."""
    wire = {
        "id": "e-1",
        "siteId": TRACKING_ID,
        "eventType": "pageview",
        "url": "https://example.com/pricing",
        "timestamp": "2026-11-22T09:59:59.000Z",
        "userId": "user_1",
    } | (event or {})
    record = {
        "v": 1,
        "receivedAt": NOW,
        "ip": "81.2.69.142",
        "userAgent": CHROME,
        "event": {name: value for name, value in wire.items() if value is not None},
    } | changes
    return {name: value for name, value in record.items() if value is not None}


def record(
    content: Any, offset: int = 0, partition: int = 0, taken_at: int | None = None
) -> Record:
    """A consumed record of this content: bytes as they are, anything else as JSON.

    `taken_at` is when the broker took it, where the topic bears that.
    """
    value = content if isinstance(content, bytes | None) else msgspec.json.encode(content)
    if taken_at is None:
        return Record(partition, offset, NOW + 5, value)
    return Record(partition, offset, taken_at, value, is_brokers_time=True)


def records(*events: dict[str, Any], partition: int = 0) -> list[Record]:
    """Records of these events in offset order; each gets an id of its own unless it has one."""
    return [
        record(raw({"id": f"e-{partition}-{n}"} | event), n, partition)
        for n, event in enumerate(events)
    ]


def delivered(batch: list[Record], topic: str = "raw-events") -> dict[str, Any]:
    """A batch in the shape of Lambda's Kafka event source."""
    lists: dict[str, list[dict[str, Any]]] = {}
    for item in batch:
        entry = {
            "topic": topic,
            "partition": item.partition,
            "offset": item.offset,
            "timestamp": item.timestamp,
            "timestampType": BROKERS_TIME if item.is_brokers_time else "CREATE_TIME",
            "headers": [{"requestId": list(b"r-1")}],
        }
        if item.value is not None:
            entry["value"] = base64.b64encode(item.value).decode()
        lists.setdefault(f"{topic}-{item.partition}", []).append(entry)
    return {"eventSource": "SelfManagedKafka", "records": lists}
