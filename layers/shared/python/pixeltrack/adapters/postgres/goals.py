"""The goals of sites in PostgreSQL, each statement through `site_members`."""

import uuid
from collections.abc import Sequence

from psycopg.rows import DictRow

from pixeltrack.adapters.postgres.database import Database
from pixeltrack.domain.goals import Goal, GoalKind, NewGoal
from pixeltrack.domain.identifiers import AccountId, SiteId, is_uuid


class PostgresGoals:
    """Reads and changes goals; a unique index keeps a site from having one twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        """Answer a site's goals, oldest first; none where the account is no member."""
        if not is_uuid(site):
            return []
        rows = self._database.rows("goals/of_site", account=account, site=site)
        return [_goal(row) for row in rows]

    def add(self, account: AccountId, site: SiteId, new: NewGoal) -> Goal | None:
        """Make a goal; None where the site has it already, or the account is not the owner."""
        if not is_uuid(site):
            return None
        rows = self._database.rows(
            "goals/add",
            # The statement may be sent twice: its goal is known by this id.
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
        return bool(self._database.rows("goals/remove", account=account, site=site, goal=goal))


def _goal(row: DictRow) -> Goal:
    return Goal(**{**row, "kind": GoalKind(row["kind"])})
