from collections.abc import Sequence

from pixeltrack.events.stored import Rejection
from pixeltrack.platform.errors import StoreUnavailable


class FakeRejectionStore:
    """Keeps rejections by id; `is_away` makes the store refuse."""

    def __init__(self) -> None:
        self.kept: dict[str, Rejection] = {}
        self.is_away = False

    def add(self, rejections: Sequence[Rejection]) -> None:
        if self.is_away:
            raise StoreUnavailable("away")
        for rejection in rejections:
            self.kept.setdefault(rejection.id, rejection)
