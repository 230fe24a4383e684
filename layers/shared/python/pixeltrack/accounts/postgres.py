"""The stores of accounts in PostgreSQL."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.emails import canonical_email, is_canonical
from pixeltrack.accounts.ports import ApiKey, Attempts, Credentials, KeyEntry, LogIn, NewAccount
from pixeltrack.accounts.tokens import Purpose
from pixeltrack.events.identity import site_key
from pixeltrack.platform.identifiers import AccountId, is_uuid
from pixeltrack.platform.postgres import Database

_TRIES = 3
"""An account may gain another site while it is being deleted, but hardly twice."""
_PAGE = 1_000
_LEAST_ID = str(UUID(int=0))


class PostgresAccounts:
    """Accounts, one for each mail address by a unique index on its canonical form."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewAccount, *, invitation: bytes | None = None) -> Account | None:
        """Create an account; return None on a conflict, whose error would name the address."""
        rows = self._database.rows(
            "accounts/add_account",
            id=new.id,
            email=new.email,
            canonical=canonical_email(new.email),
            name=new.name,
            language=new.language,
            password_hash=new.password_hash,
            confirmed_at=new.confirmed_at,
            invitation=invitation,
        )
        return _account(rows)

    def find(self, account: AccountId) -> Credentials | None:
        """Return the account with this id."""
        return _credentials(self._database.rows("accounts/find_account", account=account))

    def find_by_email(self, email: str) -> Credentials | None:
        """Return the account with this address, however it is spelled."""
        forms = {"email": email, "canonical": canonical_email(email)}
        return _credentials(self._database.rows("accounts/find_account_by_email", **forms))

    def describe(self, account: AccountId, *, name: str | None, language: Language) -> None:
        """Change an account's name and language."""
        self._database.rows(
            "accounts/describe_account", account=account, name=name, language=language
        )

    def set_password(self, account: AccountId, password_hash: str, *, revoke_keys: bool) -> None:
        """Change an account's password; its log-ins and reset tokens end, its keys if wanted."""
        values = {"password_hash": password_hash, "revoke_keys": revoke_keys}
        self._database.rows("accounts/set_password", account=account, **values)
        if revoke_keys:
            _revoke_late_keys(self._database, account)

    def rehash(self, account: AccountId, old_hash: str, new_hash: str) -> None:
        """Store the same password with another hash, unless it was changed meanwhile."""
        hashes = {"old_hash": old_hash, "new_hash": new_hash}
        self._database.rows("accounts/rehash_password", account=account, **hashes)

    def delete(self, account: AccountId) -> None:
        """Delete an account and the sites it owns, whose data jobs then erase."""
        for _ in range(_TRIES):
            owned = [
                row["id"] for row in self._database.rows("accounts/owned_sites", account=account)
            ]
            keys = [UUID(bytes=site_key(site)) for site in owned]
            if self._database.rows(
                "accounts/delete_account", account=account, sites=owned, keys=keys
            ):
                return


def give_canonical_emails(database: Database) -> list[AccountId]:
    """Give each account that lacks it the canonical form of its address; harmless twice.

    One that earlier rules made, and that today's would not, is made anew. Where two accounts are
    known by one address, a confirmed account comes before others, and an older one before a newer.
    Return the accounts left without: those whose address is another's, or is refused by now. They
    log in with the exact address.
    """
    _take_old_canonical_emails(database)
    left: list[AccountId] = []
    last: dict[str, Any] = {"is_unconfirmed": False, "created_at": "-infinity", "id": _LEAST_ID}
    while rows := database.rows("accounts/accounts_without_canonical_email", most=_PAGE, **last):
        given: dict[str, str] = {}
        for row in rows:
            email = canonical_email(row["email"])
            if is_canonical(email):
                given.setdefault(email, row["id"])
        values = {"ids": list(given.values()), "emails": list(given)}
        done = {row["id"] for row in database.rows("accounts/give_canonical_emails", **values)}
        left += [AccountId(row["id"]) for row in rows if row["id"] not in done]
        last = {name: rows[-1][name] for name in last}
    return left


