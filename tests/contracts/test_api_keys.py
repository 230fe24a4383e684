from collections.abc import Iterator

import psycopg
import pytest
from fakes.accounts import FakeApiKeys

from pixeltrack.accounts.keys import key_hash
from pixeltrack.accounts.ports import ApiKey, ApiKeys
from pixeltrack.accounts.postgres import PostgresApiKeys
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Database

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
