"""The daily salts in PostgreSQL, none kept beyond 48 hours."""

import secrets
from datetime import date

from pixeltrack.platform.identifiers import SiteId
from pixeltrack.platform.postgres import Database


class PostgresSalts:
    """Answers 32 random bytes a site and day; whoever asks first makes them for all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def salt(self, site: SiteId, day: date) -> bytes:
        """Return the site's salt of that day; making one deletes all that are too old."""
        rows = self._database.rows("enrichment/find_salt", site=site, day=day)
        if not rows:
            self._database.rows("enrichment/delete_old_salts")
            fresh = secrets.token_bytes(32)
            rows = self._database.rows("enrichment/add_salt", site=site, day=day, salt=fresh)
        salt: bytes = rows[0]["salt"]
        return salt
