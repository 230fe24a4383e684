"""Whether an address has an account shows neither in what is done for it nor in what is answered.

The statements and mails are counted that a call costs, with and without an account.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from pixeltrack.accounts import throttles
from pixeltrack.accounts.access_tokens import AccessTokens
from pixeltrack.accounts.accounts import Language
from pixeltrack.accounts.context import AccountContext
from pixeltrack.accounts.postgres import (
    PostgresAccounts,
    PostgresInvitations,
    PostgresLogIns,
    PostgresOneTimeTokens,
    PostgresThrottles,
)
from pixeltrack.accounts.recovery import Recovery
from pixeltrack.accounts.registration import Registrar, Registration
from pixeltrack.accounts.sessions import Sessions
from pixeltrack.platform.errors import LogInRefused, PixelTrackError
from pixeltrack.platform.mail import Mail
from pixeltrack.platform.postgres import Database
from pixeltrack.platform.schema import migrate
from tests.fakes.people import FakeHasher

KNOWN, UNKNOWN = "ann@example.com", "bob@example.com"
PASSWORD = "goodpassword123"


class CountedDatabase(Database):
    """Keeps the name of each statement."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.done: list[str] = []

    def rows(self, name: str, /, **values: Any) -> list[dict[str, Any]]:
        if name != "accounts/delete_old_throttles":  # by chance whether a window opens
            self.done.append(name)
        return super().rows(name, **values)


@dataclass
class CountedMailer:
    sent: list[Mail] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)
        self.rehearse(mail)

    def rehearse(self, mail: Mail) -> None:
        self.done.append(f"{mail.subject}, {len(mail.text)} characters")


@dataclass
class House:
    database: CountedDatabase
    mailer: CountedMailer = field(default_factory=CountedMailer)
    hasher: FakeHasher = field(default_factory=FakeHasher)
    client: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        throttled = PostgresThrottles(self.database)
        context = AccountContext(throttled, self.mailer, "https://x.example", b"throttles")
        accounts = PostgresAccounts(self.database)
        tokens = PostgresOneTimeTokens(self.database)
        log_ins, access = PostgresLogIns(self.database), AccessTokens([("k", "s" * 32)])
        self.sessions = Sessions(context, accounts, log_ins, self.hasher, access, b"s", b"d")
        self.recovery = Recovery(context, accounts, tokens, self.hasher, self.sessions)
        self.registrar = Registrar(
            context,
            "open",
            accounts,
            PostgresInvitations(self.database),
            tokens,
            self.hasher,
            self.sessions,
        )
        self.hasher.hash = lambda password: f"v1:{password}".ljust(32)  # type: ignore[method-assign]

    def cost(self, run: Callable[..., Any], *values: Any) -> tuple[list[str], list[str], int, str]:
        """Return what a call did, and its answer."""
        self.database.done.clear()
        self.mailer.done.clear()
        self.hasher.checked.clear()
        try:
            answer = repr(run(*values))
        except PixelTrackError as refusal:
            answer = re.sub(r"\d+", "N", f"{type(refusal).__name__} {refusal}")
        return self.database.done[:], self.mailer.done[:], len(self.hasher.checked), answer


@pytest.fixture(scope="module")
def tables(postgres_url: str) -> str:
    migrate(postgres_url)
    return postgres_url


@pytest.fixture
def house(tables: str) -> Iterator[House]:
    database = CountedDatabase(tables)
    house = House(database)
    house.registrar.register(Registration(KNOWN, PASSWORD), house.client)
    house.mailer.sent.clear()
    yield house
    database.rows("accounts/delete_account", account=owner(house), sites=[], keys=[])
    database.close()


def owner(house: House) -> str:
    known = PostgresAccounts(house.database).find_by_email(KNOWN)
    assert known is not None
    return known.account.id


def test_a_forgotten_password_costs_the_same_for_everybody(house: House) -> None:
    times = throttles.FORGOTTEN_OF_ACCOUNT_FROM_ADDRESS.most + 1
    for n in range(times):
        known, unknown = (
            house.cost(house.recovery.forgot, email, house.client) for email in (KNOWN, UNKNOWN)
        )
        assert known == unknown
        is_refused = n == times - 1
        assert ("accounts/add_one_time_token" in known[0]) != is_refused
    assert [mail.to for mail in house.mailer.sent] == [KNOWN] * (times - 1)


def test_a_token_is_stored_for_everybody(house: House, tables: str) -> None:
    def stored() -> int:
        with psycopg.connect(tables) as connection:
            row = connection.execute("select count(*) from one_time_tokens").fetchone()
        assert row
        return int(row[0])

    counts = [stored()]
    for email in (KNOWN, UNKNOWN):
        house.recovery.forgot(email, house.client)
        counts.append(stored())
    assert [counts[1] - counts[0], counts[2] - counts[1]] == [1, 1]


@pytest.mark.parametrize("device", [None, "a.b.c", "x" * 300])
def test_a_wrong_log_in_costs_the_same_for_everybody(house: House, device: str | None) -> None:
    for _ in range(throttles.PASSWORDS_OF_ACCOUNT_FROM_ADDRESS.most + 1):
        known, unknown = (
            house.cost(house.sessions.log_in, email, "wrong1password", house.client, device)
            for email in (KNOWN, UNKNOWN)
        )
        assert known == unknown
    with pytest.raises(LogInRefused):
        house.sessions.log_in(UNKNOWN, PASSWORD, "another client")


def test_an_invitation_costs_the_same_for_everybody(house: House) -> None:
    by = owner(house)
    known, unknown = (
        house.cost(house.registrar.invite, by, email, Language.ENGLISH)
        for email in (KNOWN, UNKNOWN)
    )
    assert known == unknown
