"""Sealing in PostgreSQL: days whose retention has passed lose their facts and keep their sums."""

from dataclasses import dataclass

from pixeltrack.events.retention import Day
from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transaction, columns, fill


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day to be sealed, by its period's id; instants in epoch milliseconds."""

    period: int
    site: int
    start_at: int
    end_at: int


def due_day(transaction: Transaction) -> DueDay | None:
    """Return the oldest day whose retention has passed."""
    rows = transaction.rows("facts/day_to_seal")
    return DueDay(**rows[0]) if rows else None


def seal(transaction: Transaction, day: DueDay, now_ms: int) -> int:
    """Seal a day and delete the facts that lie on sealed days alone; returns how many hits.

    A visit across a sealed and an open day stays whole until both are sealed.
    """
    span = {"site": day.site, "start_at": day.start_at, "end_at": day.end_at}
    transaction.rows("facts/mark_sealed", period=day.period, now_ms=now_ms)
    gone = transaction.tuples("facts/delete_settled_visits", **span)
    gone += transaction.tuples("facts/delete_lone_hits", **span)
    visitors = {visitor for (visitor,) in gone}
    transaction.rows("facts/delete_visitors_without_hits", visitors=list(visitors))
    return len(gone)


def forget_words(transaction: Transaction, site: int) -> None:
    """Delete what a site's dictionary and contexts hold for facts alone that are gone.

    Values in rollups stay: they are what a sealed day is known by.
    """
    transaction.rows("facts/delete_unused_contexts", site=site)
    transaction.rows(fill("facts/delete_unused_words", attributes=columns(ATTRIBUTES)), site=site)


def prune_applied(transaction: Transaction, kept_ms: int) -> int:
    """Forget which buckets are in, of those stored so long before the last sweep."""
    return transaction.count("facts/prune_applied", kept_ms=kept_ms)


def retentions(transaction: Transaction) -> list[tuple[int, SiteId, int]]:
    """Return number, id and retention in days of every site with facts."""
    return transaction.tuples("facts/retentions")


def days(transaction: Transaction, site: int) -> list[Day]:
    """Return all days of a site, the earliest first."""
    return [Day(*row) for row in transaction.tuples("facts/days_of_site", site=site)]


def erased_sites(transaction: Transaction) -> list[SiteId]:
    """Return the sites that were deleted and whose erasure is done."""
    return [site for (site,) in transaction.tuples("facts/erased_sites")]
