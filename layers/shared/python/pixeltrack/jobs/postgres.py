"""Jobs in PostgreSQL, as accounts request them; `runner` runs them."""

from uuid import UUID

from psycopg.rows import DictRow

from pixeltrack.events import identity
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.ports import JobState, JobStatus
from pixeltrack.platform.identifiers import AccountId, SiteId, is_uuid
from pixeltrack.platform.postgres import Database


class PostgresJobs:
    """Creates and shows jobs; a unique index makes a repeated request return the unfinished one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, account: AccountId, job: str) -> JobStatus | None:
        """Return a job that the account requested, None where there is none."""
        if not is_uuid(job):
            return None
        return _status(self._database.rows("jobs/find_job", account=account, job=job))

    def count_erasures(self, site: SiteId, *, besides: str) -> int:
        """Count the unfinished erasures of a site's visitors, without that of one visitor."""
        living = UUID(bytes=identity.visitor_key(site, besides, imported=False))
        rows = self._database.rows("jobs/count_erasures", site=site, besides=living)
        return int(rows[0]["erasures"])

    def erase_visitor(self, account: AccountId, site: SiteId, visitor: str) -> JobStatus | None:
        """Set a visitor's tombstones and request its erasure; None unless the account is owner."""
        if not is_uuid(site):
            return None
        rows = self._database.rows(
            "jobs/erase_visitor",
            account=account,
            site=site,
            living=UUID(bytes=identity.visitor_key(site, visitor, imported=False)),
            imported=UUID(bytes=identity.visitor_key(site, visitor, imported=True)),
        )
        return _status(rows)

    def audit(self, account: AccountId, site: SiteId) -> JobStatus | None:
        """Request an audit; None where the account is not the site's owner."""
        if not is_uuid(site):
            return None
        return _status(self._database.rows("jobs/audit_site", account=account, site=site))


def _status(rows: list[DictRow]) -> JobStatus | None:
    if not rows:
        return None
    row = rows[0]
    return JobStatus(
        **{**row, "kind": JobKind(row["kind"]), "state": JobState(row["state"])},
    )
