"""Jobs as the API shows them."""

from typing import Any

from pydantic import Field

from functions.sites.models import INSTANT, Shape
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.ports import JobState, JobStatus
from pixeltrack.platform.instants import iso_at


class JobView(Shape):
    """Work that takes longer than a request."""

    id: str = Field(description="The job's id.")
    kind: JobKind = Field(description="What it does.")
    site_id: str = Field(description="The site it works on.")
    state: JobState = Field(description="How it stands.")
    progress: float = Field(description="How much of it is done.", ge=0, le=1)
    result: dict[str, Any] | None = Field(description="What it came to, once it is done.")
    error: str | None = Field(description="Why it failed, where it did.")
    created_at: str = Field(description="When it was asked for, UTC.", json_schema_extra=INSTANT)
    finished_at: str | None = Field(
        description="When it ended, UTC; null until then.", json_schema_extra=INSTANT
    )


def job_view(job: JobStatus) -> JobView:
    """Show a job."""
    return JobView(
        id=job.id,
        kind=job.kind,
        site_id=job.site,
        state=job.state,
        progress=round(job.progress, 4),
        result=job.result,
        error=job.error,
        created_at=iso_at(job.created_at),
        finished_at=iso_at(job.finished_at) if job.finished_at else None,
    )
