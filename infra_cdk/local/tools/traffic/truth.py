"""The true figures of generated traffic, added up visitor by visitor as it is drawn.

Nothing here knows how visits are found in events: each visitor comes with visits that are decided.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from infra_cdk.local.tools.traffic.catalogue import ZONES
from infra_cdk.local.tools.traffic.people import COUNTED, LENGTHENING, Action, Visit, Visitor

PAGEVIEW = "pageview"
_QUARTER_MS = 900_000
"""Every zone's days, and every change of its clock, begin at a whole quarter of an hour."""

Table = dict[str, Counter[str]]


@dataclass(slots=True)
class SiteTruth:
    """What reports must say of one site; `days` by zone and date, the rest of the whole range.

    `visits` of a page are those that contain it, of anything else those that have it.
    """

    totals: Counter[str] = field(default_factory=Counter)
    days: dict[str, Table] = field(default_factory=lambda: {zone: {} for zone in ZONES})
    pages: Table = field(default_factory=dict)
    entry_pages: Table = field(default_factory=dict)
    exit_pages: Table = field(default_factory=dict)
    sources: Table = field(default_factory=dict)
    channels: Table = field(default_factory=dict)
    countries: Table = field(default_factory=dict)
    networks: Table = field(default_factory=dict)
    events: Table = field(default_factory=dict)
    bots: Counter[str] = field(default_factory=Counter)

    def add(self, visitor: Visitor) -> None:
        """Count a visitor with all visits."""
        if visitor.bot:
            self.bots[visitor.bot] += sum(1 for v in visitor.visits for _ in _counted(v))
            return
        met: set[tuple[int, str]] = set()
        for visit in visitor.visits:
            counted = _counted(visit)
            if visit.bot:
                self.bots[visit.bot] += len(counted)
            elif counted:
                self._visit(visitor, visit, counted, met)
        self.totals["visitors"] += 1 if met else 0

    def plain(self) -> dict[str, Any]:
        """Return everything as JSON's values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    def _visit(
        self, visitor: Visitor, visit: Visit, counted: list[Action], met: set[tuple[int, str]]
    ) -> None:
        """Count a visit; `met` holds in which rows its visitor has been counted."""
        views = [action for action in counted if action.type == PAGEVIEW]
        others = [action for action in counted if action.type != PAGEVIEW]
        began = {
            "visits": 1,
            "bounces": len(views) == 1 and not others,
            "durationMs": _last(visit) - counted[0].at,
        }
        self.totals.update(began, pageviews=len(views), events=len(others))
        by_visit = (
            (self.entry_pages, views[0].path),
            (self.exit_pages, views[-1].path),
            (self.sources, visit.entry.name or ""),
            (self.channels, visit.entry.channel),
            (self.countries, visitor.country.code),
            (self.networks, visitor.address.network),
        )
        for table, value in by_visit:
            row = _row(table, value, met)
            row.update(visits=1, pageviews=len(views), events=len(others))
        for table, actions, key, name in (
            (self.pages, views, "path", "pageviews"),
            (self.events, others, "type", "events"),
        ):
            for value in {getattr(action, key) for action in actions}:
                _row(table, value, met)["visits"] += 1
            for action in actions:
                table[getattr(action, key)][name] += 1
        for zone, days in self.days.items():
            _row(days, _day(counted[0].at // _QUARTER_MS, zone), met).update(began)
            for action in counted:
                row = _row(days, _day(action.at // _QUARTER_MS, zone), met)
                row["pageviews" if action.type == PAGEVIEW else "events"] += 1


def _counted(visit: Visit) -> list[Action]:
    return [action for action in visit.actions if action.type in COUNTED]


def _last(visit: Visit) -> int:
    return max(
        action.at
        for action in visit.actions
        if action.type in COUNTED or action.type == LENGTHENING
    )


def _row(table: Table, value: str, met: set[tuple[int, str]]) -> Counter[str]:
    """Return a table's row, in which the visitor at hand is counted once."""
    row = table.setdefault(value, Counter())
    if (id(table), value) not in met:
        met.add((id(table), value))
        row["visitors"] += 1
    return row


@cache
def _day(quarter: int, zone: str) -> str:
    at = datetime.fromtimestamp(quarter * _QUARTER_MS / 1000, ZoneInfo(zone))
    return at.date().isoformat()
