"""Merges buckets into the facts: in any order and however often, with the same result.

Of the copies of one event the lowest (`identity.copy_of`) becomes its hit, unless it is erased or
lies on a sealed day. The visits that a changed hit touches are rebuilt from the last visit that
cannot have changed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import attrgetter

from pixeltrack.events import identity
from pixeltrack.events.erasure import NO_BARRIERS, Barriers
from pixeltrack.events.identity import digest, received_at
from pixeltrack.events.stored import Bucket
from pixeltrack.facts.days import DAY, day_of, start_of
from pixeltrack.facts.dimensions import fact_of
from pixeltrack.facts.encoding import (
    Copy,
    DictionaryEncoder,
    content_of,
    contents_of,
    visitors_of,
)
from pixeltrack.facts.ports import FactSite, FactsTransaction, Tail, Touched
from pixeltrack.facts.visits import GAP_MS, Hit, Kind, Visit, needs_recent, visits_of

_rank = attrgetter("copy")


class Exclusion(StrEnum):
    """Why a copy in a bucket becomes no hit."""

    UNCOUNTED = "uncounted"
    """A ping, the start of a session, or what is left of an erased event."""
    UNKNOWN_SITE = "unknown_site"
    ERASED = "erased"
    """Its site was deleted, or its visitor was erased after the event happened or was received."""
    SEALED = "sealed"
    """Its day is sealed."""


@dataclass(slots=True)
class Merged:
    """What became of buckets: events by outcome (`hit`, `repeat`, or why they are excluded).

    `conflicts` counts the repeats that say something else than the copy that counts.
    """

    buckets: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0

    def add(self, other: "Merged") -> None:
        """Add the counts of another transaction."""
        self.buckets += other.buckets
        self.conflicts += other.conflicts
        self.outcomes.update(other.outcomes)


def bucket_key(name: str) -> bytes:
    """Return the key under which a bucket is recorded as merged."""
    return digest("bucket", name)


def merge(
    transaction: FactsTransaction, encoder: DictionaryEncoder, buckets: Sequence[Bucket]
) -> Merged:
    """Merge the buckets that are not merged yet, all of them within the transaction."""
    waiting = transaction.unapplied({bucket_key(bucket.id) for bucket in buckets})
    fresh = {bucket.id: bucket for bucket in buckets if bucket_key(bucket.id) in waiting}
    merged = Merged(len(fresh))
    if not fresh:
        return merged
    copies, excluded = _copies(transaction, list(fresh.values()))
    keys = {copy.key for copy in copies}
    there = {hit.key: hit for hit in transaction.hits(keys)} if keys else {}
    barriers = _barriers(transaction, copies, there.values())
    lowest, conflicts = _lowest(copies, barriers, excluded)
    conflicts += _differing(transaction, lowest, there)
    winners = _winners(transaction, lowest, there, barriers)
    displaced = [there[winner.key] for winner in winners if winner.key in there]
    if winners:
        _replace(transaction, encoder, winners, displaced)
    if conflicts:
        transaction.mark_conflicts({(c.key, c.site.number, c.event.at) for c in conflicts})
    transaction.apply([(bucket_key(name), bucket.stored_at) for name, bucket in fresh.items()])
    merged.conflicts = len(conflicts)
    merged.outcomes.update({str(reason): n for reason, n in excluded.items() if n})
    merged.outcomes["hit"] += len(winners) - len(displaced)
    events = sum(len(bucket.events) for bucket in fresh.values())
    merged.outcomes["repeat"] += events - merged.outcomes.total()
    return merged


def touched_days(
    sites: Mapping[int, FactSite], hits: Iterable[Hit], visits: Iterable[Visit]
) -> set[tuple[int, date]]:
    """Return every day, by site, on which one of these hits or visits counts."""
    days: set[tuple[int, date]] = set()
    known: dict[tuple[int, int], date] = {}

    def note(site: int, at: int) -> date:
        # Days begin on a whole minute, in every zone since 1972.
        minute = (site, at // 60_000)
        if minute not in known:
            known[minute] = day_of(at, sites[site].timezone)
        return known[minute]

    for hit in hits:
        days.add((hit.site, note(hit.site, hit.at)))
    for visit in visits:
        day, last = note(visit.site, visit.start_at), note(visit.site, visit.last_at)
        while day <= last:
            days.add((visit.site, day))
            day += DAY
    return days


def touch(
    transaction: FactsTransaction,
    sites: Mapping[int, FactSite],
    days: Iterable[tuple[int, date]],
    imported: Mapping[tuple[int, date], int] | None = None,
) -> None:
    """Mark the rollups of days as invalid; `imported` says when an import changed one."""
    transaction.touch(
        [
            Touched(site, day, start, end, (imported or {}).get((site, day)))
            for site, day in sorted(days)
            for start, end in [
                (
                    start_of(day, sites[site].timezone),
                    start_of(day + DAY, sites[site].timezone),
                )
            ]
            if start < end
        ]
    )


def _copies(
    transaction: FactsTransaction, buckets: Sequence[Bucket]
) -> tuple[list[Copy], Counter[Exclusion]]:
    """Read the copies, in buckets, of events that count, and count the others."""
    copies: list[Copy] = []
    excluded: Counter[Exclusion] = Counter()
    sites = transaction.sites({bucket.site for bucket in buckets})
    for bucket in buckets:
        site = sites.get(bucket.site)
        if site is None:
            excluded[Exclusion.UNKNOWN_SITE] += len(bucket.events)
            continue
        read = list(_copies_of(bucket, site))
        excluded[Exclusion.UNCOUNTED] += len(bucket.events) - len(read)
        copies += read
    return copies, excluded


def _copies_of(bucket: Bucket, site: FactSite) -> Iterator[Copy]:
    site_key = identity.site_key(bucket.site)
    for event in bucket.events:
        fact = fact_of(event)
        if fact is not None:
            yield Copy(
                key=identity.event_key(bucket.site, event.id),
                copy=identity.copy_of(
                    event.received_at, bucket.partition, event.offset, bucket.stored_at, bucket.id
                ),
                site=site,
                site_key=site_key,
                visitor=identity.visitor_key(bucket.site, event.visitor, imported=event.imported),
                event=event,
                fact=fact,
            )


def _barriers(
    transaction: FactsTransaction, copies: Sequence[Copy], there: Collection[Hit]
) -> Barriers:
    """Read the tombstones and sealed days that affect these copies and the existing hits."""
    if not copies:
        return NO_BARRIERS
    keys = {copy.visitor for copy in copies} | {copy.site_key for copy in copies}
    spans: dict[int, tuple[int, int]] = {}
    instants = [(copy.site.number, copy.event.at) for copy in copies]
    for site, at in (*instants, *((hit.site, hit.at) for hit in there)):
        first, last = spans.get(site, (at, at))
        spans[site] = (min(first, at), max(last, at))
    return Barriers(transaction.tombstones(keys), transaction.sealed(spans))


def _lowest(
    copies: Sequence[Copy], barriers: Barriers, excluded: Counter[Exclusion]
) -> tuple[Collection[Copy], list[Copy]]:
    """Return the lowest copy of each event among those that no barrier excludes, and conflicts."""
    lowest: dict[bytes, Copy] = {}
    conflicts: list[Copy] = []
    for copy in copies:
        event = copy.event
        if barriers.erases(copy.site_key, copy.visitor, event.at, event.received_at):
            excluded[Exclusion.ERASED] += 1
        elif barriers.is_sealed(copy.site.number, event.at):
            excluded[Exclusion.SEALED] += 1
        elif (other := lowest.get(copy.key)) is None:
            lowest[copy.key] = copy
        else:
            if _differ(copy, other):
                conflicts.append(copy)
            lowest[copy.key] = min(other, copy, key=_rank)
    return lowest.values(), conflicts


_RECORD = slice(16)
"""The part of a copy's order that names its record: receipt, partition, offset."""


