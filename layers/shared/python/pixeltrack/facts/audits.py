"""What an audit reads of the facts in PostgreSQL, in the aggregator's transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.hits import Hit
from pixeltrack.facts.postgres import read_hit
from pixeltrack.facts.rollups import Day, Month, Period
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transaction, columns, fill


@dataclass(frozen=True, slots=True)
class AuditedSite:
    """A site: its number in the facts, the zone of its days, whether an erasure is under way.

    It was made at `created_at`, in epoch milliseconds.
    """

    number: int
    timezone: str
    created_at: int
    is_being_erased: bool


@dataclass(frozen=True, slots=True)
class AuditedVisitor:
    """A visitor's row."""

    number: int
    key: bytes
    value: str
    imported: bool


@dataclass(frozen=True, slots=True)
class AuditedDay:
    """A day's row, and when the next begins. Instants are epoch milliseconds."""

    day: date
    start_at: int
    end_at: int
    is_sealed: bool
    next_at: int | None


def site(transaction: Transaction, site: SiteId) -> AuditedSite | None:
    """Return a site, None where it has no facts or is deleted."""
    rows = transaction.rows("facts/site_to_audit", site=site)
    return AuditedSite(**rows[0]) if rows else None


def hits_stored(transaction: Transaction, site: int, after: int, until: int) -> list[Hit]:
    """Return a site's hits whose copies were stored after one instant and up to another."""
    rows = transaction.tuples(
        "facts/hits_stored", site=site, after=after.to_bytes(6), until=until.to_bytes(6)
    )
    return [read_hit(row) for row in rows]


def texts(
    transaction: Transaction, site: int, ids: Collection[int]
) -> Mapping[int, tuple[int, str]]:
    """Return kind and text of a site's dictionary ids."""
    rows = transaction.tuples("facts/texts", site=site, ids=list(ids))
    return {number: (kind, text) for number, kind, text in rows}


def visitor_keys(transaction: Transaction, site: int, ids: Collection[int]) -> Mapping[int, bytes]:
    """Return the keys of a site's visitors."""
    rows = transaction.tuples("facts/visitor_keys", site=site, ids=list(ids))
    return {number: key.bytes for number, key in rows}


def visitors_after(
    transaction: Transaction, site: int, after: int, most: int
) -> list[AuditedVisitor]:
    """Return a site's visitors by number, from those after one on."""
    rows = transaction.tuples("facts/visitors_after", site=site, after=after, most=most)
    return [
        AuditedVisitor(number, key.bytes, value, imported) for number, key, value, imported in rows
    ]


def visits_unlike_contexts(transaction: Transaction, visitors: Collection[int]) -> list[int]:
    """Return the starts of visits whose values are not those of their context."""
    query = fill(
        "facts/visits_unlike_contexts",
        of_visit=columns(ATTRIBUTES, "v"),
        of_context=columns(ATTRIBUTES, "c"),
    )
    rows = transaction.tuples(query, visitors=list(visitors))
    return [start_at for (start_at,) in rows]


def visits_of_nobody(transaction: Transaction, site: int) -> list[int]:
    """Return the starts of visits of visitors whom the site does not have."""
    return [start_at for (start_at,) in transaction.tuples("facts/visits_of_nobody", site=site)]


def hits_outside_days(transaction: Transaction, site: int) -> list[int]:
    """Return an instant in every gap between days that has hits."""
    return [at for (at,) in transaction.tuples("facts/hits_outside_days", site=site)]


def days(transaction: Transaction, site: int) -> list[AuditedDay]:
    """Return all days of a site, the earliest first."""
    return [AuditedDay(**row) for row in transaction.rows("facts/days_to_audit", site=site)]


def stray_rollups(transaction: Transaction, site: int) -> list[tuple[str, date]]:
    """Return periods, by span and day, that are rolled and not said to be, or too early."""
    return transaction.tuples("facts/stray_rollups", site=site)


def rolled_after(transaction: Transaction, site: int, after: int, most: int) -> list[Period]:
    """Return a site's rolled periods by id, from those after one on; none that is sealed."""
    return [
        Day(row["period"], row["site"], row["start_at"], row["end_at"])
        if row["span"] == "day"
        else Month(row["period"], row["site"], row["day"], row["next_month"])
        for row in transaction.rows("facts/rolled_after", site=site, after=after, most=most)
    ]
