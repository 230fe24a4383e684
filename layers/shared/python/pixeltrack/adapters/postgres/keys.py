"""API keys in PostgreSQL, of which only hashes are stored."""

from pixeltrack.adapters.postgres.database import Database
from pixeltrack.ports import ApiKey


class PostgresApiKeys:
    """Finds the live key of a hash.

    The hash is looked up in an index: how long that takes tells nothing of a key, since nobody
    can choose the bytes of a SHA-256.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key_hash: bytes) -> ApiKey | None:
        """Answer the live key with this hash; a revoked or unknown one is None."""
        rows = self._database.rows("find_api_key", hash=key_hash)
        if not rows:
            return None
        row = rows[0]
        return ApiKey(id=row["id"], account=row["account"], scopes=frozenset(row["scopes"]))
