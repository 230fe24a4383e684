"""Dictionary clean-up: deletes contexts and dictionary entries that nothing refers to any more.

An entry of either kind is called a *word* in this module, in its statements and in its tables.
Hits refer to contexts and to some kinds of dictionary entries, contexts to the other kinds, and
rollups to entries of any kind.

Whether a word is still in use takes a scan of all hits of its site, which is too much for one
transaction. So words that may be unused are *marked* (table `word_marks`), and then the site's
hits, contexts and rollups are scanned piece by piece (a *walk*), each piece a transaction under
the aggregator's lock. A mark holds the number of its owner, the one walk that may delete the
word. Three rules make a deletion safe:

1. An owner marks a word before it begins to scan what may refer to it.
2. Whatever returns the id of a word for use deletes the word's mark, whoever owns it, in the same
   transaction (`value_ids`, `context_ids`). Marking raises `generation`, so an id cached before
   is looked up again.
3. The walk deletes the mark of each word that it finds in use.

So if a word still has the walk's own mark at the end, no reference to it was added since the mark
was made (2), and none that existed then still exists, for the walk has scanned everything since
(3): hits, contexts and periods keep the order in which they are scanned. Hits may turn into
rollups meanwhile, when a day is sealed; so rollups are scanned after the hits. If another owner
marks the word again, the mark is no longer this walk's, and deleting it is up to the other (1).
A walk that is broken off leaves marks behind, which do no harm; whoever begins a new walk starts
from the beginning.
"""

import secrets
from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from pixeltrack.facts.dimensions import ATTRIBUTES
from pixeltrack.facts.postgres import PostgresFacts
from pixeltrack.facts.visits import Hit
from pixeltrack.jobs.jobs import MOST_HALVINGS
from pixeltrack.platform.errors import StatementTooSlow
from pixeltrack.platform.logs import logger
from pixeltrack.platform.postgres import Transaction, columns, fill

MOST_ROWS = 50_000
"""Number of hits, contexts or entries that one piece of a walk examines."""

ROWS_A_PERIOD = 1_000
"""Estimated number of rollups of a period; few have more than some thousands."""

_BEFORE_ALL = -(1 << 60)


class Stage(StrEnum):
    """What a walk looks at, in this order."""

    HITS = "hits"
    CONTEXTS = "contexts"
    """Those still marked are deleted, and the entries that they refer to are marked."""
    NAMED_BY_CONTEXTS = "named_by_contexts"
    ROLLUPS = "rollups"
    ENTRIES = "entries"
    """Dictionary entries still marked are deleted."""


class Walk(msgspec.Struct, rename="camel", omit_defaults=True):
    """How far a walk is: what lies after `after` (an instant, or an id) is still to be examined."""

    stage: Stage = Stage.HITS
    after: int = _BEFORE_ALL

    def goes_on(self, after: int | None) -> bool:
        """Move on, to the next stage if `after` is None; return whether anything is left to do."""
        if after is not None:
            self.after = after
            return True
        stages = list(Stage)
        place = stages.index(self.stage) + 1
        if place == len(stages):
            return False
        self.stage, self.after = stages[place], 0
        return True


def owner_of(subject: bytes) -> int:
    """Return the number by which the erasure of a subject owns marks; never negative."""
    return int.from_bytes(subject[:8]) >> 1


def mark_words_of(sql: Transaction, site: int, owner: int, hits: Iterable[Hit]) -> None:
    """Mark the contexts and dictionary entries of hits deleted in this transaction."""
    contexts: set[int] = set()
    values: set[int] = set()
    for hit in hits:
        contexts.add(hit.context)
        values.update((hit.page, hit.name, hit.bot, *hit.properties))
    marked = {"contexts": list(contexts), "values": list(values)}
    sql.rows("facts/mark_words", site=site, owner=owner, **marked)


def walk_on(sql: Transaction, site: int, owner: int, walk: Walk, most_rows: int) -> bool:
    """Do the next piece of a walk and move `walk` on; return whether there is more to do."""
    if not sql.rows("facts/has_marks", owner=owner)[0]["has_marks"]:
        return False
    piece = {"site": site, "after": walk.after}
    match walk.stage:
        case Stage.HITS:
            until = sql.rows("facts/end_of_hits", **piece, most=most_rows)[0]["until"]
            sql.rows("facts/unmark_words_of_hits", **piece, until=until)
            return walk.goes_on(until)
        case Stage.CONTEXTS:
            piece["until"] = walk.after + most_rows
            sql.rows(
                fill("facts/delete_marked_contexts", attributes=columns(ATTRIBUTES)),
                **piece,
                owner=owner,
            )
            return walk.goes_on(_next(sql, "facts/last_context", piece["until"]))
        case Stage.NAMED_BY_CONTEXTS:
            piece["until"] = walk.after + most_rows
            sql.rows(
                fill("facts/unmark_words_of_contexts", attributes=columns(ATTRIBUTES)), **piece
            )
            return walk.goes_on(_next(sql, "facts/last_context", piece["until"]))
        case Stage.ROLLUPS:
            most_periods = max(most_rows // ROWS_A_PERIOD, 1)
            rows = sql.rows("facts/unmark_words_of_rollups", **piece, most=most_periods)
            return walk.goes_on(rows[0]["last"])
        case Stage.ENTRIES:
            piece["until"] = walk.after + most_rows
            sql.rows("facts/delete_marked_words", **piece, owner=owner)
            return walk.goes_on(_next(sql, "facts/last_word", piece["until"]))


def forget_unused_words(
    facts: PostgresFacts, site: int, is_late: Callable[[], bool], most_rows: int = MOST_ROWS
) -> bool:
    """Delete all unused dictionary entries of a site; return False where it `is_late` first.

    Values in rollups stay: sealed days are reported by them. Where even a small piece takes too
    long, the entries stay until the next time, and the log says so. Raise `Busy` and
    `Unavailable`.
    """
    owner = -1 - secrets.randbits(62)
    least_rows = max(most_rows >> MOST_HALVINGS, 1)
    marked: int | None = 0
    walk = Walk()
    while not is_late():
        going = msgspec.structs.replace(walk)
        try:
            with facts.transaction() as transaction:
                if marked is not None:
                    marked = _mark_all(transaction.sql, site, owner, marked, most_rows)
                elif not walk_on(transaction.sql, site, owner, going, most_rows):
                    return True
        except StatementTooSlow as error:
            if most_rows <= least_rows:
                logger("aggregator").error("unused words stay", site=site, reason=str(error))
                return False
            most_rows = max(most_rows // 2, least_rows)
        else:
            walk = going
    return False


def _mark_all(sql: Transaction, site: int, owner: int, after: int, most_rows: int) -> int | None:
    """Mark the entries of a site in a range of ids, and return where it ends, None at the last."""
    until = after + most_rows
    sql.rows("facts/mark_all_words", site=site, owner=owner, after=after, until=until)
    ends = [_next(sql, name, until) for name in ("facts/last_context", "facts/last_word")]
    return None if ends == [None, None] else until


def _next(sql: Transaction, last: str, until: int) -> int | None:
    """Return `until` where there are ids after it."""
    return until if sql.rows(last)[0]["last"] > until else None
