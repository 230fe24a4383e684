"""What reports read of PostgreSQL beside figures: whose site it is, its days, its earliest hit."""

from collections.abc import Sequence
from dataclasses import dataclass

from pixeltrack.platform.identifiers import AccountId, SiteId, is_uuid
from pixeltrack.platform.postgres import Transaction
from pixeltrack.reports.coverage import Span
from pixeltrack.reports.periods import Range
from pixeltrack.sites.goals import Goal, GoalKind


@dataclass(frozen=True, slots=True)
class ReportSite:
    """A site as reports see it: `number` is 0 while it has no hits.

    Its periods are cut by `rolled_timezone`, which differs from its own while that changes.
    Everything stored by `watermark`, in epoch milliseconds, is in.
    """

    id: SiteId
    timezone: str
    number: int
    rolled_timezone: str
    watermark: int


def prepare(transaction: Transaction) -> None:
    """Set what suits reports, for this transaction alone."""
    transaction.rows("reports/settings")


def sites(transaction: Transaction, account: AccountId, site: str | None) -> list[ReportSite]:
    """Return the site if the account is a member, or without one the first two of the account."""
    if site is not None and not is_uuid(site):
        return []
    rows = transaction.rows("reports/site", account=account, site=site)
    return [
        ReportSite(
            id=row["id"],
            timezone=row["timezone"],
            number=row["number"] or 0,
            rolled_timezone=row["rolled_timezone"] or row["timezone"],
            watermark=row["watermark"],
        )
        for row in rows
    ]


def earliest(transaction: Transaction, site: int) -> int | None:
    """Return when the first day with hits began, in epoch milliseconds; None without any."""
    at: int | None = transaction.rows("reports/earliest", site=site)[0]["at"]
    return at


def spans(transaction: Transaction, site: int, asked: Range) -> Sequence[Span]:
    """Return the days and months with hits that overlap a range, in order."""
    rows = transaction.tuples("reports/spans", site=site, since=asked.start, until=asked.end)
    return [Span(*row) for row in rows]


def goals(transaction: Transaction, account: AccountId, site: SiteId) -> Sequence[Goal]:
    """Return the goals of a site, oldest first."""
    rows = transaction.rows("sites/of_site", account=account, site=site)
    return [Goal(**{**row, "kind": GoalKind(row["kind"])}) for row in rows]
