"""Accounts and all that hangs on them, in memory; `is_away` makes a store refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.ports import Attempts, Credentials, LogIn, NewAccount
from pixeltrack.accounts.tokens import Purpose
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.mail import Mail

BEGINNING = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class FakeLogIns:
    def __init__(self) -> None:
        self.tokens: dict[bytes, tuple[LogIn, datetime]] = {}
        self.opened = 0

    def open(self, account: AccountId, token: bytes, *, until: datetime, now: datetime) -> LogIn:
        self.tokens = {t: (k, end) for t, (k, end) in self.tokens.items() if end > now}
        self.opened += 1
        log_in = LogIn(f"family-{self.opened}", account)
        self.tokens[token] = (log_in, until)
        return log_in

    def rotate(
        self, token: bytes, successor: bytes, *, until: datetime, now: datetime
    ) -> LogIn | None:
        known = self.find(token, now=now)
        if known is not None and known.rotated_at is None:
            self.tokens[token] = (replace(known, rotated_at=now), self.tokens[token][1])
            self.tokens[successor] = (known, until)
        return known

    def find(self, token: bytes, *, now: datetime) -> LogIn | None:
        known, end = self.tokens.get(token, (None, now))
        return known if end > now else None

    def end(self, family: str) -> None:
        self.tokens = {t: k for t, k in self.tokens.items() if k[0].family != family}

    def end_all(self, account: AccountId) -> None:
        self.tokens = {t: k for t, k in self.tokens.items() if k[0].account != account}


class FakeInvitations:
    def __init__(self) -> None:
        self.emails: dict[bytes, tuple[str, datetime]] = {}

    def add(
        self, token: bytes, email: str, by: AccountId, *, until: datetime, now: datetime
    ) -> None:
        del by, now
        self.emails[token] = (email, until)

    def email_of(self, token: bytes, *, now: datetime) -> str | None:
        email, end = self.emails.get(token, (None, now))
        return email if end > now else None


class FakeAccounts:
    def __init__(self, log_ins: FakeLogIns, invitations: FakeInvitations) -> None:
        self.known: dict[AccountId, Credentials] = {}
        self.resets: dict[bytes, AccountId] = {}
        self._log_ins = log_ins
        self._invitations = invitations

    def add(self, new: NewAccount, *, invitation: bytes | None = None) -> Account | None:
        if invitation is not None:
            self._invitations.emails.pop(invitation, None)
        if new.id in self.known:
            return self.known[new.id].account
        if self.find_by_email(new.email):
            return None
        account = Account(new.id, new.email, new.name, new.language, BEGINNING, new.confirmed_at)
        self.known[new.id] = Credentials(account, new.password_hash)
        return account

    def find(self, account: AccountId) -> Credentials | None:
        return self.known.get(account)

    def find_by_email(self, email: str) -> Credentials | None:
        known = (c for c in self.known.values() if c.account.email.lower() == email.lower())
        return next(known, None)

    def describe(self, account: AccountId, *, name: str | None, language: Language) -> None:
        self._replace(account, name=name, language=language)

    def set_password(self, account: AccountId, password_hash: str) -> None:
        self.known[account] = replace(self.known[account], password_hash=password_hash)
        self.resets = {t: a for t, a in self.resets.items() if a != account}
        self._log_ins.end_all(account)

    def rehash(self, account: AccountId, old_hash: str, new_hash: str) -> None:
        if self.known[account].password_hash == old_hash:
            self.known[account] = replace(self.known[account], password_hash=new_hash)

    def delete(self, account: AccountId) -> None:
        self.known.pop(account, None)
        self._log_ins.end_all(account)

    def confirm(self, account: AccountId, now: datetime) -> Account:
        confirmed_at = self.known[account].account.confirmed_at or now
        return self._replace(account, confirmed_at=confirmed_at)

    def _replace(self, account: AccountId, **changes: object) -> Account:
        known = self.known[account]
        changed = replace(known.account, **changes)  # type: ignore[arg-type]
        self.known[account] = replace(known, account=changed)
        return changed


class FakeOneTimeTokens:
    def __init__(self, accounts: FakeAccounts) -> None:
        self._accounts = accounts
        self._confirmations: dict[bytes, AccountId] = {}
        self._ends: dict[bytes, datetime] = {}

    def add(
        self, token: bytes, purpose: Purpose, account: AccountId, *, until: datetime, now: datetime
    ) -> None:
        del now
        kept = self._accounts.resets if purpose is Purpose.RESET else self._confirmations
        kept[token] = account
        self._ends[token] = until

    def confirm(self, token: bytes, *, now: datetime) -> Account | None:
        account = self._use(self._confirmations, token, now)
        return None if account is None else self._accounts.confirm(account, now)

    def reset(self, token: bytes, password_hash: str, *, now: datetime) -> Account | None:
        account = self._use(self._accounts.resets, token, now)
        if account is None:
            return None
        self._accounts.set_password(account, password_hash)
        return self._accounts.confirm(account, now)

    def _use(self, kept: dict[bytes, AccountId], token: bytes, now: datetime) -> AccountId | None:
        if token not in kept or self._ends[token] <= now or kept[token] not in self._accounts.known:
            return None
        return kept.pop(token)


class FakeThrottles:
    def __init__(self) -> None:
        self.windows: dict[bytes, Attempts] = {}

    def hit(self, key: bytes, *, until: datetime, now: datetime) -> Attempts:
        known = self.windows.get(key)
        if known is None or known.until <= now:
            known = Attempts(0, until)
        self.windows[key] = Attempts(known.count + 1, known.until)
        return self.windows[key]

    def clear(self, key: bytes) -> None:
        self.windows.pop(key, None)


class FakeMailer:
    """Keeps what was sent; `is_away` makes it refuse."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.is_away = False

    def send(self, mail: Mail) -> None:
        if self.is_away:
            raise Unavailable("away")
        self.sent.append(mail)


class FakeHasher:
    """Hashes that can be read; `checked` holds every hash that was verified, None too."""

    def __init__(self) -> None:
        self.version = 1
        self.checked: list[str | None] = []

    def hash(self, password: str) -> str:
        return f"v{self.version}:{password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.checked.append(password_hash)
        return password_hash is not None and password_hash.partition(":")[2] == password

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"v{self.version}:")
