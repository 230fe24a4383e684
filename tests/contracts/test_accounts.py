import secrets
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.ports import (
    Accounts,
    ApiKeys,
    Invitations,
    KeyEntry,
    LogIns,
    NewAccount,
    OneTimeTokens,
)
from pixeltrack.accounts.postgres import (
    PostgresAccounts,
    PostgresApiKeys,
    PostgresInvitations,
    PostgresLogIns,
    PostgresOneTimeTokens,
)
from pixeltrack.accounts.tokens import Purpose
from pixeltrack.events.identity import site_key
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.platform.postgres import Database
from tests.contracts.conftest import until_waiting
from tests.fakes.accounts import FakeApiKeys
from tests.fakes.people import (
    BEGINNING,
    FakeAccounts,
    FakeInvitations,
    FakeLogIns,
    FakeOneTimeTokens,
)

HASH, OTHER_HASH = "h" * 97, "o" * 97
LATER = BEGINNING + timedelta(hours=1)

SAME_ADDRESSES = [
    ("Ann@Example.com", "aNN@eXAMPLE.COM"),
    ("İ@x.example", "i\u0307@X.example"),
    ("\u212a@x.example", "K@x.example"),
    ("\u017fo@x.example", "SO@x.example"),
    ("ａ@x.example", "a@ｘ.example"),
    ("Иван@Почта.РФ", "ИВАН@xn--80a1acny.xn--p1ai"),
    ("ﬁ@x.example", "FI@x.example"),
    ("σ@x.example", "ς@x.example"),
]
OTHER_ADDRESSES = [
    ("i@x.example", "İ@x.example"),
    ("i@x.example", "ı@x.example"),
    ("ss@x.example", "ß@x.example"),
    ("@strasse.example", "@straße.example"),
    ("a@x.example", "а@x.example"),  # a Cyrillic letter
]


def a_token() -> bytes:
    return secrets.token_bytes(32)


def a_key() -> dict[str, Any]:
    scopes = frozenset({"events:read"})
    return {"name": "A key", "prefix": "ptk_", "key_hash": a_token(), "scopes": scopes}


