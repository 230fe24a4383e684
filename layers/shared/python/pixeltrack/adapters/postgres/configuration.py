"""Sites in PostgreSQL, with all their settings, as their members see and change them."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.hits import site_key
from pixeltrack.domain.identifiers import AccountId, SiteId, TrackingId, is_uuid
from pixeltrack.domain.sites import (
    Identity,
    MemberSite,
    Role,
    SiteChanges,
    SiteSettings,
    SiteStatus,
)

_UNCHANGED: dict[str, None] = {setting.name: None for setting in fields(SiteSettings)}


class PostgresSites:
    """Reads and changes sites, each statement through `site_members`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account: AccountId) -> Sequence[MemberSite]:
        """Answer the sites that the account is a member of, oldest first."""
        rows = self._database.rows("member_sites", account=account, site=None)
        return [_member_site(row) for row in rows]

    def find(self, account: AccountId, site: SiteId) -> MemberSite | None:
        """Answer one site, or None where the account is no member."""
        if not is_uuid(site):
            return None
        rows = self._database.rows("member_sites", account=account, site=site)
        return _member_site(rows[0]) if rows else None

    def add(
        self, account: AccountId, tracking_id: TrackingId, settings: SiteSettings
    ) -> MemberSite | None:
        """Make a site that the account owns; None where there is no such account."""
        values = _values(asdict(settings))
        rows = self._database.rows("add_site", account=account, tracking_id=tracking_id, **values)
        return self.find(account, rows[0]["id"]) if rows else None

    def change(self, account: AccountId, site: SiteId, changes: SiteChanges) -> MemberSite | None:
        """Change some settings and answer the site; None where the account is not its owner."""
        if not is_uuid(site):
            return None
        values = _values({**_UNCHANGED, **changes})
        rows = self._database.rows("change_site", account=account, site=site, **values)
        return self.find(account, site) if rows else None

    def remove(self, account: AccountId, site: SiteId) -> str | None:
        """Delete and bury a site; answer the id of the job that erases what is stored of it."""
        if not is_uuid(site):
            return None
        key = UUID(bytes=site_key(site))
        rows = self._database.rows("delete_site", account=account, site=site, key=key)
        return rows[0]["job"] if rows else None


def _values(settings: dict[str, Any]) -> dict[str, Any]:
    """Write settings as the driver takes them: an array is a list to it."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in settings.items()}


def _member_site(row: DictRow) -> MemberSite:
    return MemberSite(
        id=row["id"],
        tracking_id=row["tracking_id"],
        role=Role(row["role"]),
        settings=SiteSettings(
            url=row["url"],
            name=row["name"],
            timezone=row["timezone"],
            status=SiteStatus(row["status"]),
            retention_days=row["retention_days"],
            identity=Identity(row["identity"]),
            excluded_ips=tuple(map(str, row["excluded_ips"])),
            allowed_domains=tuple(row["allowed_domains"]),
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
