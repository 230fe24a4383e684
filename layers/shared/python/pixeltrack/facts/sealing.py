"""Sealing: a day whose retention has passed loses its facts and keeps its sums for ever.

Its buckets are deleted later, once no event in transit can need them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pixeltrack.events.retention import DAY_MS, Day, Retention
from pixeltrack.facts.ports import BucketExpiry
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.words import forget_unused_words
from pixeltrack.platform.postgres import Transaction

APPLIED_KEPT_MS = 6 * DAY_MS
"""How long the record of a merged bucket is kept: longer than any sweep looks back."""


@dataclass(slots=True)
class Expired:
    """Counts of what was sealed and deleted."""

    days: int = 0
    hits: int = 0
    buckets: int = 0


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day to be sealed, with its period's id; instants in epoch milliseconds."""

    period: int
    site: int
    start_at: int
    end_at: int


def seal_and_expire(
    facts: PostgresFacts,
    buckets: BucketExpiry,
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
    expired: Expired | None = None,
) -> Expired:
    """Seal the days whose retention had passed at the last sweep, then delete expired buckets.

    Sites take turns; a day and its facts are one transaction. Called again, it continues where it
    stopped. Raise `Busy` and `Unavailable`; what is done by then stays, and is counted in
    `expired`.
    """
    expired = Expired() if expired is None else expired
    sites: set[int] = set()
    while not is_late():
        with facts.transaction() as transaction:
            day = due_day(transaction.sql)
            if day is None:
                break
            hits = seal(transaction.sql, day, now_ms())
        expired.days += 1
        expired.hits += hits
        sites.add(day.site)
    with facts.transaction() as transaction:
        transaction.sql.count("facts/prune_applied", kept_ms=APPLIED_KEPT_MS)
    expired.buckets = _expire_buckets(facts, buckets, is_late)
    for site in sites:
        forget_unused_words(facts, site, is_late)
    return expired


def due_day(sql: Transaction) -> DueDay | None:
    """Return a day whose retention has passed: the oldest of the site in turn."""
    rows = sql.rows("facts/day_to_seal")
    return DueDay(**rows[0]) if rows else None


def seal(sql: Transaction, day: DueDay, now_ms: int) -> int:
    """Seal a day and delete the facts that lie on sealed days alone; return the number of hits.

    A visit that spans a sealed and an open day stays whole until both are sealed.
    """
    span = {"site": day.site, "start_at": day.start_at, "end_at": day.end_at}
    sql.rows("facts/mark_sealed", period=day.period, now_ms=now_ms)
    gone = sql.tuples("facts/delete_settled_visits", **span)
    gone += sql.tuples("facts/delete_lone_hits", **span)
    sql.rows("facts/delete_conflicts_of_day", **span)
    visitors = {visitor for (visitor,) in gone}
    sql.rows("facts/delete_visitors_without_hits", visitors=list(visitors))
    return len(gone)


def _expire_buckets(
    facts: PostgresFacts, buckets: BucketExpiry, is_late: Callable[[], bool]
) -> int:
    """Delete buckets expired as of the last sweep, by which each of them had been merged."""
    with facts.snapshot() as sql:
        swept_at: int = sql.rows("facts/progress")[0]["swept_at"]
        sites = sql.tuples("facts/retentions")
        erased = sql.tuples("facts/erased_sites")
    deleted = sum(buckets.expire(site, Retention([], 0, swept_at), is_late) for (site,) in erased)
    for number, site, retention_days in sites:
        if is_late():
            break
        with facts.snapshot() as sql:
            days = [Day(*row) for row in sql.tuples("facts/days_of_site", site=number)]
        deleted += buckets.expire(site, Retention(days, retention_days * DAY_MS, swept_at), is_late)
    return deleted
