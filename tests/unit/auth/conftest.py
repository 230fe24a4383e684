from dataclasses import dataclass, field
from itertools import count

import pytest
from fakes.people import (
    Clock,
    FakeAccounts,
    FakeHasher,
    FakeInvitations,
    FakeLogIns,
    FakeMailer,
    FakeOneTimeTokens,
    FakeThrottles,
)

from functions.auth.cookies import RefreshCookie
from functions.auth.doors import Doors, Opened
from functions.auth.models import Registration
from functions.auth.profile import Profile
from functions.auth.recovery import Recovery
from functions.auth.registration import Registrar
from functions.auth.wiring import Auth
from functions.auth.world import World
from pixeltrack.accounts.access_tokens import AccessTokens

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
        self.world = World(
            self.throttles,
            self.mailer,
            ORIGIN,
            b"throttles",
            now=self.clock,
            new_token=lambda: f"token-{next(numbers)}",
        )
        self.doors = Doors(
            self.world, self.accounts, self.log_ins, self.hasher, self.access, b"successors"
        )
        self.recovery = Recovery(self.world, self.accounts, self.one_time_tokens, self.hasher)
        self.profile = Profile(self.accounts, self.hasher, self.doors)

    @property
    def registrar(self) -> Registrar:
        return Registrar(
            self.world,
            self.mode,
            self.accounts,
            self.invitations,
            self.one_time_tokens,
            self.hasher,
            self.doors,
        )

    @property
    def auth(self) -> Auth:
        return Auth(
            doors=self.doors,
            registrar=self.registrar,
            recovery=self.recovery,
            profile=self.profile,
            cookie=RefreshCookie(ORIGIN),
            client=lambda request: request.peer,
        )

    def register(self, email: str = "ann@example.com", **wanted: str) -> Opened:
        registration = Registration.model_validate({"email": email, "password": PASSWORD} | wanted)
        return self.registrar.register(registration, CLIENT)

    def link(self) -> str:
        """The token in the newest mail's link."""
        return self.mailer.sent[-1].text.partition("=")[2].split()[0]


@pytest.fixture
def town() -> Town:
    return Town()
