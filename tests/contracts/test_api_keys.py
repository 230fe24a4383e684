from collections.abc import Iterator

import psycopg
import pytest

from pixeltrack.accounts.keys import key_hash
from pixeltrack.accounts.ports import ApiKey, ApiKeys, KeyEntry
from pixeltrack.accounts.postgres import PostgresApiKeys
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Database
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


def add(keys: ApiKeys, account: AccountId, hashed: bytes = HASH) -> KeyEntry:
    made = keys.add(account, name="Ключ", prefix="ptk_abcdefgh", key_hash=hashed, scopes=SCOPES)
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
        made = keys.add(STRANGER, name="x", prefix="ptk_", key_hash=HASH, scopes=SCOPES)
        assert made is None

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
        return FakeApiKeys(accounts=[owner])


class TestPostgresOwnedKeys(OwnedKeysContract):
    @pytest.fixture
    def owner(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def keys(self, tables: str) -> Iterator[ApiKeys]:
        database = Database(tables)
        yield PostgresApiKeys(database)
        database.close()
        with psycopg.connect(tables) as connection:
            connection.execute("delete from api_keys")
