"""Sites and their goals in PostgreSQL, as the pipeline and as their members see them."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from pixeltrack.events.identity import site_key
from pixeltrack.platform.identifiers import AccountId, SiteId, TrackingId, is_tracking_id, is_uuid
from pixeltrack.platform.postgres import Database
from pixeltrack.sites.goals import Goal, GoalKind, NewGoal
from pixeltrack.sites.sites import (
    HostingExclusion,
    Identity,
    MemberSite,
    Role,
    Site,
    SiteChanges,
    SiteSettings,
    SiteStatus,
)


class PostgresSiteDirectory:
    """Looks sites up by tracking id, with one query for all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, tracking_ids: Collection[TrackingId]) -> Mapping[TrackingId, Site]:
        """Return the sites that exist; what does not have the shape of an id is not looked up."""
        known = [i for i in tracking_ids if is_tracking_id(i)]
        if not known:
            return {}
        rows = self._database.rows("sites/find_sites", tracking_ids=known)
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
                exclude_hosting=HostingExclusion(row["exclude_hosting"]),
            )
            for row in rows
        }


_UNCHANGED: dict[str, None] = {setting.name: None for setting in fields(SiteSettings)}


class PostgresSites:
    """Reads and changes sites, each statement through `site_members`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sites_of(self, account: AccountId) -> Sequence[SiteId]:
        """Return the sites that the account is a member of, oldest first."""
        rows = self._database.rows("sites/sites_of_account", account=account)
        return [row["id"] for row in rows]

    def of(self, account: AccountId) -> Sequence[MemberSite]:
        """Return the sites that the account is a member of, oldest first."""
        rows = self._database.rows("sites/member_sites", account=account, site=None)
        return [_member_site(row) for row in rows]

    def find(self, account: AccountId, site: SiteId) -> MemberSite | None:
        """Return one site, or None where the account is no member."""
        if not is_uuid(site):
            return None
        rows = self._database.rows("sites/member_sites", account=account, site=site)
        return _member_site(rows[0]) if rows else None

    def add(
        self, account: AccountId, tracking_id: TrackingId, settings: SiteSettings
    ) -> MemberSite | None:
        """Create a site that the account owns; None where there is no such account."""
        values = _values(asdict(settings))
        rows = self._database.rows(
            "sites/add_site", account=account, tracking_id=tracking_id, **values
        )
        return self.find(account, rows[0]["id"]) if rows else None

    def change(self, account: AccountId, site: SiteId, changes: SiteChanges) -> MemberSite | None:
        """Change some settings and return the site; None where the account is not its owner."""
        if not is_uuid(site):
            return None
        values = _values({**_UNCHANGED, **changes})
        rows = self._database.rows("sites/change_site", account=account, site=site, **values)
        return self.find(account, site) if rows else None

    def remove(self, account: AccountId, site: SiteId) -> str | None:
        """Delete a site with a tombstone; return the id of the job that erases its data."""
        if not is_uuid(site):
            return None
        key = UUID(bytes=site_key(site))
        rows = self._database.rows("sites/delete_site", account=account, site=site, key=key)
        return rows[0]["job"] if rows else None


def _values(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings as the driver takes them: an array is a list to it."""
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
            exclude_hosting=HostingExclusion(row["exclude_hosting"]),
            pace_limit=row["pace_limit"],
        ),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


class PostgresGoals:
    """Reads and changes goals; a unique index prevents duplicates."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Return a site's goals, oldest first; none where the account is no member."""
        if not is_uuid(site):
            return []
        rows = self._database.rows("sites/of_site", account=account, site=site)
        return [_goal(row) for row in rows]

    def add(self, account: AccountId, site: SiteId, new: NewGoal) -> Goal | None:
        """Create a goal; None where the site has it already, or the account is not the owner."""
        if not is_uuid(site):
            return None
        rows = self._database.rows(
            "sites/add",
            # The statement may be sent twice: this id identifies its goal.
            id=str(uuid.uuid4()),
            account=account,
            site=site,
            name=new.name,
            kind=new.kind,
            pattern=new.pattern,
        )
        return _goal(rows[0]) if rows else None

    def remove(self, account: AccountId, site: SiteId, goal: str) -> bool:
        """Delete a goal; False where there is none, or the account is not the site's owner."""
        if not (is_uuid(site) and is_uuid(goal)):
            return False
        return bool(self._database.rows("sites/remove", account=account, site=site, goal=goal))


def _goal(row: DictRow) -> Goal:
    return Goal(**{**row, "kind": GoalKind(row["kind"])})
