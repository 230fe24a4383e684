"""What a consumer caches of sites between batches, so that few look-ups are needed."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from pixeltrack.platform.identifiers import TrackingId, is_tracking_id
from pixeltrack.sites.ports import SiteDirectory
from pixeltrack.sites.sites import Site

UNKNOWN_S = 5.0
MOST_SITES = 10_000

V = TypeVar("V")


class CachedSites:
    """A site directory that looks up all unknown ids of a batch at once.

    A site is cached for `ttl_s`, the absence of an id for 5 s. Unknown ids are cached separately,
    so that a flood of them evicts no site. `now_s` is a monotonic clock.
    """

    def __init__(self, sites: SiteDirectory, *, ttl_s: float, now_s: Callable[[], float]) -> None:
        self._sites = sites
        self._ttl_s = ttl_s
        self._now_s = now_s
        self._known: _Expiring[Site] = _Expiring(MOST_SITES)
        self._unknown: _Expiring[None] = _Expiring(MOST_SITES)

    def find(self, tracking_ids: Collection[TrackingId]) -> Mapping[TrackingId, Site]:
        """Return the sites that exist; what cannot be a tracking id is not looked up."""
        now = self._now_s()
        found: dict[TrackingId, Site] = {}
        missing: list[TrackingId] = []
        for tracking_id in tracking_ids:
            if site := self._known.get(tracking_id, now):
                found[tracking_id] = site
            elif is_tracking_id(tracking_id) and not self._unknown.has(tracking_id, now):
                missing.append(tracking_id)
        if missing:
            found |= self._ask(missing, now)
        return found

    def _ask(self, missing: Collection[TrackingId], now: float) -> Mapping[TrackingId, Site]:
        read = self._sites.find(missing)
        for tracking_id in missing:
            if tracking_id in read:
                self._known.put(tracking_id, read[tracking_id], now + self._ttl_s)
            else:
                self._unknown.put(tracking_id, None, now + UNKNOWN_S)
        return read


class _Expiring(Generic[V]):
    """Values by tracking id, each until an instant; the least recently used is evicted first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[TrackingId, tuple[V, float]] = OrderedDict()

    def get(self, key: TrackingId, now: float) -> V | None:
        entry = self._values.get(key)
        if entry is None or entry[1] <= now:
            return None
        self._values.move_to_end(key)
        return entry[0]

    def has(self, key: TrackingId, now: float) -> bool:
        entry = self._values.get(key)
        return entry is not None and entry[1] > now

    def put(self, key: TrackingId, value: V, until: float) -> None:
        self._values[key] = (value, until)
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)
