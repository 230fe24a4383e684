"""Ends what retention ends: seals days, deletes their facts, and later their buckets."""

from collections.abc import Callable
from dataclasses import dataclass

from pixeltrack.events.mongo.expiry import MongoExpiry
from pixeltrack.events.retention import DAY_MS, Retention
from pixeltrack.facts import retiring
from pixeltrack.platform.postgres import Transactions

APPLIED_KEPT_MS = 6 * DAY_MS
"""How long it is known that a bucket is in: longer than a sweep ever looks back."""


@dataclass(slots=True)
class Expired:
    """What was sealed and deleted, in counts."""

    days: int = 0
    hits: int = 0
    buckets: int = 0


def seal_and_expire(
    transactions: Transactions,
    expiry: MongoExpiry,
    now_ms: Callable[[], int],
    is_late: Callable[[], bool],
) -> Expired:
    """Seal the days whose retention has passed at the last sweep, then delete expired buckets.

    A day and its facts are one transaction. Goes on where it stopped when called again. Raises
    `Busy` and `Unavailable`; what is done then stays.
    """
    expired = Expired()
    sites: set[int] = set()
    while not is_late():
        with transactions.locked() as transaction:
            day = retiring.due_day(transaction)
            if day is None:
                break
            expired.hits += retiring.seal(transaction, day, now_ms())
        expired.days += 1
        sites.add(day.site)
    with transactions.locked() as transaction:
        retiring.prune_applied(transaction, APPLIED_KEPT_MS)
    expired.buckets = _expire_buckets(transactions, expiry, is_late)
    for site in sites:
        with transactions.locked() as transaction:
            retiring.forget_words(transaction, site)
    return expired


def _expire_buckets(
    transactions: Transactions, expiry: MongoExpiry, is_late: Callable[[], bool]
) -> int:
    """Delete buckets that are over as of the last sweep, by which each of them had been in."""
    with transactions.snapshot() as transaction:
        swept_at: int = transaction.rows("facts/progress")[0]["swept_at"]
        sites = retiring.retentions(transaction)
        erased = retiring.erased_sites(transaction)
    deleted = sum(expiry.expire(site, Retention([], 0, swept_at), is_late) for site in erased)
    for number, site, retention_days in sites:
        if is_late():
            break
        with transactions.snapshot() as transaction:
            days = retiring.days(transaction, number)
        deleted += expiry.expire(site, Retention(days, retention_days * DAY_MS, swept_at), is_late)
    return deleted
