"""What an erasure does to the facts, statement by statement, in the aggregator's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.hits import Hit
from pixeltrack.facts.ports import FactSite
from pixeltrack.facts.postgres import read_hit
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Transaction, columns, fill


@dataclass(frozen=True, slots=True)
class Buried:
    """A visitor in the facts who was erased, and its site there."""

    visitor: int
    site: FactSite


def erased_at(transaction: Transaction, key: bytes) -> int:
    """Return the instant of a tombstone (epoch ms), which does not move until the chunk is over."""
    return int(transaction.rows("facts/erased_at", key=UUID(bytes=key))[0]["erased_at"])


def visitors(transaction: Transaction, keys: Sequence[bytes]) -> list[Buried]:
    """Return the visitors of these keys that the facts know."""
    rows = transaction.rows("facts/visitors_by_key", keys=[UUID(bytes=key) for key in keys])
    return [Buried(row["id"], FactSite(row["site"], row["timezone"])) for row in rows]


def hits_to_erase(transaction: Transaction, visitor: int, erased_at: int, most: int) -> list[Hit]:
    """Return a visitor's hits that happened or were received by an instant, the latest first."""
    later = (erased_at + 1).to_bytes(6)
    asked = {"visitor": visitor, "erased_at": erased_at, "later": later, "most": most}
    return [read_hit(row) for row in transaction.tuples("facts/hits_to_erase", **asked)]


def count_visits(transaction: Transaction, visitor: int) -> int:
    """Count a visitor's visits."""
    return int(transaction.rows("facts/count_visits", visitor=visitor)[0]["visits"])


def forget_visitors(transaction: Transaction, visitors: Sequence[int]) -> None:
    """Delete the visitors that have no hits any more."""
    transaction.rows("facts/delete_visitors_without_hits", visitors=list(visitors))


def forget_words(transaction: Transaction, site: int, hits: Sequence[Hit]) -> None:
    """Delete the contexts and values of hits that are gone which no others are written with.

    It reads all hits of the site, which takes some 1 s a million.
    """
    words = {word for hit in hits for word in (hit.page, hit.name, hit.bot, *hit.properties)}
    transaction.rows(
        fill("facts/delete_words_of_hits", attributes=columns(ATTRIBUTES)),
        site=site,
        contexts=list({hit.context for hit in hits}),
        values=list(words),
    )


def unapply(transaction: Transaction, buckets: Sequence[bytes]) -> None:
    """Forget that buckets of these keys are in."""
    transaction.rows("facts/unapply", keys=[UUID(bytes=key) for key in buckets])


def sealed_days(transaction: Transaction, site: SiteId, until: int) -> int:
    """Count the site's sealed days that began by an instant (epoch ms)."""
    return int(transaction.rows("facts/sealed_days", site=site, until=until)[0]["days"])


def delete_rollups(transaction: Transaction, site: SiteId) -> None:
    """Delete the days and months of a site, sealed ones too."""
    transaction.rows("facts/delete_site_rollups", site=site)


def delete_hits(transaction: Transaction, site: SiteId, most: int) -> int:
    """Delete some of a site's hits; returns how many."""
    return transaction.count("facts/delete_site_hits", site=site, most=most)


def delete_visits(transaction: Transaction, site: SiteId, most: int) -> int:
    """Delete some of a site's visits; returns how many."""
    return transaction.count("facts/delete_site_visits", site=site, most=most)


def delete_words(transaction: Transaction, site: SiteId) -> None:
    """Delete the dictionaries, visitors and salts of a site without facts, and its number."""
    transaction.rows("facts/delete_site_words", site=site)
