"""The enriched event as MongoDB and `enriched_events` hold it, and the bucket around it.

Its codec for `enriched_events` is here, that for MongoDB, which takes the driver's BSON, in
`pixeltrack.events.mongo.store`. The processor encodes each event once for either.

A bucket's id names exactly its records: the same records decided alike give the same id, so a
repeat is found to be one; records decided otherwise, split otherwise, or of a topic made anew
(the same offsets, other receipts) give another, and hide nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId

PING = "ping"
SESSION_START = "session_start"
PAGEVIEW = "pageview"
ENGAGEMENT = "engagement"
LINKS = frozenset({"outbound", "download"})
"""Types of events whose payload has the address of a link in `url`."""

ERASED = "erased"
"""Type of what is left of an erased event: its offset and receipt, for the ledger."""

HOSTING = "hosting"
"""The network of an event whose address is a hosting provider's."""

MOST_EVENTS = 200
MOST_BYTES = 512 * 1024
"""Most JSON in a bucket: a Kafka message is at most 1 MB, a MongoDB document 16 MB."""


class BotReason(StrEnum):
    """Why an event counts as a bot's.

    All but `PACE` are found out for each event as it arrives, and stored with it. `PACE` is never
    stored with an event: facts find it in a whole visit (see `facts.visits`).
    """

    NO_AGENT = "no_agent"
    HEADLESS = "headless"
    LIBRARY = "library"
    CRAWLER = "crawler"
    HOSTING = "hosting"
    PACE = "pace"


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
    bot: BotReason | None = None


class StoredEvent(msgspec.Struct, rename="camel", omit_defaults=True):
    """One enriched event, flat; what is unknown is absent. Instants are epoch milliseconds.

    `at` is the event time (the browser's clock, corrected), `clock_fixed` set where it lay in
    the future and became `received_at`. `payload` is a JSON object as a string. A ping has the
    first six fields only. `imported` marks history that was
    brought in: whoever reacts to what happens now skips it. `source` and `channel` are None for a
    direct visit. The address is never here.
    """

    id: Annotated[str, Meta(description="The event's id, unique within its site.")]
    offset: int
    type: Annotated[
        str, Meta(description="`pageview`, `click`, `session_start` or a name of the site's own.")
    ]
    at: Annotated[int, Meta(description="When it happened, UTC.")]
    received_at: Annotated[int, Meta(description="When it arrived, UTC.")]
    visitor: Annotated[str, Meta(description="Id of the visitor.")]
    clock_fixed: bool = False
    imported: bool = False
    url: Annotated[str | None, Meta(description="Address of the page.")] = None
    host: Annotated[str | None, Meta(description="Host of the page.")] = None
    path: Annotated[str | None, Meta(description="Path of the page.")] = None
    title: Annotated[str | None, Meta(description="Title of the page.")] = None
    referrer: Annotated[str | None, Meta(description="Address of the page before.")] = None
    referrer_host: Annotated[str | None, Meta(description="Host of the page before.")] = None
    utm_source: Annotated[str | None, Meta(description="`utm_source` of the page's address.")] = (
        None
    )
    utm_medium: Annotated[str | None, Meta(description="`utm_medium` of the page's address.")] = (
        None
    )
    utm_campaign: Annotated[
        str | None, Meta(description="`utm_campaign` of the page's address.")
    ] = None
    utm_term: Annotated[str | None, Meta(description="`utm_term` of the page's address.")] = None
    utm_content: Annotated[str | None, Meta(description="`utm_content` of the page's address.")] = (
        None
    )
    click_id: Annotated[
        str | None, Meta(description="An advertiser's click id in the page's address.")
    ] = None
    source: str | None = None
    channel: str | None = None
    country: Annotated[str | None, Meta(description="ISO 3166 country code.")] = None
    region: Annotated[str | None, Meta(description="English name of the region.")] = None
    city: Annotated[str | None, Meta(description="English name of the city.")] = None
    browser: Annotated[str | None, Meta(description="Name of the browser.")] = None
    browser_version: Annotated[str | None, Meta(description="Version of the browser.")] = None
    os: Annotated[str | None, Meta(description="Name of the operating system.")] = None
    os_version: Annotated[str | None, Meta(description="Version of the operating system.")] = None
    device: Annotated[str | None, Meta(description="`desktop`, `mobile`, `tablet` or `tv`.")] = None
    bot: Annotated[
        str | None,
        Meta(
            description="What tells by itself that it is a bot's; null for others, although the "
            "pace of their visit may make them a bot's in reports."
        ),
    ] = None
    network: Annotated[
        str | None, Meta(description="`hosting` where the address is a hosting provider's.")
    ] = None
    screen: Annotated[str | None, Meta(description="Width and height in pixels.")] = None
    language: Annotated[str | None, Meta(description="Language of the browser.")] = None
    timezone: Annotated[str | None, Meta(description="IANA time zone of the browser.")] = None
    payload: Annotated[str | None, Meta(description="What the page sent with the event.")] = None


