"""Merges stored buckets in the order in which they were stored, and sweeps up late ones.

A band of `storedAt` is merged in one transaction, which also moves the watermark to the band's
end; so a crash costs only the band in progress. The next band is read in the meantime. A walk
begins with buckets stored late, within `MARGIN_MS` before the watermark: a processor may store a
bucket up to its time-out after it took the instant. The sweep finds those that came later still,
from suspended machines. The lock is held only while a band is merged.

What a clock that ran ahead dated later than now is dated back first: nothing would find it else.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TypeVar

from pixeltrack.events.ports import Band, Buckets
from pixeltrack.facts.encoding import DictionaryEncoder
from pixeltrack.facts.merging import Merged, bucket_key, merge
from pixeltrack.facts.ports import Facts, FactsTransaction
from pixeltrack.platform.clock import MOST_MS

MARGIN_MS = 180_000
"""The processor's time-out, and more than as much again for clocks that differ."""

SWEEP_EVERY_MS = 3_600_000
SWEEP_BACK_MS = 86_400_000
MOST_EVENTS = 20_000
"""Number of events after which a transaction takes no more buckets."""

NAMES_A_QUERY = 10_000
BUCKETS_A_TRANSACTION = 100

_T = TypeVar("_T")


@dataclass(slots=True)
class Aggregation:
    """Merges buckets; `now_ms` is the clock, `is_late` tells when to begin no more work.

    Counts are added to `merged` as they are committed: they hold even if `Busy` or `Unavailable`
    is raised.
    """

    buckets: Buckets
    facts: Facts
    now_ms: Callable[[], int]
    encoder: DictionaryEncoder = field(default_factory=DictionaryEncoder)

    def catch_up(self, is_late: Callable[[], bool], merged: Merged | None = None) -> Merged:
        """Merge what was stored since the watermark, up to now or until it is late.

        Buckets that another aggregator merges in the meantime are skipped.
        """
        merged = Merged() if merged is None else merged
        until = self.now_ms()
        self._date_back(until)
        with ThreadPoolExecutor(1) as reader:
            walk = self._walk(until, reader)
            while True:
                band = walk.next()
                with self._transaction() as transaction:
                    count = merge(transaction, self.encoder, band.buckets)
                    transaction.advance(band.until)
                merged.add(count)
                if band.until >= until or is_late():
                    return merged

    def sweep(self, is_late: Callable[[], bool], merged: Merged | None = None) -> bool:
        """Merge every bucket stored since a day before the last sweep that is not merged yet.

        The first sweep begins a day before the oldest site was created. Return whether the sweep
        is complete: if time ran out first, the next sweep looks as far back.
        """
        merged = Merged() if merged is None else merged
        began = self.now_ms()
        progress = self.facts.progress()
        after = progress.swept_at - SWEEP_BACK_MS if progress.swept_at else self._origin(began)
        for missing in self._missing(after, None):
            if is_late():
                return False
            # What lies between the watermark and now is not missing: it has yet to be merged.
            late = [name for name, at in missing if not progress.watermark < at <= began]
            for names in _pieces(late, BUCKETS_A_TRANSACTION):
                if is_late():
                    return False
                buckets = self.buckets.named(names)
                with self._transaction() as transaction:
                    count = merge(transaction, self.encoder, buckets)
                merged.add(count)
        with self._transaction() as transaction:
            transaction.swept(began)
        return True

    def is_sweep_due(self) -> bool:
        """Tell whether the last sweep began an hour ago."""
        return self.now_ms() - self.facts.progress().swept_at >= SWEEP_EVERY_MS

    def _date_back(self, now: int) -> None:
        """Give buckets, watermark and sweep that are dated later than now an instant that is not.

        A hit names the instant of its bucket, so buckets that are in are merged again. Dying
        between the two steps is as if the bucket had not been merged yet.
        """
        progress = self.facts.progress()
        if max(progress.watermark, progress.swept_at) > now + MOST_MS:
            with self._transaction() as transaction:
                transaction.turn_back(now)
        for found in self.buckets.names(now + MOST_MS, None):
            for names in _pieces([name for name, _ in found], BUCKETS_A_TRANSACTION):
                with self._transaction() as transaction:
                    transaction.unapply([bucket_key(name) for name in names])
                self.buckets.date_back(names, now)

    @contextmanager
    def _transaction(self) -> Iterator[FactsTransaction]:
        """Open a transaction; ids learned in one that is rolled back are forgotten."""
        try:
            with self.facts.transaction() as transaction:
                yield transaction
        except BaseException:
            self.encoder.forget()
            raise

    def _walk(self, until: int, reader: ThreadPoolExecutor) -> "_Walk":
        """Begin at the watermark, with the buckets stored late before it."""
        after = self.facts.progress().watermark or self._origin(until)
        missing = chain.from_iterable(self._missing(after - MARGIN_MS, after))
        late = self.buckets.named([name for name, _ in missing])
        bands = self.buckets.walk(after, until, most_events=MOST_EVENTS)
        return _Walk(Band(after, after, late), bands, reader)

    def _missing(self, after: int, until: int | None) -> Iterator[list[tuple[str, int]]]:
        """Yield name and `storedAt` of a span's buckets that are not merged yet, in chunks."""
        names = chain.from_iterable(self.buckets.names(after, until))
        while some := {bucket_key(name): (name, at) for name, at in islice(names, NAMES_A_QUERY)}:
            waiting = self.facts.unapplied(some.keys())
            yield [name for key, name in some.items() if key in waiting]

    def _origin(self, now: int) -> int:
        """Return an instant before any bucket was stored: a day before the first site was made."""
        made_at = self.facts.first_site_at()
        return (now if made_at is None else min(made_at, now)) - SWEEP_BACK_MS


@dataclass(slots=True)
class _Walk:
    """Bands to merge; `reader` reads the next one while the current one is being merged.

    `late` has no width and is merged with the first band.
    """

    late: Band
    bands: Iterator[Band]
    reader: ThreadPoolExecutor
    ahead: Future[Band | None] | None = None

    def next(self) -> Band:
        """Return the next band and begin to read the one after it."""
        band = (self.ahead or self._read()).result()
        self.ahead = self._read()
        if band is None:
            return self.late
        late, self.late = self.late.buckets, Band(band.until, band.until, [])
        return Band(band.after, band.until, late + band.buckets)

    def _read(self) -> Future[Band | None]:
        return self.reader.submit(next, self.bands, None)


def _pieces(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
