"""Which parts of a range a report reads from rollups, and which from facts.

Facts are counted as long as closed days have few enough visits, else rollups serve closed days, and
closed months that lie wholly within one point of the series. Sealed days have rollups only.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pixeltrack.reports.periods import Interval, Range

UNUSED = -1
"""The slot of a stretch whose facts are not read."""


@dataclass(frozen=True, slots=True)
class Span:
    """A day or month that has hits, between instants; `is_rolled` where it has rollups.

    `visits` began in it, as its rollups say; 0 without any.
    """

    id: int
    is_month: bool
    start: int
    end: int
    is_rolled: bool
    is_sealed: bool
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """What to read; a slot is the index of a point of the series.

    Facts between `edges[n]` and `edges[n + 1]` count for `slots[n]`, the rollups of `spans[n]`
    for `span_slots[n]`.
    """

    edges: tuple[int, ...]
    slots: tuple[int, ...]
    spans: tuple[int, ...] = ()
    span_slots: tuple[int, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Tell whether all of it comes from facts."""
        return not self.spans


def sealed_until(asked: Range, spans: Iterable[Span]) -> int | None:
    """Return the end of the last sealed day in a range: facts exist from then on."""
    ends = [s.end for s in spans if s.is_sealed and not s.is_month and _overlaps(s, asked)]
    return max(ends, default=None)


def closed_visits(asked: Range, spans: Iterable[Span]) -> int:
    """Return how many visits the closed days of a range have, of those whose facts exist.

    It depends on nothing but these days, so that all reports on them are read alike.
    """
    return sum(s.visits for s in spans if not (s.is_month or s.is_sealed) and _overlaps(s, asked))


def from_facts(asked: Range, spans: Iterable[Span]) -> Coverage:
    """Cover a range with facts alone."""
    there = [s for s in spans if not s.is_month and not s.is_sealed and _overlaps(s, asked)]
    return Coverage(*_stretches(asked, there))


def from_rollups(asked: Range, spans: Sequence[Span], *, is_aligned: bool = True) -> Coverage:
    """Cover a range with rollups as far as they go, and with facts.

    A sealed day counts as a whole at its start: its instants may be those of another zone than
    the range has, and its facts no longer exist. Only sealed days are read from rollups where the
    range's days are not those of the rollups (`is_aligned`).
    """
    if not is_aligned:
        spans = [s if s.is_sealed else replace(s, is_rolled=False) for s in spans if not s.is_month]
    used = [s for s in spans if s.is_month and _is_used(s, asked) and _is_point(s, asked)]
    months = list(used)
    rest: list[Span] = []
    for day in spans:
        if day.is_month or not _overlaps(day, asked) or any(_holds(m, day) for m in months):
            continue
        if _is_used(day, asked):
            used.append(day)
        elif not day.is_sealed:
            rest.append(day)
    slots = tuple(_slot(s.start, asked) for s in used)
    return Coverage(*_stretches(asked, rest), tuple(s.id for s in used), slots)


def from_sealed(asked: Range, spans: Sequence[Span], *, is_aligned: bool = True) -> Coverage:
    """Cover a range with rollups of sealed days, and of their months, and with facts elsewhere."""
    open_at = min((s.start for s in spans if not (s.is_month or s.is_sealed)), default=asked.end)
    spans = [
        s if s.is_sealed or (s.is_month and s.end <= open_at) else replace(s, is_rolled=False)
        for s in spans
    ]
    return from_rollups(asked, spans, is_aligned=is_aligned)


def _is_used(span: Span, asked: Range) -> bool:
    if not span.is_rolled:
        return False
    if span.is_sealed and not span.is_month:
        return asked.start <= span.start < asked.end
    is_inside = asked.start <= span.start and span.end <= asked.end
    return is_inside and asked.interval is not Interval.HOUR


def _is_point(span: Span, asked: Range) -> bool:
    """Tell whether one point of the series contains the whole span."""
    return _slot(span.start, asked) == _slot(span.end - 1, asked)


def _holds(month: Span, day: Span) -> bool:
    return month.start <= day.start < month.end


def _overlaps(span: Span, asked: Range) -> bool:
    return span.start < asked.end and span.end > asked.start


def _slot(at: int, asked: Range) -> int:
    return bisect_right(asked.edges, at) - 1


def _stretches(asked: Range, there: Sequence[Span]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cut the range at every edge of its points and of the days to read; return edges and slots."""
    if not there:
        return (asked.start, asked.start), (UNUSED,)
    days = [(max(s.start, asked.start), min(s.end, asked.end)) for s in there]
    first, last = min(start for start, _ in days), max(end for _, end in days)
    inner = {at for at in asked.edges if first < at < last}
    cuts = sorted(inner.union(*days))
    read = sorted(days)
    edges: list[int] = []
    slots: list[int] = []
    n = 0
    for cut in cuts[:-1]:
        while read[n][1] <= cut and n + 1 < len(read):
            n += 1
        slot = _slot(cut, asked) if read[n][0] <= cut < read[n][1] else UNUSED
        if not slots or slot != slots[-1]:
            edges.append(cut)
            slots.append(slot)
    return (*edges, last), tuple(slots)
