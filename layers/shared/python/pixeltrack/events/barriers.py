"""What keeps an event out of everything: that it was erased, or that its day is sealed.

A visitor's tombstone takes what happened, or was received, up to its instant. A site's takes all
of the site, whatever the instant: the id of a deleted site never comes back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


def is_erased(at: int, received_at: int, erased_at: int) -> bool:
    """Tell whether a visitor's event goes with an erasure; instants are epoch ms."""
    return min(at, received_at) <= erased_at


@dataclass(frozen=True, slots=True)
class Barriers:
    """Tombstones by the key of visitor or site, and each site's sealed days, start and end.

    Sites of sealed days go by their number in the facts. Instants are epoch milliseconds.
    """

    tombstones: Mapping[bytes, int]
    sealed: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)

    def erases(self, site_key: bytes, visitor_key: bytes, at: int, received_at: int) -> bool:
        """Tell whether an event is one of an erased site, or of a visitor erased later."""
        if not self.tombstones:
            return False
        if site_key in self.tombstones:
            return True
        erased_at = self.tombstones.get(visitor_key)
        return erased_at is not None and is_erased(at, received_at, erased_at)

    def is_sealed(self, site_number: int, at: int) -> bool:
        """Tell whether an instant lies on a sealed day."""
        return any(start <= at < end for start, end in self.sealed.get(site_number, ()))


NO_BARRIERS = Barriers({})
