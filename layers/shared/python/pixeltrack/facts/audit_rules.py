"""What an audit compares and which differences it reports: pure rules, without any store.

On purpose an audit does not call the code that it checks. What a bucket's event must have become,
which events tombstones and sealed days exclude, and which visits all the hits of a visitor form,
is computed here independently, from the buckets and from complete visitors. It shares with merging
only the definitions of an event as a fact (`dimensions`), of a visit (`visits`), and of keys
(`identity`). So keep these rules apart from `events.erasure` and `merging`, even where they look
alike: a fault in those must be found here.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from pixeltrack.events import identity
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.facts.dimensions import ATTRIBUTES, BOT, NONE, PROPERTY, Dimension, fact_of
from pixeltrack.facts.visits import Hit, Visit, kind_of, visits_of
from pixeltrack.platform.instants import iso

MOST_SHOWN = 100
"""Number of differences that a result shows; all are counted."""


class Difference(StrEnum):
    """What is wrong with the facts."""

    BUCKET_NOT_IN = "bucket_not_in"
    """A bucket is not aggregated, and too old for a sweep to find it."""
    MISSING_HIT = "missing_hit"
    """An event in a bucket has no hit."""
    HIGHER_COPY = "higher_copy"
    """A hit is made of a copy of its event that is not the lowest."""
    HIT_WITHOUT_EVENT = "hit_without_event"
    """The copy of which a hit is made is in no bucket."""
    HIT_OF_ERASED = "hit_of_erased"
    """A hit of a visitor who was erased after it."""
    WRONG_CONTENT = "wrong_content"
    """A hit differs in content from its event."""
    WRONG_VISITOR = "wrong_visitor"
    """A visitor's row is not that of its id."""
    WRONG_MEMBERSHIP = "wrong_membership"
    """A hit belongs to another visit, or to none."""
    MISSING_VISIT = "missing_visit"
    EXTRA_VISIT = "extra_visit"
    WRONG_VISIT = "wrong_visit"
    """A visit exists, but one of its figures or values does not follow from its hits."""
    HIT_OUTSIDE_DAYS = "hit_outside_days"
    """Hits lie where the site has no day."""
    WRONG_DAY = "wrong_day"
    """A day's start or end is not that of the site's zone, or it overlaps another day."""
    STRAY_ROLLUPS = "stray_rollups"
    """A period has rollups but is not marked so, or a month is marked before all of its days."""
    WRONG_ROLLUPS = "wrong_rollups"
    """The rollups of a period are not the sums of its facts, or of its days."""


class Findings(msgspec.Struct, rename="camel", omit_defaults=True):
    """What was found so far: differences by kind, the first of them, and how much was checked.

    `waiting` and `waiting_events` are buckets, and the events in them, that are stored but in no
    report yet; `waiting_until` is when the newest says it was stored, in epoch milliseconds.
    """

    by_kind: dict[str, int] = {}
    shown: list[dict[str, str]] = []
    checked: dict[str, int] = {}
    waiting: int = 0
    waiting_events: int = 0
    waiting_until: int = 0

    def add(self, difference: Difference, where: str, times: int = 1) -> None:
        """Record a difference; `where` names it by instants and digests, never by a visitor id."""
        self.by_kind[difference] = self.by_kind.get(difference, 0) + times
        if len(self.shown) < MOST_SHOWN:
            self.shown.append({"kind": difference, "where": where})

    def wait(self, bucket: Bucket) -> None:
        """Count a bucket that is stored but in no report yet."""
        self.waiting += 1
        self.waiting_events += len(bucket.events)
        self.waiting_until = max(self.waiting_until, bucket.stored_at)

    def check(self, what: str, number: int) -> None:
        """Count what was compared with the recomputation."""
        self.checked[what] = self.checked.get(what, 0) + number

    @property
    def total(self) -> int:
        """Return how many differences there are."""
        return sum(self.by_kind.values())

    def result(self, through: str) -> dict[str, Any]:
        """Return the result of the job; every bucket stored up to `through` was compared.

        What waits is not: stored after that, or so late that only the next sweep will merge it.
        """
        return {
            "through": through,
            "count": self.total,
            "byKind": self.by_kind,
            "differences": self.shown,
            "checked": self.checked,
            "waiting": self.waiting,
            "waitingEvents": self.waiting_events,
            "waitingUntil": iso(self.waiting_until) if self.waiting else None,
        }


Found = tuple[Difference, str]
"""A difference and where it is."""

_Word = tuple[int, str]
"""An entry of a dictionary: its kind and text."""

_NOTHING: _Word = (0, "")
_CONTEXT = tuple(name.kind for name in ATTRIBUTES)


class Sealed:
    """The sealed days of a site, in which nothing is audited; supports `at in sealed`."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._spans = sorted(spans)
        self._starts = [start for start, _ in self._spans]

    def __contains__(self, at: int) -> bool:
        place = bisect_right(self._starts, at) - 1
        return place >= 0 and at < self._spans[place][1]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of an event that may have become its hit: by key and order, with the visitor's key."""

    key: bytes
    copy: bytes
    visitor: bytes
    event: StoredEvent


def copies(buckets: Iterable[Bucket]) -> Iterator[Copied]:
    """Return the copies, in buckets, of all events that become hits."""
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
    """The events that tombstones exclude; supports `copy in erased`.

    `until` maps the keys of visitors, and of the site where all of it is erased, to instants.
    """

    site: bytes
    until: Mapping[bytes, int]

    def __contains__(self, copy: Copied) -> bool:
        if self.site in self.until:
            return True
        happened_at = min(copy.event.at, copy.event.received_at)
        return happened_at <= self.until.get(copy.visitor, -1)


def unlike_copies(
    copied: Iterable[Copied], there: Mapping[bytes, Hit], sealed: Sealed
) -> Iterator[Found]:
    """Compare events with their hits: find a hit made of another copy, or missing.

    `there` are hits by event.
    """
    for copy in copied:
        hit = there.get(copy.key)
        if hit is None:
            yield Difference.MISSING_HIT, where(copy.event.at, copy.key)
        elif hit.copy > copy.copy and hit.at not in sealed:
            yield Difference.HIGHER_COPY, where(hit.at, hit.key)


class Meanings:
    """What the ids in some hits stand for: dictionary entries, contexts and visitors' keys."""

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
        """Return what a hit says, in the order of `said_by`; None stands for an unknown id."""
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
    """Return what a hit made of this copy must say."""
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
    """Compare visits with those that all the hits of their visitors form."""
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