def _differ(copy: Copy, other: Copy) -> bool:
    """Tell whether two copies of one event say different things.

    Copies of one record never do: a repeat may only have been decided by other rules.
    """
    is_one_record = copy.copy[_RECORD] == other.copy[_RECORD]
    return not is_one_record and content_of(copy) != content_of(other)


def _differing(
    transaction: FactsTransaction, copies: Iterable[Copy], there: Mapping[bytes, Hit]
) -> list[Copy]:
    """Return the copies that say something else than the existing hit of their event."""
    repeats = [
        copy
        for copy in copies
        if copy.key in there and there[copy.key].copy[_RECORD] != copy.copy[_RECORD]
    ]
    if not repeats:
        return []
    known = contents_of(transaction, [there[copy.key] for copy in repeats])
    return [copy for copy in repeats if content_of(copy) != known[copy.key]]


def _winners(
    transaction: FactsTransaction,
    copies: Iterable[Copy],
    there: Mapping[bytes, Hit],
    barriers: Barriers,
) -> list[Copy]:
    """Return the copies that represent their events from now on.

    The lowest copy does. So a copy lower than the existing hit replaces it, and so does a higher
    one where the existing hit is its visitor's and erased. A hit on a sealed day stays.
    """
    winners: list[Copy] = []
    above_erased: list[Copy] = []
    for copy in copies:
        hit = there.get(copy.key)
        if hit is None:
            winners.append(copy)
        elif barriers.is_sealed(hit.site, hit.at):
            continue
        elif copy.copy < hit.copy:
            winners.append(copy)
        elif barriers.erases(copy.site_key, copy.visitor, hit.at, received_at(hit.copy)):
            above_erased.append(copy)
    if above_erased:
        numbers = transaction.visitor_ids(visitors_of(above_erased))
        winners += [c for c in above_erased if numbers[c.visitor][0] == there[c.key].visitor]
    return winners


