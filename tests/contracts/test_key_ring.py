from collections.abc import Iterator

import psycopg
import pytest
from fakes.sites import FakeKeyRing

from pixeltrack.accounts.keys import key_hash
from pixeltrack.accounts.ports import KeyEntry, KeyRing
from pixeltrack.accounts.postgres import PostgresApiKeys, PostgresKeyRing
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Database

STRANGER = AccountId("00000000-0000-4000-8000-00000000ffff")
SCOPES = frozenset({"events:read", "sites:read"})
HASH = key_hash("a key")


def add(ring: KeyRing, account: AccountId, hashed: bytes = HASH) -> KeyEntry:
    made = ring.add(account, name="Ключ", prefix="ptk_abcdefgh", key_hash=hashed, scopes=SCOPES)
    assert made
    return made


class KeyRingContract:
    @pytest.fixture
    def owner(self) -> AccountId:
        raise NotImplementedError

    @pytest.fixture
    def ring(self) -> KeyRing:
        raise NotImplementedError

    def test_what_is_added_is_listed(self, ring: KeyRing, owner: AccountId) -> None:
        one, two = add(ring, owner), add(ring, owner, key_hash("another"))
        assert (one.name, one.prefix, one.scopes) == ("Ключ", "ptk_abcdefgh", SCOPES)
        assert one.created_at.tzinfo
        assert list(ring.of(owner)) == [one, two]

    def test_adding_twice_is_adding_once(self, ring: KeyRing, owner: AccountId) -> None:
        assert add(ring, owner) == add(ring, owner)
        assert len(ring.of(owner)) == 1

    def test_a_revoked_key_is_gone(self, ring: KeyRing, owner: AccountId) -> None:
        made, other = add(ring, owner), add(ring, owner, key_hash("another"))
        assert ring.revoke(owner, made.id) is True
        assert ring.revoke(owner, made.id) is False
        assert list(ring.of(owner)) == [other]

    @pytest.mark.parametrize("odd", ["", "no-id", "\x00", "\ud800", "0" * 36])
    def test_what_is_no_id_is_unknown(self, ring: KeyRing, owner: AccountId, odd: str) -> None:
        add(ring, owner)
        assert ring.revoke(owner, odd) is False
        assert len(ring.of(owner)) == 1

    def test_others_see_and_do_nothing(self, ring: KeyRing, owner: AccountId) -> None:
        made = add(ring, owner)
        assert list(ring.of(STRANGER)) == []
        assert ring.revoke(STRANGER, made.id) is False
        assert list(ring.of(owner)) == [made]

    def test_nobody_makes_no_key(self, ring: KeyRing) -> None:
        made = ring.add(STRANGER, name="x", prefix="ptk_", key_hash=HASH, scopes=SCOPES)
        assert made is None


class TestFakeKeyRing(KeyRingContract):
    @pytest.fixture
    def owner(self) -> AccountId:
        return AccountId("account-1")

    @pytest.fixture
    def ring(self, owner: AccountId) -> KeyRing:
        return FakeKeyRing(owner)


class TestPostgresKeyRing(KeyRingContract):
    @pytest.fixture
    def owner(self, account: str) -> AccountId:
        return AccountId(account)

    @pytest.fixture
    def ring(self, tables: str) -> Iterator[KeyRing]:
        database = Database(tables)
        yield PostgresKeyRing(database)
        database.close()
        with psycopg.connect(tables) as connection:
            connection.execute("delete from api_keys")

    def test_the_door_knows_a_key_until_it_is_revoked(
        self, ring: KeyRing, owner: AccountId, tables: str
    ) -> None:
        database = Database(tables)
        door = PostgresApiKeys(database)
        made = add(ring, owner)
        found = door.find(HASH)
        assert found
        assert (found.id, found.account, found.scopes) == (made.id, owner, SCOPES)
        ring.revoke(owner, made.id)
        assert door.find(HASH) is None
        database.close()
