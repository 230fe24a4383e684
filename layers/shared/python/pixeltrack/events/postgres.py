"""Tombstones in PostgreSQL, as the pipeline asks for them."""

from collections.abc import Collection, Mapping

from pixeltrack.platform.postgres import Database


class PostgresTombstones:
    """Looks tombstones up by key, all those asked for in one query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        """Return when each was erased (epoch ms), those that were."""
        if not keys:
            return {}
        rows = self._database.rows("events/tombstones", keys=list(keys))
        return {row["digest"].bytes: row["erased_at"] for row in rows}
