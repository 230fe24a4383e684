"""The errors of Pixel-Track.

PixelTrackError
 ├── Refused             the input is wrong; says which field, which limit, what to do
 ├── Unauthenticated     it is not known who is calling
 │    └── LogInRefused   password or cookie is wrong
 ├── Forbidden           the caller is known, and may not do this
 ├── NotFound            no such thing, or not this account's: both look alike
 ├── Throttled           too often; says when to try again
 ├── Busy                another process is doing this now, and there must be only one
 └── Unavailable         a store or a broker is away; the same call may succeed later
      ├── BrokerUnavailable
      ├── ClockDiffers   this machine's clock is too far from a server's
      └── StoreUnavailable
           └── StatementTooSlow   it did answer: a statement ran into its time limit
"""

from collections.abc import Mapping
from dataclasses import dataclass


class PixelTrackError(Exception):
    """Any error that Pixel-Track raises on purpose."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One refused field: its path (`events[3].url`) and what is wrong with it."""

    field: str
    message: str


class Refused(PixelTrackError):
    """The input is not acceptable; `status` is the HTTP status that says so."""

    def __init__(self, status: int, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{e.field}: {e.message}" for e in errors))
        self.status = status
        self.errors = errors


class Unauthenticated(PixelTrackError):
    """The request carries no valid credentials."""


class LogInRefused(Unauthenticated):
    """Password or cookie is wrong; the text is for people."""


class Forbidden(PixelTrackError):
    """The caller is known, but its credentials do not allow this."""


class NotFound(PixelTrackError):
    """There is no such thing, or the caller may not see it."""


class Throttled(PixelTrackError):
    """The caller has tried too often, and may again after `retry_after_s` seconds."""

    def __init__(self, retry_after_s: int, advice: str = "") -> None:
        text = f"Too many attempts; try again in {retry_after_s} seconds. {advice}"
        super().__init__(text.rstrip())
        self.retry_after_s = retry_after_s


class Busy(PixelTrackError):
    """Another process is doing this now; try again after it."""


class Unavailable(PixelTrackError):
    """A store or broker is away; nothing was lost, and the call may be repeated."""


class BrokerUnavailable(Unavailable):
    """Kafka or RabbitMQ did not acknowledge in time.

    `errors` counts messages by the name of their error, empty where none was sent; `away_s` is
    for how long none has been taken.
    """

    def __init__(
        self, text: str, errors: Mapping[str, int] | None = None, away_s: float = 0.0
    ) -> None:
        super().__init__(text)
        self.errors = errors or {}
        self.away_s = away_s


class ClockDiffers(Unavailable):
    """This machine's clock is `ahead_s` seconds ahead of a server's; negative: behind."""

    def __init__(self, server: str, ahead_ms: int) -> None:
        self.server = server
        self.ahead_s = round(ahead_ms / 1000)
        where = "ahead of" if ahead_ms > 0 else "behind"
        super().__init__(f"this machine's clock is {abs(self.ahead_s)} s {where} that of {server}")


class StoreUnavailable(Unavailable):
    """MongoDB or PostgreSQL did not answer in time."""


class StatementTooSlow(StoreUnavailable):
    """PostgreSQL stopped a statement at its time limit; a smaller one may be fast enough."""
