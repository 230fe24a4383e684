"""Accounts and all that hangs on them, in memory; `is_away` makes a store refuse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.emails import canonical_email
from pixeltrack.accounts.ports import Attempts, Credentials, LogIn, NewAccount
from pixeltrack.accounts.tokens import Purpose
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.mail import Mail
from tests.fakes.accounts import FakeApiKeys

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
        log_in = LogIn(f"00000000-0000-4000-8000-{self.opened:012d}", account)
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

    def is_live(self, account: AccountId, family: str, *, now: datetime) -> bool:
        return any(
            (known.account, known.family) == (account, family) and end > now
            for known, end in self.tokens.values()
        )

    def end(self, family: str) -> None:
        self.tokens = {t: k for t, k in self.tokens.items() if k[0].family != family}

    def end_all(self, account: AccountId) -> None:
        self.tokens = {t: k for t, k in self.tokens.items() if k[0].account != account}


class FakeInvitations:
    def __init__(self) -> None:
        self.emails: dict[bytes, tuple[str, datetime]] = {}
        self.inviters: dict[bytes, AccountId] = {}

    def add(
        self, token: bytes, email: str, by: AccountId, *, until: datetime, now: datetime
    ) -> None:
        del now
        self.emails[token] = (email, until)
        self.inviters[token] = by

    def withdraw(self, by: AccountId) -> None:
        self.emails = {t: e for t, e in self.emails.items() if self.inviters[t] != by}

    def email_of(self, token: bytes, *, now: datetime) -> str | None:
        email, end = self.emails.get(token, (None, now))
        return email if end > now else None


class FakeAccounts:
    def __init__(
        self, log_ins: FakeLogIns, invitations: FakeInvitations, keys: FakeApiKeys | None = None
    ) -> None:
        self.known: dict[AccountId, Credentials] = {}
        self.resets: dict[bytes, AccountId] = {}
        self._log_ins = log_ins
        self._invitations = invitations
        self._keys = keys or FakeApiKeys()

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
        form = canonical_email(email)
        known = (c for c in self.known.values() if canonical_email(c.account.email) == form)
        return next(known, None)

    def describe(self, account: AccountId, *, name: str | None, language: Language) -> None:
        self._replace(account, name=name, language=language)

    def set_password(self, account: AccountId, password_hash: str, *, revoke_keys: bool) -> None:
        self.known[account] = replace(self.known[account], password_hash=password_hash)
        self.resets = {t: a for t, a in self.resets.items() if a != account}
        self._log_ins.end_all(account)
        if revoke_keys:
            self._keys.revoke_all(account)

    def rehash(self, account: AccountId, old_hash: str, new_hash: str) -> None:
        if self.known[account].password_hash == old_hash:
            self.known[account] = replace(self.known[account], password_hash=new_hash)

    def delete(self, account: AccountId) -> None:
        self.known.pop(account, None)
        self._log_ins.end_all(account)

    def confirm(
        self, account: AccountId, now: datetime, log_in: str | None, password_hash: str | None
    ) -> Account:
        known = self.known[account]
        if known.account.confirmed_at is not None:
            return known.account
        kept = {t: k for t, k in self._log_ins.tokens.items() if k[0].family == log_in}
        self.set_password(account, password_hash or known.password_hash or "", revoke_keys=True)
        self._log_ins.tokens |= kept
        self._invitations.withdraw(account)
        return self._replace(account, confirmed_at=now)

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
        self,
        token: bytes,
        purpose: Purpose,
        account: AccountId | None,
        *,
        until: datetime,
        now: datetime,
    ) -> None:
        del now
        if account is None:
            return
        self._kept(purpose)[token] = account
        self._ends[token] = until

    def find(self, token: bytes, purpose: Purpose, *, now: datetime) -> Account | None:
        account = self._kept(purpose).get(token)
        if account is None or self._ends[token] <= now or account not in self._accounts.known:
            return None
        return self._accounts.known[account].account

    def confirm(
        self, token: bytes, *, log_in: str | None, password_hash: str | None, now: datetime
    ) -> Account | None:
        known = self._use(token, Purpose.CONFIRM, now)
        return known and self._accounts.confirm(known.id, now, log_in, password_hash)

    def reset(
        self, token: bytes, password_hash: str, *, revoke_keys: bool, now: datetime
    ) -> Account | None:
        known = self._use(token, Purpose.RESET, now)
        if known is None:
            return None
        self._accounts.set_password(known.id, password_hash, revoke_keys=revoke_keys)
        return self._accounts.confirm(known.id, now, None, password_hash)

    def _kept(self, purpose: Purpose) -> dict[bytes, AccountId]:
        return self._accounts.resets if purpose is Purpose.RESET else self._confirmations

    def _use(self, token: bytes, purpose: Purpose, now: datetime) -> Account | None:
        known = self.find(token, purpose, now=now)
        if known is not None:
            del self._kept(purpose)[token]
            if known.confirmed_at is None:
                others = {t: a for t, a in self._confirmations.items() if a != known.id}
                self._confirmations = others
        return known


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
    """Keeps what was sent, and what was only rehearsed; `is_away` makes it refuse."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.rehearsed: list[Mail] = []
        self.is_away = False

    def send(self, mail: Mail) -> None:
        self._take(mail, self.sent)

    def rehearse(self, mail: Mail) -> None:
        self._take(mail, self.rehearsed)

    def _take(self, mail: Mail, kept: list[Mail]) -> None:
        if self.is_away:
            raise Unavailable("away")
        kept.append(mail)


class FakeHasher:
    """Hashes that can be read, and counted by `made`; `checked` holds all verified, None too."""

    def __init__(self) -> None:
        self.version = 1
        self.made = 0
        self.checked: list[str | None] = []

    def hash(self, password: str) -> str:
        self.made += 1
        return f"v{self.version}:{password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.checked.append(password_hash)
        return password_hash is not None and password_hash.partition(":")[2] == password

    def is_outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"v{self.version}:")
