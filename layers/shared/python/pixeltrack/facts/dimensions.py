"""The dimensions by which reports group and filter, and the dictionaries their values lie in."""

from enum import IntEnum, StrEnum


class Dimension(StrEnum):
    """What a report can be broken down and filtered by, spelled as in the API."""

    PAGE = "page"
    ENTRY_PAGE = "entry_page"
    EXIT_PAGE = "exit_page"
    REFERRER = "referrer"
    SOURCE = "source"
    CHANNEL = "channel"
    UTM_SOURCE = "utm_source"
    UTM_MEDIUM = "utm_medium"
    UTM_CAMPAIGN = "utm_campaign"
    UTM_TERM = "utm_term"
    UTM_CONTENT = "utm_content"
    COUNTRY = "country"
    REGION = "region"
    CITY = "city"
    BROWSER = "browser"
    OS = "os"
    DEVICE = "device"
    SCREEN = "screen"
    LANGUAGE = "language"
    EVENT = "event"
    OUTBOUND = "outbound"
    DOWNLOAD = "download"


CONTEXT = (
    Dimension.REFERRER,
    Dimension.SOURCE,
    Dimension.CHANNEL,
    Dimension.UTM_SOURCE,
    Dimension.UTM_MEDIUM,
    Dimension.UTM_CAMPAIGN,
    Dimension.UTM_TERM,
    Dimension.UTM_CONTENT,
    Dimension.COUNTRY,
    Dimension.REGION,
    Dimension.CITY,
    Dimension.BROWSER,
    Dimension.OS,
    Dimension.DEVICE,
    Dimension.SCREEN,
    Dimension.LANGUAGE,
)
"""The dimensions of a visit that its first event decides: columns of `contexts` and `visits`."""


class Values(IntEnum):
    """A dictionary of texts: which dimension's values an entry of it stands for."""

    PAGE = 1
    EVENT = 2
    PROPERTY = 3
    """A member of an event's payload, written `name=value`."""
    BOT = 4
    REFERRER = 10
    SOURCE = 11
    CHANNEL = 12
    UTM_SOURCE = 13
    UTM_MEDIUM = 14
    UTM_CAMPAIGN = 15
    UTM_TERM = 16
    UTM_CONTENT = 17
    COUNTRY = 18
    REGION = 19
    CITY = 20
    BROWSER = 21
    OS = 22
    DEVICE = 23
    SCREEN = 24
    LANGUAGE = 25


def values_of(dimension: Dimension) -> Values:
    """Return the dictionary of a dimension's values; entry and exit pages are pages."""
    match dimension:
        case Dimension.ENTRY_PAGE | Dimension.EXIT_PAGE:
            return Values.PAGE
        case Dimension.OUTBOUND | Dimension.DOWNLOAD:
            return Values.PROPERTY
        case _:
            return Values[dimension.name]


class Rollup(IntEnum):
    """The groupings that rollups hold; `TOTAL` has the one value 0, `BOT` counts events alone."""

    TOTAL = 0
    PAGE = 1
    EVENT = 2
    BOT = 4
    ENTRY_PAGE = 5
    EXIT_PAGE = 6
    OUTBOUND = 7
    DOWNLOAD = 8
    REFERRER = 10
    SOURCE = 11
    CHANNEL = 12
    UTM_SOURCE = 13
    UTM_MEDIUM = 14
    UTM_CAMPAIGN = 15
    UTM_TERM = 16
    UTM_CONTENT = 17
    COUNTRY = 18
    REGION = 19
    CITY = 20
    BROWSER = 21
    OS = 22
    DEVICE = 23
    SCREEN = 24
    LANGUAGE = 25


NONE = 0
"""The dictionary id of no value."""

OTHER = -1
"""The rollup value that all the values not kept are put under."""

MOST_VALUES = 500
"""Values of a dimension that a rollup keeps: the most frequent, ties by value."""
