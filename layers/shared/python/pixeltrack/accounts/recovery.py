"""What links in mails are for: confirming an address, and replacing a forgotten password."""

from dataclasses import dataclass

from pixeltrack.accounts import mails, throttles
from pixeltrack.accounts.accounts import Account
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.ports import Accounts, OneTimeTokens, PasswordHasher
from pixeltrack.accounts.tokens import Purpose, token_hash
from pixeltrack.platform.errors import FieldError, Refused

_SPENT = Refused(400, FieldError("token", "is not valid, or was used, or has expired"))


@dataclass(frozen=True, slots=True)
class Recovery:
    """Sends one-time tokens and redeems them."""

    context: AccountContext
    accounts: Accounts
    one_time_tokens: OneTimeTokens
    hasher: PasswordHasher

    def forgot(self, email: str, client: str) -> None:
        """Send a link to choose a new password; never reveal whether the account exists."""
        self.context.count(throttles.FORGOTTEN_FROM_ADDRESS, client)
        self.context.count(throttles.FORGOTTEN_OF_ACCOUNT, email.lower())
        known = self.accounts.find_by_email(email)
        if known is None:
            return
        token, now = self.context.new_token(), self.context.now()
        purpose = Purpose.RESET
        until = now + purpose.lifetime
        self.one_time_tokens.add(token_hash(token), purpose, known.account.id, until=until, now=now)
        # To the stored address: one that the database merely treats as equal gets nothing.
        account = known.account
        mail = mails.password_reset(account.email, account.language, self.context.origin, token)
        self.context.post(mail)

    def reset(self, token: str, password: str, client: str) -> None:
        """Set the password and end log-ins. Raise `Refused` for a token that is not valid."""
        self.context.count(throttles.LINKS_FROM_ADDRESS, client)
        now = self.context.now()
        hashed = self.hasher.hash(password)
        account = self.one_time_tokens.reset(token_hash(token), hashed, now=now)
        if account is None:
            raise _SPENT
        self.context.forgive(throttles.PASSWORDS_OF_ACCOUNT, account.email.lower())

    def confirm(self, token: str, client: str) -> Account:
        """Confirm an address. Raise `Refused` for a token that is not valid."""
        self.context.count(throttles.LINKS_FROM_ADDRESS, client)
        account = self.one_time_tokens.confirm(token_hash(token), now=self.context.now())
        if account is None:
            raise _SPENT
        return account
