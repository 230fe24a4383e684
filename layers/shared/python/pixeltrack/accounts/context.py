"""What the use cases of accounts share: clock, random tokens, throttles and mails."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pixeltrack.accounts.ports import Throttles
from pixeltrack.accounts.throttles import Limit, throttle_key
from pixeltrack.accounts.tokens import opaque_token
from pixeltrack.platform.errors import Throttled, Unavailable
from pixeltrack.platform.logs import logger
from pixeltrack.platform.mail import Mail, Mailer


def _now() -> datetime:
    return datetime.now(UTC)


def _token() -> str:
    return opaque_token(secrets.token_bytes(32))


@dataclass(frozen=True, slots=True)
class AccountContext:
    """Clock, tokens, throttles and mails; `origin` is the origin of links in mails."""

    throttles: Throttles
    mailer: Mailer
    origin: str
    throttle_secret: bytes = field(repr=False)
    now: Callable[[], datetime] = _now
    new_token: Callable[[], str] = _token

    def count(self, limit: Limit, *subject: str) -> None:
        """Count an attempt. Raise `Throttled` where the limit is exceeded."""
        now = self.now()
        key = throttle_key(self.throttle_secret, limit, *subject)
        attempts = self.throttles.hit(key, until=now + limit.window, now=now)
        limit.check(attempts.count, attempts.until, now)

    def allows(self, limit: Limit, *subject: str) -> bool:
        """Count an attempt and tell whether the limit allows it."""
        try:
            self.count(limit, *subject)
        except Throttled:
            return False
        return True

    def forgive(self, limit: Limit, *subject: str) -> None:
        """Reset the attempts of a subject."""
        self.throttles.clear(throttle_key(self.throttle_secret, limit, *subject))

    def post(self, mail: Mail, *, is_real: bool = True) -> None:
        """Send a mail; a failure undoes nothing, since people can request another.

        One that is not real costs the same and reaches nobody.
        """
        try:
            (self.mailer.send if is_real else self.mailer.rehearse)(mail)
        except Unavailable:
            logger("auth").warning("a mail could not be sent")
