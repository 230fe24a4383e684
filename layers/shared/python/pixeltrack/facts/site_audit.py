"""One site's facts under audit: what is read of them, and which differences result."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pixeltrack.events.identity import site_key, visitor_key
from pixeltrack.events.ports import Buckets
from pixeltrack.events.stored import Bucket
from pixeltrack.facts import audit_rules as rules
from pixeltrack.facts.audit_rules import Copied, Difference, Erased, Findings, Meanings, Sealed
from pixeltrack.facts.cuts import pieces
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.merging import bucket_key
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.rollups import Day, Month, Period, differing_rows
from pixeltrack.facts.sealing import APPLIED_KEPT_MS
from pixeltrack.facts.visits import Hit
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.instants import iso
from pixeltrack.platform.postgres import columns, fill

LOST_AFTER_MS = 86_400_000
"""How far a sweep looks back: it never finds an unmerged bucket stored earlier."""

_FOREVER_MS = 1 << 60


@dataclass(frozen=True, slots=True)
class AuditedSite:
    """A site: its number in the facts, the zone of its days, whether an erasure is under way.

    `created_at` is in epoch milliseconds.
    """

    number: int
    timezone: str
    created_at: int
    is_being_erased: bool


@dataclass(frozen=True, slots=True)
class AuditedDay:
    """A day's row, and when the next begins. Instants are epoch milliseconds."""

    day: date
    start_at: int
    end_at: int
    is_sealed: bool
    next_at: int | None

    def is_right(self, timezone: str, sealed: Sequence[tuple[int, int]]) -> bool:
        """Tell whether it is a day of the zone, as far as it overlaps no sealed or other day."""
        if self.next_at is not None and self.next_at < self.end_at:
            return False
        near = [span for span in sealed if span[0] <= self.end_at and span[1] >= self.start_at]
        cut = pieces(self.start_at, self.start_at, timezone, near)
        return self.is_sealed or (self.day, self.start_at, self.end_at) in {
            (piece.day, piece.start_at, piece.end_at) for piece in cut
        }


