"""Cutting a site's periods anew in PostgreSQL, by another zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pixeltrack.events.retention import DAY_MS, Day
from pixeltrack.facts.cuts import Piece, Span, pieces
from pixeltrack.facts.days import month_of, next_month, start_of
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transaction


@dataclass(frozen=True, slots=True)
class Zones:
    """A site's number in the facts, the zone of its periods, and the one asked for."""

    site: int
    kept: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Days:
    """How many days of a site are sealed or open; of the open, closed and not yet rolled."""

    sealed: int
    open: int
    closed: int
    unrolled: int


def zones(transaction: Transaction, site: SiteId) -> Zones | None:
    """Return a site's zones, None where it has no facts or is deleted.

    Nobody changes the zone asked for until the transaction ends.
    """
    rows = transaction.rows("facts/zones_of_site", site=site)
    return Zones(**rows[0]) if rows else None


def count_days(transaction: Transaction, site: int, closed_at: int) -> Days:
    """Count a site's days; closed are those that ended by `closed_at`."""
    return Days(**transaction.rows("facts/count_days", site=site, closed_at=closed_at)[0])


def delete_rollups(transaction: Transaction, periods: Sequence[int]) -> None:
    """Delete rollups of periods, by id, that are gone."""
    transaction.rows("facts/delete_rollups", periods=list(periods))


def recut(transaction: Transaction, zones: Zones) -> list[int]:
    """Cut all days that are not sealed, and their months, by the zone asked for.

    Returns the ids of the periods that are gone; their rollups are still there.
    """
    transaction.rows("facts/set_zone", site=zones.site, timezone=zones.wanted)
    known = [Day(*row) for row in transaction.tuples("facts/days_of_site", site=zones.site)]
    sealed = [(day.start_at, day.end_at) for day in known if day.sealed_at is not None]
    old = transaction.rows("facts/delete_open_days", site=zones.site)
    imports = [day for day in old if day["imported_at"] is not None]
    cut = _cut(transaction, zones, sealed)
    added = transaction.tuples(
        "facts/add_days",
        site=zones.site,
        days=[piece.day for piece in cut],
        starts=[piece.start_at for piece in cut],
        ends=[piece.end_at for piece in cut],
        are_whole=[piece.is_whole for piece in cut],
        import_starts=[day["start_at"] for day in imports],
        import_ends=[day["end_at"] for day in imports],
        imports=[day["imported_at"] for day in imports],
    )
    months = {month_of(day["day"]) for day in old} | {month_of(day) for (day,) in added}
    gone = _recut_months(transaction, zones, sorted(months))
    return [day["id"] for day in old] + gone


def _cut(transaction: Transaction, zones: Zones, sealed: Sequence[Span]) -> list[Piece]:
    """Cut the time from the first to the last hit, or the day around the sealed ones.

    Zones lie up to 26 hours apart, so a day may lie outside all sealed days and bear their date.
    """
    hits = transaction.rows("facts/span_of_hits", site=zones.site)[0]
    instants = [at for at in hits.values() if at is not None]
    instants += [at for start, end in sealed for at in (start - DAY_MS, end + DAY_MS)]
    if not instants:
        return []
    return list(pieces(min(instants), max(instants), zones.wanted, sealed))


def _recut_months(transaction: Transaction, zones: Zones, months: Sequence[date]) -> list[int]:
    gone = transaction.tuples("facts/delete_months", site=zones.site, months=list(months))
    transaction.rows(
        "facts/add_months",
        site=zones.site,
        months=list(months),
        starts=[start_of(month, zones.wanted) for month in months],
        ends=[start_of(next_month(month), zones.wanted) for month in months],
    )
    return [period for (period,) in gone]
