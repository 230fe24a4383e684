"""Rollups: sums and sketches of days and months that no event in transit can change any more.

A day is closed once its end lies `CLOSED_AFTER_MS` before the last sweep. Its rollups are
computed from its hits and visits, those of a month from the rollups of its days.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from psycopg.sql import SQL, Identifier, Literal

from pixeltrack.facts.dimensions import ATTRIBUTES, MOST_VALUES
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.platform.postgres import Transaction, fill

CLOSED_AFTER_MS = 6 * 86_400_000
"""48 h for an event to be sent, 48 h in Kafka, and 2 days for a machine that was away with its
batch."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, with its period's id; instants in epoch milliseconds."""

    period: int
    site: int
    start_at: int
    end_at: int


@dataclass(frozen=True, slots=True)
class Month:
    """A month, with its period's id: the days from `day` up to, not including, `next_month`."""

    period: int
    site: int
    day: date
    next_month: date


Period = Day | Month

_ATTRIBUTES = SQL(", ").join(
    SQL("({}, {})").format(Literal(each.rollup), Identifier(each)) for each in ATTRIBUTES
)
"""Number and column of each attribute."""


def roll_closed(
    facts: PostgresFacts,
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
    *,
    most_values: int = MOST_VALUES,
) -> int:
    """Write missing rollups until none is missing or it `is_late`; return the number of periods.

    Sites take turns, from run to run; of a site the oldest day comes first, and a month once all
    of its days have rollups. Each period is one transaction. Raise `Busy` and `Unavailable`; what
    is committed by then stays.
    """
    periods = 0
    while not is_late():
        with facts.transaction() as transaction:
            if not roll_one(transaction.sql, now_ms(), most_values=most_values):
                break
        periods += 1
    return periods


def roll_one(
    sql: Transaction, now_ms: int, *, site: int | None = None, most_values: int = MOST_VALUES
) -> bool:
    """Write the rollups of a due day, or else of a due month; return whether any was due.

    A month is due once all of its days have rollups.
    """
    closed_at = closed_before(sql)
    period = unrolled_day(sql, closed_at, site) or unrolled_month(sql, closed_at, site)
    if period is not None:
        roll(sql, period, now_ms, most_values)
    return period is not None


def closed_before(sql: Transaction) -> int:
    """Return the instant before which a day must have ended to be closed."""
    swept_at: int = sql.rows("facts/progress")[0]["swept_at"]
    return swept_at - CLOSED_AFTER_MS


def unrolled_day(sql: Transaction, closed_at: int, site: int | None = None) -> Day | None:
    """Return a day without rollups that ended by `closed_at`: the oldest of the site in turn."""
    rows = sql.rows("facts/unrolled_day", closed_at=closed_at, site=site)
    return Day(**rows[0]) if rows else None


def unrolled_month(sql: Transaction, closed_at: int, site: int | None = None) -> Month | None:
    """Return the oldest month without rollups that ended by then and whose days all have some."""
    rows = sql.rows("facts/unrolled_month", closed_at=closed_at, site=site)
    return Month(**rows[0]) if rows else None


def roll(sql: Transaction, period: Period, now_ms: int, most_values: int = MOST_VALUES) -> None:
    """Write the rollups of a period; those of a day's month become invalid."""
    sql.rows("facts/invalidate_month", period=period.period)
    sql.rows("facts/delete_rollups", periods=[period.period])
    _run(sql, "facts/roll", period, most_values)
    sql.rows("facts/mark_rolled", period=period.period, now_ms=now_ms)


def differing_rows(sql: Transaction, period: Period, most_values: int = MOST_VALUES) -> int:
    """Count the rollups of a period that differ from what its facts, or its days, add up to."""
    return int(_run(sql, "facts/differing_rollups", period, most_values)[0]["rows"])


def _run(sql: Transaction, name: str, period: Period, most_values: int) -> list[dict[str, Any]]:
    """Run a statement that contains the query of a period's rollups as `{rows}`."""
    if isinstance(period, Day):
        rows = fill("facts/rows_of_day", attributes=_ATTRIBUTES)
    else:
        rows = fill("facts/rows_of_month")
    sql.rows("facts/sort_to_group")
    values = {**asdict(period), "most_values": most_values}
    return sql.composed(name, {"rows": rows}, **values)
