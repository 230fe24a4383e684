"""What the owner of an account sees and changes of it."""

from dataclasses import dataclass, replace

from functions.auth.doors import Doors, Opened
from functions.auth.models import ChangedUser
from pixeltrack.accounts.accounts import Account
from pixeltrack.accounts.ports import Accounts, Credentials, PasswordHasher
from pixeltrack.platform.errors import FieldError, Refused, Unauthenticated
from pixeltrack.platform.identifiers import AccountId


@dataclass(frozen=True, slots=True)
class Profile:
    """An account in its owner's hands; a token outlives its account by minutes at the most."""

    accounts: Accounts
    hasher: PasswordHasher
    doors: Doors

    def show(self, account: AccountId) -> Account:
        """Return the account; raises `Unauthenticated` where it was deleted."""
        return self._credentials(account).account

    def change(self, account: AccountId, changes: ChangedUser) -> tuple[Account, Opened | None]:
        """Change what is given; a new password ends all log-ins and opens one for its owner."""
        known = self._credentials(account)
        given = changes.model_fields_set
        opened = None
        if "password" in given:
            self._check(known, changes.current_password, "currentPassword")
            self.accounts.set_password(account, self.hasher.hash(changes.password))
            opened = self.doors.open(known.account)
        changed = replace(
            known.account, **{f: getattr(changes, f) for f in ("name", "language") if f in given}
        )
        if changed != known.account:
            self.accounts.describe(account, name=changed.name, language=changed.language)
        return changed, opened

    def delete(self, account: AccountId, password: str) -> None:
        """Delete the account with the sites it owns, once its owner has shown the password."""
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
        if not self.doors.is_password(known, password):
            raise Refused(400, FieldError(field, "is not the account's password"))
