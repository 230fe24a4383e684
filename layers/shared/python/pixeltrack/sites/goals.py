"""Goals: what a visit has to contain to count as converted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pixeltrack.events.stored import ENGAGEMENT, ERASED, PAGEVIEW, PING, SESSION_START
from pixeltrack.platform.texts import is_line

MOST_GOALS = 50
"""Number of goals that a site may have."""

MOST_PATTERN = 500
"""Longest pattern: pages are kept to as many characters."""

MOST_EVENT = 64
"""Longest name of an event on the wire."""

ANY = "*"
_NO_EVENTS = frozenset({PAGEVIEW, SESSION_START, ENGAGEMENT, PING, ERASED})


class GoalKind(StrEnum):
    """What a goal looks for: a page viewed, or an event that is no page view."""

    PAGE = "page"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class NewGoal:
    """A goal to be created: of a page, `pattern` is a path in which `*` matches any characters.

    Of an event it is the event's name, taken literally.
    """

    name: str
    kind: GoalKind
    pattern: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of a site; see `NewGoal` for `pattern`."""

    id: str
    name: str
    kind: GoalKind
    pattern: str
    created_at: datetime


def pattern_fault(kind: GoalKind, pattern: str) -> str | None:
    """Return why a pattern could never match, or None where it could."""
    if not pattern or not is_line(pattern):
        return "must be one line of text"
    match kind:
        case GoalKind.PAGE:
            return _page_fault(pattern)
        case GoalKind.EVENT:
            return _event_fault(pattern)


def _page_fault(pattern: str) -> str | None:
    if len(pattern) > MOST_PATTERN:
        return f"must have at most {MOST_PATTERN} characters"
    if not pattern.startswith(("/", ANY)):
        return "must begin with / or *"
    if "?" in pattern or "#" in pattern:
        return "must be a path, without ? and #"
    return None


def _event_fault(pattern: str) -> str | None:
    if len(pattern) > MOST_EVENT:
        return f"must have at most {MOST_EVENT} characters"
    if pattern in _NO_EVENTS:
        return "must be the name of an event that counts as one, such as a click or your own"
    return None
