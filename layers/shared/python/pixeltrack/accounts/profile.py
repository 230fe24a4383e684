"""What the owner of an account can see and change of it."""

from dataclasses import dataclass, replace
from typing import TypedDict

from pixeltrack.accounts import mails
from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.passwords import check_password
from pixeltrack.accounts.ports import Accounts, Credentials, PasswordHasher
from pixeltrack.accounts.sessions import OpenedSession, Sessions
from pixeltrack.platform.errors import Unauthenticated
from pixeltrack.platform.identifiers import AccountId


class ProfileChanges(TypedDict, total=False):
    """What to change; absent members stay. `password` needs `current_password`.

    With `revoke_keys` a new password revokes the account's API keys, too.
    """

    name: str | None
    language: Language
    password: str
    current_password: str
    revoke_keys: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as its owner uses it."""

    context: AccountContext
    accounts: Accounts
    hasher: PasswordHasher
    sessions: Sessions

    def show(self, account: AccountId) -> Account:
        """Return the account. Raise `Unauthenticated` where it was deleted."""
        return self._credentials(account).account

    def change(
        self, account: AccountId, changes: ProfileChanges, client: str
    ) -> tuple[Account, OpenedSession | None]:
        """Change what is given; a new password ends all log-ins and opens one for the owner."""
        known = self._credentials(account)
        opened = None
        if "password" in changes:
            current = changes.get("current_password")
            self.sessions.prove(known, current, client, field="currentPassword")
            check_password(changes["password"], known.account.email)
            self.accounts.set_password(
                account,
                self.hasher.hash(changes["password"]),
                revoke_keys=changes.get("revoke_keys", False),
            )
            opened = self.sessions.open(known.account)
            self.context.post(mails.password_changed(known.account, self.context.origin))
        changed = replace(
            known.account,
            name=changes.get("name", known.account.name),
            language=changes.get("language", known.account.language),
        )
        if changed != known.account:
            self.accounts.describe(account, name=changed.name, language=changed.language)
        return changed, opened

    def delete(self, account: AccountId, password: str, client: str) -> None:
        """Delete the account with the sites it owns, if the password is correct."""
        self.sessions.prove(self._credentials(account), password, client, field="password")
        self.accounts.delete(account)

    def _credentials(self, account: AccountId) -> Credentials:
        known = self.accounts.find(account)
        if known is None:
            raise Unauthenticated("invalid_token")
        return known
