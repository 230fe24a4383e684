"""How long buckets are kept: until nothing can ask for one of their events again."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pixeltrack.events.stored import ERASED, PING

DAY_MS = 86_400_000
BUCKETS_OUTLIVE_DAYS_MS = 4 * DAY_MS
"""How long after its day is sealed an event stays in its bucket: whatever is still in Kafka, or
on its way, comes again within that time and finds the bucket there."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that has hits; `sealed_at` is None while it is open. Instants are epoch ms."""

    start_at: int
    end_at: int
    sealed_at: int | None


class Retention:
    """Decides which buckets of a site are over at an instant `now` (epoch ms).

    `days` are all that have hits, the earliest first; `retention_ms` is 0 for an erased site.
    """

    def __init__(self, days: Sequence[Day], retention_ms: int, now: int) -> None:
        self._starts = [day.start_at for day in days]
        self._days = days
        self._retention_ms = retention_ms
        self._long_ago = now - BUCKETS_OUTLIVE_DAYS_MS

    @property
    def stored_until(self) -> int:
        """Return the latest `storedAt` that a bucket which is over can have."""
        return self._long_ago - max(self._retention_ms - BUCKETS_OUTLIVE_DAYS_MS, 0)

    def is_over(self, events: Iterable[tuple[str, int]]) -> bool:
        """Tell whether a bucket stored by `stored_until`, of events by type and `at`, can go."""
        return all(kind in (ERASED, PING) or self._is_past(at) for kind, at in events)

    def _is_past(self, at: int) -> bool:
        """Tell whether an instant's day is sealed; one without hits is past as if it were."""
        place = bisect_right(self._starts, at) - 1
        if place >= 0 and at < self._days[place].end_at:
            sealed_at = self._days[place].sealed_at
            return sealed_at is not None and sealed_at <= self._long_ago
        return at + self._retention_ms <= self._long_ago
