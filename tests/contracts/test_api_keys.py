import threading
from collections.abc import Iterator

import psycopg
import pytest

from pixeltrack.accounts.keys import key_hash
from pixeltrack.accounts.ports import ApiKey, ApiKeys, KeyEntry
from pixeltrack.accounts.postgres import PostgresApiKeys
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Database
from tests.contracts.conftest import until_waiting
from tests.fakes.accounts import FakeApiKeys

SCOPES = frozenset({"events:read", "sites:read"})
LIVE, REVOKED, UNKNOWN = key_hash("live"), key_hash("revoked"), key_hash("unknown")
KEY_ID = "00000000-0000-4000-8000-000000000001"


class ApiKeysContract:
    @pytest.fixture
    def owner(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def keys(self) -> ApiKeys:
        raise NotImplementedError

    def test_a_live_key_is_found(self, keys: ApiKeys, owner: str) -> None:
        assert keys.find(LIVE) == ApiKey(KEY_ID, AccountId(owner), SCOPES)

    @pytest.mark.parametrize("other", [REVOKED, UNKNOWN, b"", LIVE[:-1], LIVE + b"\x00"])
    def test_any_other_is_none(self, keys: ApiKeys, other: bytes) -> None:
        assert keys.find(other) is None


class TestFakeApiKeys(ApiKeysContract):
    @pytest.fixture
    def owner(self) -> str:
        return "account-1"

    @pytest.fixture
    def keys(self, owner: str) -> ApiKeys:
        return FakeApiKeys({LIVE: ApiKey(KEY_ID, AccountId(owner), SCOPES)})


class TestPostgresApiKeys(ApiKeysContract):
    @pytest.fixture
    def owner(self, account: str) -> str:
        return account

    @pytest.fixture
    def keys(self, tables: str, owner: str) -> Iterator[ApiKeys]:
        insert = (
            "insert into api_keys (id, account_id, name, prefix, hash, scopes, revoked_at)"
            " values (coalesce(%s, gen_random_uuid()), %s, 'A key', 'ptk_', %s, %s, %s)"
        )
        with psycopg.connect(tables, autocommit=True) as connection:
            connection.execute(insert, (KEY_ID, owner, LIVE, list(SCOPES), None))
            connection.execute(insert, (None, owner, REVOKED, list(SCOPES), "2026-11-22"))
            database = Database(tables)
            yield PostgresApiKeys(database)
            database.close()
            connection.execute("delete from api_keys")


STRANGER = AccountId("00000000-0000-4000-8000-00000000ffff")
HASH = key_hash("a key")
LOG_IN = "00000000-0000-4000-8000-00000000aaaa"


def try_to_add(
    keys: ApiKeys, account: AccountId, hashed: bytes = HASH, log_in: str = LOG_IN
) -> KeyEntry | None:
    return keys.add(
        account, log_in, name="Ключ", prefix="ptk_abcdefgh", key_hash=hashed, scopes=SCOPES
    )


def add(keys: ApiKeys, account: AccountId, hashed: bytes = HASH) -> KeyEntry:
    made = try_to_add(keys, account, hashed)
    assert made
    return made


class OwnedKeysContract:
    @pytest.fixture
    def owner(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def keys(self) -> ApiKeys:
        raise NotImplementedError

    def test_what_is_added_is_listed(self, keys: ApiKeys, owner: AccountId) -> None:
        one, two = add(keys, owner), add(keys, owner, key_hash("another"))
        assert (one.name, one.prefix, one.scopes) == ("Ключ", "ptk_abcdefgh", SCOPES)
        assert one.created_at.tzinfo
        assert list(keys.of(owner)) == [one, two]

    def test_adding_twice_is_adding_once(self, keys: ApiKeys, owner: AccountId) -> None:
        assert add(keys, owner) == add(keys, owner)
        assert len(keys.of(owner)) == 1

    def test_a_revoked_key_is_gone(self, keys: ApiKeys, owner: AccountId) -> None:
        made, other = add(keys, owner), add(keys, owner, key_hash("another"))
        assert keys.revoke(owner, made.id) is True
        assert keys.revoke(owner, made.id) is False
        assert list(keys.of(owner)) == [other]

    @pytest.mark.parametrize("odd", ["", "no-id", "\x00", "\ud800", "0" * 36])
    def test_what_is_no_id_is_unknown(self, keys: ApiKeys, owner: AccountId, odd: str) -> None:
        add(keys, owner)
        assert keys.revoke(owner, odd) is False
        assert len(keys.of(owner)) == 1

    def test_others_see_and_do_nothing(self, keys: ApiKeys, owner: AccountId) -> None:
        made = add(keys, owner)
        assert list(keys.of(STRANGER)) == []
        assert keys.revoke(STRANGER, made.id) is False
        assert list(keys.of(owner)) == [made]

    def test_nobody_makes_no_key(self, keys: ApiKeys) -> None:
        assert try_to_add(keys, STRANGER) is None

    @pytest.mark.parametrize("log_in", ["", "x", "\x00", "00000000-0000-4000-8000-00000000bbbb"])
    def test_without_a_log_in_of_its_own_an_account_makes_no_key(
        self, keys: ApiKeys, owner: AccountId, log_in: str
    ) -> None:
        assert try_to_add(keys, owner, log_in=log_in) is None
        assert list(keys.of(owner)) == []

    def test_a_key_is_found_by_its_hash_until_it_is_revoked(
        self, keys: ApiKeys, owner: AccountId
    ) -> None:
        made = add(keys, owner)
        assert keys.find(HASH) == ApiKey(made.id, owner, SCOPES)
        assert keys.find(key_hash("another")) is None
        keys.revoke(owner, made.id)
        assert keys.find(HASH) is None


class TestFakeOwnedKeys(OwnedKeysContract):
    @pytest.fixture
    def owner(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def keys(self, owner: AccountId) -> ApiKeys:
        return FakeApiKeys(accounts=[owner], may_issue=lambda _account, log_in: log_in == LOG_IN)


_OPEN = (
    "insert into refresh_families (id, account_id, created_at, expires_at)"
    " values (%s, %s, now(), now() + interval '1 day')"
)


class TestPostgresOwnedKeys(OwnedKeysContract):
    @pytest.fixture
    def owner(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def keys(self, tables: str, owner: AccountId) -> Iterator[ApiKeys]:
        database = Database(tables)
        with psycopg.connect(tables, autocommit=True) as connection:
            connection.execute("update accounts set confirmed_at = now() where id = %s", [owner])
            connection.execute(_OPEN, [LOG_IN, owner])
            yield PostgresApiKeys(database)
            database.close()
            connection.execute("delete from api_keys")
            connection.execute("delete from refresh_families")

    def test_an_account_that_is_not_confirmed_makes_no_key(
        self, keys: ApiKeys, owner: AccountId, tables: str
    ) -> None:
        with psycopg.connect(tables) as connection:
            connection.execute("update accounts set confirmed_at = null where id = %s", [owner])
        assert try_to_add(keys, owner) is None

    def test_a_log_in_that_ends_meanwhile_makes_no_key(
        self, keys: ApiKeys, owner: AccountId, tables: str
    ) -> None:
        made: list[KeyEntry | None] = []
        attempt = threading.Thread(target=lambda: made.append(try_to_add(keys, owner)))
        with psycopg.connect(tables) as connection:
            connection.execute("delete from refresh_families where id = %s", [LOG_IN])
            attempt.start()
            until_waiting(tables)
        attempt.join(20)
        assert made == [None]
        assert list(keys.of(owner)) == []