def audited_site(transaction: PostgresFactsTransaction, site: SiteId) -> AuditedSite | None:
    """Return a site, None where it has no facts or is deleted."""
    rows = transaction.sql.rows("facts/site_to_audit", site=site)
    return AuditedSite(**rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class SiteAudit:
    """Compares one kind of fact after another, and adds what it finds to `findings`."""

    id: SiteId
    site: AuditedSite
    buckets: Buckets
    transaction: PostgresFactsTransaction
    findings: Findings

    def check_buckets(self, after: int, until: int, buckets: Sequence[Bucket]) -> None:
        """Compare each event in the buckets of a span with its hit, and each hit with its event."""
        copied = list(rules.copies(self._aggregated(buckets)))
        sealed, erased = self._sealed(), self._erased(copied)
        hits = [hit for hit in self._hits_stored(after, until) if hit.at not in sealed]
        by_copy = {hit.copy: hit for hit in hits}
        meanings = self._meanings(hits)
        others = []
        for copy in copied:
            hit = by_copy.pop(copy.copy, None)
            if hit is None:
                if copy not in erased and copy.event.at not in sealed:
                    others.append(copy)
            elif copy in erased:
                if not self.site.is_being_erased:
                    self._add_hit(Difference.HIT_OF_ERASED, hit)
            elif meanings.say(hit) != rules.said_by(copy):
                self._add_hit(Difference.WRONG_CONTENT, hit)
        for hit in by_copy.values():
            self._add_hit(Difference.HIT_WITHOUT_EVENT, hit)
        there = {hit.key: hit for hit in self.transaction.hits({copy.key for copy in others})}
        for difference in rules.unlike_copies(others, there, sealed):
            self.findings.add(*difference)
        self.findings.check("buckets", len(buckets))
        self.findings.check("events", len(copied))
        self.findings.check("hits", len(hits))

    def check_waiting(self, buckets: Sequence[Bucket]) -> None:
        """Count the buckets that are not merged yet."""
        keys = {bucket_key(bucket.id): bucket for bucket in buckets}
        for key in self.transaction.unapplied(keys) if keys else ():
            self.findings.wait(keys[key])

    def check_visits(self, after: int, most: int) -> int | None:
        """Compare some visitors' visits with those that their hits form.

        The visitors are those with numbers after a given one; return the last number, None when
        there are no more.
        """
        visitors = self._rows("visitors_after", after=after, most=most)
        numbers = [visitor["id"] for visitor in visitors]
        since = [(number, -_FOREVER_MS) for number in numbers]
        visits = self.transaction.visits_since(since) if since else []
        hits = self.transaction.hits_since(since) if since else []
        for difference in rules.unlike_visits(hits, visits):
            self.findings.add(*difference)
        unlike = fill(
            "facts/visits_unlike_contexts",
            of_visit=columns(ATTRIBUTES, "v"),
            of_context=columns(ATTRIBUTES, "c"),
        )
        for row in self.transaction.sql.rows(unlike, visitors=numbers):
            self.findings.add(Difference.WRONG_VISIT, iso(row["start_at"]))
        for visitor in visitors:
            key = visitor["digest"].bytes
            if key != visitor_key(self.id, visitor["value"], imported=visitor["imported"]):
                self.findings.add(Difference.WRONG_VISITOR, key.hex())
        self.findings.check("visitors", len(visitors))
        self.findings.check("visits", len(visits))
        return numbers[-1] if len(numbers) == most else None

    def check_visits_without_visitor(self) -> None:
        """Find visits whose visitor does not exist."""
        for row in self._rows("visits_of_nobody"):
            self.findings.add(Difference.EXTRA_VISIT, iso(row["start_at"]))

    def check_days(self) -> None:
        """Compare the site's days with those of its zone, and find hits that lie in no day."""
        days = [AuditedDay(**row) for row in self._rows("days_to_audit")]
        sealed = [(day.start_at, day.end_at) for day in days if day.is_sealed]
        for day in days:
            if not day.is_right(self.site.timezone, sealed):
                self.findings.add(Difference.WRONG_DAY, f"{day.day} {iso(day.start_at)}")
        for row in self._rows("hits_outside_days"):
            self.findings.add(Difference.HIT_OUTSIDE_DAYS, iso(row["at"]))
        for row in self._rows("stray_rollups"):
            self.findings.add(Difference.STRAY_ROLLUPS, f"{row['span']} {row['day']}")
        self.findings.check("days", len(days))

    def check_rollups(self, after: int, most: int) -> int | None:
        """Recompute some periods by id: days from their facts, months from their days.

        The periods are those with ids after a given one, without sealed ones; return the last id,
        None when there are no more.
        """
        periods = [_period(row) for row in self._rows("rolled_after", after=after, most=most)]
        for period in periods:
            if rows := differing_rows(self.transaction.sql, period):
                place = iso(period.start_at) if isinstance(period, Day) else str(period.day)
                self.findings.add(Difference.WRONG_ROLLUPS, place, rows)
        self.findings.check("rolledPeriods", len(periods))
        return periods[-1].period if len(periods) == most else None

    def _rows(self, name: str, **values: Any) -> list[dict[str, Any]]:
        return self.transaction.sql.rows(f"facts/{name}", site=self.site.number, **values)

    def _add_hit(self, difference: Difference, hit: Hit) -> None:
        self.findings.add(difference, rules.where(hit.at, hit.key))

    def _aggregated(self, buckets: Sequence[Bucket]) -> list[Bucket]:
        """Leave out buckets that wait for a sweep; report those that no sweep will find."""
        swept_at = self.transaction.progress().swept_at
        known = {bucket_key(b.id): b for b in buckets if b.stored_at >= swept_at - APPLIED_KEPT_MS}
        keys = self.transaction.unapplied(known) if known else set()
        waiting = {known[key].id for key in keys}
        for bucket in buckets:
            if bucket.id in waiting and bucket.stored_at < swept_at - LOST_AFTER_MS:
                place = f"{iso(bucket.stored_at)} {bucket.id}"
                self.findings.add(Difference.BUCKET_NOT_IN, place)
            elif bucket.id in waiting:
                self.findings.wait(bucket)
        return [bucket for bucket in buckets if bucket.id not in waiting]

    def _sealed(self) -> Sealed:
        """Read the sealed days."""
        spans = self.transaction.sealed({self.site.number: (-_FOREVER_MS, _FOREVER_MS)})
        return Sealed(spans.get(self.site.number, ()))

    def _erased(self, copied: Iterable[Copied]) -> Erased:
        """Read the tombstones that may exclude some copies."""
        own = site_key(self.id)
        return Erased(own, self.transaction.tombstones({copy.visitor for copy in copied} | {own}))

    def _hits_stored(self, after: int, until: int) -> list[Hit]:
        """Return hits whose copies were stored after one instant and up to another."""
        return self.transaction.hits_by(
            "facts/hits_stored",
            site=self.site.number,
            after=after.to_bytes(6),
            until=until.to_bytes(6),
        )

    def _meanings(self, hits: Sequence[Hit]) -> Meanings:
        """Read what the ids in hits stand for."""
        contexts = self.transaction.contexts({hit.context for hit in hits})
        numbers = {number for ids in contexts.values() for number in ids}
        for hit in hits:
            numbers.update((hit.page, hit.name, hit.bot, *hit.properties))
        return Meanings(
            {number: (kind, text) for number, kind, text in self._named("texts", numbers)},
            contexts,
            {
                number: key.bytes
                for number, key in self._named("visitor_keys", {hit.visitor for hit in hits})
            },
        )

    def _named(self, name: str, ids: Collection[int]) -> list[tuple[Any, ...]]:
        number = self.site.number
        return self.transaction.sql.tuples(f"facts/{name}", site=number, ids=list(ids))


def _period(row: dict[str, Any]) -> Period:
    if row["span"] == "day":
        return Day(row["period"], row["site"], row["start_at"], row["end_at"])
    return Month(row["period"], row["site"], row["day"], row["next_month"])