def _take_old_canonical_emails(database: Database) -> None:
    """Take canonical forms away that would be others today, as those of some domains would."""
    after = _LEAST_ID
    while rows := database.rows("accounts/accounts_beyond_ascii", after=after, most=_PAGE):
        old = [row for row in rows if canonical_email(row["email"]) != row["canonical_email"]]
        if old:
            ids, emails = [row["id"] for row in old], [row["canonical_email"] for row in old]
            database.rows("accounts/take_canonical_emails", ids=ids, emails=emails)
        after = rows[-1]["id"]


class PostgresOneTimeTokens:
    """One-time tokens; a token is used up in the same statement as its effect."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        token: bytes,
        purpose: Purpose,
        account: AccountId | None,
        *,
        until: datetime,
        now: datetime,
    ) -> None:
        """Store a token; delete expired ones."""
        values = {"hash": token, "purpose": purpose, "until": until, "now": now}
        self._database.rows("accounts/add_one_time_token", account=account, **values)

    def find(self, token: bytes, purpose: Purpose, *, now: datetime) -> Account | None:
        """Return the account of a valid token, without using it."""
        values = {"hash": token, "purpose": purpose, "now": now}
        return _account(self._database.rows("accounts/find_one_time_token", **values))

    def confirm(
        self, token: bytes, *, log_in: str | None, password_hash: str | None, now: datetime
    ) -> Account | None:
        """Use a token up and confirm its account's address; None where it is not valid."""
        values = {"log_in": log_in, "password_hash": password_hash, "now": now}
        return _account(self._database.rows("accounts/confirm_account", hash=token, **values))

    def reset(
        self, token: bytes, password_hash: str, *, revoke_keys: bool, now: datetime
    ) -> Account | None:
        """Use a token up and set its account's password; None where it is not valid."""
        values = {"password_hash": password_hash, "revoke_keys": revoke_keys, "now": now}
        account = _account(self._database.rows("accounts/reset_password", hash=token, **values))
        if account is not None and revoke_keys:
            _revoke_late_keys(self._database, account.id)
        return account


class PostgresInvitations:
    """Invitations; only hashes of their tokens are stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, token: bytes, email: str, by: AccountId, *, until: datetime, now: datetime
    ) -> None:
        """Store an invitation; delete expired ones."""
        values = {"email": email, "by": by, "until": until, "now": now}
        self._database.rows("accounts/add_invitation", hash=token, **values)

    def email_of(self, token: bytes, *, now: datetime) -> str | None:
        """Return the address that a valid invitation is for."""
        rows = self._database.rows("accounts/find_invitation", hash=token, now=now)
        return rows[0]["email"] if rows else None


def _revoke_late_keys(database: Database, account: AccountId) -> None:
    """Revoke keys that were made while a statement revoked those that it saw."""
    database.rows("accounts/revoke_api_keys", account=account)


def _credentials(rows: list[dict[str, Any]]) -> Credentials | None:
    account = _account(rows)
    return None if account is None else Credentials(account, rows[0]["password_hash"])


def _account(rows: list[dict[str, Any]]) -> Account | None:
    if not rows:
        return None
    row = rows[0]
    return Account(
        id=AccountId(row["id"]),
        email=row["email"],
        name=row["name"],
        language=Language(row["language"]),
        created_at=row["created_at"],
        confirmed_at=row["confirmed_at"],
    )


class PostgresLogIns:
    """Families of refresh tokens; of two concurrent uses of a token, one is the first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, account: AccountId, token: bytes, *, until: datetime, now: datetime) -> LogIn:
        """Begin a family with its first token; delete expired ones."""
        family = str(uuid.uuid4())
        values = {"hash": token, "until": until, "now": now}
        self._database.rows("accounts/open_log_in", family=family, account=account, **values)
        return LogIn(family, account)

    def rotate(
        self, token: bytes, successor: bytes, *, until: datetime, now: datetime
    ) -> LogIn | None:
        """Use a token; on its first use, store its successor."""
        values = {"successor": successor, "until": until, "now": now}
        is_first = bool(self._database.rows("accounts/rotate_refresh_token", hash=token, **values))
        known = self.find(token, now=now)
        if known is None or not is_first:
            return known
        return LogIn(known.family, known.account)

    def find(self, token: bytes, *, now: datetime) -> LogIn | None:
        """Return the family of a token, used or not."""
        rows = self._database.rows("accounts/find_refresh_token", hash=token, now=now)
        if not rows:
            return None
        return LogIn(rows[0]["family"], AccountId(rows[0]["account"]), rows[0]["rotated_at"])

    def is_live(self, account: AccountId, family: str, *, now: datetime) -> bool:
        """Tell whether a family of this account exists and has not expired."""
        if not is_uuid(family):
            return False
        values = {"account": account, "family": family, "now": now}
        return bool(self._database.rows("accounts/find_log_in", **values))

    def end(self, family: str) -> None:
        """End a family: none of its tokens is valid any more."""
        self._database.rows("accounts/end_log_in", family=family)

    def end_all(self, account: AccountId) -> None:
        """End every family of an account."""
        self._database.rows("accounts/end_log_ins", account=account)


