"""The ports of accounts: stores, throttles and password hashing.

As with the other ports, every method may raise `Unavailable`. Tokens are given as hashes, and
`now` is the caller's clock. What is added for a deleted account does not exist afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.tokens import Purpose
from pixeltrack.platform.identifiers import AccountId


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to create; `confirmed_at` is set where its address needs no confirmation."""

    id: AccountId
    email: str
    name: str | None
    language: Language
    password_hash: str
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account and the hash of its password; None where it has no password."""

    account: Account
    password_hash: str | None


class Accounts(Protocol):
    """Accounts; a mail address has at most one, however it is spelled (`accounts.emails`)."""

    def add(self, new: NewAccount, *, invitation: bytes | None = None) -> Account | None:
        """Create an account and use up its invitation; None where the address is taken."""

    def find(self, account: AccountId) -> Credentials | None:
        """Return the account with this id."""

    def find_by_email(self, email: str) -> Credentials | None:
        """Return the account with this address, however it is spelled."""

    def describe(self, account: AccountId, *, name: str | None, language: Language) -> None:
        """Change an account's name and language."""

    def set_password(self, account: AccountId, password_hash: str, *, revoke_keys: bool) -> None:
        """Change an account's password; its log-ins and reset tokens end, its keys if wanted."""

    def rehash(self, account: AccountId, old_hash: str, new_hash: str) -> None:
        """Store the same password with another hash, unless it was changed meanwhile."""

    def delete(self, account: AccountId) -> None:
        """Delete an account and the sites it owns; jobs then erase the data of those."""


class OneTimeTokens(Protocol):
    """Tokens sent in mails, each good for one use before it expires.

    The use that first confirms an account's address ends all that was made before by whoever
    registered: its log-ins, API keys, invitations and other one-time tokens.
    """

    def add(
        self,
        token: bytes,
        purpose: Purpose,
        account: AccountId | None,
        *,
        until: datetime,
        now: datetime,
    ) -> None:
        """Store a token; delete expired ones. Without an account it is good for nothing."""

    def find(self, token: bytes, purpose: Purpose, *, now: datetime) -> Account | None:
        """Return the account of a valid token, without using it."""

    def confirm(
        self, token: bytes, *, log_in: str | None, password_hash: str | None, now: datetime
    ) -> Account | None:
        """Use a token up and confirm its account's address; None where it is not valid.

        The first confirmation spares `log_in` and sets the password where one is given.
        """

    def reset(
        self, token: bytes, password_hash: str, *, revoke_keys: bool, now: datetime
    ) -> Account | None:
        """Use a token up and set its account's password; None where it is not valid.

        This also confirms the address, and ends log-ins and other reset tokens, and API keys if
        wanted.
        """


class Invitations(Protocol):
    """Invitations to register, each for one address."""

    def add(
        self, token: bytes, email: str, by: AccountId, *, until: datetime, now: datetime
    ) -> None:
        """Store an invitation; delete expired ones."""

    def email_of(self, token: bytes, *, now: datetime) -> str | None:
        """Return the address that a valid invitation is for."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """A family of refresh tokens; `rotated_at` is when the token looked up was first used."""

    family: str
    account: AccountId
    rotated_at: datetime | None = None


class LogIns(Protocol):
    """The families of refresh tokens."""

    def open(self, account: AccountId, token: bytes, *, until: datetime, now: datetime) -> LogIn:
        """Begin a family with its first token; delete expired ones."""

    def rotate(
        self, token: bytes, successor: bytes, *, until: datetime, now: datetime
    ) -> LogIn | None:
        """Use a token; on its first use, store its successor.

        Return the family, with `rotated_at` of an earlier use; None for an unknown token.
        """

    def find(self, token: bytes, *, now: datetime) -> LogIn | None:
        """Return the family of a token, used or not."""

    def is_live(self, account: AccountId, family: str, *, now: datetime) -> bool:
        """Tell whether a family of this account exists and has not expired."""

    def end(self, family: str) -> None:
        """End a family: none of its tokens is valid any more."""

    def end_all(self, account: AccountId) -> None:
        """End every family of an account."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """The number of attempts in a window, and when the window ends."""

    count: int
    until: datetime


class Throttles(Protocol):
    """Counters of attempts by key, each in a window that the first attempt opens."""

    def hit(self, key: bytes, *, until: datetime, now: datetime) -> Attempts:
        """Count an attempt; outside a window, open one that ends at `until`."""

    def clear(self, key: bytes) -> None:
        """Reset the attempts of a key."""


class PasswordHasher(Protocol):
    """Turns passwords into hashes that are slow to guess."""

    def hash(self, password: str) -> str:
        """Return a salted hash."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password matches; None takes as long, and nothing matches it."""

    def is_outdated(self, password_hash: str) -> bool:
        """Tell whether a hash was made with weaker parameters than new ones are."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key's owner and what it may do; the key itself is stored only as a hash."""

    id: str
    account: AccountId
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """An API key as its owner sees it in the list: not the key, only its prefix."""

    id: str
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime


class ApiKeys(Protocol):
    """The live API keys of accounts; only hashes of keys are stored."""

    def find(self, key_hash: bytes) -> ApiKey | None:
        """Return the live key with this hash; None for a revoked or unknown one."""

    def of(self, account: AccountId) -> Sequence[KeyEntry]:
        """Return the account's live keys, oldest first."""

    def add(
        self,
        account: AccountId,
        log_in: str,
        *,
        name: str,
        prefix: str,
        key_hash: bytes,
        scopes: frozenset[str],
    ) -> KeyEntry | None:
        """Store a new key; None where the account has no such log-in, or is not confirmed.

        Repeated, it is the same key.
        """

    def revoke(self, account: AccountId, key: str) -> bool:
        """Revoke a key at once; False where the account has no such live key."""
