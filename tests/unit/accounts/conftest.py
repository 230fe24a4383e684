from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.accounts import Account
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.issuing import IssuedKey, Keys
from pixeltrack.accounts.profile import Profile
from pixeltrack.accounts.recovery import Recovery
from pixeltrack.accounts.registration import Registrar, Registration
from pixeltrack.accounts.sessions import OpenedSession, Sessions
from pixeltrack.platform.identifiers import AccountId
from tests.fakes.accounts import FakeApiKeys
from tests.fakes.people import (
    Clock,
    FakeAccounts,
    FakeHasher,
    FakeInvitations,
    FakeLogIns,
    FakeMailer,
    FakeOneTimeTokens,
    FakeThrottles,
)

ORIGIN = "https://stats.example"
CLIENT = "203.0.113.9"
PASSWORD = "goodpassword123"


@dataclass
class Town:
    """Everything around accounts, in memory, with a clock of its own."""

    clock: Clock = field(default_factory=Clock)
    throttles: FakeThrottles = field(default_factory=FakeThrottles)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    hasher: FakeHasher = field(default_factory=FakeHasher)
    log_ins: FakeLogIns = field(default_factory=FakeLogIns)
    invitations: FakeInvitations = field(default_factory=FakeInvitations)
    mode: str = "open"

    def __post_init__(self) -> None:
        self.keys = FakeApiKeys(may_issue=self.may_issue)
        self.accounts = FakeAccounts(self.log_ins, self.invitations, self.keys)
        self.one_time_tokens = FakeOneTimeTokens(self.accounts)
        self.access = AccessTokens([("k1", "s" * 32)])
        numbers = count(1)
        self.context = AccountContext(
            self.throttles,
            self.mailer,
            ORIGIN,
            b"throttles",
            now=self.clock,
            new_token=lambda: f"token-{next(numbers)}",
        )
        self.sessions = Sessions(
            self.context,
            self.accounts,
            self.log_ins,
            self.hasher,
            self.access,
            b"successors",
            b"devices",
        )
        self.recovery = Recovery(
            self.context, self.accounts, self.one_time_tokens, self.hasher, self.sessions
        )
        self.profile = Profile(self.context, self.accounts, self.hasher, self.sessions)
        self.issuing = Keys(self.context, self.accounts, self.keys, self.sessions)

    def may_issue(self, account: AccountId, log_in: str) -> bool:
        known = self.accounts.find(account)
        is_confirmed = known is not None and known.account.confirmed_at is not None
        return is_confirmed and self.sessions.is_live(account, log_in)

    @property
    def registrar(self) -> Registrar:
        return Registrar(
            self.context,
            self.mode,
            self.accounts,
            self.invitations,
            self.one_time_tokens,
            self.hasher,
            self.sessions,
        )

    def register(self, email: str = "ann@example.com", **wanted: Any) -> OpenedSession:
        registration = Registration(email, **{"password": PASSWORD} | wanted)
        opened = self.registrar.register(registration, CLIENT)
        self.keys.keys.setdefault(opened.account.id, {})
        return opened

    def confirmed(self, email: str = "ann@example.com", **wanted: Any) -> OpenedSession:
        """Register, and confirm the address in the browser that registered."""
        opened = self.register(email, **wanted)
        self.confirm(self.link(), opened.refresh_token)
        self.mailer.sent.clear()
        return opened

    def confirm(
        self, link: str, refresh_token: str | None = None, password: str | None = None
    ) -> Account:
        """Use a link, in the browser that has this refresh token."""
        return self.recovery.confirm(link, CLIENT, refresh_token=refresh_token, password=password)

    def key(
        self, opened: OpenedSession, password: str = PASSWORD, client: str = CLIENT
    ) -> IssuedKey:
        """Make an API key."""
        return self.issuing.issue(
            opened.account.id,
            self.family(opened),
            "Nightly report",
            frozenset({"events:read"}),
            password=password,
            client=client,
        )

    def family(self, opened: OpenedSession) -> str:
        """The log-in that an access token is of."""
        log_in = self.access.log_in(opened.access_token)
        assert log_in is not None
        return log_in.family

    def link(self) -> str:
        """The token in the newest mail's link."""
        return self.mailer.sent[-1].text.partition("=")[2].split()[0]


@pytest.fixture
def town() -> Town:
    return Town()
