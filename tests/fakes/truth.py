"""The naive reference: what the facts of some buckets must be, computed from scratch, in texts.

Written to be obviously correct, not fast; shares with the product only the order of copies and
the spelling of dictionary values.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pixeltrack.events import identity
from pixeltrack.events.stored import Bucket, StoredEvent
from pixeltrack.facts.dimensions import fact_of
from pixeltrack.platform.identifiers import SiteId

MINUTE = 60_000
HOUR = 60 * MINUTE


@dataclass(frozen=True, eq=False)
class Copy:
    """One copy of an event, and where it ranks among the copies."""

    site: str
    rank: bytes
    event: StoredEvent

    @property
    def order(self) -> tuple[int, bytes, bytes]:
        """Return where it stands in time: of one instant and one place, by its event."""
        return self.event.at, self.rank, identity.event_key(SiteId(self.site), self.event.id)


@dataclass(frozen=True)
class TrueVisit:
    """A visit in texts."""

    site: str
    visitor: str
    imported: bool
    start_at: int
    last_at: int
    pageviews: int
    events: int
    entry: str
    exit: str
    context: tuple[str, ...]
    pages: frozenset[tuple[str, int]]
    names: frozenset[tuple[str, int]]
    pace: int = 0


def true_events(
    buckets: Iterable[Bucket], sites: Iterable[str], erased: Mapping[tuple[str, str], int]
) -> list[Copy]:
    """Return each event once, by its lowest copy; `erased` is by site and visitor.

    Of a site that is erased itself (visitor "") nothing stays, whenever it came.
    """
    lowest: dict[tuple[str, str], Copy] = {}
    known = set(sites)
    for bucket in buckets:
        for event in bucket.events:
            if event.type in ("ping", "session_start", "erased") or bucket.site not in known:
                continue
            until = erased.get((bucket.site, event.visitor), -1)
            if (bucket.site, "") in erased or min(event.at, event.received_at) <= until:
                continue
            rank = identity.copy_of(
                event.received_at, bucket.partition, event.offset, bucket.stored_at, bucket.id
            )
            copy = Copy(bucket.site, rank, event)
            key = (bucket.site, event.id)
            if key not in lowest or rank < lowest[key].rank:
                lowest[key] = copy
    return list(lowest.values())


def true_visits(events: Iterable[Copy]) -> dict[Copy, int | None]:
    """Return the start of each event's visit, None where it lies in none."""
    starts: dict[Copy, int | None] = {}
    of_visitor: dict[tuple[str, str, bool], list[Copy]] = defaultdict(list)
    for copy in events:
        starts[copy] = None
        if copy.event.bot is None:
            of_visitor[copy.site, copy.event.visitor, copy.event.imported].append(copy)
    for copies in of_visitor.values():
        first: int | None = None
        last = 0
        for copy in sorted(copies, key=lambda c: c.order):
            at = copy.event.at
            is_new = first is None or at - last >= 30 * MINUTE or at - first >= 24 * HOUR
            if is_new and copy.event.type == "engagement":
                continue
            if is_new:
                first = at
            last = at
            starts[copy] = first
    return starts


def described(starts: Mapping[Copy, int | None]) -> set[TrueVisit]:
    """Return the visits that these events make."""
    members: dict[tuple[str, str, bool, int], list[Copy]] = defaultdict(list)
    for copy, start in starts.items():
        if start is not None:
            members[copy.site, copy.event.visitor, copy.event.imported, start].append(copy)
    return {
        _visit(site, visitor, imported, sorted(copies, key=lambda c: c.order))
        for (site, visitor, imported, _), copies in members.items()
    }


def true_pace(views: Sequence[int]) -> int:
    """Return the most page views within a minute; up to ten of them are told as none."""
    most = max((sum(at - MINUTE < one <= at for one in views) for at in views), default=0)
    return most if most > 10 else 0


def _visit(site: str, visitor: str, imported: bool, copies: list[Copy]) -> TrueVisit:
    views = [c.event.path or "" for c in copies if c.event.type == "pageview"]
    names = [c.event.type for c in copies if c.event.type not in ("pageview", "engagement")]
    first = fact_of(copies[0].event)
    assert first is not None
    return TrueVisit(
        site=site,
        visitor=visitor,
        imported=imported,
        start_at=copies[0].event.at,
        last_at=copies[-1].event.at,
        pageviews=len(views),
        events=len(names),
        entry=views[0] if views else "",
        exit=views[-1] if views else "",
        context=first.context,
        pages=frozenset(Counter(views).items()),
        names=frozenset(Counter(names).items()),
        pace=true_pace([c.event.at for c in copies if c.event.type == "pageview"]),
    )
