"""This machine's clock, held against a server's: what is stored is dated by the server's time.

A clock that is more than a minute off is refused, by name and by how much. It imports the standard
library alone, as the collector must.
"""

import time
from collections.abc import Callable

from pixeltrack.platform.errors import ClockDiffers
from pixeltrack.platform.instants import wall_ms

MOST_MS = 60_000
"""How far a clock may be off."""

ASK_AGAIN_MS = 30_000
"""How long a server's answer is relied on."""

JUMP_MS = 1_000
"""How far this machine's clock may move by itself before the server is asked at once."""


def ahead_ms(before: int, there: int, after: int) -> int:
    """Return how far a clock is ahead of another, or behind as a negative number, in milliseconds.

    It read `before` and `after`, and the other one read `there` in between: so much is certain,
    however long the process was held up between the two.
    """
    return max(before - there, 0) or min(after - there, 0)


def is_off(ahead: int) -> bool:
    """Tell whether a clock that is so far ahead or behind is refused."""
    return abs(ahead) > MOST_MS


class ServerClock:
    """The time of a server, in epoch milliseconds: what it last said, and the time since then.

    The result is never later than the server's own time, for an answer counts from its arrival.
    `ask` returns what the server's clock shows, in epoch milliseconds; it is called at first, each
    30 seconds, and when this machine's clock (`wall_ms`) jumps. `elapsed_ms` never jumps.
    """

    def __init__(
        self,
        server: str,
        ask: Callable[[], int],
        *,
        wall_ms: Callable[[], int] = wall_ms,
        elapsed_ms: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._server = server
        self._ask = ask
        self._wall_ms = wall_ms
        self._elapsed_ms = elapsed_ms
        self._asked_at: int | None = None
        self._there = 0
        self._wall = 0

    def __call__(self) -> int:
        """Return the server's time; raise `ClockDiffers`, or what `ask` raises."""
        elapsed = self._elapsed_ms()
        if self._asked_at is None or self._is_stale(elapsed - self._asked_at):
            return self._asked()
        return self._there + elapsed - self._asked_at

    def _is_stale(self, since: int) -> bool:
        return since >= ASK_AGAIN_MS or abs(self._wall_ms() - self._wall - since) > JUMP_MS

    def _asked(self) -> int:
        self._asked_at = None
        before = self._wall_ms()
        there = self._ask()
        self._wall = self._wall_ms()
        ahead = ahead_ms(before, there, self._wall)
        if is_off(ahead):
            raise ClockDiffers(self._server, ahead)
        self._there, self._asked_at = there, self._elapsed_ms()
        return there
