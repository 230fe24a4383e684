"""Takes an erased visitor or site out of the facts; what sealed days add up to stays."""

from collections.abc import Sequence

from functions.aggregator.merging import touch, touched_days
from functions.aggregator.rebuilding import rebuild
from pixeltrack.adapters.postgres import erasures
from pixeltrack.adapters.postgres.facts import PostgresTurn
from pixeltrack.adapters.postgres.transactions import Transaction
from pixeltrack.domain.hits import Hit, received_at
from pixeltrack.domain.identifiers import SiteId
from pixeltrack.fact_ports import FactSite, Turn

MOST_ROWS = 50_000
"""Hits and visits of a site that one chunk deletes."""

_EVER = -(1 << 62)


def forget_visitor(
    transaction: Transaction, keys: Sequence[bytes], erased_at: int
) -> tuple[int, int]:
    """Remove a visitor's hits up to an instant, and put its visits and days right.

    Answers how many hits and visits went. Words that only these hits were written with go too:
    a path or a property may say who it was.
    """
    turn = PostgresTurn(transaction)
    hits = visits = 0
    for buried in erasures.visitors(transaction, keys):
        gone, gone_visits = forget_hits(turn, buried.visitor, buried.site, erased_at)
        if gone:
            erasures.forget_visitors(transaction, [buried.visitor])
            erasures.forget_words(transaction, buried.site.number, gone)
        hits, visits = hits + len(gone), visits + gone_visits
    return hits, visits


def forget_site(transaction: Transaction, site: SiteId) -> tuple[int, int, bool]:
    """Remove some of a site's facts; answers hits, visits, and whether that was all."""
    erasures.delete_rollups(transaction, site)
    hits = erasures.delete_hits(transaction, site, MOST_ROWS)
    visits = erasures.delete_visits(transaction, site, MOST_ROWS)
    is_all = hits < MOST_ROWS and visits < MOST_ROWS
    if is_all:
        erasures.delete_words(transaction, site)
    return hits, visits, is_all


def forget_hits(turn: Turn, visitor: int, site: FactSite, erased_at: int) -> tuple[list[Hit], int]:
    """Remove a visitor's hits that happened or were received by an instant.

    Answers them, and by how many its visits are fewer. Those on sealed days go too: only sums are
    kept of these, and they stay as they are.
    """
    ever = [(visitor, _EVER)]
    hits = turn.hits_since(ever)
    gone = [hit for hit in hits if min(hit.at, received_at(hit.copy)) <= erased_at]
    if not gone:
        return [], 0
    before = len(turn.visits_since(ever))
    turn.remove_hits([hit.key for hit in gone])
    visits = rebuild(turn, [], gone)
    sites = {site.number: site}
    touch(turn, sites, touched_days(sites, gone, visits))
    return gone, before - len(turn.visits_since(ever))
