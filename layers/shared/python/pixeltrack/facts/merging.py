"""Merges buckets into the facts: the same facts whatever came when, how often and in what order."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pixeltrack.events.identity import digest, received_at
from pixeltrack.events.stored import Bucket
from pixeltrack.facts.candidates import Candidate, candidates
from pixeltrack.facts.days import DAY, day_of, start_of
from pixeltrack.facts.encoding import DictionaryEncoder, visitor_of
from pixeltrack.facts.hits import Hit
from pixeltrack.facts.ports import FactSite, FactsTransaction, Touched
from pixeltrack.facts.rebuilding import rebuild
from pixeltrack.facts.visits import Visit


@dataclass(slots=True)
class Merged:
    """What became of buckets, in counts: events by outcome (`hit`, `repeat`, reasons left out)."""

    buckets: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Merged") -> None:
        """Add the counts of another transaction."""
        self.buckets += other.buckets
        self.outcomes.update(other.outcomes)


def bucket_key(name: str) -> bytes:
    """Return the key under which a bucket is noted as being in."""
    return digest("bucket", name)


def merge(
    transaction: FactsTransaction, encoder: DictionaryEncoder, buckets: Sequence[Bucket]
) -> Merged:
    """Merge the buckets that are not in yet; all of it happens with the transaction, or nothing."""
    waiting = transaction.unapplied({bucket_key(bucket.id) for bucket in buckets})
    fresh = {bucket.id: bucket for bucket in buckets if bucket_key(bucket.id) in waiting}
    merged = Merged(len(fresh))
    if not fresh:
        return merged
    found = candidates(transaction, list(fresh.values()))
    there = {hit.key: hit for hit in transaction.hits(found.by_key)} if found.by_key else {}
    settled = _settled(transaction, there.values())
    winners = [
        candidate
        for candidate in found.by_key.values()
        if candidate.key not in settled
        and _displaces(transaction, candidate, there.get(candidate.key), found.tombstones)
    ]
    displaced = [there[winner.key] for winner in winners if winner.key in there]
    if winners:
        _replace(transaction, encoder, winners, displaced)
    transaction.apply([(bucket_key(name), bucket.stored_at) for name, bucket in fresh.items()])
    merged.outcomes.update({str(reason): n for reason, n in found.left_out.items() if n})
    merged.outcomes["hit"] += len(winners) - len(displaced)
    merged.outcomes["repeat"] += found.repeats + len(found.by_key) - len(winners) + len(displaced)
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
    """Void the rollups of days; `imported` says when an import changed one."""
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


def _replace(
    transaction: FactsTransaction,
    encoder: DictionaryEncoder,
    winners: Sequence[Candidate],
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


def _settled(transaction: FactsTransaction, there: Collection[Hit]) -> set[bytes]:
    """Return the events whose hits lie on sealed days, where no other copy displaces them."""
    spans: dict[int, tuple[int, int]] = {}
    for hit in there:
        first, last = spans.get(hit.site, (hit.at, hit.at))
        spans[hit.site] = (min(first, hit.at), max(last, hit.at))
    sealed = transaction.sealed(spans) if spans else {}
    return {
        hit.key
        for hit in there
        if any(start <= hit.at < end for start, end in sealed.get(hit.site, ()))
    }


def _displaces(
    transaction: FactsTransaction,
    candidate: Candidate,
    hit: Hit | None,
    tombstones: Mapping[bytes, int],
) -> bool:
    """Tell whether a copy stands for its event: the lowest does, of those that are not erased."""
    if hit is None or candidate.copy < hit.copy:
        return True
    erased_at = tombstones.get(candidate.visitor)
    if erased_at is None or min(hit.at, received_at(hit.copy)) > erased_at:
        return False
    visitors = transaction.visitor_ids([visitor_of(candidate)])
    return visitors[candidate.visitor][0] == hit.visitor
