"""What a question comes down to: one site of the caller's, a range, and what may be read of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.reports.questions import Question, refused
from pixeltrack.facts import days
from pixeltrack.platform.errors import NotFound
from pixeltrack.platform.identifiers import AccountId
from pixeltrack.platform.postgres import Transaction
from pixeltrack.reports import coverage, reads
from pixeltrack.reports.coverage import Coverage
from pixeltrack.reports.periods import Interval, Period, Range, range_of, with_interval
from pixeltrack.reports.reader import FigureReader
from pixeltrack.reports.reads import ReportSite
from pixeltrack.reports.selection import Dictionary, Selection, selection
from pixeltrack.sites import rules
from pixeltrack.sites.goals import Goal

MOST_DAYS_ELSEWHERE = 92
"""Of a range in another zone than that of the site's rollups."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A site in one state of the facts, and the visits that are asked about."""

    transaction: Transaction
    account: AccountId
    site: ReportSite
    question: Question
    timezone: str
    dictionary: Dictionary
    figures: FigureReader
    is_own_zone: bool

    def range(self, now: int) -> Range:
        """Return the range that is asked for; raises `Refused` naming the parameter."""
        asked = self.question
        custom = (asked.first, asked.last) if asked.first and asked.last else None
        earliest = None
        if asked.period is Period.ALL:
            earliest = reads.earliest(self.transaction, self.site.number)
        found = range_of(
            asked.period, now=now, timezone=self.timezone, custom=custom, earliest=earliest
        )
        is_own = self.is_own_zone or self.timezone == self.site.timezone
        if not is_own and found.day_count > MOST_DAYS_ELSEWHERE:
            fault = (
                f"a range in another zone than the site's has at most {MOST_DAYS_ELSEWHERE} days"
            )
            raise refused("timezone", fault)
        return found

    def goals(self) -> Sequence[Goal]:
        """Return the site's goals, oldest first."""
        return reads.goals(self.transaction, self.account, self.site.id)

    def covered(self, asked: Range, *, needs_facts: str | None = None) -> "Covered":
        """Find out what to read for a range.

        `needs_facts` names the parameter that only facts can answer. Raises `Refused` naming it
        where days of the range have none any more.
        """
        spans = reads.spans(self.transaction, self.site.number, asked)
        sealed_until = coverage.sealed_until(asked, spans)
        if sealed_until is not None:
            needs_facts = needs_facts or ("filter" if self.question.filters else None)
            if not self.is_own_zone and self.timezone != self.site.timezone:
                needs_facts = needs_facts or "timezone"
            if needs_facts is not None:
                first = days.day_of(sealed_until, self.timezone)
                raise refused(needs_facts, f"needs single events, which exist from {first} on")
            if asked.interval is Interval.HOUR:  # of which rollups know nothing
                asked = with_interval(asked, Interval.DAY)
        facts = coverage.from_facts(asked, spans)
        rolled = facts
        if self.is_own_zone or sealed_until is not None:
            rolled = coverage.from_rollups(asked, spans, is_aligned=self.is_own_zone)
        is_plain = self.figures.selection.is_all and needs_facts is None
        return Covered(
            asked, rolled if is_plain else facts, rolled, facts, sealed_until is not None
        )


@dataclass(frozen=True, slots=True)
class Covered:
    """A range, and what to read: for the question, for what no filter applies to, of facts."""

    range: Range
    coverage: Coverage
    unfiltered: Coverage
    facts: Coverage
    is_sealed: bool


def open_scope(transaction: Transaction, account: AccountId, question: Question) -> Scope:
    """Find the site and its visits; raises `NotFound`, or `Refused` naming the parameter."""
    reads.prepare(transaction)
    site = _site(transaction, account, question.site)
    timezone = site.timezone
    if question.timezone is not None:
        known = rules.timezone(question.timezone)
        if known is None:
            raise refused("timezone", "must be the name of an IANA time zone")
        timezone = known
    dictionary = Dictionary(transaction, site.number)
    selected: Selection = selection(question.filters, dictionary)
    return Scope(
        transaction,
        account,
        site,
        question,
        timezone,
        dictionary,
        FigureReader(transaction, site.number, selected),
        is_own_zone=timezone == site.rolled_timezone,
    )


def _site(transaction: Transaction, account: AccountId, asked: str | None) -> ReportSite:
    found = reads.sites(transaction, account, asked)
    if asked is not None and not found:
        raise NotFound
    if len(found) != 1:
        fault = "the account has several; say which" if found else "the account has no site"
        raise refused("siteId", fault)
    return found[0]
