"""Rollups in PostgreSQL: sums and sketches of days and months that are closed."""

from dataclasses import asdict, dataclass
from datetime import date

from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier, Literal

from pixeltrack.facts.dimensions import ATTRIBUTES, MOST_VALUES
from pixeltrack.platform.postgres import Transaction, fill


@dataclass(frozen=True, slots=True)
class Day:
    """A day, by its period's id; instants in epoch milliseconds."""

    period: int
    site: int
    start_at: int
    end_at: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month, by its period's id: the days from `day` up to `next_month` make it."""

    period: int
    site: int
    day: date
    next_month: date


Period = Day | Month

_ATTRIBUTES = SQL(", ").join(
    SQL("({}, {})").format(Literal(each.rollup), Identifier(each)) for each in ATTRIBUTES
)
"""Number and column of each attribute."""


def unrolled_day(transaction: Transaction, closed_at: int, site: int | None = None) -> Day | None:
    """Return the oldest day without rollups that ended by `closed_at`."""
    rows = transaction.rows("facts/unrolled_day", closed_at=closed_at, site=site)
    return Day(**rows[0]) if rows else None


def unrolled_month(
    transaction: Transaction, closed_at: int, site: int | None = None
) -> Month | None:
    """Return the oldest month without rollups that ended by then and whose days all have some."""
    rows = transaction.rows("facts/unrolled_month", closed_at=closed_at, site=site)
    return Month(**rows[0]) if rows else None


def roll(
    transaction: Transaction, period: Period, now_ms: int, most_values: int = MOST_VALUES
) -> None:
    """Write the rollups of a period; where it is a day, those of its month are void then."""
    transaction.rows("facts/void_month", period=period.period)
    transaction.rows("facts/delete_rollups", periods=[period.period])
    _run(transaction, "facts/roll", period, most_values)
    transaction.rows("facts/mark_rolled", period=period.period, now_ms=now_ms)


def differing_rows(transaction: Transaction, period: Period, most_values: int = MOST_VALUES) -> int:
    """Count the rollups of a period that are not what its facts, or its days, come to."""
    return int(_run(transaction, "facts/differing_rollups", period, most_values)[0]["rows"])


def _run(transaction: Transaction, name: str, period: Period, most_values: int) -> list[DictRow]:
    """Run a statement over what a period's rows are."""
    if isinstance(period, Day):
        rows = fill("facts/rows_of_day", attributes=_ATTRIBUTES)
    else:
        rows = fill("facts/rows_of_month")
    transaction.rows("facts/sort_to_group")
    values = {**asdict(period), "most_values": most_values}
    return transaction.composed(name, {"rows": rows}, **values)