def new(**changes: object) -> NewAccount:
    wanted = NewAccount(
        id=AccountId(str(uuid.uuid4())),
        email=f"Ann{secrets.token_hex(6)}@example.com",
        name="Ann",
        language=Language.RUSSIAN,
        password_hash=HASH,
    )
    return replace(wanted, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Left:
    """One of everything that an account can leave behind."""

    key: KeyEntry
    log_in: bytes
    confirmation: bytes
    reset: bytes
    invitation: bytes


@dataclass
class Stores:
    accounts: Accounts
    tokens: OneTimeTokens
    invitations: Invitations
    log_ins: LogIns
    keys: ApiKeys

    def confirm(
        self,
        token: bytes,
        *,
        log_in: str | None = None,
        password_hash: str | None = None,
        now: datetime = BEGINNING,
    ) -> Account | None:
        return self.tokens.confirm(token, log_in=log_in, password_hash=password_hash, now=now)

    def reset(
        self,
        token: bytes,
        password_hash: str,
        *,
        revoke_keys: bool = False,
        now: datetime = BEGINNING,
    ) -> Account | None:
        return self.tokens.reset(token, password_hash, revoke_keys=revoke_keys, now=now)

    def key(self, account: Account) -> KeyEntry:
        """Make a key, of an account that may not make one, too."""
        raise NotImplementedError

    def added(self, **changes: object) -> Account:
        account = self.accounts.add(new(**changes))
        assert account is not None
        return account

    def password_hash(self, account: Account) -> str | None:
        known = self.accounts.find(account.id)
        assert known is not None
        return known.password_hash

    def token(self, account: Account, purpose: Purpose) -> bytes:
        token = a_token()
        self.tokens.add(token, purpose, account.id, until=LATER, now=BEGINNING)
        return token

    def invited(self, account: Account) -> bytes:
        token = a_token()
        self.invitations.add(token, "b@x.example", account.id, until=LATER, now=BEGINNING)
        return token

    def left_by(self, account: Account) -> Left:
        key = self.key(account)
        confirmation, reset = (
            self.token(account, Purpose.CONFIRM),
            self.token(account, Purpose.RESET),
        )
        return Left(key, self.logged_in(account), confirmation, reset, self.invited(account))

    def is_left(self, account: Account, left: Left) -> list[bool]:
        """Tell of each thing whether it is still there."""
        return [
            left.key in self.keys.of(account.id),
            self.log_ins.find(left.log_in, now=BEGINNING) is not None,
            self.tokens.find(left.confirmation, Purpose.CONFIRM, now=BEGINNING) is not None,
            self.tokens.find(left.reset, Purpose.RESET, now=BEGINNING) is not None,
            self.invitations.email_of(left.invitation, now=BEGINNING) is not None,
        ]

    def logged_in(self, account: Account) -> bytes:
        token = a_token()
        self.log_ins.open(account.id, token, until=LATER, now=BEGINNING)
        return token


class AccountsContract:
    @pytest.fixture
    def stores(self) -> Stores:
        raise NotImplementedError

    def test_an_account_is_found_by_id_and_by_address_in_any_case(self, stores: Stores) -> None:
        wanted = new(confirmed_at=BEGINNING)
        added = stores.accounts.add(wanted)
        assert added is not None
        assert (added.id, added.email, added.name) == (wanted.id, wanted.email, "Ann")
        assert (added.language, added.confirmed_at) == (Language.RUSSIAN, BEGINNING)
        known = stores.accounts.find(added.id)
        assert known is not None
        assert (known.account, known.password_hash) == (added, HASH)
        assert stores.accounts.find_by_email(wanted.email.upper()) == known
        assert stores.accounts.find_by_email("nobody@example.com") is None
        assert stores.accounts.find(AccountId(str(uuid.uuid4()))) is None

    @pytest.mark.parametrize(("taken", "other"), SAME_ADDRESSES, ids=ascii)
    def test_an_address_is_one_however_it_is_spelled(
        self, stores: Stores, taken: str, other: str
    ) -> None:
        taken, other = (f"{secrets.token_hex(4)}{text}" for text in (taken, other))
        other = taken[:8] + other[8:]
        added = stores.added(email=taken)
        assert added.email == taken
        assert stores.accounts.add(new(email=other)) is None
        known = stores.accounts.find_by_email(other)
        assert known is not None
        assert known.account == added

    @pytest.mark.parametrize(("plain", "other"), OTHER_ADDRESSES, ids=ascii)
    def test_an_address_is_not_found_by_a_similar_one(
        self, stores: Stores, plain: str, other: str
    ) -> None:
        start = secrets.token_hex(4)
        added = stores.added(email=start + plain)
        assert stores.accounts.find_by_email(start + other) is None
        similar = stores.added(email=start + other)
        for account in (added, similar):
            known = stores.accounts.find_by_email(account.email)
            assert known is not None
            assert known.account == account

    def test_adding_twice_is_adding_once(self, stores: Stores) -> None:
        wanted = new()
        assert stores.accounts.add(wanted) == stores.accounts.add(wanted)

    def test_an_invitation_is_used_up_by_the_account(self, stores: Stores) -> None:
        host, token = stores.added(), a_token()
        stores.invitations.add(token, "b@x.example", host.id, until=LATER, now=BEGINNING)
        assert stores.invitations.email_of(token, now=BEGINNING) == "b@x.example"
        assert stores.invitations.email_of(token, now=LATER) is None
        assert stores.invitations.email_of(a_token(), now=BEGINNING) is None
        stores.accounts.add(new(), invitation=token)
        assert stores.invitations.email_of(token, now=BEGINNING) is None

    def test_name_and_language_change(self, stores: Stores) -> None:
        added = stores.added()
        stores.accounts.describe(added.id, name=None, language=Language.ENGLISH)
        known = stores.accounts.find(added.id)
        assert known is not None
        assert known.account == replace(added, name=None, language=Language.ENGLISH)

    def test_another_password_ends_log_ins_and_resets(self, stores: Stores) -> None:
        account, other = stores.added(), stores.added()
        reset, log_in = stores.token(account, Purpose.RESET), stores.logged_in(account)
        confirmation, foreign = stores.token(account, Purpose.CONFIRM), stores.logged_in(other)
        stores.accounts.set_password(account.id, OTHER_HASH, revoke_keys=False)
        assert stores.password_hash(account) == OTHER_HASH
        assert stores.password_hash(other) == HASH
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        assert stores.log_ins.find(foreign, now=BEGINNING) is not None
        assert stores.reset(reset, HASH, now=BEGINNING) is None
        assert stores.confirm(confirmation, now=BEGINNING) is not None

    def test_a_rehash_ends_nothing_and_never_undoes_a_change(self, stores: Stores) -> None:
        account = stores.added()
        log_in = stores.logged_in(account)
        stores.accounts.rehash(account.id, OTHER_HASH, "x" * 97)
        assert stores.password_hash(account) == HASH
        stores.accounts.rehash(account.id, HASH, OTHER_HASH)
        assert stores.password_hash(account) == OTHER_HASH
        assert stores.log_ins.find(log_in, now=BEGINNING) is not None

    def test_a_confirmation_is_used_once_before_it_expires(self, stores: Stores) -> None:
        account = stores.added()
        token = stores.token(account, Purpose.CONFIRM)
        assert stores.confirm(token, now=LATER) is None
        confirmed = replace(account, confirmed_at=BEGINNING)
        assert stores.confirm(token, now=BEGINNING) == confirmed
        assert stores.confirm(token, now=BEGINNING) is None
        again = stores.token(account, Purpose.CONFIRM)
        later = BEGINNING + timedelta(minutes=5)
        assert stores.confirm(again, now=later) == confirmed

    def test_a_reset_is_used_once_and_ends_log_ins_and_other_resets(self, stores: Stores) -> None:
        account, other = stores.added(), stores.added()
        token, spare = (stores.token(account, Purpose.RESET) for _ in range(2))
        log_in = stores.logged_in(account)
        assert stores.reset(token, OTHER_HASH, now=LATER) is None
        confirmed = replace(account, confirmed_at=BEGINNING)
        assert stores.reset(token, OTHER_HASH, now=BEGINNING) == confirmed
        assert stores.password_hash(account) == OTHER_HASH
        assert stores.password_hash(other) == HASH
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        for spent in (token, spare):
            assert stores.reset(spent, HASH, now=BEGINNING) is None

    @pytest.mark.parametrize("purpose", Purpose)
    def test_a_token_for_nobody_is_good_for_nothing(self, stores: Stores, purpose: Purpose) -> None:
        account, token = stores.added(), a_token()
        stores.tokens.add(token, purpose, None, until=LATER, now=BEGINNING)
        assert stores.tokens.find(token, purpose, now=BEGINNING) is None
        assert stores.confirm(token, now=BEGINNING) is None
        assert stores.reset(token, OTHER_HASH, now=BEGINNING) is None
        assert stores.password_hash(account) == HASH

    def test_a_token_is_good_for_its_purpose_only(self, stores: Stores) -> None:
        account = stores.added(confirmed_at=BEGINNING)
        confirmation = stores.token(account, Purpose.CONFIRM)
        reset = stores.token(account, Purpose.RESET)
        assert stores.reset(confirmation, OTHER_HASH, now=BEGINNING) is None
        assert stores.confirm(reset, now=BEGINNING) is None
        assert stores.confirm(confirmation, now=BEGINNING) is not None
        assert stores.reset(reset, OTHER_HASH, now=BEGINNING) is not None

    def test_a_token_is_found_without_using_it(self, stores: Stores) -> None:
        account = stores.added()
        token = stores.token(account, Purpose.CONFIRM)
        for _ in range(2):
            assert stores.tokens.find(token, Purpose.CONFIRM, now=BEGINNING) == account
        assert stores.tokens.find(token, Purpose.RESET, now=BEGINNING) is None
        assert stores.tokens.find(token, Purpose.CONFIRM, now=LATER) is None
        assert stores.tokens.find(a_token(), Purpose.CONFIRM, now=BEGINNING) is None
        assert stores.confirm(token) is not None
        assert stores.tokens.find(token, Purpose.CONFIRM, now=BEGINNING) is None

    @pytest.mark.parametrize("revoke_keys", [True, False])
    def test_another_password_revokes_keys_if_wanted(
        self, stores: Stores, *, revoke_keys: bool
    ) -> None:
        account, other = stores.added(confirmed_at=BEGINNING), stores.added(confirmed_at=BEGINNING)
        key, foreign = stores.key(account), stores.key(other)
        stores.accounts.set_password(account.id, OTHER_HASH, revoke_keys=revoke_keys)
        assert list(stores.keys.of(account.id)) == ([] if revoke_keys else [key])
        assert list(stores.keys.of(other.id)) == [foreign]

    @pytest.mark.parametrize("revoke_keys", [True, False])
    def test_a_reset_revokes_keys_if_wanted(self, stores: Stores, *, revoke_keys: bool) -> None:
        account, other = stores.added(confirmed_at=BEGINNING), stores.added(confirmed_at=BEGINNING)
        key, foreign = stores.key(account), stores.key(other)
        invitation = stores.invited(account)
        stores.reset(stores.token(account, Purpose.RESET), OTHER_HASH, revoke_keys=revoke_keys)
        assert list(stores.keys.of(account.id)) == ([] if revoke_keys else [key])
        assert list(stores.keys.of(other.id)) == [foreign]
        assert stores.invitations.email_of(invitation, now=BEGINNING)

    @pytest.mark.parametrize("by", ["confirmation", "reset"])
    def test_the_first_confirmation_ends_what_was_before(self, stores: Stores, by: str) -> None:
        account, other = stores.added(), stores.added()
        before = [stores.left_by(who) for who in (account, other)]
        kept = stores.log_ins.find(stores.logged_in(account), now=BEGINNING)
        assert kept is not None
        if by == "reset":
            stores.reset(stores.token(account, Purpose.RESET), OTHER_HASH)
        else:
            token = stores.token(account, Purpose.CONFIRM)
            stores.confirm(token, log_in=kept.family, password_hash=OTHER_HASH)
        assert stores.is_left(account, before[0]) == [False] * 5
        assert stores.is_left(other, before[1]) == [True] * 5
        assert stores.password_hash(account) == OTHER_HASH
        assert stores.password_hash(other) == HASH
        is_live = stores.log_ins.is_live(account.id, kept.family, now=BEGINNING)
        assert is_live is (by == "confirmation")

    def test_a_later_confirmation_ends_nothing(self, stores: Stores) -> None:
        account = stores.added(confirmed_at=BEGINNING)
        before = stores.left_by(account)
        token = stores.token(account, Purpose.CONFIRM)
        assert stores.confirm(token, password_hash=OTHER_HASH) == account
        assert stores.is_left(account, before) == [True] * 5
        assert stores.password_hash(account) == HASH

    def test_a_deleted_account_leaves_nothing(self, stores: Stores) -> None:
        account = stores.added()
        log_in, token = stores.logged_in(account), stores.token(account, Purpose.CONFIRM)
        stores.accounts.delete(account.id)
        stores.accounts.delete(account.id)
        assert stores.accounts.find(account.id) is None
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        assert stores.confirm(token, now=BEGINNING) is None


class FakeStores(Stores):
    def key(self, account: Account) -> KeyEntry:
        assert isinstance(self.keys, FakeApiKeys)
        self.keys.keys.setdefault(account.id, {})
        made = self.keys.add(account.id, "", **a_key())
        assert made is not None
        return made


@dataclass
class PostgresStores(Stores):
    url: str

    def key(self, account: Account) -> KeyEntry:
        with psycopg.connect(self.url) as connection:
            self.insert_key(connection, account)
        return self.keys.of(account.id)[-1]

    def insert_key(self, connection: psycopg.Connection[Any], account: Account) -> None:
        key = a_key()
        insert = (
            "insert into api_keys (account_id, name, prefix, hash, scopes)"
            " values (%s, %s, %s, %s, %s)"
        )
        values = [key["name"], key["prefix"], key["key_hash"], list(key["scopes"])]
        connection.execute(insert, [account.id, *values])


class TestFakeAccounts(AccountsContract):
    @pytest.fixture
    def stores(self) -> Stores:
        log_ins, invitations, keys = FakeLogIns(), FakeInvitations(), FakeApiKeys()
        accounts = FakeAccounts(log_ins, invitations, keys)
        tokens = FakeOneTimeTokens(accounts)
        return FakeStores(accounts, tokens, invitations, log_ins, keys)


class TestPostgresAccounts(AccountsContract):
    def test_nothing_can_be_added_for_an_account_that_is_gone(self, stores: Stores) -> None:
        account = stores.added()
        stores.accounts.delete(account.id)
        log_in, token = stores.logged_in(account), stores.token(account, Purpose.CONFIRM)
        stores.invitations.add(token, "b@x.example", account.id, until=LATER, now=BEGINNING)
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        assert stores.confirm(token, now=BEGINNING) is None
        assert stores.invitations.email_of(token, now=BEGINNING) is None

    @pytest.fixture
    def stores(self, tables: str) -> Iterator[Stores]:
        database = Database(tables)
        yield PostgresStores(
            PostgresAccounts(database),
            PostgresOneTimeTokens(database),
            PostgresInvitations(database),
            PostgresLogIns(database),
            PostgresApiKeys(database),
            tables,
        )
        database.close()

    def test_the_sites_of_a_deleted_owner_go_those_it_views_stay(
        self, stores: Stores, tables: str
    ) -> None:
        account, other = stores.added(), stores.added()
        with psycopg.connect(tables, autocommit=True) as connection:
            sites = []
            for owner in (account, other):
                row = connection.execute(
                    "insert into sites (tracking_id, url, name)"
                    " values (%s, 'https://x.example', 'Site') returning id",
                    [tracking_id(secrets.token_bytes(16))],
                ).fetchone()
                assert row
                sites.append(row[0])
                join = "insert into site_members (site_id, account_id, role) values (%s, %s, %s)"
                connection.execute(join, (row[0], owner.id, "owner"))
            connection.execute(join, (sites[1], account.id, "viewer"))
            stores.accounts.delete(account.id)
            left = connection.execute("select id from sites where id = any(%s)", [sites])
            assert left.fetchall() == [(sites[1],)]
            jobs = connection.execute("select kind, site_id, account_id::text from jobs")
            assert jobs.fetchall() == [("erase_site", sites[0], account.id)]
            erased = connection.execute("select digest from tombstones").fetchall()
            assert [key.bytes for (key,) in erased] == [site_key(SiteId(str(sites[0])))]
        stores.accounts.delete(account.id)

    @pytest.mark.parametrize("by", ["change", "reset"])
    def test_a_key_that_is_made_meanwhile_is_revoked_too(
        self, stores: PostgresStores, tables: str, by: str
    ) -> None:
        account = stores.added(confirmed_at=BEGINNING)
        stores.logged_in(account)
        token = stores.token(account, Purpose.RESET)

        def revoke() -> None:
            if by == "change":
                stores.accounts.set_password(account.id, OTHER_HASH, revoke_keys=True)
            else:
                stores.reset(token, OTHER_HASH, revoke_keys=True)

        ending = threading.Thread(target=revoke)
        with psycopg.connect(tables) as connection:
            lock = "select 1 from refresh_families where account_id = %s for key share"
            connection.execute(lock, [account.id])
            ending.start()
            until_waiting(tables)
            stores.insert_key(connection, account)
        ending.join(20)
        assert stores.password_hash(account) == OTHER_HASH
        assert list(stores.keys.of(account.id)) == []

    def test_what_has_expired_goes_when_another_comes(self, stores: Stores, tables: str) -> None:
        account = stores.added()
        old, new_ = stores.token(account, Purpose.RESET), a_token()
        later = LATER + timedelta(days=1)
        stores.tokens.add(new_, Purpose.RESET, account.id, until=later, now=LATER)
        stores.invitations.add(old, "b@x.example", account.id, until=LATER, now=BEGINNING)
        stores.invitations.add(new_, "b@x.example", account.id, until=later, now=LATER)
        with psycopg.connect(tables) as connection:
            rows = connection.execute(
                "select hash from one_time_tokens where hash = any(%(hashes)s)"
                " union all select hash from invitations where hash = any(%(hashes)s)",
                {"hashes": [old, new_]},
            )
            assert rows.fetchall() == [(new_,), (new_,)]
