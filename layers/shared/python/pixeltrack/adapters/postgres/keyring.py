"""The live API keys of accounts in PostgreSQL, as their owners list, make and revoke them."""

from collections.abc import Sequence

from psycopg.rows import DictRow

from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.identifiers import AccountId, is_uuid
from pixeltrack.ports import KeyEntry


class PostgresKeyRing:
    """Keeps hashes of keys; a revoked key's row stays, so that its hash is never taken again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account: AccountId) -> Sequence[KeyEntry]:
        """Answer the account's live keys, oldest first."""
        return [_entry(row) for row in self._database.rows("keys_of_account", account=account)]

    def add(
        self, account: AccountId, *, name: str, prefix: str, key_hash: bytes, scopes: frozenset[str]
    ) -> KeyEntry | None:
        """Keep a new key; None where there is no such account. Repeated, it is the same key."""
        rows = self._database.rows(
            "add_api_key",
            account=account,
            name=name,
            prefix=prefix,
            hash=key_hash,
            scopes=sorted(scopes),
        )
        return _entry(rows[0]) if rows else None

    def revoke(self, account: AccountId, key: str) -> bool:
        """End a key at once; False where the account has no such live key."""
        return is_uuid(key) and bool(
            self._database.rows("revoke_api_key", account=account, key=key)
        )


def _entry(row: DictRow) -> KeyEntry:
    return KeyEntry(
        id=row["id"],
        name=row["name"],
        prefix=row["prefix"],
        scopes=frozenset(row["scopes"]),
        created_at=row["created_at"],
    )
