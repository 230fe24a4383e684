"""Sites in PostgreSQL, as the pipeline sees them."""

from collections.abc import Collection, Mapping

from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.identifiers import TrackingId, is_tracking_id
from pixeltrack.domain.sites import Identity, Site, SiteStatus


class PostgresSiteDirectory:
    """Looks sites up by tracking id, all those asked for in one query."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, tracking_ids: Collection[TrackingId]) -> Mapping[TrackingId, Site]:
        """Answer the sites that exist; what is not even shaped like an id is not asked for."""
        known = [i for i in tracking_ids if is_tracking_id(i)]
        if not known:
            return {}
        rows = self._database.rows("find_sites", tracking_ids=known)
        return {
            row["tracking_id"]: Site(
                id=row["id"],
                tracking_id=row["tracking_id"],
                owner=row["owner"],
                url=row["url"],
                timezone=row["timezone"],
                status=SiteStatus(row["status"]),
                identity=Identity(row["identity"]),
                excluded_ips=tuple(map(str, row["excluded_ips"])),
                allowed_domains=tuple(row["allowed_domains"]),
            )
            for row in rows
        }
