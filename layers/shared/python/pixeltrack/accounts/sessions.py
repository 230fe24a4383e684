"""Log-ins: opened by a password, renewed by refresh tokens, and ended."""

from dataclasses import dataclass, field

from pixeltrack.accounts import throttles, tokens
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.accounts import Account
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.ports import Accounts, Credentials, LogIns, PasswordHasher
from pixeltrack.accounts.tokens import successor, token_hash
from pixeltrack.platform.errors import LogInRefused
from pixeltrack.platform.identifiers import AccountId

_WRONG = "The mail address or the password is wrong."
_OVER = "The log-in has ended; log in again."


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A log-in as its owner receives it: both tokens in plain text."""

    account: Account
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Log-ins of accounts; a client is identified by its address."""

    context: AccountContext
    accounts: Accounts
    log_ins: LogIns
    hasher: PasswordHasher
    access: AccessTokens
    successor_secret: bytes = field(repr=False)

    def log_in(self, email: str, password: str, client: str) -> OpenedSession:
        """Open a log-in. Raise `LogInRefused`, with the same text and timing for every reason."""
        self.context.count(throttles.LOG_INS_FROM_ADDRESS, client)
        self.context.count(throttles.PASSWORDS_OF_ACCOUNT, email.lower())
        known = self.accounts.find_by_email(email)
        if not self._fits(known, password) or known is None:
            raise LogInRefused(_WRONG)
        self.context.forgive(throttles.PASSWORDS_OF_ACCOUNT, email.lower())
        return self.open(known.account)

    def is_password(self, credentials: Credentials, password: str) -> bool:
        """Tell whether a password is the account's; counts as an attempt."""
        subject = credentials.account.email.lower()
        self.context.count(throttles.PASSWORDS_OF_ACCOUNT, subject)
        fits = self._fits(credentials, password)
        if fits:
            self.context.forgive(throttles.PASSWORDS_OF_ACCOUNT, subject)
        return fits

    def open(self, account: Account) -> OpenedSession:
        """Open a log-in for an account that is already authenticated."""
        now = self.context.now()
        token = self.context.new_token()
        until = now + tokens.REFRESH_LIFETIME
        log_in = self.log_ins.open(account.id, token_hash(token), until=until, now=now)
        return OpenedSession(account, self.access.sign(account.id, log_in.family), token)

    def refresh(self, token: str | None, client: str) -> OpenedSession:
        """Exchange a refresh token. Raise `LogInRefused`; a replayed token also ends its family."""
        self.context.count(throttles.REFRESHES_FROM_ADDRESS, client)
        if not token:
            raise LogInRefused(_OVER)
        now = self.context.now()
        following = successor(self.successor_secret, token)
        until = now + tokens.REFRESH_LIFETIME
        log_in = self.log_ins.rotate(token_hash(token), token_hash(following), until=until, now=now)
        if log_in is None:
            raise LogInRefused(_OVER)
        if tokens.is_replay(log_in.rotated_at, now):
            self.log_ins.end(log_in.family)
            raise LogInRefused(_OVER)
        known = self.accounts.find(log_in.account)
        if known is None:
            raise LogInRefused(_OVER)
        return OpenedSession(
            known.account, self.access.sign(log_in.account, log_in.family), following
        )

    def log_out(self, token: str | None, *, everywhere: bool) -> None:
        """End the token's log-in, or all of its account; an unknown token ends none."""
        log_in = self.log_ins.find(token_hash(token), now=self.context.now()) if token else None
        if log_in is not None and everywhere:
            self.log_ins.end_all(log_in.account)
        elif log_in is not None:
            self.log_ins.end(log_in.family)

    def _fits(self, known: Credentials | None, password: str) -> bool:
        """Check a password, at the same cost without an account, and renew an outdated hash."""
        stored = None if known is None else known.password_hash
        fits = self.hasher.verify(stored, password)
        if fits and known is not None and stored is not None and self.hasher.is_outdated(stored):
            self.accounts.rehash(AccountId(known.account.id), stored, self.hasher.hash(password))
        return fits
