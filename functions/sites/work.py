"""The long work that an account may ask for at its sites, and how far it is."""

from dataclasses import dataclass

from functions.sites.job_models import JobView, job_view
from pixeltrack.jobs.ports import Jobs, JobStatus
from pixeltrack.platform.errors import FieldError, NotFound, Refused
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.sites.access import owned
from pixeltrack.sites.ports import Sites

MOST_VISITOR = 128
"""Longest id of a visitor on the wire."""


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs of an account; only a site's owner may ask for them.

    Every method raises `NotFound` for what is not the account's to see.
    """

    sites: Sites
    jobs: Jobs

    def one(self, account: AccountId, job: str) -> JobView:
        """Return a job that the account asked for."""
        return _shown(self.jobs.find(account, job))

    def erase_visitor(self, account: AccountId, site: SiteId, visitor: str) -> JobView:
        """Ask for everything that is stored of a visitor to be erased; raises `Forbidden`."""
        if len(visitor) > MOST_VISITOR or "\0" in visitor:
            raise Refused(400, FieldError("userId", "is no id of a visitor"))
        owned(self.sites, account, site)
        return _shown(self.jobs.erase_visitor(account, site, visitor))

    def audit(self, account: AccountId, site: SiteId) -> JobView:
        """Ask for the site's numbers to be held against its events; raises `Forbidden`."""
        owned(self.sites, account, site)
        return _shown(self.jobs.audit(account, site))


def _shown(job: JobStatus | None) -> JobView:
    if job is None:
        raise NotFound
    return job_view(job)
