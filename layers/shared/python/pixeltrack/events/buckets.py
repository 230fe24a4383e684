"""How a batch's events are cut into buckets, and the id that each cut bears.

A bucket's id names exactly its records: the same records decided alike give the same id, so a
repeat is found to be one; records decided otherwise, split otherwise, or of a topic made anew
(the same offsets, other receipts) give another, and hide nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.sites.sites import Site

MOST_EVENTS = 200
MOST_BYTES = 512 * 1024
"""Most JSON in a bucket: a Kafka message is at most 1 MB, a MongoDB document 16 MB."""


@dataclass(frozen=True, slots=True)
class Sized:
    """An accepted event on its way into a bucket, with the length of its JSON in bytes."""

    partition: int
    site: Site
    event: StoredEvent
    size: int


def cut(events: Iterable[Sized], stored_at: int) -> list[Bucket]:
    """Cut events by partition and site, in offset order; `stored_at` is the batch's one instant."""
    groups: dict[tuple[int, str], list[Sized]] = {}
    for item in events:
        groups.setdefault((item.partition, item.site.id), []).append(item)
    return [
        _bucket(piece, stored_at)
        for _, group in sorted(groups.items())
        for piece in _pieces(sorted(group, key=lambda item: item.event.offset))
    ]


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


def _bucket(piece: Sequence[Sized], stored_at: int) -> Bucket:
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
