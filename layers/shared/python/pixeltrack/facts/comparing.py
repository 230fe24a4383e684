"""The comparisons of an audit: hits with the events of buckets, visits with their hits."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pixeltrack.events import identity
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.facts.audit import Difference
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, NONE, PROPERTY, Dimension
from pixeltrack.facts.fact import fact_of
from pixeltrack.facts.hits import Hit, kind_of
from pixeltrack.facts.visits import Visit, visits_of
from pixeltrack.platform.instants import iso

Found = tuple[Difference, str]
"""A difference and where it is."""

_Word = tuple[int, str]
"""An entry of a dictionary: its kind and text."""

_NOTHING: _Word = (0, "")
_CONTEXT = tuple(name.kind for name in ATTRIBUTES)


class Sealed:
    """The sealed days of a site, in which nothing is audited: `at in sealed`."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __contains__(self, at: int) -> bool:
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._spans[place][1]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of an event that may be its hit: by key and order, with the visitor's key."""

    key: bytes
    copy: bytes
    visitor: bytes
    event: StoredEvent


def copies(buckets: Iterable[Bucket]) -> Iterator[Copied]:
    """Return the copies in buckets of whatever becomes a hit."""
    for bucket in buckets:
        for event in bucket.events:
            if kind_of(event) is not None:
                yield Copied(
                    identity.event_key(bucket.site, event.id),
                    identity.copy_of(
                        event.received_at,
                        bucket.partition,
                        event.offset,
                        bucket.stored_at,
                        bucket.id,
                    ),
                    identity.visitor_key(bucket.site, event.visitor, imported=event.imported),
                    event,
                )


@dataclass(frozen=True, slots=True)
class Erased:
    """Which events tombstones keep out, by the keys of visitors and of the site."""

    site: bytes
    until: Mapping[bytes, int]

    def __contains__(self, copy: Copied) -> bool:
        until = max(self.until.get(copy.visitor, -1), self.until.get(self.site, -1))
        return min(copy.event.at, copy.event.received_at) <= until


def unlike_copies(
    copied: Iterable[Copied], there: Mapping[bytes, Hit], sealed: Sealed
) -> Iterator[Found]:
    """Hold copies of which there is no hit, and has to be, against those `there` are of others."""
    for copy in copied:
        hit = there.get(copy.key)
        if hit is None:
            yield Difference.MISSING_HIT, where(copy.event.at, copy.key)
        elif hit.copy > copy.copy and hit.at not in sealed:
            yield Difference.HIGHER_COPY, where(hit.at, hit.key)


class Words:
    """What the ids in some hits stand for: dictionary, contexts and visitors' keys."""

    def __init__(
        self,
        texts: Mapping[int, _Word],
        contexts: Mapping[int, Sequence[int]],
        visitors: Mapping[int, bytes],
    ) -> None:
        self._texts = {**texts, NONE: _NOTHING}
        self._contexts = {n: tuple(map(self._texts.get, ids)) for n, ids in contexts.items()}
        self._visitors = visitors

    def say(self, hit: Hit) -> tuple[object, ...]:
        """Return what a hit says, in the order of `said_by`; what is not known is None."""
        return (
            hit.key,
            hit.at,
            int(hit.kind),
            self._visitors.get(hit.visitor),
            self._texts.get(hit.page),
            self._texts.get(hit.name),
            self._texts.get(hit.bot),
            self._contexts.get(hit.context),
            tuple(map(self._texts.get, hit.properties)),
        )


def said_by(copy: Copied) -> tuple[object, ...]:
    """Return what a hit made of a copy has to say."""
    fact = fact_of(copy.event)
    if fact is None:
        return ()
    return (
        copy.key,
        copy.event.at,
        int(fact.kind),
        copy.visitor,
        _word(Dimension.PAGE.kind, fact.page),
        _word(Dimension.EVENT.kind, fact.name),
        _word(BOT, fact.bot),
        _context(fact.context),
        tuple(_word(PROPERTY, text) for text in fact.properties),
    )


@lru_cache(maxsize=4096)
def _context(texts: Sequence[str]) -> tuple[_Word, ...]:
    return tuple(map(_word, _CONTEXT, texts))


def unlike_visits(hits: Sequence[Hit], there: Iterable[Visit]) -> Iterator[Found]:
    """Hold visits against those that all the hits of their visitors make."""
    of_visitor: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        of_visitor[hit.visitor].append(hit)
    kept = {(visit.visitor, visit.start_at): visit for visit in there}
    for own in of_visitor.values():
        was = [hit.visit_at for hit in own]
        for visit in visits_of(own):
            found = kept.pop((visit.visitor, visit.start_at), None)
            if found is None:
                yield Difference.MISSING_VISIT, iso(visit.start_at)
            elif found != visit:
                yield Difference.WRONG_VISIT, iso(visit.start_at)
        for hit, visit_at in zip(own, was, strict=True):
            if hit.visit_at != visit_at:
                yield Difference.WRONG_MEMBERSHIP, where(hit.at, hit.key)
    for visit in kept.values():
        yield Difference.EXTRA_VISIT, iso(visit.start_at)


def where(at: int, key: bytes) -> str:
    """Name an event by its instant and the digest of its id."""
    return f"{iso(at)} {key.hex()}"


def _word(kind: int, text: str) -> _Word:
    return (int(kind), text) if text else _NOTHING
