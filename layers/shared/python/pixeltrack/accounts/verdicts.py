"""Who is calling, by the credentials of a request."""

from dataclasses import dataclass

from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.keys import is_api_key, key_hash
from pixeltrack.accounts.ports import ApiKeys
from pixeltrack.platform.errors import Unavailable

Verdict = dict[str, str]

_INVALID: Verdict = {"kind": "invalid"}


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judges `Authorization` headers; a verdict is flat text, as an authorizer's context is.

    `kind` is `user` (with `account`, `*` for `scopes`, and `logIn`, which may have ended) or `key`
    (with `account` and space-separated `scopes`), `anonymous` without credentials, `invalid` with
    wrong ones, `unavailable` where the store cannot be reached.
    """

    keys: ApiKeys
    tokens: AccessTokens

    def judge(self, authorization: str | None) -> Verdict:
        """Return the verdict on a header's value."""
        if not authorization:
            return {"kind": "anonymous"}
        scheme, _, credentials = authorization.partition(" ")
        credentials = credentials.strip()
        if scheme.lower() != "bearer":
            return _INVALID
        return self._key(credentials) if is_api_key(credentials) else self._user(credentials)

    def _user(self, token: str) -> Verdict:
        user = self.tokens.log_in(token)
        if user is None:
            return _INVALID
        return {"kind": "user", "account": user.account, "scopes": "*", "logIn": user.family}

    def _key(self, credentials: str) -> Verdict:
        try:
            key = self.keys.find(key_hash(credentials))
        except Unavailable:
            return {"kind": "unavailable"}
        if key is None:
            return _INVALID
        return {"kind": "key", "account": key.account, "scopes": " ".join(sorted(key.scopes))}
