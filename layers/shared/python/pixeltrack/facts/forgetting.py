"""Takes an erased visitor or site out of the facts; what sealed days add up to stays."""

from collections.abc import Sequence

from pixeltrack.events.stored import Bucket
from pixeltrack.facts import erasures
from pixeltrack.facts.encoding import DictionaryEncoder
from pixeltrack.facts.hits import Hit
from pixeltrack.facts.merging import bucket_key, merge, touch, touched_days
from pixeltrack.facts.ports import FactSite, FactsTransaction
from pixeltrack.facts.postgres import PostgresFactsTransaction
from pixeltrack.facts.rebuilding import rebuild
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transaction

MOST_HITS = 20_000
"""Hits of a visitor that one chunk removes."""

MOST_ROWS = 50_000
"""Hits, and visits, of a site that one chunk deletes."""

Forgotten = tuple[int, int, bool]
"""Hits and visits that went, and whether there are no more to go."""


def forget_visitor(transaction: Transaction, keys: Sequence[bytes], erased_at: int) -> Forgotten:
    """Remove some of a visitor's hits up to an instant, and put its visits and days right.

    Words that only these hits were written with go too: a path or a property may say who it was.
    Hits on sealed days go like others: only sums are kept of these days, and they stay.
    """
    turn = PostgresFactsTransaction(transaction)
    for buried in erasures.visitors(transaction, keys):
        visitor, site = buried.visitor, buried.site
        gone = erasures.hits_to_erase(transaction, visitor, erased_at, MOST_HITS)
        if gone:
            before = erasures.count_visits(transaction, visitor)
            forget_hits(turn, site, gone)
            visits = before - erasures.count_visits(transaction, visitor)
            erasures.forget_visitors(transaction, [visitor])
            erasures.forget_words(transaction, site.number, gone)
            return len(gone), visits, False
    return 0, 0, True


def forget_site(transaction: Transaction, site: SiteId) -> Forgotten:
    """Remove some of a site's facts."""
    erasures.delete_rollups(transaction, site)
    hits = erasures.delete_hits(transaction, site, MOST_ROWS)
    visits = erasures.delete_visits(transaction, site, MOST_ROWS)
    is_all = hits < MOST_ROWS and visits < MOST_ROWS
    if is_all:
        erasures.delete_words(transaction, site)
    return hits, visits, is_all


def merge_again(transaction: Transaction, buckets: Sequence[Bucket]) -> None:
    """Take in anew what buckets hold of later copies of events whose counted copy was erased."""
    erasures.unapply(transaction, [bucket_key(bucket.id) for bucket in buckets])
    merge(PostgresFactsTransaction(transaction), DictionaryEncoder(), buckets)


def forget_hits(turn: FactsTransaction, site: FactSite, hits: Sequence[Hit]) -> None:
    """Remove hits of a site's, with all that hangs on them: visits, and rollups of their days."""
    turn.remove_hits([hit.key for hit in hits])
    visits = rebuild(turn, [], hits)
    sites = {site.number: site}
    touch(turn, sites, touched_days(sites, hits, visits))
