"""Counters of attempts in PostgreSQL, shared by all processes."""

from datetime import datetime

from pixeltrack.account_ports import Attempts
from pixeltrack.adapters.postgres.database import Database


class PostgresThrottles:
    """Counts attempts; a window that has ended goes when another is opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hit(self, key: bytes, *, until: datetime, now: datetime) -> Attempts:
        """Count an attempt; one in no open window opens one that ends at `until`."""
        row = self._database.rows("count_attempt", key=key, until=until, now=now)[0]
        if row["attempts"] == 1:
            self._database.rows("delete_old_throttles", now=now)
        return Attempts(row["attempts"], row["expires_at"])

    def clear(self, key: bytes) -> None:
        """Forget the attempts of a key."""
        self._database.rows("clear_attempts", key=key)
