"""The enriched event as MongoDB and `enriched_events` hold it, and the bucket around it.

Its codec for `enriched_events` is here, that for MongoDB, which takes the driver's BSON, in
`pixeltrack.events.mongo.documents`. The processor encodes each event once for either.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from pixeltrack.events.drops import Reason
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId

PING = "ping"
SESSION_START = "session_start"
PAGEVIEW = "pageview"
ENGAGEMENT = "engagement"
ERASED = "erased"
"""Type of what is left of an erased event: its offset and receipt, for the ledger."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address lies: ISO 3166 country code, English names of region and city."""

    country: str | None = None
    region: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """What a user agent says of itself.

    `kind` is `desktop`, `mobile`, `tablet`, `tv` or None; `bot` the reason why the agent counts
    as a bot, or None for a person's browser.
    """

    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    kind: str | None = None
    bot: str | None = None


class StoredEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One enriched event, flat; what is unknown is absent. Instants are epoch milliseconds.

    `at` is the event time (the browser's clock, corrected), `clock_fixed` set where it lay in
    the future and became `received_at`. `payload` is a JSON object as a string. A ping has the
    first six fields only. `imported` marks history that was brought in; `source` and `channel`
    are None for a direct visit. The address is never here.
    """

    id: str
    offset: int
    type: str
    at: int
    received_at: int
    visitor: str
    clock_fixed: bool = False
    imported: bool = False
    url: str | None = None
    host: str | None = None
    path: str | None = None
    title: str | None = None
    referrer: str | None = None
    referrer_host: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    click_id: str | None = None
    source: str | None = None
    channel: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    browser: str | None = None
    browser_version: str | None = None
    os: str | None = None
    os_version: str | None = None
    device: str | None = None
    bot: str | None = None
    screen: str | None = None
    language: str | None = None
    timezone: str | None = None
    payload: str | None = None


class Bucket(msgspec.Struct, rename="camel"):
    """The events of one consumed batch, partition and site: MongoDB document and Kafka message.

    `stored_at` is in epoch milliseconds (a BSON date in MongoDB). `id` identifies exactly this
    cut of exactly these records; see `pixeltrack.events.buckets`.
    """

    id: str
    partition: int
    site: SiteId
    owner: AccountId
    tracking_id: TrackingId
    stored_at: int
    events: list[StoredEvent]


class _Message(Bucket):
    """A bucket whose events are JSON already."""

    events: list[msgspec.Raw]  # type: ignore[assignment]


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Bucket)


def encode_event(event: StoredEvent) -> bytes:
    """Encode an event as it stands in a message of `enriched_events`."""
    return _encoder.encode(event)


def encode_message(bucket: Bucket, events: Sequence[bytes]) -> bytes:
    """Encode a bucket as a message of `enriched_events`, around its `events` in JSON."""
    return _encoder.encode(
        _Message(
            id=bucket.id,
            partition=bucket.partition,
            site=bucket.site,
            owner=bucket.owner,
            tracking_id=bucket.tracking_id,
            stored_at=bucket.stored_at,
            events=[msgspec.Raw(event) for event in events],
        )
    )


def decode_message(value: bytes) -> Bucket:
    """Read a message of `enriched_events`; raises `ValueError` where it is none."""
    return _decoder.decode(value)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A dropped record: where it lay, why it was dropped, and a sample to look into.

    The sample is JSON text of the event alone, cut to 2 KiB, without address and agent.
    `tracking_id` is what the event said its site is, as far as that could be read.
    """

    partition: int
    offset: int
    received_at: int
    reason: Reason
    detail: str
    sample: str
    tracking_id: str = ""

    @property
    def id(self) -> str:
        """Return `partition:offset:received_at`, the same whenever the record comes again."""
        return f"{self.partition}:{self.offset}:{self.received_at}"
