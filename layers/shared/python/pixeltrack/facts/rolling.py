"""Closes days and months: builds the rollups of those that no event on its way can change."""

from collections.abc import Callable

from pixeltrack.facts import rollups
from pixeltrack.facts.dimensions import MOST_VALUES
from pixeltrack.platform.postgres import Transaction, Transactions

CLOSED_AFTER_MS = 6 * 86_400_000
"""How far behind the last sweep a day's end lies when it closes: 48 h for an event to be sent,
48 h in Kafka, and 2 days for a machine that was away with its batch."""


def roll_closed(
    transactions: Transactions,
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
    *,
    most_values: int = MOST_VALUES,
) -> int:
    """Build missing rollups until all are there or it `is_late`; returns how many periods.

    Days first, the oldest first; then the months whose days are all there; one in each
    transaction. Raises `Busy` and `Unavailable`; what is committed then stays.
    """
    periods = 0
    while not is_late():
        with transactions.locked() as transaction:
            if not roll_one(transaction, now_ms(), most_values=most_values):
                break
        periods += 1
    return periods


def roll_one(
    transaction: Transaction,
    now_ms: int,
    *,
    site: int | None = None,
    most_values: int = MOST_VALUES,
) -> bool:
    """Build the rollups of a day, or where no day is left, of a month; tells whether of any."""
    closed_at = closed_before(transaction)
    period = rollups.unrolled_day(transaction, closed_at, site) or rollups.unrolled_month(
        transaction, closed_at, site
    )
    if period is not None:
        rollups.roll(transaction, period, now_ms, most_values)
    return period is not None


def closed_before(transaction: Transaction) -> int:
    """Return the instant by which a day has to have ended to be closed."""
    swept_at: int = transaction.rows("facts/progress")[0]["swept_at"]
    return swept_at - CLOSED_AFTER_MS
