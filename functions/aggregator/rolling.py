"""Closes days and months: builds the rollups of those that no event on its way can change."""

from collections.abc import Callable

from pixeltrack.adapters.postgres import rollups
from pixeltrack.adapters.postgres.transactions import Transaction, Transactions
from pixeltrack.domain.dimensions import MOST_VALUES

CLOSED_AFTER_MS = 6 * 86_400_000
"""How far behind the last sweep a day's end lies when it closes: 48 h for an event to be sent,
48 h in Kafka, and 2 days for a machine that was away with its batch."""

DAYS_A_TURN = 5


def roll_closed(
    transactions: Transactions,
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
    *,
    most_values: int = MOST_VALUES,
) -> int:
    """Build missing rollups until all are there or it `is_late`; answers how many periods.

    Days first, the oldest first, a few in each transaction; then the months whose days are all
    there. Raises `Busy` and `Unavailable`; what is committed then stays.
    """
    periods = 0
    while not is_late():
        with transactions.locked() as transaction:
            rolled = roll_some(transaction, now_ms(), most_values=most_values)
        if not rolled:
            break
        periods += rolled
    return periods


def roll_some(
    transaction: Transaction,
    now_ms: int,
    *,
    site: int | None = None,
    most_values: int = MOST_VALUES,
) -> int:
    """Build the rollups of a few days, or where no day is left, of a month; answers how many."""
    closed_at = closed_before(transaction)
    days = rollups.unrolled_days(transaction, closed_at, DAYS_A_TURN, site)
    for day in days:
        rollups.roll(transaction, day, now_ms, most_values)
    if days:
        return len(days)
    months = rollups.unrolled_months(transaction, closed_at, 1, site)
    for month in months:
        rollups.roll(transaction, month, now_ms, most_values)
    return len(months)


def closed_before(transaction: Transaction) -> int:
    """Answer the instant by which a day has to have ended to be closed."""
    swept_at: int = transaction.rows("facts/progress")[0]["swept_at"]
    return swept_at - CLOSED_AFTER_MS
