import secrets
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg
import pytest

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.accounts.ports import Accounts, Invitations, LogIns, NewAccount, OneTimeTokens
from pixeltrack.accounts.postgres import (
    PostgresAccounts,
    PostgresInvitations,
    PostgresLogIns,
    PostgresOneTimeTokens,
)
from pixeltrack.accounts.tokens import Purpose
from pixeltrack.events.identity import site_key
from pixeltrack.platform.identifiers import AccountId, SiteId, tracking_id
from pixeltrack.platform.postgres import Database
from tests.fakes.people import (
    BEGINNING,
    FakeAccounts,
    FakeInvitations,
    FakeLogIns,
    FakeOneTimeTokens,
)

HASH, OTHER_HASH = "h" * 97, "o" * 97
LATER = BEGINNING + timedelta(hours=1)


def a_token() -> bytes:
    return secrets.token_bytes(32)


def new(**changes: object) -> NewAccount:
    wanted = NewAccount(
        id=AccountId(str(uuid.uuid4())),
        email=f"Ann{secrets.token_hex(6)}@example.com",
        name="Ann",
        language=Language.RUSSIAN,
        password_hash=HASH,
    )
    return replace(wanted, **changes)  # type: ignore[arg-type]


@dataclass
class Stores:
    accounts: Accounts
    tokens: OneTimeTokens
    invitations: Invitations
    log_ins: LogIns

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

    def test_an_address_is_taken_in_any_case(self, stores: Stores) -> None:
        added = stores.added()
        assert stores.accounts.add(new(email=added.email.swapcase())) is None

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
        stores.accounts.set_password(account.id, OTHER_HASH)
        assert stores.password_hash(account) == OTHER_HASH
        assert stores.password_hash(other) == HASH
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        assert stores.log_ins.find(foreign, now=BEGINNING) is not None
        assert stores.tokens.reset(reset, HASH, now=BEGINNING) is None
        assert stores.tokens.confirm(confirmation, now=BEGINNING) is not None

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
        assert stores.tokens.confirm(token, now=LATER) is None
        confirmed = replace(account, confirmed_at=BEGINNING)
        assert stores.tokens.confirm(token, now=BEGINNING) == confirmed
        assert stores.tokens.confirm(token, now=BEGINNING) is None
        again = stores.token(account, Purpose.CONFIRM)
        later = BEGINNING + timedelta(minutes=5)
        assert stores.tokens.confirm(again, now=later) == confirmed

    def test_a_reset_is_used_once_and_ends_log_ins_and_other_resets(self, stores: Stores) -> None:
        account, other = stores.added(), stores.added()
        token, spare = (stores.token(account, Purpose.RESET) for _ in range(2))
        log_in = stores.logged_in(account)
        assert stores.tokens.reset(token, OTHER_HASH, now=LATER) is None
        confirmed = replace(account, confirmed_at=BEGINNING)
        assert stores.tokens.reset(token, OTHER_HASH, now=BEGINNING) == confirmed
        assert stores.password_hash(account) == OTHER_HASH
        assert stores.password_hash(other) == HASH
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        for spent in (token, spare):
            assert stores.tokens.reset(spent, HASH, now=BEGINNING) is None

    def test_a_token_is_good_for_its_purpose_only(self, stores: Stores) -> None:
        account = stores.added()
        confirmation = stores.token(account, Purpose.CONFIRM)
        reset = stores.token(account, Purpose.RESET)
        assert stores.tokens.reset(confirmation, OTHER_HASH, now=BEGINNING) is None
        assert stores.tokens.confirm(reset, now=BEGINNING) is None
        assert stores.tokens.confirm(confirmation, now=BEGINNING) is not None
        assert stores.tokens.reset(reset, OTHER_HASH, now=BEGINNING) is not None

    def test_a_deleted_account_leaves_nothing(self, stores: Stores) -> None:
        account = stores.added()
        log_in, token = stores.logged_in(account), stores.token(account, Purpose.CONFIRM)
        stores.accounts.delete(account.id)
        stores.accounts.delete(account.id)
        assert stores.accounts.find(account.id) is None
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        assert stores.tokens.confirm(token, now=BEGINNING) is None


class TestFakeAccounts(AccountsContract):
    @pytest.fixture
    def stores(self) -> Stores:
        log_ins, invitations = FakeLogIns(), FakeInvitations()
        accounts = FakeAccounts(log_ins, invitations)
        return Stores(accounts, FakeOneTimeTokens(accounts), invitations, log_ins)


class TestPostgresAccounts(AccountsContract):
    def test_nothing_can_be_added_for_an_account_that_is_gone(self, stores: Stores) -> None:
        account = stores.added()
        stores.accounts.delete(account.id)
        log_in, token = stores.logged_in(account), stores.token(account, Purpose.CONFIRM)
        stores.invitations.add(token, "b@x.example", account.id, until=LATER, now=BEGINNING)
        assert stores.log_ins.find(log_in, now=BEGINNING) is None
        assert stores.tokens.confirm(token, now=BEGINNING) is None
        assert stores.invitations.email_of(token, now=BEGINNING) is None

    @pytest.fixture
    def stores(self, tables: str) -> Iterator[Stores]:
        database = Database(tables)
        yield Stores(
            PostgresAccounts(database),
            PostgresOneTimeTokens(database),
            PostgresInvitations(database),
            PostgresLogIns(database),
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
