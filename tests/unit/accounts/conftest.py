from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.profile import Profile
from pixeltrack.accounts.recovery import Recovery
from pixeltrack.accounts.registration import Registrar, Registration
from pixeltrack.accounts.sessions import OpenedSession, Sessions
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
        self.accounts = FakeAccounts(self.log_ins, self.invitations)
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
            self.context, self.accounts, self.log_ins, self.hasher, self.access, b"successors"
        )
        self.recovery = Recovery(self.context, self.accounts, self.one_time_tokens, self.hasher)
        self.profile = Profile(self.accounts, self.hasher, self.sessions)

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
        return self.registrar.register(registration, CLIENT)

    def link(self) -> str:
        """The token in the newest mail's link."""
        return self.mailer.sent[-1].text.partition("=")[2].split()[0]


@pytest.fixture
def town() -> Town:
    return Town()