class Bucket(msgspec.Struct, rename="camel"):
    """The events of one consumed batch, partition and site: MongoDB document and Kafka message.

    `stored_at` is in epoch milliseconds (a BSON date in MongoDB). `id` identifies exactly this
    cut of exactly these records.
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


class Owned(Protocol):
    """What a bucket says of its site."""

    @property
    def id(self) -> SiteId:
        """Return the site's id."""

    @property
    def owner(self) -> AccountId:
        """Return the account it belongs to."""

    @property
    def tracking_id(self) -> TrackingId:
        """Return the id that its snippet bears."""


@dataclass(frozen=True, slots=True)
class Sized:
    """An accepted event on its way into a bucket, with the length of its JSON in bytes.

    `json` and `document` are the event as the processor encoded it, for the message and the
    store; whoever writes neither leaves them out.
    """

    partition: int
    site: Owned
    event: StoredEvent
    size: int
    json: bytes = b""
    document: bytes = b""


def cut(events: Iterable[Sized], stored_at: int) -> list[Bucket]:
    """Cut events by partition and site, in offset order; `stored_at` is the batch's one instant."""
    return [bucket_of(piece, stored_at) for piece in pieces(events)]


def pieces(events: Iterable[Sized]) -> Iterator[list[Sized]]:
    """Yield the events of one bucket after the other."""
    groups: dict[tuple[int, str], list[Sized]] = {}
    for item in events:
        groups.setdefault((item.partition, item.site.id), []).append(item)
    for _, group in sorted(groups.items()):
        yield from _pieces(sorted(group, key=lambda item: item.event.offset))


def bucket_id(partition: int, site: str, events: Sequence[StoredEvent]) -> str:
    """Return `partition:first-last:site:digest`, the digest of offsets, receipts and event ids."""
    digest = hashlib.blake2b(digest_size=8)
    for event in events:
        digest.update(f"{event.offset}:{event.received_at}:{event.id}\n".encode())
    first, last = events[0].offset, events[-1].offset
    return f"{partition}:{first}-{last}:{site}:{digest.hexdigest()}"


def _pieces(group: Sequence[Sized]) -> Iterator[list[Sized]]:
    piece: list[Sized] = []
    size = 0
    for item in group:
        if piece and (len(piece) == MOST_EVENTS or size + item.size > MOST_BYTES):
            yield piece
            piece, size = [], 0
        piece.append(item)
        size += item.size
    yield piece


def bucket_of(piece: Sequence[Sized], stored_at: int) -> Bucket:
    """Put a piece into a bucket."""
    partition, site = piece[0].partition, piece[0].site
    events = [item.event for item in piece]
    return Bucket(
        id=bucket_id(partition, site.id, events),
        partition=partition,
        site=site.id,
        owner=site.owner,
        tracking_id=site.tracking_id,
        stored_at=stored_at,
        events=events,
    )
