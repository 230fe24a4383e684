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
      └── StoreUnavailable
           └── StatementTooSlow   it did answer: a statement ran into its time limit
"""

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

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many attempts; try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class Busy(PixelTrackError):
    """Another process is doing this now; try again after it."""


class Unavailable(PixelTrackError):
    """A store or broker is away; nothing was lost, and the call may be repeated."""


class BrokerUnavailable(Unavailable):
    """Kafka or RabbitMQ did not acknowledge in time."""


class StoreUnavailable(Unavailable):
    """MongoDB or PostgreSQL did not answer in time."""


class StatementTooSlow(StoreUnavailable):
    """PostgreSQL stopped a statement at its time limit; a smaller one may be fast enough."""
