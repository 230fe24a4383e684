"""The dimensions by which reports group and filter, with their numbers in the databases.

This is the one declaration of an event's attributes: table columns, rollups, dictionaries, names
in the API and the types of the dashboard all follow from it. The attribute of `StoredEvent` of
the same name is read by `facts.fact`; a new one needs a line here and a migration that adds its
column.
"""

from enum import StrEnum
from typing import Self

TOTAL = 0
"""The rollup of everything together, whose one value is 0."""

PROPERTY = 3
"""The dictionary of the members of events' payloads, written `name=value`."""

BOT = 4
"""The dictionary of bot reasons, and the rollup that counts only the events of bots."""


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