class PostgresThrottles:
    """Counts attempts; ended windows are deleted when another is opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hit(self, key: bytes, *, until: datetime, now: datetime) -> Attempts:
        """Count an attempt; outside a window, open one that ends at `until`."""
        row = self._database.rows("accounts/count_attempt", key=key, until=until, now=now)[0]
        if row["attempts"] == 1:
            self._database.rows("accounts/delete_old_throttles", now=now)
        return Attempts(row["attempts"], row["expires_at"])

    def clear(self, key: bytes) -> None:
        """Reset the attempts of a key."""
        self._database.rows("accounts/clear_attempts", key=key)


class PostgresApiKeys:
    """Stores hashes of keys; a revoked key's row stays, so that its hash is never taken again.

    The hash is looked up in an index: the time that takes reveals nothing about a key, since
    nobody can choose the bytes of a SHA-256.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key_hash: bytes) -> ApiKey | None:
        """Return the live key with this hash; None for a revoked or unknown one."""
        rows = self._database.rows("accounts/find_api_key", hash=key_hash)
        if not rows:
            return None
        row = rows[0]
        return ApiKey(id=row["id"], account=row["account"], scopes=frozenset(row["scopes"]))

    def of(self, account: AccountId) -> Sequence[KeyEntry]:
        """Return the account's live keys, oldest first."""
        return [
            _entry(row) for row in self._database.rows("accounts/keys_of_account", account=account)
        ]

    def add(
        self,
        account: AccountId,
        log_in: str,
        *,
        name: str,
        prefix: str,
        key_hash: bytes,
        scopes: frozenset[str],
    ) -> KeyEntry | None:
        """Store a new key; None where the account has no such log-in, or is not confirmed."""
        if not is_uuid(log_in):
            return None
        rows = self._database.rows(
            "accounts/add_api_key",
            account=account,
            log_in=log_in,
            name=name,
            prefix=prefix,
            hash=key_hash,
            scopes=sorted(scopes),
        )
        return _entry(rows[0]) if rows else None

    def revoke(self, account: AccountId, key: str) -> bool:
        """Revoke a key at once; False where the account has no such live key."""
        return is_uuid(key) and bool(
            self._database.rows("accounts/revoke_api_key", account=account, key=key)
        )


def _entry(row: DictRow) -> KeyEntry:
    return KeyEntry(
        id=row["id"],
        name=row["name"],
        prefix=row["prefix"],
        scopes=frozenset(row["scopes"]),
        created_at=row["created_at"],
    )
