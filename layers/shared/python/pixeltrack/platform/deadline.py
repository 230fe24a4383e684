"""The deadline at which a request is aborted, early enough to respond to it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

RESERVE_MS = 500
"""Time reserved to clean up and respond."""


class DeadlineExceeded(KeyboardInterrupt):
    """Raised inside whatever is running when the time is up.

    No `except Exception` swallows it, and drivers treat it as they do Ctrl-C: psycopg cancels the
    statement on the server and rolls its transaction back.
    """


@contextmanager
def deadline(remaining_ms: float) -> Iterator[None]:
    """Raise `DeadlineExceeded` inside the block shortly before `remaining_ms` have passed.

    Works by a signal, hence only on the main thread, which is where Lambda calls handlers.
    """
    budget_s = (remaining_ms - RESERVE_MS) / 1000
    if budget_s <= 0:
        raise DeadlineExceeded
    previous = signal.signal(signal.SIGALRM, _interrupt)
    signal.setitimer(signal.ITIMER_REAL, budget_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise DeadlineExceeded
