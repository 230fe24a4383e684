"""Who calls, by the credentials of a request."""

from dataclasses import dataclass

from pixeltrack.domain.errors import Unavailable
from pixeltrack.domain.keys import is_api_key, key_hash
from pixeltrack.ports import ApiKeys

Verdict = dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judges `Authorization` headers; a verdict is flat text, as an authorizer's context is.

    `kind` is `key` (with `account` and space-separated `scopes`), `anonymous` without
    credentials, `invalid` with wrong ones, `unavailable` where the store cannot be asked.
    """

    keys: ApiKeys

    def judge(self, authorization: str | None) -> Verdict:
        """Answer the verdict on a header's value."""
        if not authorization:
            return {"kind": "anonymous"}
        scheme, _, credentials = authorization.partition(" ")
        credentials = credentials.strip()
        if scheme.lower() != "bearer" or not is_api_key(credentials):
            return {"kind": "invalid"}
        try:
            key = self.keys.find(key_hash(credentials))
        except Unavailable:
            return {"kind": "unavailable"}
        if key is None:
            return {"kind": "invalid"}
        return {"kind": "key", "account": key.account, "scopes": " ".join(sorted(key.scopes))}
