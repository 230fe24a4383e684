"""Accounts in PostgreSQL, with the one-time tokens and invitations that lead to them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pixeltrack.account_ports import Credentials, NewAccount
from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.accounts import Account, Language
from pixeltrack.domain.hits import site_key
from pixeltrack.domain.identifiers import AccountId
from pixeltrack.domain.tokens import Purpose

_TRIES = 3
"""An account may come to own another site while it is deleted, but hardly twice."""


class PostgresAccounts:
    """Accounts, one a mail address by a unique index on its lower case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewAccount, *, invitation: bytes | None = None) -> Account | None:
        """Make an account; a conflict is an answer, not an error that names the address."""
        rows = self._database.rows(
            "add_account",
            id=new.id,
            email=new.email,
            name=new.name,
            language=new.language,
            password_hash=new.password_hash,
            confirmed_at=new.confirmed_at,
            invitation=invitation,
        )
        return _account(rows)

    def find(self, account: AccountId) -> Credentials | None:
        """Answer the account with this id."""
        return _credentials(self._database.rows("find_account", account=account))

    def find_by_email(self, email: str) -> Credentials | None:
        """Answer the account with this address, whatever its case."""
        return _credentials(self._database.rows("find_account_by_email", email=email))

    def describe(self, account: AccountId, *, name: str | None, language: Language) -> None:
        """Give an account another name and language."""
        self._database.rows("describe_account", account=account, name=name, language=language)

    def set_password(self, account: AccountId, password_hash: str) -> None:
        """Give an account another password; its log-ins and reset tokens end with the old one."""
        self._database.rows("set_password", account=account, password_hash=password_hash)

    def rehash(self, account: AccountId, old_hash: str, new_hash: str) -> None:
        """Store the same password with another hash, unless it was changed meanwhile."""
        hashes = {"old_hash": old_hash, "new_hash": new_hash}
        self._database.rows("rehash_password", account=account, **hashes)

    def delete(self, account: AccountId) -> None:
        """Delete an account and the sites it owns, which jobs then erase."""
        for _ in range(_TRIES):
            owned = [row["id"] for row in self._database.rows("owned_sites", account=account)]
            keys = [UUID(bytes=site_key(site)) for site in owned]
            if self._database.rows("delete_account", account=account, sites=owned, keys=keys):
                return


class PostgresOneTimeTokens:
    """One-time tokens; using one and what it is for are one statement."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, token: bytes, purpose: Purpose, account: AccountId, *, until: datetime, now: datetime
    ) -> None:
        """Store a token; whatever has expired goes."""
        values = {"hash": token, "purpose": purpose, "until": until, "now": now}
        self._database.rows("add_one_time_token", account=account, **values)

    def confirm(self, token: bytes, *, now: datetime) -> Account | None:
        """Use a token up and confirm its account's address; None where it is not valid."""
        return _account(self._database.rows("confirm_account", hash=token, now=now))

    def reset(self, token: bytes, password_hash: str, *, now: datetime) -> Account | None:
        """Use a token up and set its account's password; None where it is not valid."""
        values = {"password_hash": password_hash, "now": now}
        return _account(self._database.rows("reset_password", hash=token, **values))


class PostgresInvitations:
    """Invitations, of which only hashes of the tokens are stored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, token: bytes, email: str, by: AccountId, *, until: datetime, now: datetime
    ) -> None:
        """Store an invitation; whatever has expired goes."""
        values = {"email": email, "by": by, "until": until, "now": now}
        self._database.rows("add_invitation", hash=token, **values)

    def email_of(self, token: bytes, *, now: datetime) -> str | None:
        """Answer whom a valid invitation is for."""
        rows = self._database.rows("find_invitation", hash=token, now=now)
        return rows[0]["email"] if rows else None


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
