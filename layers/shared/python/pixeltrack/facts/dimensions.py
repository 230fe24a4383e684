"""The dimensions by which reports group and filter, with their numbers in the databases.

This is the one declaration of an event's attributes: table columns, rollups, dictionaries, names
in the API and the types of the dashboard all follow from it. `fact_of` reads what a stored event
says of each, by default the field of `StoredEvent` of the same name; a new one needs a line here
and a migration that adds its column.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Self

import msgspec

from pixeltrack.events.stored import StoredEvent
from pixeltrack.facts.visits import Kind, kind_of

TOTAL = 0
"""The rollup of everything together, whose one value is 0."""

PROPERTY = 3
"""The dictionary of the members of events' payloads, written `name=value`."""

BOT = 4
"""The dictionary of bot reasons, and the rollup that counts only the events of bots."""

PACE = -2
"""The value of that rollup for `BotReason.PACE`, which no event bears and no dictionary holds."""


class Dimension(StrEnum):
    """What a report can be broken down and filtered by, spelled as in the API.

    `rollup` is its number in rollups, `kind` that of the dictionary that holds its values. Both
    are stored in databases and must never change.
    """

    rollup: int
    kind: int

    def __new__(cls, name: str, rollup: int = 0, kind: int = 0) -> Self:
        """Create a member; a lookup passes the name alone, hence the defaults."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.rollup = rollup
        member.kind = kind
        return member

    PAGE = "page", 1, 1
    ENTRY_PAGE = "entry_page", 5, 1
    EXIT_PAGE = "exit_page", 6, 1
    REFERRER = "referrer", 10, 10
    SOURCE = "source", 11, 11
    CHANNEL = "channel", 12, 12
    UTM_SOURCE = "utm_source", 13, 13
    UTM_MEDIUM = "utm_medium", 14, 14
    UTM_CAMPAIGN = "utm_campaign", 15, 15
    UTM_TERM = "utm_term", 16, 16
    UTM_CONTENT = "utm_content", 17, 17
    COUNTRY = "country", 18, 18
    REGION = "region", 19, 19
    CITY = "city", 20, 20
    BROWSER = "browser", 21, 21
    OS = "os", 22, 22
    DEVICE = "device", 23, 23
    SCREEN = "screen", 24, 24
    LANGUAGE = "language", 25, 25
    NETWORK = "network", 26, 26
    EVENT = "event", 2, 2
    OUTBOUND = "outbound", 7, PROPERTY
    DOWNLOAD = "download", 8, PROPERTY


ATTRIBUTES = tuple(dimension for dimension in Dimension if dimension.rollup >= 10)
"""The dimensions of a visit that its first event decides: columns of `contexts` and `visits`.

They are those with numbers from 10 on.
"""

NONE = 0
"""The dictionary id of no value."""

OTHER = -1
"""The rollup value that sums up all values not kept individually."""

MOST_VALUES = 500
"""Number of values of a dimension that a rollup keeps: the most frequent, ties by value."""


MOST_PROPERTIES = 20
MOST_CHARACTERS = 500
DIRECT = "direct"
SCREENS = ((576, "0-575"), (992, "576-991"), (1440, "992-1439"))
WIDEST = "1440+"

_decode = msgspec.json.Decoder().decode


class Fact(msgspec.Struct, frozen=True, gc=False):
    """An event in texts; `""` means none. `context` is in the order of `dimensions.ATTRIBUTES`."""

    kind: Kind
    page: str
    name: str
    bot: str
    context: tuple[str, ...]
    properties: tuple[str, ...]


def fact_of(event: StoredEvent) -> Fact | None:
    """Return an event as a fact; None for one that is neither counted nor engagement."""
    kind = kind_of(event)
    if kind is None:
        return None
    is_event = kind is Kind.EVENT
    return Fact(
        kind=kind,
        page=event.path or "",
        name=event.type if is_event else "",
        bot=event.bot or "",
        context=_context(event),
        properties=_properties(event.payload) if is_event and event.payload else (),
    )


@lru_cache(maxsize=4096)
def screen_class(screen: str | None) -> str:
    """Return the range of widths, in CSS pixels, that contains a screen such as `1440x900`."""
    width = (screen or "").partition("x")[0].strip()
    if not (width.isascii() and width.isdigit()) or len(width) > 6 or int(width) == 0:
        return ""
    return next((name for below, name in SCREENS if int(width) < below), WIDEST)


@lru_cache(maxsize=4096)
def language_tag(language: str | None) -> str:
    """Spell a BCP 47 tag with its recommended case (RFC 5646, 2.1.1): `zh-Hant-TW`."""
    parts = (language or "").strip().replace("_", "-").split("-")
    if not all(part.isascii() and part.isalnum() and len(part) <= 8 for part in parts):
        return ""
    return "-".join([parts[0].lower(), *map(_subtag, parts[1:])])


def _subtag(part: str) -> str:
    match len(part):
        case 2:
            return part.upper()
        case 4:
            return part.title()
        case _:
            return part.lower()


def _context(event: StoredEvent) -> tuple[str, ...]:
    texts = list(_of_event(event))
    for position, read in _READ_OTHERWISE:
        texts[position] = read(event)
    return tuple(text or "" for text in texts)


def _region(event: StoredEvent) -> str:
    """Return `country/region`: names of regions are unique within a country only."""
    return f"{event.country or ''}/{event.region}" if event.region else ""


def _city(event: StoredEvent) -> str:
    """Return `country/region/city`."""
    return f"{event.country or ''}/{event.region or ''}/{event.city}" if event.city else ""


def _without_query(referrer: str | None) -> str:
    """Return host and path of a normalised address."""
    if not referrer:
        return ""
    return referrer.partition("://")[2].partition("?")[0].removesuffix("/")


_READERS: Mapping[Dimension, Callable[[StoredEvent], str]] = {
    Dimension.REFERRER: lambda event: _without_query(event.referrer),
    Dimension.CHANNEL: lambda event: event.channel or DIRECT,
    Dimension.REGION: _region,
    Dimension.CITY: _city,
    Dimension.SCREEN: lambda event: screen_class(event.screen),
    Dimension.LANGUAGE: lambda event: language_tag(event.language),
}
"""How attributes are read that are not simply the event's field of the same name."""

_of_event = attrgetter(*ATTRIBUTES)
_READ_OTHERWISE = [(ATTRIBUTES.index(each), read) for each, read in _READERS.items()]


def _properties(payload: str) -> tuple[str, ...]:
    """Return the scalar members of a payload as `name=value`: cut, distinct, at most 20."""
    try:
        members = _decode(payload)
    except msgspec.DecodeError:
        return ()
    if not isinstance(members, dict):
        return ()
    written = (f"{name}={_scalar(value)}" for name, value in members.items() if _is_scalar(value))
    return tuple(dict.fromkeys(text[:MOST_CHARACTERS] for text in written))[:MOST_PROPERTIES]


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | bool | int | float)


def _scalar(value: str | float) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
