"""Report queries: a site's visits in a range that match filters, and how they are grouped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pixeltrack.events import urls
from pixeltrack.facts.dimensions import ATTRIBUTES, Dimension
from pixeltrack.facts.dimensions import MOST_CHARACTERS as MOST_PROPERTY
from pixeltrack.platform.hosts import shown_host
from pixeltrack.reports.periods import Period, refused

MOST_FILTERS = 20
MOST_CHARACTERS = 2048

PAYLOAD = "payload"
"""The one grouping that is no dimension to filter by: members of an event's payload."""

GROUPINGS = (*map(str, Dimension), PAYLOAD)

LINKS = frozenset({Dimension.OUTBOUND, Dimension.DOWNLOAD})
"""Events whose rows are addresses, which lie in the property `url`."""

LINK = "url="
"""Prefix of the property that holds the address of an outbound link or a download."""

_CUT = re.compile(r"%25([0-9A-F]?)\Z")
"""How an escape is spelled that the end of a property cuts off."""

REASON = "reason"
"""What identified a bot: the one grouping of bots' events that is no dimension."""

BOT_GROUPINGS = (REASON, *map(str, (Dimension.PAGE, Dimension.EVENT, *ATTRIBUTES)))

REST = "(other)"
DIRECT = "Direct"
_PLACES = frozenset({Dimension.REGION, Dimension.CITY})
_PATHS = frozenset({Dimension.PAGE, Dimension.ENTRY_PAGE, Dimension.EXIT_PAGE})
_ADDRESSES = _PATHS | LINKS | {Dimension.REFERRER, Dimension.SOURCE}


def shown(dimension: Dimension | None, value: str) -> str:
    """Return a value as people read it: of an address its letters in place of their escapes."""
    if dimension is Dimension.SOURCE:  # the host of a referrer, where it has no other name
        return shown_host(value)
    return urls.shown(value) if dimension in _ADDRESSES else value


def kept(dimension: Dimension | None, text: str) -> str:
    """Return how a value is kept that is written so."""
    if dimension in _PATHS:
        return urls.escaped(text)
    return urls.spelled(text) if dimension in _ADDRESSES else text


def spellings(dimension: Dimension | None, text: str) -> frozenset[str]:
    """Return how a value may be kept that is written so: in one way, or as earlier versions did.

    Those kept addresses as they came: with escapes in upper or lower case, or letters themselves.
    Addresses of links are cut, perhaps within an escape.
    """
    one = kept(dimension, text)
    forms = {text, one, shown(dimension, one), urls.in_lower_case(one)}
    if dimension in LINKS:
        forms = {form[: MOST_PROPERTY - len(LINK)] for form in {*forms, _CUT.sub(r"%\1", one)}}
    return frozenset(forms)


def has_spellings(dimension: Dimension | None) -> bool:
    """Tell whether values are shown otherwise than they are kept."""
    return dimension in _ADDRESSES


class Operator(StrEnum):
    """How a visit's values are compared with a filter's."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition that a visit must match; an empty `value` stands for no value."""

    dimension: Dimension
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class Query:
    """Which visits of which site are queried: range and filters; None means the site's default."""

    site: str | None
    period: Period
    first: date | None = None
    last: date | None = None
    timezone: str | None = None
    filters: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        """Raise `Refused` naming the parameter where period and days do not go together."""
        if self.period is Period.CUSTOM:
            for name, day in (("from", self.first), ("to", self.last)):
                if day is None:
                    raise refused(name, "period custom needs it")
        elif self.first is not None or self.last is not None:
            raise refused("period", "must be custom where from or to is given")


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the rows are values of: a dimension, or, with None, the payload of `event`.

    Of bots' events None is what identified them.
    """

    dimension: Dimension | None
    event: str = ""

    def label(self, value: str | None) -> str:
        """Return a value as people read it: of a place its own name, without region or country."""
        if value is None:
            return REST
        if self.dimension is Dimension.SOURCE:
            return value or DIRECT
        return value.rpartition("/")[2] if self.dimension in _PLACES else value


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The rows of a breakdown: their grouping, a goal's id, a text they must contain."""

    grouping: Grouping
    goal: str | None = None
    search: str | None = None

    @property
    def needs_facts(self) -> str | None:
        """Name the parameter that rollups cannot serve; None where they can."""
        asked = (
            ("search", self.search is not None),
            ("goal", self.goal is not None),
            ("dimension", self.grouping.dimension is None),
        )
        return next((name for name, is_asked in asked if is_asked), None)


def breakdown_of(
    dimension: str, *, event: str | None, goal: str | None = None, search: str | None = None
) -> Breakdown:
    """Parse the parameters of a breakdown. Raise `Refused` naming the parameter."""
    if dimension not in GROUPINGS:
        raise refused("dimension", f"must be one of {', '.join(GROUPINGS)}")
    if dimension == PAYLOAD and not event:
        raise refused("event", "dimension payload needs the name of an event")
    for name, text in (("event", event), ("search", search), ("goal", goal)):
        if "\0" in (text or ""):
            raise refused(name, "must not contain NUL")
    grouping = Grouping(None if dimension == PAYLOAD else Dimension(dimension), event or "")
    return Breakdown(grouping, goal, search or None)


def bot_grouping(name: str, reason: str | None) -> Grouping:
    """Parse what the rows of bots' events are values of. Raise `Refused` naming the parameter."""
    if name not in BOT_GROUPINGS:
        raise refused("dimension", f"must be one of {', '.join(BOT_GROUPINGS)}")
    if "\0" in (reason or ""):
        raise refused("reason", "must not contain NUL")
    return Grouping(None if name == REASON else Dimension(name))


def filters_of(texts: Sequence[str]) -> tuple[Filter, ...]:
    """Parse filters written `dimension:op:value`, each once.

    Raise `Refused` naming `filter` for a text that is not a filter.
    """
    if len(texts) > MOST_FILTERS:
        raise refused("filter", f"there may be at most {MOST_FILTERS}")
    return tuple(dict.fromkeys(map(_filter, texts)))


def _filter(text: str) -> Filter:
    parts = text.split(":", 2)
    if len(parts) < 3:
        raise refused("filter", "must be written dimension:op:value")
    dimension, operator, value = parts
    if dimension not in set(Dimension):
        raise refused("filter", f"{dimension[:40]!r} is no dimension to filter by")
    if operator not in set(Operator):
        allowed = ", ".join(Operator)
        raise refused("filter", f"{operator[:40]!r} is no operator; it is one of {allowed}")
    if len(value) > MOST_CHARACTERS:
        raise refused("filter", f"a value has at most {MOST_CHARACTERS} characters")
    if "\0" in value:
        raise refused("filter", "a value must not contain NUL")
    if operator == Operator.CONTAINS and not value:
        raise refused("filter", "contains needs a value")
    return Filter(Dimension(dimension), Operator(operator), value)
