"""What an audit finds: the differences between facts and a recomputation, counted and shown."""

from enum import StrEnum
from typing import Any

import msgspec

MOST_SHOWN = 100
"""Differences that a result shows; all are counted."""


class Difference(StrEnum):
    """What is wrong with the facts."""

    BUCKET_NOT_IN = "bucket_not_in"
    """A bucket is not aggregated, and too old for a sweep to find it."""
    MISSING_HIT = "missing_hit"
    """An event in a bucket has no hit."""
    HIGHER_COPY = "higher_copy"
    """A hit is made of another than the lowest copy of its event."""
    HIT_WITHOUT_EVENT = "hit_without_event"
    """The copy of which a hit is made is in no bucket."""
    HIT_OF_ERASED = "hit_of_erased"
    """A hit of a visitor who was erased after it."""
    WRONG_CONTENT = "wrong_content"
    """A hit says something else than its event."""
    WRONG_VISITOR = "wrong_visitor"
    """A visitor's row is not that of its id."""
    WRONG_MEMBERSHIP = "wrong_membership"
    """A hit belongs to another visit, or to none."""
    MISSING_VISIT = "missing_visit"
    EXTRA_VISIT = "extra_visit"
    WRONG_VISIT = "wrong_visit"
    """A visit is there, but some figure or value of it is not what its hits make."""
    HIT_OUTSIDE_DAYS = "hit_outside_days"
    """Hits lie where the site has no day."""
    WRONG_DAY = "wrong_day"
    """A day begins or ends where it does not in the site's zone, or overlaps another."""
    STRAY_ROLLUPS = "stray_rollups"
    """A period has rollups and is not marked as having them, or the other way round its days."""
    WRONG_ROLLUPS = "wrong_rollups"
    """The rollups of a period are not the sums of its facts, or of its days."""


class Findings(msgspec.Struct, rename="camel", omit_defaults=True):
    """What was found so far: differences by kind, the first of them, and how much was checked."""

    by_kind: dict[str, int] = {}
    shown: list[dict[str, str]] = []
    checked: dict[str, int] = {}
    waiting: int = 0

    def add(self, difference: Difference, where: str, times: int = 1) -> None:
        """Note a difference; `where` names it by instants and digests, never by a visitor's id."""
        self.by_kind[difference] = self.by_kind.get(difference, 0) + times
        if len(self.shown) < MOST_SHOWN:
            self.shown.append({"kind": difference, "where": where})

    def check(self, what: str, number: int) -> None:
        """Count what was held against the recomputation."""
        self.checked[what] = self.checked.get(what, 0) + number

    @property
    def total(self) -> int:
        """Return how many differences there are."""
        return sum(self.by_kind.values())

    def result(self, through: str) -> dict[str, Any]:
        """Return the result of the job; every bucket stored up to `through` was read.

        `waiting` counts buckets stored so late that the next sweep has yet to take them in.
        """
        return {
            "through": through,
            "count": self.total,
            "byKind": self.by_kind,
            "differences": self.shown,
            "checked": self.checked,
            "waiting": self.waiting,
        }
