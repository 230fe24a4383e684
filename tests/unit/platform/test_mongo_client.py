from collections.abc import Sequence

import pytest
from pymongo.errors import (
    AutoReconnect,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    _OperationCancelled,
)

from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.mongo import reread, translated


class Reads:
    """A read that fails with these errors, one a call, before it answers."""

    def __init__(self, *errors: Exception) -> None:
        self.errors: Sequence[Exception] = errors
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= len(self.errors):
            raise self.errors[self.calls - 1]
        return "read"


@pytest.mark.parametrize("kind", [AutoReconnect, NotPrimaryError, _OperationCancelled])
def test_a_read_is_asked_again_when_its_connection_breaks(kind: type[Exception]) -> None:
    once = Reads(kind("broken"))
    assert (reread(once), once.calls) == ("read", 2)


def test_a_read_is_asked_again_once() -> None:
    twice = Reads(AutoReconnect("broken"), AutoReconnect("broken"))
    with pytest.raises(StoreUnavailable), translated():
        reread(twice)
    assert twice.calls == 2


@pytest.mark.parametrize("kind", [ServerSelectionTimeoutError, NetworkTimeout, OperationFailure])
def test_a_read_that_took_its_time_or_is_wrong_is_not(kind: type[Exception]) -> None:
    failing = Reads(kind("late"))
    with pytest.raises(StoreUnavailable), translated():
        reread(failing)
    assert failing.calls == 1
