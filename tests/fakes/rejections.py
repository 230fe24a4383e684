from collections.abc import Callable, Sequence

from pixeltrack.events.rejections import Rejection
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.ports import Added


class FakeRejectionStore:
    """Keeps rejections by id; `is_away` makes the store refuse, `refuses` says which are bad."""

    def __init__(self) -> None:
        self.kept: dict[str, Rejection] = {}
        self.is_away = False
        self.refuses: Callable[[Rejection], bool] = lambda _: False

    def add(self, rejections: Sequence[Rejection]) -> Added:
        if self.is_away:
            raise StoreUnavailable("away")
        refused = {rejection.id for rejection in rejections if self.refuses(rejection)}
        for rejection in rejections:
            if rejection.id not in refused:
                self.kept.setdefault(rejection.id, rejection)
        return Added(refused=frozenset(refused))
