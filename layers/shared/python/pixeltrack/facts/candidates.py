"""The copies of events in buckets that may become hits, and what is left out and why."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pixeltrack.events import identity
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.facts.fact import Fact, fact_of
from pixeltrack.facts.ports import FactSite, FactsTransaction
from pixeltrack.platform.identifiers import SiteId


class LeftOut(StrEnum):
    """Why a copy in a bucket becomes no hit."""

    UNCOUNTED = "uncounted"
    """A ping, the start of a session, or what is left of an erased event."""
    UNKNOWN_SITE = "unknown_site"
    ERASED = "erased"
    """Its visitor or site was erased after it happened or was received."""
    SEALED = "sealed"
    """Its day is sealed."""


@dataclass(slots=True)
class Candidate:
    """A copy of an event that may become its hit; `visitor` is the visitor's key."""

    key: bytes
    copy: bytes
    site: FactSite
    visitor: bytes
    event: StoredEvent
    fact: Fact


@dataclass(slots=True)
class Candidates:
    """The lowest copy of each event of some buckets; `left_out` counts the rest by reason.

    `tombstones` say by visitor's and site's key up to when events are erased.
    """

    by_key: dict[bytes, Candidate] = field(default_factory=dict)
    tombstones: Mapping[bytes, int] = field(default_factory=dict)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    repeats: int = 0


def candidates(transaction: FactsTransaction, buckets: Sequence[Bucket]) -> Candidates:
    """Read buckets; of the copies of one event the lowest stands for it, whatever the order."""
    found = Candidates()
    sites = transaction.sites({bucket.site for bucket in buckets})
    copies: list[tuple[SiteId, Candidate]] = []
    for bucket in buckets:
        site = sites.get(bucket.site)
        if site is None:
            found.left_out[LeftOut.UNKNOWN_SITE] += len(bucket.events)
            continue
        read = list(_copies(bucket, site))
        found.left_out[LeftOut.UNCOUNTED] += len(bucket.events) - len(read)
        copies += [(bucket.site, copy) for copy in read]
    barriers = Barriers.of(transaction, copies)
    found.tombstones = barriers.tombstones
    for site_id, copy in copies:
        if reason := barriers.reason(site_id, copy):
            found.left_out[reason] += 1
            continue
        other = found.by_key.get(copy.key)
        if other is not None:
            found.repeats += 1
        if other is None or copy.copy < other.copy:
            found.by_key[copy.key] = copy
    return found


@dataclass(frozen=True, slots=True)
class Barriers:
    """What keeps copies out: tombstones by key, and sealed days by the site's number."""

    tombstones: Mapping[bytes, int]
    sealed: Mapping[int, Sequence[tuple[int, int]]]

    @classmethod
    def of(
        cls, transaction: FactsTransaction, copies: Sequence[tuple[SiteId, Candidate]]
    ) -> "Barriers":
        """Read what there is for some copies."""
        keys = {copy.visitor for _, copy in copies} | {
            identity.site_key(site) for site, _ in copies
        }
        spans: dict[int, tuple[int, int]] = {}
        for _, copy in copies:
            at, number = copy.event.at, copy.site.number
            first, last = spans.get(number, (at, at))
            spans[number] = (min(first, at), max(last, at))
        return cls(transaction.tombstones(keys), transaction.sealed(spans))

    def reason(self, site: SiteId, copy: Candidate) -> LeftOut | None:
        """Return why a copy is left out, if it is."""
        at = min(copy.event.at, copy.event.received_at)
        if self.tombstones and any(
            at <= self.tombstones.get(key, -1) for key in (copy.visitor, identity.site_key(site))
        ):
            return LeftOut.ERASED
        days = self.sealed.get(copy.site.number, ())
        if any(start <= copy.event.at < end for start, end in days):
            return LeftOut.SEALED
        return None


def _copies(bucket: Bucket, site: FactSite) -> Iterator[Candidate]:
    for event in bucket.events:
        fact = fact_of(event)
        if fact is not None:
            yield Candidate(
                key=identity.event_key(bucket.site, event.id),
                copy=identity.copy_of(
                    event.received_at, bucket.partition, event.offset, bucket.stored_at, bucket.id
                ),
                site=site,
                visitor=identity.visitor_key(bucket.site, event.visitor, imported=event.imported),
                event=event,
                fact=fact,
            )
