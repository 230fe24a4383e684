"""How many samples of dropped events are kept: enough to look into, however many are sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pixeltrack.events.drops import Reason
from pixeltrack.events.stored import Rejection

MOST_AN_HOUR = 100
"""Samples that one process keeps an hour for a reason and site."""

_HOUR_MS = 3_600_000
_UNBOUND = frozenset({Reason.MALFORMED, Reason.UNKNOWN_SITE})
"""Reasons for which an event's tracking id is its sender's to choose: all of them are one site."""


class Samples:
    """Counts the samples of the current hour by reason and site."""

    def __init__(self) -> None:
        self._hour = 0
        self._kept: Counter[tuple[Reason, str]] = Counter()

    def capped(self, rejections: Sequence[Rejection], now: int) -> list[Rejection]:
        """Return rejections, without sample where there are enough; `now` is in epoch ms."""
        if now // _HOUR_MS != self._hour:
            self._hour, self._kept = now // _HOUR_MS, Counter()
        return [self._capped(rejection) for rejection in rejections]

    def _capped(self, rejection: Rejection) -> Rejection:
        if not rejection.sample:
            return rejection
        is_unbound = rejection.reason in _UNBOUND
        key = (rejection.reason, "" if is_unbound else rejection.tracking_id)
        self._kept[key] += 1
        return rejection if self._kept[key] <= MOST_AN_HOUR else replace(rejection, sample="")
