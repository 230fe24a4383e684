"""The daily salts in PostgreSQL, none kept beyond 48 hours."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pixeltrack.enrichment.ports import SiteDay
from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Database


class PostgresSalts:
    """Keeps 32 random bytes a site and day; whoever asks first makes them for all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def salts(self, asked: Collection[SiteDay]) -> Mapping[SiteDay, bytes]:
        """Return the salts of sites and days; making one deletes all that are too old."""
        found = self._rows("enrichment/find_salts", sorted(set(asked)))
        if missing := sorted(set(asked) - found.keys()):
            self._database.rows("enrichment/delete_old_salts")
            fresh = [secrets.token_bytes(32) for _ in missing]
            found |= self._rows("enrichment/add_salts", missing, salts=fresh)
        return found

    def _rows(self, name: str, asked: Sequence[SiteDay], **more: Any) -> dict[SiteDay, bytes]:
        if not asked:
            return {}
        sites, days = [site for site, _ in asked], [day for _, day in asked]
        rows = self._database.rows(name, sites=sites, days=days, **more)
        return {(SiteId(str(row["site_id"])), row["day"]): row["salt"] for row in rows}
