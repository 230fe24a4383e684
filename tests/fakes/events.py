from collections.abc import Mapping, Sequence

from pixeltrack.events.identity import copy_of
from pixeltrack.events.ports import FirstCopies, Page, Position, Unstorable
from pixeltrack.events.stored import ERASED, PING, Bucket, StoredEvent, encode_event
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.ports import Added

LARGEST = 2**63 - 1


class FakeEventStore:
    """Keeps buckets by id; `is_away` makes the store refuse, `refuses` names bad bucket ids."""

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {}
        self.refuses: set[str] = set()
        self.is_away = False

    def encode(self, event: StoredEvent) -> bytes:
        if self._is_unfit(event):
            raise Unstorable("OverflowError")
        return encode_event(event)

    def _is_unfit(self, event: StoredEvent) -> bool:
        return max(event.offset, event.at, event.received_at) > LARGEST

    def add(
        self, buckets: Sequence[Bucket], encoded: Mapping[str, Sequence[bytes]] | None = None
    ) -> Added:
        for bucket in buckets:
            given = (encoded or {}).get(bucket.id)
            assert given is None or given == list(map(encode_event, bucket.events))
        if self.is_away:
            raise StoreUnavailable("away")
        repeats = sum(bucket.id in self.buckets for bucket in buckets)
        odd = {b.id for b in buckets if any(map(self._is_unfit, b.events))}
        unfit = odd | (self.refuses & {bucket.id for bucket in buckets})
        for bucket in buckets:
            if bucket.id not in unfit:
                self.buckets.setdefault(bucket.id, bucket)
        return Added(repeats, frozenset(unfit))

    def latest(
        self,
        sites: Sequence[SiteId],
        *,
        before: Position | None,
        limit: int,
        event_type: str | None = None,
        firsts: FirstCopies,  # noqa: ARG002  it knows every copy itself
    ) -> Page:
        copies = sorted(
            (
                (b.stored_at, e.received_at, b.partition, e.offset, b, e)
                for b in self.buckets.values()
                if b.site in sites
                for e in b.events
            ),
            key=lambda copy: copy[:4],
            reverse=True,
        )
        start = before.start if before else (copies[0][0] if copies else 0)
        first: dict[tuple[str, str], bytes] = {}
        for stored_at, received_at, partition, offset, b, e in copies:
            rank = copy_of(received_at, partition, offset, stored_at, b.id)
            if stored_at <= start:
                first[b.site, e.id] = min(first.get((b.site, e.id), rank), rank)
        shown = [
            c
            for c in copies
            if first.get((c[4].site, c[5].id)) == copy_of(c[1], c[2], c[3], c[0], c[4].id)
            and c[5].type != ERASED
            and not c[5].imported
            and (c[5].type == event_type if event_type else c[5].type != PING)
            and (before is None or Position(*c[:4]) < before)
        ]
        more = Position(*shown[limit - 1][:4], start=start) if len(shown) > limit else None
        return Page([(c[4].site, c[5]) for c in shown[:limit]], more)


class FakeFirstCopies:
    """Knows the copies that a test puts in, as merged until an instant of the test's."""

    def __init__(self, known: Mapping[bytes, bytes] | None = None, merged: int = 0) -> None:
        self.known = dict(known or {})
        self.merged = merged

    def merged_until(self) -> int:
        return self.merged

    def find(self, keys: Sequence[bytes]) -> Mapping[bytes, bytes]:
        return {key: self.known[key] for key in keys if key in self.known}
