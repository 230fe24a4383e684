"""How a batch's events are cut into buckets, and the id that each cut bears.

A bucket's id names exactly its records: the same records decided alike give the same id, so a
repeat is found to be one; records decided otherwise, split otherwise, or of a topic made anew
(the same offsets, other receipts) give another, and hide nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId

MOST_EVENTS = 200
MOST_BYTES = 512 * 1024
"""Most JSON in a bucket: a Kafka message is at most 1 MB, a MongoDB document 16 MB."""


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
    return [bucket(piece, stored_at) for piece in pieces(events)]


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


def bucket(piece: Sequence[Sized], stored_at: int) -> Bucket:
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
