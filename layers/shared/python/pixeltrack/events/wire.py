"""The event on the wire, as trackers send it, and the record of `raw_events` around it."""

import hashlib
from typing import Any

import msgspec

IMPORT = "import"


class WireEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One event as a tracker sends it; unknown fields are ignored.

    `site_id` is the site's tracking id. `timestamp` is ISO 8601 by the browser's clock.
    The gate has checked every limit and stamped `id` and `timestamp` where they were missing.
    """

    site_id: str
    event_type: str
    url: str
    id: str | None = None
    referrer: str | None = None
    title: str | None = None
    timestamp: str | None = None
    user_id: str | None = None
    screen: str | None = None
    language: str | None = None
    timezone: str | None = None
    payload: dict[str, Any] | None = None


class RawEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One acknowledged event. `received_at` and `sent_at` are milliseconds since the epoch.

    `country` is the edge's ISO 3166 code, present only when the edge is trusted; `sent_at` is
    the browser's clock as it sent the request. `source` is `import` for history that was brought
    in, and absent else. This is the only place that ever holds `ip`.
    """

    v: int
    received_at: int
    ip: str
    event: WireEvent
    user_agent: str = ""
    origin: str = ""
    country: str | None = None
    sent_at: int | None = None
    source: str | None = None

    @property
    def is_imported(self) -> bool:
        """Tell whether it is history: of any age, and its visitors apart from living ones."""
        return self.source == IMPORT


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(RawEvent)


def encode(raw: RawEvent) -> bytes:
    """Encode a record as the JSON value of a Kafka message."""
    return _encoder.encode(raw)


def decode(value: bytes) -> RawEvent:
    """Read a record back; raises `msgspec.DecodeError` or a `ValueError` where it is not one."""
    return _decoder.decode(value)


def partition_key(raw: RawEvent) -> bytes:
    """Key by site and visitor, so that one busy site spreads and a visitor stays in order."""
    event = raw.event
    visitor = event.user_id or f"{raw.ip}\n{raw.user_agent}"
    text = f"{event.site_id}\n{visitor}".encode()
    return hashlib.blake2b(text, digest_size=12).digest()
