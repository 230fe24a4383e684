"""Rollups in PostgreSQL: sums and sketches of days and months that are closed."""

from dataclasses import dataclass
from datetime import date

from pixeltrack.adapters.postgres.transactions import Transaction
from pixeltrack.domain.dimensions import MOST_VALUES


@dataclass(frozen=True, slots=True)
class UnrolledDay:
    """A day without rollups, by its period's id; instants in epoch milliseconds."""

    period: int
    site: int
    start_at: int
    end_at: int


@dataclass(frozen=True, slots=True)
class UnrolledMonth:
    """A month without rollups: the days from `day` up to `next_month` make it."""

    period: int
    site: int
    day: date
    next_month: date


def unrolled_days(
    transaction: Transaction, closed_at: int, most: int, site: int | None = None
) -> list[UnrolledDay]:
    """Answer days without rollups that ended by `closed_at`, the oldest first."""
    rows = transaction.rows("facts/unrolled_days", closed_at=closed_at, most=most, site=site)
    return [UnrolledDay(**row) for row in rows]


def unrolled_months(
    transaction: Transaction, closed_at: int, most: int, site: int | None = None
) -> list[UnrolledMonth]:
    """Answer months without rollups that ended by `closed_at` and whose days all have theirs."""
    rows = transaction.rows("facts/unrolled_months", closed_at=closed_at, most=most, site=site)
    return [UnrolledMonth(**row) for row in rows]


def roll_day(
    transaction: Transaction, day: UnrolledDay, now_ms: int, most_values: int = MOST_VALUES
) -> None:
    """Write the rollups of a day from its facts; those of its month are void then."""
    transaction.rows("facts/void_month", period=day.period)
    transaction.rows("facts/delete_rollups", periods=[day.period])
    transaction.rows("facts/sort_to_group")
    transaction.rows(
        "facts/roll_day",
        period=day.period,
        site=day.site,
        start_at=day.start_at,
        end_at=day.end_at,
        most_values=most_values,
    )
    transaction.rows("facts/mark_rolled", period=day.period, now_ms=now_ms)


def roll_month(
    transaction: Transaction, month: UnrolledMonth, now_ms: int, most_values: int = MOST_VALUES
) -> None:
    """Write the rollups of a month from those of its days."""
    transaction.rows("facts/delete_rollups", periods=[month.period])
    transaction.rows("facts/sort_to_group")
    transaction.rows(
        "facts/roll_month",
        period=month.period,
        site=month.site,
        day=month.day,
        next_month=month.next_month,
        most_values=most_values,
    )
    transaction.rows("facts/mark_rolled", period=month.period, now_ms=now_ms)
