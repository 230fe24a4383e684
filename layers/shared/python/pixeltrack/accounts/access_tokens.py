"""Access tokens: JWTs (RFC 7519) signed with HS256 by named keys that can be rotated."""

import time
from collections.abc import Callable, Sequence

import jwt

from pixeltrack.accounts.ports import LogIn
from pixeltrack.accounts.tokens import ACCESS_LIFETIME
from pixeltrack.platform.identifiers import AccountId, is_uuid

ALGORITHM = "HS256"
ISSUER = "pixeltrack"
AUDIENCE = "pixeltrack-api"
_CLAIMS = ["iss", "aud", "sub", "iat", "exp", "sid"]


class AccessTokens:
    """Signs tokens with the first of its keys and accepts tokens signed with any of them."""

    def __init__(
        self, keys: Sequence[tuple[str, str]], *, now: Callable[[], float] = time.time
    ) -> None:
        self._keys = dict(keys)
        self._first = keys[0][0]
        self._now = now

    def sign(self, account: AccountId, family: str) -> str:
        """Return a token for an account that logged in as `family`."""
        issued = int(self._now())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": account,
            "sid": family,
            "iat": issued,
            "exp": issued + int(ACCESS_LIFETIME.total_seconds()),
        }
        headers = {"kid": self._first}
        return jwt.encode(claims, self._keys[self._first], ALGORITHM, headers=headers)

    def log_in(self, token: str) -> LogIn | None:
        """Return the log-in of a token, which may have ended since; None for a wrong token."""
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": _CLAIMS},
            )
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError):
            return None
        log_in, account = claims["sid"], claims["sub"]
        if not all(isinstance(text, str) and is_uuid(text) for text in (log_in, account)):
            return None
        return LogIn(log_in, AccountId(account))
