"""What the owner of an account can see and change of it."""

from dataclasses import dataclass, replace
from typing import TypedDict

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.ports import Accounts, Credentials, PasswordHasher
from pixeltrack.accounts.sessions import OpenedSession, Sessions
from pixeltrack.platform.errors import FieldError, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId


class ProfileChanges(TypedDict, total=False):
    """What to change; absent members stay. `password` needs `current_password`."""

    name: str | None
    language: Language
    password: str
    current_password: str


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as its owner uses it; a token outlives its account by a few minutes at most."""

    accounts: Accounts
    hasher: PasswordHasher
    sessions: Sessions

    def show(self, account: AccountId) -> Account:
        """Return the account. Raise `Unauthenticated` where it was deleted."""
        return self._credentials(account).account

    def change(
        self, account: AccountId, changes: ProfileChanges
    ) -> tuple[Account, OpenedSession | None]:
        """Change what is given; a new password ends all log-ins and opens one for the owner."""
        known = self._credentials(account)
        opened = None
        if "password" in changes:
            self._check(known, changes.get("current_password"), "currentPassword")
            self.accounts.set_password(account, self.hasher.hash(changes["password"]))
            opened = self.sessions.open(known.account)
        changed = replace(
            known.account,
            name=changes.get("name", known.account.name),
            language=changes.get("language", known.account.language),
        )
        if changed != known.account:
            self.accounts.describe(account, name=changed.name, language=changed.language)
        return changed, opened

    def delete(self, account: AccountId, password: str) -> None:
        """Delete the account with the sites it owns, if the password is correct."""
        self._check(self._credentials(account), password, "password")
        self.accounts.delete(account)

    def _credentials(self, account: AccountId) -> Credentials:
        known = self.accounts.find(account)
        if known is None:
            raise Unauthenticated("invalid_token")
        return known

    def _check(self, known: Credentials, password: str | None, field: str) -> None:
        if not password:
            raise Refused(400, FieldError(field, "is needed"))
        if not self.sessions.is_password(known, password):
            raise Refused(400, FieldError(field, "is not the account's password"))
