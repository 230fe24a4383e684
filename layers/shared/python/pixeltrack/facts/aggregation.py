"""Walks the buckets in the order they were stored, and heals what came out of it.

A slice of `storedAt` is merged in one transaction, which moves the watermark to its end; so a crash
anywhere costs the slice that was at work. The next slice is read meanwhile, and read again where
another aggregator took it. The first one of a run looks back by `MARGIN_MS` for buckets that were
stored late, which a processor may do up to its time-out after it took their instant. The sweep
finds those that came later still: of suspended machines and wrong clocks.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from pixeltrack.events.ports import Buckets
from pixeltrack.events.stored import Bucket
from pixeltrack.facts.encoding import DictionaryEncoder
from pixeltrack.facts.merging import Merged, bucket_key, merge
from pixeltrack.facts.ports import Facts, FactsTransaction

MARGIN_MS = 180_000
"""The processor's time-out, and as much again and more for clocks that differ."""

SWEEP_EVERY_MS = 3_600_000
SWEEP_BACK_MS = 86_400_000
FIRST_SLICE_MS = 10_000
WIDEST_SLICE_MS = 3_600_000
FEW_EVENTS = 5_000
MANY_EVENTS = 20_000
_NAMES_A_TURN = 100

_T = TypeVar("_T")


@dataclass(slots=True)
class Aggregation:
    """Merges buckets; `now_ms` is the clock, `is_late` tells when to begin nothing new."""

    buckets: Buckets
    facts: Facts
    now_ms: Callable[[], int]
    encoder: DictionaryEncoder = field(default_factory=DictionaryEncoder)

    def catch_up(self, is_late: Callable[[], bool]) -> Merged:
        """Merge what was stored since the watermark, up to now or until it is late."""
        until = self.now_ms()
        width = FIRST_SLICE_MS
        done = Merged()
        watermark: int | None = None
        ahead: tuple[int, Future[_Slice]] | None = None
        with ThreadPoolExecutor(1) as reader:
            while watermark is None or (watermark < until and not is_late()):
                with self._transaction() as transaction:
                    start = self._start(transaction, until)
                    late = self._late(transaction, start) if watermark is None else []
                    if ahead is not None and ahead[0] == start:
                        piece = ahead[1].result()
                    else:
                        piece = self._slice(start, max(start, min(start + width, until)))
                    watermark, width = piece.until, piece.next_width(width)
                    if watermark < until:
                        end = min(watermark + width, until)
                        ahead = watermark, reader.submit(self._slice, watermark, end)
                    done.add(merge(transaction, self.encoder, late + piece.buckets))
                    transaction.advance(watermark)
        return done

    def sweep(self, is_late: Callable[[], bool]) -> Merged | None:
        """Hold every bucket since a day before the last sweep against those that are in.

        The first sweep begins a day before the oldest site was made.
        Returns None where it was late before all were in: the next sweep looks as far back.
        """
        began = self.now_ms()
        done = Merged()
        with self._transaction() as transaction:
            progress = transaction.progress()
            after = (
                progress.swept_at - SWEEP_BACK_MS
                if progress.swept_at
                else _origin(transaction, began)
            )
            missing = self._missing(transaction, after, None)
        # What lies between the watermark and now is not missing: it has yet to be merged.
        late = [name for name, at in missing if not progress.watermark < at <= began]
        for names in _pieces(late, _NAMES_A_TURN):
            if is_late():
                return None
            with self._transaction() as transaction:
                done.add(merge(transaction, self.encoder, self.buckets.named(names)))
        with self._transaction() as transaction:
            transaction.swept(began)
        return done

    def is_sweep_due(self) -> bool:
        """Tell whether the last sweep is an hour ago."""
        with self._transaction() as transaction:
            return self.now_ms() - transaction.progress().swept_at >= SWEEP_EVERY_MS

    @contextmanager
    def _transaction(self) -> Iterator[FactsTransaction]:
        """Open a transaction; ids learned in one that is undone are forgotten."""
        try:
            with self.facts.transaction() as transaction:
                yield transaction
        except BaseException:
            self.encoder.forget()
            raise

    def _start(self, transaction: FactsTransaction, until: int) -> int:
        return transaction.progress().watermark or _origin(transaction, until)

    def _slice(self, after: int, until: int) -> "_Slice":
        """Read a span, or its beginning where it holds too much: whole instants in any case."""
        taken = _Slice(until)
        for bucket in self.buckets.between(after, until):
            if taken.events >= MANY_EVENTS and bucket.stored_at != taken.buckets[-1].stored_at:
                taken.until = taken.buckets[-1].stored_at
                break
            taken.buckets.append(bucket)
            taken.events += len(bucket.events)
        return taken

    def _late(self, transaction: FactsTransaction, watermark: int) -> list[Bucket]:
        names = [name for name, _ in self._missing(transaction, watermark - MARGIN_MS, watermark)]
        return self.buckets.named(names)

    def _missing(
        self, transaction: FactsTransaction, after: int, until: int | None
    ) -> list[tuple[str, int]]:
        missing = []
        for names in self.buckets.names(after, until):
            waiting = transaction.unapplied({bucket_key(name) for name, _ in names})
            missing += [(name, at) for name, at in names if bucket_key(name) in waiting]
        return missing


@dataclass(slots=True)
class _Slice:
    """The buckets stored up to an instant, and how many events they hold."""

    until: int
    buckets: list[Bucket] = field(default_factory=list)
    events: int = 0

    def next_width(self, width: int) -> int:
        """Return how much time the slice after it shall span."""
        if self.events < FEW_EVENTS:
            return min(width * 2, WIDEST_SLICE_MS)
        return max(width // 2, 1) if self.events > MANY_EVENTS else width


def _origin(transaction: FactsTransaction, now: int) -> int:
    """Return an instant before any bucket was stored: a day before the first site was made."""
    made_at = transaction.first_site_at()
    return (now if made_at is None else min(made_at, now)) - SWEEP_BACK_MS


def _pieces(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
