"""Memberships in PostgreSQL: the one place where access to a site is decided."""

from collections.abc import Sequence

from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.identifiers import AccountId, SiteId


class PostgresMemberships:
    """Answers which sites an account may see."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sites_of(self, account: AccountId) -> Sequence[SiteId]:
        """Answer the sites that the account is a member of, oldest first."""
        rows = self._database.rows("sites_of_account", account=account)
        return [row["id"] for row in rows]
