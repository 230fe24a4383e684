"""What the processor remembers of salts between batches, so that few are asked for."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from pixeltrack.enrichment.ports import Salts, SiteDay

MOST_SALTS = 10_000
_SALT_DAYS = timedelta(days=2)


class CachedSalts:
    """Salts that are asked for once a process, all of a batch at once.

    Of too many the longest unused is forgotten; one that is used is never too old, since a day
    is asked for only while what was received on it is on its way.
    """

    def __init__(self, salts: Salts) -> None:
        self._salts = salts
        self._kept: OrderedDict[SiteDay, bytes] = OrderedDict()

    def salts(self, asked: Collection[SiteDay]) -> Mapping[SiteDay, bytes]:
        """Return the salts of sites and days."""
        missing = [key for key in asked if key not in self._kept]
        read = self._salts.salts(missing) if missing else {}
        found = {key: read[key] if key in read else self._kept[key] for key in asked}
        for key, salt in found.items():
            self._kept[key] = salt
            self._kept.move_to_end(key)
        self._forget(max((day for _, day in asked), default=date.min))
        return found

    def _forget(self, today: date) -> None:
        if today > date.min + _SALT_DAYS:
            for key in [key for key in self._kept if key[1] < today - _SALT_DAYS]:
                del self._kept[key]
        while len(self._kept) > MOST_SALTS:
            self._kept.popitem(last=False)
