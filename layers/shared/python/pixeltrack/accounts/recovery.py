"""What links in mails are for: confirming an address, and replacing a forgotten password."""

from dataclasses import dataclass

from pixeltrack.accounts import mails, throttles
from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.emails import canonical_email
from pixeltrack.accounts.passwords import check_password
from pixeltrack.accounts.ports import Accounts, OneTimeTokens, PasswordHasher
from pixeltrack.accounts.sessions import Sessions
from pixeltrack.accounts.tokens import Purpose, is_replay, token_hash
from pixeltrack.platform.errors import FieldError, Refused

_SPENT = Refused(400, FieldError("token", "is not valid, or was used, or has expired"))
_UNPROVEN = Refused(
    400,
    FieldError(
        "password",
        "is needed where this browser is not logged in to the account: choose one, or repeat it",
    ),
)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Sends one-time tokens and redeems them."""

    context: AccountContext
    accounts: Accounts
    one_time_tokens: OneTimeTokens
    hasher: PasswordHasher
    sessions: Sessions

    def forgot(self, email: str, client: str, device: str | None = None) -> None:
        """Send a link to choose a new password; never reveal whether the account exists.

        Without an account the same is done, for nobody. `device` is the token of a browser that
        may have logged in before.
        """
        self.context.count(throttles.FORGOTTEN_FROM_ADDRESS, client)
        known = self.accounts.find_by_email(email)
        name = self.sessions.known_device(device, known)
        if name is None:
            address = canonical_email(email)
            self.context.count(throttles.FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS, address, client)
            self.context.count(throttles.FORGOTTEN_OF_ACCOUNT, address)
        else:
            self.context.count(throttles.FORGOTTEN_FROM_DEVICE, name)
        account = None if known is None else known.account
        token, now = self.context.new_token(), self.context.now()
        purpose = Purpose.RESET
        until = now + purpose.lifetime
        of = None if account is None else account.id
        self.one_time_tokens.add(token_hash(token), purpose, of, until=until, now=now)
        # To the address that is stored: the one that was typed may be spelled otherwise.
        to = email if account is None else account.email
        language = Language.ENGLISH if account is None else account.language
        mail = mails.password_reset(to, language, self.context.origin, token)
        self.context.post(mail, is_real=account is not None)

    def reset(self, token: str, password: str, client: str, *, revoke_keys: bool) -> None:
        """Set the password and end log-ins, and API keys if wanted.

        Raise `Refused` for a token that is not valid, before anything costly.
        """
        self.context.count(throttles.LINKS_FROM_ADDRESS, client)
        known = self._account_of(token, Purpose.RESET)
        check_password(password, known.email)
        account = self.one_time_tokens.reset(
            token_hash(token),
            self.hasher.hash(password),
            revoke_keys=revoke_keys,
            now=self.context.now(),
        )
        if account is None:
            raise _SPENT
        self.context.post(mails.password_changed(account, self.context.origin))
        self._forgive_passwords(account, client)
        address = canonical_email(account.email)
        self.context.forgive(throttles.FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS, address, client)
        self.context.forgive(throttles.FORGOTTEN_OF_ACCOUNT, address)

    def confirm(
        self, token: str, client: str, *, refresh_token: str | None, password: str | None
    ) -> Account:
        """Confirm an address; the first time, all that was made before ends.

        Only who is logged in to the account keeps password and log-in: a stranger may have
        registered the address. Everybody else gives a password, which becomes the account's.
        Raise `Refused` where it is missing, or for a token that is not valid.
        """
        self.context.count(throttles.LINKS_FROM_ADDRESS, client)
        known = self._account_of(token, Purpose.CONFIRM)
        log_in, now = self.sessions.held_by(refresh_token), self.context.now()
        is_own = log_in is not None and log_in.account == known.id
        is_fresh = log_in is not None and not is_replay(log_in.rotated_at, now)
        kept = log_in.family if log_in is not None and is_own and is_fresh else None
        hashed = None
        if known.confirmed_at is None and kept is None:
            if password is None:
                raise _UNPROVEN
            check_password(password, known.email)
            hashed = self.hasher.hash(password)
        account = self.one_time_tokens.confirm(
            token_hash(token), log_in=kept, password_hash=hashed, now=now
        )
        if account is None:
            raise _SPENT
        if hashed is not None:
            self._forgive_passwords(account, client)
        return account

    def _forgive_passwords(self, account: Account, client: str) -> None:
        """Let who has just chosen a password log in with it, whatever strangers tried."""
        address = canonical_email(account.email)
        self.context.forgive(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS, address, client)
        self.context.forgive(throttles.PASSWORDS_OF_ACCOUNT, address)

    def _account_of(self, token: str, purpose: Purpose) -> Account:
        found = self.one_time_tokens.find(token_hash(token), purpose, now=self.context.now())
        if found is None:
            raise _SPENT
        return found
