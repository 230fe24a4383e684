"""Log-ins: opened by a password, renewed by refresh tokens, and ended."""

from dataclasses import dataclass, field

from pixeltrack.accounts import throttles, tokens
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.accounts import Account
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.devices import device_name, device_token
from pixeltrack.accounts.emails import canonical_email
from pixeltrack.accounts.ports import Accounts, Credentials, LogIn, LogIns, PasswordHasher
from pixeltrack.accounts.throttles import Limit
from pixeltrack.accounts.tokens import successor, token_hash
from pixeltrack.platform.errors import FieldError, LogInRefused, Refused
from pixeltrack.platform.identifiers import AccountId

_Attempts = tuple[tuple[Limit, *tuple[str, ...]], ...]
_WRONG = "The mail address or the password is wrong."
_OVER = "The log-in has ended; log in again."


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A log-in as its owner receives it: its tokens in plain text, and that of the browser."""

    account: Account
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    device_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Log-ins of accounts; a client is identified by its address."""

    context: AccountContext
    accounts: Accounts
    log_ins: LogIns
    hasher: PasswordHasher
    access: AccessTokens
    successor_secret: bytes = field(repr=False)
    device_secret: bytes = field(repr=False)

    def log_in(
        self, email: str, password: str, client: str, device: str | None = None
    ) -> OpenedSession:
        """Open a log-in. Raise `LogInRefused`, with the same text and timing for every reason.

        `device` is the token of a browser that may have logged in before.
        """
        self.context.count(throttles.LOG_INS_FROM_ADDRESS, client)
        known = self.accounts.find_by_email(email)
        name = self.known_device(device, known)
        if name is None:
            attempts = _attempts(canonical_email(email), client)
        else:
            attempts = ((throttles.PASSWORDS_FROM_DEVICE, name),)
        if not self._fits(known, password, attempts) or known is None:
            raise LogInRefused(_WRONG)
        return self.open(known.account)

    def is_password(self, credentials: Credentials, password: str, client: str) -> bool:
        """Tell whether a password is the account's; counts as an attempt within a log-in.

        These are counted apart from log-ins, so that strangers' log-ins do not use them up.
        """
        attempts = _attempts(credentials.account.id, client)
        return self._fits(credentials, password, attempts)

    def known_device(self, token: str | None, known: Credentials | None) -> str | None:
        """Return the name of a browser that has logged in to the account before, or None."""
        return device_name(self.device_secret, token, known, self.context.now())

    def prove(
        self, credentials: Credentials, password: str | None, client: str, *, field: str
    ) -> None:
        """Raise `Refused`, naming the field, unless the password is the account's."""
        if not password:
            raise Refused(400, FieldError(field, "is needed"))
        if not self.is_password(credentials, password, client):
            raise Refused(400, FieldError(field, "is not the account's password"))

    def is_live(self, account: AccountId, family: str) -> bool:
        """Tell whether a log-in of an account has not ended."""
        return self.log_ins.is_live(account, family, now=self.context.now())

    def open(self, account: Account) -> OpenedSession:
        """Open a log-in for an account that is already authenticated."""
        now = self.context.now()
        token = self.context.new_token()
        until = now + tokens.REFRESH_LIFETIME
        log_in = self.log_ins.open(account.id, token_hash(token), until=until, now=now)
        return self._opened(log_in, token)

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
        return self._opened(log_in, following)

    def log_out(self, token: str | None, *, everywhere: bool) -> None:
        """End the token's log-in, or all of its account; an unknown token ends none."""
        log_in = self.held_by(token)
        if log_in is not None and everywhere:
            self.log_ins.end_all(log_in.account)
        elif log_in is not None:
            self.log_ins.end(log_in.family)

    def held_by(self, token: str | None) -> LogIn | None:
        """Return the log-in of a refresh token; None without one, or for an unknown one."""
        return self.log_ins.find(token_hash(token), now=self.context.now()) if token else None

    def _opened(self, log_in: LogIn, refresh_token: str) -> OpenedSession:
        known = self.accounts.find(log_in.account)
        if known is None:
            raise LogInRefused(_OVER)
        return OpenedSession(
            known.account,
            self.access.sign(log_in.account, log_in.family),
            refresh_token,
            device_token(self.device_secret, known, log_in.family, self.context.now()),
        )

    def _fits(self, known: Credentials | None, password: str, attempts: _Attempts) -> bool:
        """Count an attempt and check a password, at the same cost without an account.

        A password that fits ends the count, and has an outdated hash renewed.
        """
        for limit, *subject in attempts:
            self.context.count(limit, *subject)
        stored = None if known is None else known.password_hash
        if not self.hasher.verify(stored, password) or known is None or stored is None:
            return False
        for limit, *subject in attempts:
            self.context.forgive(limit, *subject)
        if self.hasher.is_outdated(stored):
            self.accounts.rehash(AccountId(known.account.id), stored, self.hasher.hash(password))
        return True


def _attempts(account: str, client: str) -> _Attempts:
    """Return what an attempt at an account's password counts against: the narrower limit first.

    So who has exceeded it does not use up what is left for others.
    """
    return (
        (throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS, account, client),
        (throttles.PASSWORDS_OF_ACCOUNT, account),
    )
