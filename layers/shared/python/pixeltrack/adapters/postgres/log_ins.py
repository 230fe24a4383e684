"""Log-ins in PostgreSQL: families of refresh tokens, stored as hashes; ending one deletes it."""

import uuid
from datetime import datetime

from pixeltrack.account_ports import LogIn
from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.identifiers import AccountId


class PostgresLogIns:
    """Families of refresh tokens; of two uses of a token at once, one is the first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, account: AccountId, token: bytes, *, until: datetime, now: datetime) -> LogIn:
        """Begin a family with its first token; whatever has expired goes."""
        family = str(uuid.uuid4())
        values = {"hash": token, "until": until, "now": now}
        self._database.rows("open_log_in", family=family, account=account, **values)
        return LogIn(family, account)

    def rotate(
        self, token: bytes, successor: bytes, *, until: datetime, now: datetime
    ) -> LogIn | None:
        """Use a token; where this is its first use, store its successor."""
        values = {"successor": successor, "until": until, "now": now}
        is_first = bool(self._database.rows("rotate_refresh_token", hash=token, **values))
        known = self.find(token, now=now)
        if known is None or not is_first:
            return known
        return LogIn(known.family, known.account)

    def find(self, token: bytes, *, now: datetime) -> LogIn | None:
        """Answer the family of a token, used or not."""
        rows = self._database.rows("find_refresh_token", hash=token, now=now)
        if not rows:
            return None
        return LogIn(rows[0]["family"], AccountId(rows[0]["account"]), rows[0]["rotated_at"])

    def end(self, family: str) -> None:
        """End a family: none of its tokens is known any more."""
        self._database.rows("end_log_in", family=family)

    def end_all(self, account: AccountId) -> None:
        """End every family of an account."""
        self._database.rows("end_log_ins", account=account)
