"""Goals, jobs and tombstones in memory, over the sites of a `FakeSiteBook`."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from pixeltrack.events import identity
from pixeltrack.jobs.jobs import JobKind
from pixeltrack.jobs.ports import JobState, JobStatus
from pixeltrack.platform.errors import StoreUnavailable
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.sites.goals import Goal, NewGoal
from pixeltrack.sites.sites import Role
from tests.fakes.sites import FakeSiteBook


class FakeGoals:
    def __init__(self, book: FakeSiteBook) -> None:
        self._book = book
        self._goals: dict[SiteId, list[Goal]] = {}

    def of(self, account: AccountId, site: SiteId) -> Sequence[Goal]:
        return list(self._goals.get(site, ())) if (site, account) in self._book.members else []

    def add(self, account: AccountId, site: SiteId, new: NewGoal) -> Goal | None:
        if self._book.members.get((site, account)) is not Role.OWNER:
            return None
        mine = self._goals.setdefault(site, [])
        if any((goal.kind, goal.pattern) == (new.kind, new.pattern) for goal in mine):
            return None
        mine.append(Goal(str(uuid.uuid4()), new.name, new.kind, new.pattern, datetime.now(UTC)))
        return mine[-1]

    def remove(self, account: AccountId, site: SiteId, goal: str) -> bool:
        known = [g for g in self._goals.get(site, ()) if g.id == goal]
        if self._book.members.get((site, account)) is not Role.OWNER or not known:
            return False
        self._goals[site].remove(known[0])
        return True


class FakeTombstones:
    """Instants by key; `asked` holds every question, `is_away` makes the store refuse."""

    def __init__(self, erased: Mapping[bytes, int] | None = None) -> None:
        self.erased = dict(erased or {})
        self.asked: list[set[bytes]] = []
        self.is_away = False

    def find(self, keys: Collection[bytes]) -> Mapping[bytes, int]:
        if self.is_away:
            raise StoreUnavailable("away")
        self.asked.append(set(keys))
        return {key: self.erased[key] for key in keys if key in self.erased}


class FakeJobs:
    """Jobs that nobody does; `finish` ends one."""

    def __init__(self, book: FakeSiteBook, tombstones: FakeTombstones | None = None) -> None:
        self._book = book
        self._tombstones = tombstones or FakeTombstones()
        self._jobs: dict[str, tuple[AccountId, bytes, JobStatus]] = {}

    def find(self, account: AccountId, job: str) -> JobStatus | None:
        owner, _, status = self._jobs.get(job, (None, b"", None))
        return status if owner == account else None

    def count_erasures(self, site: SiteId, *, besides: str) -> int:
        known = identity.visitor_key(site, besides, imported=False)
        return sum(
            (status.kind, status.site) == (JobKind.ERASE_VISITOR, site)
            and status.finished_at is None
            and subject != known
            for _, subject, status in self._jobs.values()
        )

    def erase_visitor(self, account: AccountId, site: SiteId, visitor: str) -> JobStatus | None:
        keys = [identity.visitor_key(site, visitor, imported=i) for i in (False, True)]
        job = self._job(account, site, JobKind.ERASE_VISITOR, keys[0])
        now = int(datetime.now(UTC).timestamp() * 1000)
        self._tombstones.erased |= dict.fromkeys(keys, now) if job else {}
        return job

    def audit(self, account: AccountId, site: SiteId) -> JobStatus | None:
        return self._job(account, site, JobKind.AUDIT, bytes(16))

    def finish(self, job: str) -> None:
        account, subject, status = self._jobs[job]
        now = datetime.now(UTC)
        done = JobStatus(
            job, status.kind, status.site, JobState.DONE, 1.0, {}, None, status.created_at, now
        )
        self._jobs[job] = (account, subject, done)

    def _job(
        self, account: AccountId, site: SiteId, kind: JobKind, subject: bytes
    ) -> JobStatus | None:
        if self._book.members.get((site, account)) is not Role.OWNER:
            return None
        for _, known, status in self._jobs.values():
            same = (status.kind, status.site, known) == (kind, site, subject)
            if same and status.finished_at is None:
                return status
        job = str(uuid.uuid4())
        now = datetime.now(UTC)
        status = JobStatus(job, kind, site, JobState.QUEUED, 0.0, None, None, now, None)
        self._jobs[job] = (account, subject, status)
        return status
