"""What an audit reads and holds against what: one function for each kind of fact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.ports import Buckets
from pixeltrack.events.stored import Bucket
from pixeltrack.facts import audits, comparing
from pixeltrack.facts.audit import Difference, Findings
from pixeltrack.facts.audits import AuditedDay, AuditedSite, AuditedVisitor
from pixeltrack.facts.comparing import Copied, Erased, Sealed, Words
from pixeltrack.facts.cuts import pieces
from pixeltrack.facts.hits import Hit
from pixeltrack.facts.merging import bucket_key
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.rollups import Day, Period, differing_rows
from pixeltrack.facts.sealing import APPLIED_KEPT_MS
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import iso
from pixeltrack.platform.postgres import Transaction

LOST_AFTER_MS = 86_400_000
"""How far a sweep looks back: a bucket stored earlier that is not in is never found."""

_FOREVER_MS = 1 << 60


@dataclass(frozen=True, slots=True)
class Scene:
    """A site under audit: where its buckets and facts are read, and what was found."""

    id: SiteId
    site: AuditedSite
    buckets: Buckets
    transaction: Transaction
    turn: PostgresFactsTransaction
    findings: Findings

    def sealed(self) -> Sealed:
        """Read the sealed days."""
        number = self.site.number
        return Sealed(self.turn.sealed({number: (-_FOREVER_MS, _FOREVER_MS)}).get(number, ()))

    def erased(self, copied: Iterable[Copied]) -> Erased:
        """Read the tombstones that some copies may be kept out by."""
        own = site_key(self.id)
        return Erased(own, self.turn.tombstones({copy.visitor for copy in copied} | {own}))


@dataclass(slots=True)
class Slice:
    """Buckets in the order they were stored: all of a span, up to `until`."""

    until: int
    buckets: list[Bucket]
    events: int = 0

    def add(self, later: "Slice") -> None:
        """Go on to the end of the slice that follows."""
        self.until = later.until
        self.buckets += later.buckets
        self.events += later.events


def slice_of(scene: Scene, after: int, until: int, most_events: int) -> Slice:
    """Read a span of buckets, or its beginning where it holds too much: whole instants."""
    found = Slice(until, [])
    for bucket in scene.buckets.between(after, until, scene.id):
        if found.events >= most_events and bucket.stored_at != found.buckets[-1].stored_at:
            found.until = found.buckets[-1].stored_at
            break
        found.buckets.append(bucket)
        found.events += len(bucket.events)
    return found


def inspect_slice(scene: Scene, after: int, found: Slice) -> None:
    """Hold every event of a slice against its hit, and every hit stored since against its event."""
    copied = list(comparing.copies(_that_are_in(scene, found.buckets)))
    sealed, erased = scene.sealed(), scene.erased(copied)
    hits = [
        hit
        for hit in audits.hits_stored(scene.transaction, scene.site.number, after, found.until)
        if hit.at not in sealed
    ]
    by_copy = {hit.copy: hit for hit in hits}
    words = _words(scene, hits)
    others = []
    for copy in copied:
        hit = by_copy.pop(copy.copy, None)
        if hit is None:
            if copy not in erased and copy.event.at not in sealed:
                others.append(copy)
        elif copy in erased:
            if not scene.site.is_being_erased:
                scene.findings.add(Difference.HIT_OF_ERASED, comparing.where(hit.at, hit.key))
        elif words.say(hit) != comparing.said_by(copy):
            scene.findings.add(Difference.WRONG_CONTENT, comparing.where(hit.at, hit.key))
    for hit in by_copy.values():
        scene.findings.add(Difference.HIT_WITHOUT_EVENT, comparing.where(hit.at, hit.key))
    there = {hit.key: hit for hit in scene.turn.hits({copy.key for copy in others})}
    for difference in comparing.unlike_copies(others, there, sealed):
        scene.findings.add(*difference)
    scene.findings.check("buckets", len(found.buckets))
    scene.findings.check("events", len(copied))
    scene.findings.check("hits", len(hits))


def _that_are_in(scene: Scene, buckets: Sequence[Bucket]) -> list[Bucket]:
    """Leave out buckets that wait for a sweep; say which none will find."""
    swept_at = scene.turn.progress().swept_at
    known = {bucket_key(b.id): b for b in buckets if b.stored_at >= swept_at - APPLIED_KEPT_MS}
    waiting = {known[key].id for key in scene.turn.unapplied(known)} if known else set()
    for bucket in buckets:
        if bucket.id in waiting and bucket.stored_at < swept_at - LOST_AFTER_MS:
            scene.findings.add(Difference.BUCKET_NOT_IN, f"{iso(bucket.stored_at)} {bucket.id}")
        elif bucket.id in waiting:
            scene.findings.waiting += 1
    return [bucket for bucket in buckets if bucket.id not in waiting]


def _words(scene: Scene, hits: Sequence[Hit]) -> Words:
    contexts = scene.turn.contexts({hit.context for hit in hits})
    numbers = {number for ids in contexts.values() for number in ids}
    for hit in hits:
        numbers.update((hit.page, hit.name, hit.bot, *hit.properties))
    number = scene.site.number
    return Words(
        audits.texts(scene.transaction, number, numbers),
        contexts,
        audits.visitor_keys(scene.transaction, number, {hit.visitor for hit in hits}),
    )


def inspect_visits(scene: Scene, visitors: Sequence[AuditedVisitor]) -> None:
    """Fold all hits of some visitors anew, and hold their visits against that."""
    numbers = [visitor.number for visitor in visitors]
    since = [(number, -_FOREVER_MS) for number in numbers]
    visits = scene.turn.visits_since(since) if since else []
    hits = scene.turn.hits_since(since) if since else []
    for difference in comparing.unlike_visits(hits, visits):
        scene.findings.add(*difference)
    for start_at in audits.visits_unlike_contexts(scene.transaction, numbers):
        scene.findings.add(Difference.WRONG_VISIT, iso(start_at))
    for visitor in visitors:
        if visitor.key != visitor_key(scene.id, visitor.value, imported=visitor.imported):
            scene.findings.add(Difference.WRONG_VISITOR, visitor.key.hex())
    scene.findings.check("visitors", len(visitors))
    scene.findings.check("visits", len(visits))


def inspect_strangers(scene: Scene) -> None:
    """Find visits of visitors that there are not."""
    for start_at in audits.visits_of_nobody(scene.transaction, scene.site.number):
        scene.findings.add(Difference.EXTRA_VISIT, iso(start_at))


def inspect_days(scene: Scene) -> None:
    """Hold the site's days against its zone and its sealed days, and find hits in none."""
    number = scene.site.number
    days = audits.days(scene.transaction, number)
    sealed = [(day.start_at, day.end_at) for day in days if day.is_sealed]
    for day in days:
        if not _is_right(day, scene.site.timezone, sealed):
            scene.findings.add(Difference.WRONG_DAY, f"{day.day} {iso(day.start_at)}")
    for at in audits.hits_outside_days(scene.transaction, number):
        scene.findings.add(Difference.HIT_OUTSIDE_DAYS, iso(at))
    for span, of_day in audits.stray_rollups(scene.transaction, number):
        scene.findings.add(Difference.STRAY_ROLLUPS, f"{span} {of_day}")
    scene.findings.check("days", len(days))


def _is_right(day: AuditedDay, timezone: str, sealed: Sequence[tuple[int, int]]) -> bool:
    if day.next_at is not None and day.next_at < day.end_at:
        return False
    near = [span for span in sealed if span[0] <= day.end_at and span[1] >= day.start_at]
    cut = pieces(day.start_at, day.start_at, timezone, near)
    return day.is_sealed or (day.day, day.start_at, day.end_at) in {
        (piece.day, piece.start_at, piece.end_at) for piece in cut
    }


def inspect_rollups(scene: Scene, periods: Sequence[Period]) -> None:
    """Sum periods anew, days from their facts and months from their days."""
    for period in periods:
        if rows := differing_rows(scene.transaction, period):
            place = iso(period.start_at) if isinstance(period, Day) else str(period.day)
            scene.findings.add(Difference.WRONG_ROLLUPS, place, rows)
    scene.findings.check("rolledPeriods", len(periods))