def _replace(
    transaction: FactsTransaction,
    encoder: DictionaryEncoder,
    winners: Sequence[Copy],
    displaced: Sequence[Hit],
) -> None:
    encoder.begin(transaction.progress().generation)
    hits, new_visitors = encoder.hits(transaction, winners)
    if displaced:
        transaction.remove_hits([hit.key for hit in displaced])
    visits = rebuild(transaction, hits, displaced, new_visitors)
    sites = {winner.site.number: winner.site for winner in winners}
    imported: dict[tuple[int, date], int] = {}
    for winner, hit in zip(winners, hits, strict=True):
        if winner.event.imported:
            day = (hit.site, day_of(hit.at, winner.site.timezone))
            imported[day] = max(received_at(hit.copy), imported.get(day, 0))
    touch(transaction, sites, touched_days(sites, (*hits, *displaced), visits), imported)


def rebuild(
    transaction: FactsTransaction,
    added: Sequence[Hit],
    removed: Sequence[Hit] = (),
    new_visitors: Collection[int] = (),
) -> list[Visit]:
    """Insert `added` hits, and rebuild all visits that they and the `removed` ones affect.

    The removed hits are already deleted from the table. `new_visitors` have no other hits. Return
    the visits as they were and as they are now, so that their days can be recounted.

    A visitor's visits are rebuilt from the visit before the earliest change if that visit may
    continue, else from the change: nothing earlier can depend on the change. If everything new
    comes after every existing hit, the row of that visit suffices; hits of its last minute are read
    only where its pace may rise.
    """
    additions = _by_visitor(added)
    first_change: dict[int, int] = {}
    for hit in (*added, *removed):
        first_change[hit.visitor] = min(hit.at, first_change.get(hit.visitor, hit.at))
    asked = [(v, at) for v, at in first_change.items() if v not in new_visitors]
    tails = transaction.tails(asked) if asked else {}
    unsettled = {hit.visitor for hit in removed} | {
        v for v, at in first_change.items() if v in tails and at <= tails[v].latest_at
    }
    since = {v: _since(at, tails.get(v)) for v, at in first_change.items()}
    asked_again = [(v, since[v]) for v in unsettled]
    there = transaction.hits_since(asked_again) if asked_again else []
    loaded = {v: list[Hit]() for v in unsettled} | _by_visitor(there)
    before = transaction.visits_since([(v, since[v]) for v, _ in asked])
    extended = {
        v: tail.visit
        for v, tail in tails.items()
        if v not in loaded and tail.visit and tail.visit.start_at == since[v]
    }
    recent = _recent(transaction, extended, additions)
    visits, moved = _folded(since, additions, loaded, extended, recent)
    transaction.add_hits(added)
    if moved:
        transaction.move_hits(moved)
    transaction.replace_visits(list(since.items()), visits)
    return [*before, *visits]


def _by_visitor(hits: Iterable[Hit]) -> dict[int, list[Hit]]:
    grouped: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.visitor].append(hit)
    return grouped


def _since(change: int, tail: Tail | None) -> int:
    visit = tail.visit if tail else None
    return visit.start_at if visit and change - visit.last_at < GAP_MS else change


def _recent(
    transaction: FactsTransaction,
    extended: Mapping[int, Visit],
    additions: Mapping[int, list[Hit]],
) -> Mapping[int, list[int]]:
    """Read the page views on which the pace of extended visits depends: their instants in order."""
    since = {v: needs_recent(visit, additions[v]) for v, visit in extended.items()}
    asked = [(visitor, at) for visitor, at in since.items() if at is not None]
    recent: dict[int, list[int]] = defaultdict(list)
    for hit in transaction.hits_since(asked) if asked else ():
        if hit.kind == Kind.PAGEVIEW and hit.visit_at == extended[hit.visitor].start_at:
            recent[hit.visitor].append(hit.at)
    return {visitor: sorted(views) for visitor, views in recent.items()}


def _folded(
    since: Mapping[int, int],
    additions: Mapping[int, list[Hit]],
    loaded: Mapping[int, list[Hit]],
    extended: Mapping[int, Visit],
    recent: Mapping[int, list[int]],
) -> tuple[list[Visit], list[Hit]]:
    """Rebuild each visitor's visits; return them, and the existing hits whose visit changed."""
    visits: list[Visit] = []
    moved: list[Hit] = []
    for visitor in since:
        if visitor in loaded:
            there = loaded[visitor]
            was = [hit.visit_at for hit in there]
            visits += visits_of([*there, *additions.get(visitor, [])])
            moved += [hit for hit, old in zip(there, was, strict=True) if hit.visit_at != old]
        else:
            latest = extended.get(visitor)
            visits += visits_of(additions[visitor], latest, recent.get(visitor, ()))
    return visits, moved
