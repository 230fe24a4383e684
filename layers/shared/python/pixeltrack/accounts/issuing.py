"""What the owner of an account does with its API keys."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from pixeltrack.accounts import mails
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.keys import api_key, key_hash, key_prefix
from pixeltrack.accounts.ports import Accounts, ApiKeys, KeyEntry
from pixeltrack.accounts.sessions import Sessions
from pixeltrack.platform.errors import FieldError, NotFound, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId

MOST_KEYS = 50
"""Number of live keys that an account may have."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key: its entry, and the key itself, which is shown only once."""

    entry: KeyEntry
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Keys:
    """What an account may do with its live API keys."""

    context: AccountContext
    accounts: Accounts
    keys: ApiKeys
    sessions: Sessions

    def all(self, account: AccountId) -> Sequence[KeyEntry]:
        """Return the account's live keys, oldest first, with their prefixes."""
        return self.keys.of(account)

    def issue(
        self,
        account: AccountId,
        log_in: str,
        name: str,
        scopes: frozenset[str],
        *,
        password: str,
        client: str,
    ) -> IssuedKey:
        """Create a key, and tell the account's owner.

        Raise `Forbidden` for an account that is not confirmed, `Refused` where the password is
        wrong (400) or the account has as many keys as it may (409), `Unauthenticated` where the
        log-in has ended.
        """
        known = self.accounts.find(account)
        if known is None:
            raise Unauthenticated("invalid_token")
        known.account.require_confirmed()
        self.sessions.prove(known, password, client, field="currentPassword")
        if len(self.keys.of(account)) >= MOST_KEYS:
            raise Refused(409, FieldError("body", f"an account has at most {MOST_KEYS} live keys"))
        key = api_key(secrets.token_bytes(32))
        entry = self.keys.add(
            account,
            log_in,
            name=name,
            prefix=key_prefix(key),
            key_hash=key_hash(key),
            scopes=scopes,
        )
        if entry is None:  # the log-in ended meanwhile
            raise Unauthenticated("invalid_token")
        self.context.post(mails.key_made(known.account, self.context.origin, entry.prefix))
        return IssuedKey(entry, key)

    def revoke(self, account: AccountId, key: str) -> None:
        """Revoke a key. Raise `NotFound` for one that is not the account's, or not live."""
        if not self.keys.revoke(account, key):
            raise NotFound
