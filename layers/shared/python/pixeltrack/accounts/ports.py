"""The ports of accounts: stores, throttles and password hashing.

As with the other ports, every method may raise `Unavailable`. Tokens are given as hashes, and
`now` is the caller's clock. What is added for an account that is gone is not there afterwards.
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
    """An account to make; `confirmed_at` is set where its address needs no confirmation."""

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
    """Accounts; a mail address has one at most, whatever its case."""

    def add(self, new: NewAccount, *, invitation: bytes | None = None) -> Account | None:
        """Make an account and use up its invitation; None where the address is taken."""

    def find(self, account: AccountId) -> Credentials | None:
        """Return the account with this id."""

    def find_by_email(self, email: str) -> Credentials | None:
        """Return the account with this address, whatever its case."""

    def describe(self, account: AccountId, *, name: str | None, language: Language) -> None:
        """Give an account another name and language."""

    def set_password(self, account: AccountId, password_hash: str) -> None:
        """Give an account another password; its log-ins and reset tokens end with the old one."""

    def rehash(self, account: AccountId, old_hash: str, new_hash: str) -> None:
        """Store the same password with another hash, unless it was changed meanwhile."""

    def delete(self, account: AccountId) -> None:
        """Delete an account and the sites it owns; jobs then erase what is stored of those."""


class OneTimeTokens(Protocol):
    """Tokens that mails carry, each good for one use before it expires."""

    def add(
        self, token: bytes, purpose: Purpose, account: AccountId, *, until: datetime, now: datetime
    ) -> None:
        """Store a token; whatever has expired goes."""

    def confirm(self, token: bytes, *, now: datetime) -> Account | None:
        """Use a token up and confirm its account's address; None where it is not valid."""

    def reset(self, token: bytes, password_hash: str, *, now: datetime) -> Account | None:
        """Use a token up and set its account's password; None where it is not valid.

        The address is confirmed thereby; log-ins and other reset tokens end.
        """


class Invitations(Protocol):
    """Invitations to register, each for one address."""

    def add(
        self, token: bytes, email: str, by: AccountId, *, until: datetime, now: datetime
    ) -> None:
        """Store an invitation; whatever has expired goes."""

    def email_of(self, token: bytes, *, now: datetime) -> str | None:
        """Return the address that a valid invitation is for."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """A family of refresh tokens; `rotated_at` is when the token asked for was first used."""

    family: str
    account: AccountId
    rotated_at: datetime | None = None


class LogIns(Protocol):
    """The families of refresh tokens."""

    def open(self, account: AccountId, token: bytes, *, until: datetime, now: datetime) -> LogIn:
        """Begin a family with its first token; whatever has expired goes."""

    def rotate(
        self, token: bytes, successor: bytes, *, until: datetime, now: datetime
    ) -> LogIn | None:
        """Use a token; where this is its first use, store its successor.

        Returns the family, with `rotated_at` of an earlier use; None for an unknown token.
        """

    def find(self, token: bytes, *, now: datetime) -> LogIn | None:
        """Return the family of a token, used or not."""

    def end(self, family: str) -> None:
        """End a family: none of its tokens is known any more."""

    def end_all(self, account: AccountId) -> None:
        """End every family of an account."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How many attempts a window holds, and when it ends."""

    count: int
    until: datetime


class Throttles(Protocol):
    """Counters of attempts by key, each in a window that the first attempt opens."""

    def hit(self, key: bytes, *, until: datetime, now: datetime) -> Attempts:
        """Count an attempt; one in no open window opens one that ends at `until`."""

    def clear(self, key: bytes) -> None:
        """Forget the attempts of a key."""


class PasswordHasher(Protocol):
    """Turns passwords into hashes that are slow to guess."""

    def hash(self, password: str) -> str:
        """Return a salted hash."""

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether a password fits; it takes as long for None, which nothing fits."""

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
    """An API key as its owner sees it in the list: not the key, only how it begins."""

    id: str
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime


class ApiKeys(Protocol):
    """The live API keys of accounts; only the hash of a key's text is kept."""

    def find(self, key_hash: bytes) -> ApiKey | None:
        """Return the live key with this hash; a revoked or unknown one is None."""

    def of(self, account: AccountId) -> Sequence[KeyEntry]:
        """Return the account's live keys, oldest first."""

    def add(
        self, account: AccountId, *, name: str, prefix: str, key_hash: bytes, scopes: frozenset[str]
    ) -> KeyEntry | None:
        """Keep a new key; None where there is no such account. Repeated, it is the same key."""

    def revoke(self, account: AccountId, key: str) -> bool:
        """End a key at once; False where the account has no such live key."""
