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

    `kind` is `user` (with `account`, and `*` for `scopes`) or `key` (with `account` and
    space-separated `scopes`), `anonymous` without credentials, `invalid` with wrong ones,
    `unavailable` where the store cannot be reached.
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
        if not is_api_key(credentials):
            user = self.tokens.account(credentials)
            return {"kind": "user", "account": user, "scopes": "*"} if user else _INVALID
        try:
            key = self.keys.find(key_hash(credentials))
        except Unavailable:
            return {"kind": "unavailable"}
        if key is None:
            return _INVALID
        return {"kind": "key", "account": key.account, "scopes": " ".join(sorted(key.scopes))}
