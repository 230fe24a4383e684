"""Rebuilds the visits of visitors whose hits changed, from the first visit that may change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from pixeltrack.facts.hits import Hit
from pixeltrack.facts.ports import FactsTransaction, Since, Tail
from pixeltrack.facts.visits import GAP_MS, Visit, visits_of


def rebuild(
    transaction: FactsTransaction,
    added: Sequence[Hit],
    removed: Sequence[Hit] = (),
    new_visitors: Collection[int] = (),
) -> list[Visit]:
    """Insert `added` hits, and rebuild all visits that they and the `removed` ones affect.

    The removed hits are already deleted from the table. `new_visitors` have no other hits. Return
    the visits as they were and as they are now, so that their days can be recounted.

    A visitor's visits are rebuilt from the visit before the earliest change if that visit may
    continue, else from the change: nothing earlier can depend on the change. If everything new
    comes after every existing hit, the row of that visit suffices, and no hits are read.
    """
    additions = _by_visitor(added)
    first_change: dict[int, int] = {}
    for hit in (*added, *removed):
        first_change[hit.visitor] = min(hit.at, first_change.get(hit.visitor, hit.at))
    asked = [(v, at) for v, at in first_change.items() if v not in new_visitors]
    tails = transaction.tails(asked) if asked else {}
    unsettled = {hit.visitor for hit in removed} | {
        v for v, at in first_change.items() if v in tails and at <= tails[v].latest_at
    }
    since = {v: _since(at, tails.get(v)) for v, at in first_change.items()}
    loaded = _loaded(transaction, [(v, since[v]) for v in unsettled])
    before = transaction.visits_since([(v, since[v]) for v, _ in asked])
    visits, moved = _folded(since, additions, loaded, unsettled, tails)
    transaction.add_hits(added)
    if moved:
        transaction.move_hits(moved)
    transaction.replace_visits(list(since.items()), visits)
    return [*before, *visits]


def _by_visitor(hits: Iterable[Hit]) -> Mapping[int, list[Hit]]:
    grouped: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        grouped[hit.visitor].append(hit)
    return grouped


def _since(change: int, tail: Tail | None) -> int:
    visit = tail.visit if tail else None
    return visit.start_at if visit and change - visit.last_at < GAP_MS else change


def _loaded(transaction: FactsTransaction, since: Sequence[Since]) -> Mapping[int, list[Hit]]:
    return _by_visitor(transaction.hits_since(since)) if since else {}


def _folded(
    since: Mapping[int, int],
    additions: Mapping[int, list[Hit]],
    loaded: Mapping[int, list[Hit]],
    unsettled: Collection[int],
    tails: Mapping[int, Tail],
) -> tuple[list[Visit], list[Hit]]:
    """Rebuild each visitor's visits; return them, and the existing hits whose visit changed."""
    visits: list[Visit] = []
    moved: list[Hit] = []
    for visitor, at in since.items():
        if visitor in unsettled:
            there = loaded.get(visitor, [])
            was = [hit.visit_at for hit in there]
            visits += visits_of([*there, *additions.get(visitor, [])])
            moved += [hit for hit, old in zip(there, was, strict=True) if hit.visit_at != old]
        else:
            latest = tails[visitor].visit if visitor in tails else None
            goes_on = latest is not None and latest.start_at == at
            visits += visits_of(additions[visitor], latest if goes_on else None)
    return visits, moved
